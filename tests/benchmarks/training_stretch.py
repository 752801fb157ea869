"""One endless training in this process, by the command line or by the window with hands off; to be killed.

    python -m tests.benchmarks.training_stretch cli|window FOLDER HIDDEN LATENT_DIM TALLY OUT

Keeps in the file TALLY the steps done so far and the moment at which they were, as two float64. All that happens
between two steps counts: progress bars, weights for the canvas, autosaves.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import numpy as np

from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.records import EpochReport, StepReport
from vae_desktop.core.training import Trainer

EPOCHS = 10_000


def note_steps(tally: str) -> None:
    """Have every training keep its tally after each report."""
    kept = np.memmap(tally, np.float64, "r+", shape=(2,))
    train = Trainer.run

    def run(self: Trainer) -> Iterator[StepReport | EpochReport]:
        for report in train(self):
            yield report
            # Here the caller is back: what it did with the report is within the time.
            if isinstance(report, StepReport):
                kept[:] = (report.epoch - 1) * report.steps + report.step, time.monotonic()

    Trainer.run = run  # type: ignore[assignment,method-assign]


def by_command_line(data: str, hidden: str, latent_dim: int, out: str) -> int:
    """`vae-desktop train`, in this process."""
    from vae_desktop.cli.entry import main

    words = ["train", "--data", data, "--latent-dim", str(latent_dim), "--hidden", hidden]
    return main([*words, "--epochs", str(EPOCHS), "--device", "cpu", "--out", out])


def by_window(data: str, hidden: str, latent_dim: int) -> int:
    """A click on Start in the main window; then nobody touches it."""
    from PySide6.QtCore import QEventLoop

    from tests.benchmarks.harness import main_window

    sizes = tuple(int(size) for size in hidden.split(","))
    model = ModelConfig(latent_dim=latent_dim, hidden=sizes)
    config = TrainingConfig(epochs=EPOCHS, device="cpu")
    with main_window(data) as window:
        form = window.training.form
        for name, cell in form.cells.items():
            cell.editor.set_value({**model.__dict__, **config.__dict__}[name])
        assert (form.model_config, form.training_config) == (model, config)
        window.training.controls.start.click()
        return QEventLoop().exec()


if __name__ == "__main__":
    way, data, hidden, latent_dim, tally, out = sys.argv[1:]
    note_steps(tally)
    window = way == "window"
    sys.exit(
        by_window(data, hidden, int(latent_dim))
        if window
        else by_command_line(data, hidden, int(latent_dim), out)
    )
