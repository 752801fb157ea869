"""The timeline below the panels: one drag and the whole window is back at an earlier epoch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider
from pytestqt.qtbot import QtBot

from tests.app.conftest import PATIENCE, SMALL
from vae_desktop.app.settings import Preferences
from vae_desktop.core.config import TrainingConfig
from vae_desktop.ui.announce import AT_SPI
from vae_desktop.ui.export_command import command_line
from vae_desktop.ui.export_style import ExportChoices
from vae_desktop.ui.exports import samples_source
from vae_desktop.ui.main_window import MainWindow
from vae_desktop.ui.preferences_dialog import PreferencesDialog

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def trained(window: MainWindow, every_epoch_kept: None, qtbot: QtBot) -> None:
    """The window has trained for four epochs."""
    training = window.session.training
    assert not window.timeline.isVisible()
    training.start(SMALL, TrainingConfig(epochs=4))
    qtbot.waitUntil(lambda: len(training.history) == 4 and not training.active, timeout=PATIENCE)
    assert window.timeline.isVisible()
    assert len(window.timeline.actions()) == 1, "its commands stand in the menu, not as buttons"


def wait_for(qtbot: QtBot, window: MainWindow, epoch: int | None) -> None:
    qtbot.waitUntil(lambda: window.session.timeline.viewed == epoch, timeout=PATIENCE)


def handle_of(slider: QSlider) -> QRect:
    """Where the part lies that is dragged."""
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    parts = QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle
    return slider.style().subControlRect(*parts, slider)


def test_dragging_the_slider_to_its_left_end_shows_the_first_epoch(qtbot: QtBot, window: MainWindow) -> None:
    bar, session = window.timeline, window.session
    assert "Newest: epoch 4" in bar.words.text() and not bar.newest_button.isEnabled()
    assert session.picture is not None
    newest = session.picture.copy()
    slider = bar.slider
    # The bar has come only now: until it is laid out, the handle is elsewhere.
    qtbot.waitUntil(lambda: bar.row.width() > bar.width() / 2, timeout=PATIENCE)
    handle = handle_of(slider).center()
    assert slider.rect().contains(handle) and handle.x() > slider.width() / 2
    y = handle.y()
    QTest.mousePress(slider, LEFT, pos=handle)
    for share in (0.8, 0.6, 0.4, 0.2, 0.0):
        QTest.mouseMove(slider, QPoint(int(share * slider.width()), y))
    QTest.mouseRelease(slider, LEFT, pos=QPoint(0, y))
    wait_for(qtbot, window, 1)
    assert "Epoch 1 of 4" in bar.words.text()
    qtbot.waitUntil(lambda: not np.allclose(session.picture, newest), timeout=PATIENCE)
    assert "as of epoch 1" in window.model_label.text()
    marker = window.training.plot.plot.marker
    assert marker.isVisible() and marker.value() == 1.0
    QTest.mouseClick(bar.newest_button, LEFT)
    wait_for(qtbot, window, None)
    qtbot.waitUntil(lambda: np.allclose(session.picture, newest), timeout=PATIENCE)
    assert not marker.isVisible() and "as of" not in window.model_label.text()


def test_keys_step_from_epoch_to_epoch(qtbot: QtBot, window: MainWindow) -> None:
    alt = Qt.KeyboardModifier.AltModifier
    QTest.keyClick(window, Qt.Key.Key_Left, alt)
    wait_for(qtbot, window, 4)
    QTest.keyClick(window, Qt.Key.Key_Left, alt)
    wait_for(qtbot, window, 3)
    QTest.keyClick(window, Qt.Key.Key_Right, alt)
    wait_for(qtbot, window, 4)
    QTest.keyClick(window, Qt.Key.Key_Left, alt)
    QTest.keyClick(window, Qt.Key.Key_End, alt)
    wait_for(qtbot, window, None)


def test_the_epoch_that_the_slider_comes_to_is_spoken(
    qtbot: QtBot, window: MainWindow, spoken: list[str]
) -> None:
    slider = window.timeline.slider
    window.activateWindow()
    qtbot.waitActive(window)
    slider.setFocus()
    spoken.clear()
    QTest.keyClick(slider, Qt.Key.Key_Left)
    wait_for(qtbot, window, 4)
    assert slider.accessibleDescription() == "Epoch 4 of 4"
    # On Linux a new description of what has the keyboard is spoken by itself.
    assert "Epoch 4 of 4" in spoken or AT_SPI
    window.canvas.canvas.setFocus()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    wait_for(qtbot, window, 3)
    assert "Epoch 3 of 4" in spoken


def test_what_an_earlier_epoch_drew_is_no_work_of_the_models_file(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    session = window.session
    session.samples.active = True
    session.save_model(tmp_path / "mine.safetensors")
    qtbot.waitUntil(lambda: session.model is not None and session.model.saved, timeout=PATIENCE)
    lines = []
    for epoch in (None, 1, None):
        session.timeline.view(epoch)
        wait_for(qtbot, window, epoch)
        qtbot.waitUntil(
            lambda: session.model is not None and session.samples.model_id == session.model.model_id,
            timeout=PATIENCE,
        )
        source = samples_source(session)
        assert source is not None
        lines.append(command_line(session, source, "png", ExportChoices(), "a.png"))
    assert lines[0] == lines[2] and "mine.safetensors" in lines[0] and lines[1] == ""


def test_another_model_ends_it(qtbot: QtBot, window: MainWindow) -> None:
    window.session.timeline.view(2)
    wait_for(qtbot, window, 2)
    window.session.open_bundled("mnist-2d")
    qtbot.waitUntil(lambda: not window.timeline.isVisible(), timeout=PATIENCE)
    assert window.session.timeline.viewed is None


def test_no_room_on_the_disk_no_timeline(qtbot: QtBot, window: MainWindow) -> None:
    dialog = PreferencesDialog(window.session, window)
    qtbot.addWidget(dialog)
    assert dialog.timeline_box.value() == 500
    dialog.timeline_box.setValue(0)
    assert dialog.timeline_box.text() == "Keep none"
    dialog.accept()
    assert not window.timeline.isVisible()
    assert Preferences().timeline_megabytes == 0
