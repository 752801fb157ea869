"""One training in this process, by the command line or by the window with hands off, timed from inside.

    python -m tests.benchmarks.training_stretch cli|window FOLDER HIDDEN LATENT_DIM EPOCHS

Prints the seconds of each epoch but the first, by the clock on the wall, as a JSON list. All that happens between
two steps counts: progress bars, weights for the canvas, autosaves.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.records import EpochReport, StepReport
from vae_desktop.core.training import Trainer


def note_epochs() -> list[float]:
    """Have every training note the time at the end of each epoch; returns the list that grows."""
    moments: list[float] = []
    train = Trainer.run

    def run(self: Trainer) -> Iterator[StepReport | EpochReport]:
        for report in train(self):
            yield report
            # Here the caller is back: what it does with an epoch's report belongs to the next epoch.
            if isinstance(report, EpochReport):
                moments.append(time.perf_counter())

    Trainer.run = run  # type: ignore[assignment,method-assign]
    return moments


def by_command_line(data: str, hidden: str, latent_dim: int, epochs: int) -> None:
    """`vae-desktop train`, in this process."""
    from vae_desktop.cli.entry import main

    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "model.safetensors")
        words = ["train", "--data", data, "--latent-dim", str(latent_dim), "--hidden", hidden]
        status = main([*words, "--epochs", str(epochs), "--device", "cpu", "--out", out])
    if status != 0:
        sys.exit(status)


def by_window(data: str, hidden: str, latent_dim: int, epochs: int) -> None:
    """A click on Start in the main window; then nobody touches it."""
    from PySide6.QtCore import QEventLoop

    from tests.benchmarks.harness import main_window

    sizes = tuple(int(size) for size in hidden.split(","))
    model = ModelConfig(latent_dim=latent_dim, hidden=sizes)
    config = TrainingConfig(epochs=epochs, device="cpu")
    with main_window(data) as window:
        training, form = window.session.training, window.training.form
        for name, cell in form.cells.items():
            cell.editor.set_value({**model.__dict__, **config.__dict__}[name])
        assert (form.model_config, form.training_config) == (model, config)
        loop = QEventLoop()
        training.state_changed.connect(lambda: loop.quit() if training.state == "idle" else None)
        window.training.controls.start.click()
        loop.exec()
        assert len(training.history) == epochs


if __name__ == "__main__":
    way, data, hidden, latent_dim, epochs = sys.argv[1:]
    moments = note_epochs()
    {"cli": by_command_line, "window": by_window}[way](data, hidden, int(latent_dim), int(epochs))
    seconds = [after - before for before, after in pairwise(moments)]
    print(json.dumps(seconds))
