"""What a training brings along must not move the panels: a hand may be dragging in one of them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from pytestqt.qtbot import QtBot

from tests.app.conftest import PATIENCE
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.ui.main_window import MainWindow

# Its first epoch takes long enough to look at the window before it is over.
SLOW = ModelConfig(hidden=(1024, 512), latent_dim=2)


def places(window: MainWindow) -> dict[str, QRect]:
    parts = {"canvas": window.canvas.canvas, "timeline": window.timeline, **window.docks}
    return {name: part.geometry().translated(part.mapTo(window, part.pos())) for name, part in parts.items()}


@pytest.mark.parametrize("size", [(1280, 800), (1600, 1000)])
def test_the_end_of_the_first_epoch_leaves_every_panel_where_it_is(
    qtbot: QtBot, window: MainWindow, every_epoch_kept: None, size: tuple[int, int]
) -> None:
    window.resize(*size)
    session = window.session
    session.training.start(SLOW, TrainingConfig(epochs=2, batch_size=16, device="cpu"))
    qtbot.waitUntil(lambda: session.training.progress is not None, timeout=PATIENCE)
    qtbot.wait(50)
    assert session.codes is None and window.timeline.isVisible()
    assert "No epoch is over yet" in window.timeline.words.text() and not window.timeline.slider.isEnabled()
    words = window.timeline.words
    assert words.width() >= words.fontMetrics().horizontalAdvance(words.text())
    assert not words.geometry().intersects(window.timeline.newest_button.geometry())
    assert "end of the training's first epoch" in window.map._empty.label.text()
    before = places(window)
    qtbot.waitUntil(lambda: bool(session.timeline.epochs) and session.codes is not None, timeout=PATIENCE)
    qtbot.wait(50)
    assert places(window) == before and window.timeline.slider.isEnabled()
    session.training.stop()
    qtbot.waitUntil(lambda: not session.training.active, timeout=PATIENCE)
    assert window.timeline.isVisible()


def test_a_training_that_ends_before_its_first_epoch_leaves_no_timeline(
    qtbot: QtBot, window: MainWindow
) -> None:
    training = window.session.training
    training.start(SLOW, TrainingConfig(epochs=2, batch_size=16, device="cpu"))
    assert window.timeline.isVisible()
    qtbot.waitUntil(lambda: training.progress is not None, timeout=PATIENCE)
    training.stop()
    qtbot.waitUntil(lambda: not training.active, timeout=PATIENCE)
    assert not training.history and not window.timeline.isVisible()
