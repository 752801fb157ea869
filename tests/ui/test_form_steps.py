"""Undo and redo of the window's forms, by real keys: whatever was set last goes back, wherever the keyboard is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from vae_desktop.app.session import Session
from vae_desktop.app.settings import Preferences
from vae_desktop.ui.main_window import MainWindow

PATIENCE = 60_000
LEFT = Qt.MouseButton.LeftButton
UNDO, REDO = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot, home: Path) -> Iterator[MainWindow]:
    """An active window on the bundled model and the built-in digits."""
    it = MainWindow(Session(Preferences()))
    it.complete()
    it.show()
    it.session.start(None, "digits")
    qtbot.waitUntil(lambda: it.session.picture is not None and it.session.codes is not None, timeout=PATIENCE)
    it.activateWindow()
    qtbot.waitActive(it)
    yield it
    it.close()
    it.deleteLater()


def press(window: QWidget, key: QKeySequence.StandardKey) -> None:
    """Press a standard shortcut wherever the keyboard is."""
    combination = QKeySequence.keyBindings(key)[0][0]
    QTest.keyClick(window.windowHandle(), combination.key(), combination.keyboardModifiers())


def type_number(box: QSpinBox | QDoubleSpinBox, number: str) -> None:
    """Type a number and give it with Enter."""
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, number)
    QTest.keyClick(box, Qt.Key.Key_Return)


def test_the_maps_settings_go_back(window: MainWindow, qtbot: QtBot) -> None:
    button, popup = window.map.settings_button, window.map.settings
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(popup.isVisible)
    type_number(popup.perplexity, "12")
    type_number(popup.seed, "5")
    popup.method.setFocus()
    QTest.keyClick(popup.method, Qt.Key.Key_Down)
    assert popup.chosen_method == "pca" and not popup.seed.isEnabled()
    # The keys count in the popup too, which is a window of its own.
    popup.perplexity.setFocus()
    press(popup, UNDO)
    assert popup.chosen_method == "tsne" and popup.seed.isEnabled()
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    press(window, UNDO)
    press(window, UNDO)
    assert (popup.perplexity.value(), popup.seed.value()) == (30, 0)
    assert window.menus.steps.redo.text().replace("&", "") == "Redo map settings"
    for _ in range(3):
        press(window, REDO)
    assert (popup.perplexity.value(), popup.seed.value(), popup.chosen_method) == (12, 5, "pca")


def test_a_number_that_is_still_being_typed_counts_for_the_map(window: MainWindow, qtbot: QtBot) -> None:
    button, popup = window.map.settings_button, window.map.settings
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(popup.isVisible)
    popup.perplexity.setFocus()
    popup.perplexity.selectAll()
    QTest.keyClicks(popup.perplexity, "17")
    window.map.start_action.trigger()
    assert window.session.map.config is not None and window.session.map.config.perplexity == 17
    window.session.map.stop()
    press(popup, UNDO)
    assert popup.perplexity.value() == 30
    popup.hide()


def test_number_and_choice_of_reconstructions_go_back(window: MainWindow) -> None:
    shown, panel = window.session.reconstructions, window.reconstructions
    window.docks["reconstructions"].raise_()
    assert shown.indices is not None
    before = shown.indices.tolist()
    QTest.mouseClick(panel.shuffle, LEFT)
    shuffled = shown.indices.tolist()
    type_number(panel.count, "25")
    assert len(shown.indices) == 25 and shown.indices.tolist()[:10] == shuffled
    press(window, UNDO)
    assert shown.indices.tolist() == shuffled and panel.count.value() == 10
    press(window, UNDO)
    assert shown.indices.tolist() == before
    press(window, REDO)
    press(window, REDO)
    assert shown.indices.tolist()[:10] == shuffled and panel.count.value() == 25


def test_kind_and_frames_of_the_path_go_back(window: MainWindow) -> None:
    page, path = window.path.page, window.session.path
    window.docks["path"].raise_()
    path.add_cursor()
    window.session.set_cursor([1, 1])
    path.add_cursor()
    QTest.mouseClick(page.kinds["geodesic"], LEFT)
    assert path.plan.kind == "geodesic"
    # Held down, an arrow turns the number up; that is one step.
    page.frames.setFocus()
    for _ in range(4):
        QTest.keyClick(page.frames, Qt.Key.Key_Up)
    assert path.plan.frames == 28
    press(window, UNDO)
    assert path.plan.frames == page.frames.value() == 24
    press(window, UNDO)
    assert path.plan.kind == "linear" and page.kinds["linear"].isChecked()
    assert len(path.plan.stops) == 2


def test_other_variations_and_generated_digits_go_back(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    session.select(5)
    session.set_group([1, 2, 3])
    variations = window.canvas.variations
    qtbot.waitUntil(variations.isVisible, timeout=PATIENCE)
    QTest.mouseClick(variations.reroll, LEFT)
    seed = session.posterior.seed
    window.docks["digit"].raise_()
    window.digit.show_group()
    type_number(window.digit.group.seed, "9")
    window.digit.group.sampler.setFocus()
    QTest.keyClick(window.digit.group.sampler, Qt.Key.Key_Down)
    assert seed != 0 and (session.region.seed, session.region.sampler) == (9, "kde")
    press(window, UNDO)
    press(window, UNDO)
    assert (session.region.seed, session.region.sampler) == (0, "gaussian")
    assert window.digit.group.seed.value() == 0 and window.digit.group.sampler.value() == "gaussian"
    press(window, UNDO)
    assert session.posterior.seed == 0 and session.group.tolist() == [1, 2, 3]
    press(window, REDO)
    assert session.posterior.seed == seed


def test_the_number_of_nearest_digits_goes_back(window: MainWindow, qtbot: QtBot) -> None:
    window.docks["digit"].raise_()
    window.session.select(5)
    panel = window.digit
    qtbot.waitUntil(lambda: panel.neighbours.count == 10, timeout=PATIENCE)
    type_number(panel.count, "4")
    assert panel.neighbours.count == 4
    press(window, UNDO)
    assert panel.neighbours.count == panel.count.value() == 10
