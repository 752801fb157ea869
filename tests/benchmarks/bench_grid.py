"""A grid of 32×32 samples: from the wish for other samples to their pixels, through decoder, session and widget."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEventLoop
from PySide6.QtWidgets import QApplication

from tests.benchmarks.rows import Row, Skipped
from vae_desktop.core.paths import resource

if TYPE_CHECKING:
    from vae_desktop.ui.samples_panel import SamplesPanel

SIDE = 32
ROUNDS = 21


def run() -> list[Row]:
    """Measure with the bundled two-dimensional model in a panel of 1000 × 1100 pixels."""
    from vae_desktop.app.session import Session
    from vae_desktop.ui.samples_panel import SamplesPanel
    from vae_desktop.ui.theme import theme

    try:
        model = resource("models/mnist-2d.safetensors")
    except FileNotFoundError as error:
        raise Skipped(str(error)) from error
    app = QApplication.instance() or QApplication([])
    theme().apply("light")
    session = Session()
    panel = SamplesPanel(session)
    panel.resize(1000, 1100)
    panel.show()
    session.start(str(model), "digits")
    session.samples.set_layout(SIDE, SIDE)
    _until(lambda: panel.grid.count == SIDE * SIDE and session.codes is not None)
    seconds = [_one(panel, seed) for seed in range(1, ROUNDS + 1)]
    assert session.shutdown()
    panel.close()
    del app
    return [Row(f"{SIDE}×{SIDE} samples decoded and drawn", 1000 * statistics.median(seconds[1:]), 80, "ms")]


def _one(panel: SamplesPanel, seed: int) -> float:
    """Seconds from another seed to painted pixels."""
    samples = panel.session.samples
    before = samples.images
    began = time.perf_counter()
    samples.set_seed(seed)
    _until(lambda: samples.images is not before)
    # The pictures are in the widget; this paints them now.
    panel.grid.repaint()
    return time.perf_counter() - began


def _until(done: Callable[[], bool], patience: float = 60.0) -> None:
    end = time.monotonic() + patience
    while not done():
        if time.monotonic() > end:
            raise TimeoutError("nothing came")
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
