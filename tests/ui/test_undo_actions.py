"""Undo and redo in the window: what the menu says, and whose steps the keys take back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSpinBox
from pytestqt.qtbot import QtBot

from tests.ui.canvas_hand import move
from vae_desktop.ui.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton
UNDO, REDO = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo


@pytest.fixture(autouse=True)
def active(window: MainWindow, qtbot: QtBot) -> None:
    """The window has the keyboard."""
    window.activateWindow()
    qtbot.waitActive(window)


def press(window: MainWindow, key: QKeySequence.StandardKey) -> None:
    """Press a standard shortcut wherever the keyboard is."""
    combination = QKeySequence.keyBindings(key)[0][0]
    QTest.keyClick(window.windowHandle(), combination.key(), combination.keyboardModifiers())


def words(window: MainWindow) -> tuple[str, bool, str, bool]:
    """What the Edit menu says of undo and redo, and whether they can be chosen."""
    undo, redo = window.menus.steps.undo, window.menus.steps.redo
    return undo.text().replace("&", ""), undo.isEnabled(), redo.text().replace("&", ""), redo.isEnabled()


def type_number(box: QSpinBox, number: str) -> None:
    """Type a number and give it with Enter."""
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, number)
    QTest.keyClick(box, Qt.Key.Key_Return)


def test_the_menu_says_what_would_be_taken_back(window: MainWindow) -> None:
    window.canvas.canvas.setFocus()
    assert words(window) == ("Undo", False, "Redo", False)
    window.session.select(3)
    assert words(window) == ("Undo selection", True, "Redo", False)
    window.session.set_class_hidden(4, True)
    assert words(window) == ("Undo shown classes", True, "Redo", False)
    press(window, UNDO)
    assert words(window) == ("Undo selection", True, "Redo shown classes", True)
    press(window, REDO)
    assert window.session.hidden_classes == {4}


def test_a_drag_a_deselection_and_a_typed_seed_go_back_with_three_keys(window: MainWindow) -> None:
    session, canvas = window.session, window.canvas.canvas
    session.select(3)
    start = session.cursor.tolist()
    middle = canvas.plane_area().center().toPoint()
    QTest.mousePress(canvas.viewport(), LEFT, pos=middle)
    move(canvas, middle + QPoint(30, 10), LEFT)
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=middle + QPoint(30, 10))
    assert session.selected is None
    session.set_class_hidden(1, True)
    type_number(window.samples.seed, "77")
    assert session.samples.seed == 77
    # The keyboard is still in the field, which has nothing of its own to take back.
    press(window, UNDO)
    assert session.samples.seed == 0 and window.samples.seed.value() == 0
    press(window, UNDO)
    assert session.hidden_classes == frozenset()
    press(window, UNDO)
    assert session.selected == 3 and session.cursor.tolist() == start
    for _ in range(3):
        press(window, REDO)
    assert session.samples.seed == 77 and session.hidden_classes == {1} and session.selected is None


def test_a_field_takes_back_its_own_typing_first(window: MainWindow) -> None:
    window.session.select(3)
    seed = window.samples.seed
    seed.setFocus()
    seed.selectAll()
    QTest.keyClicks(seed, "5")
    press(window, UNDO)
    assert seed.text() == "0" and window.session.selected == 3
    press(window, UNDO)
    assert window.session.selected is None


def test_in_the_training_form_it_is_about_the_form(window: MainWindow) -> None:
    window.session.select(3)
    form = window.training.form
    form.defaults.setFocus()
    assert words(window) == ("Undo", False, "Redo", False)
    form.dice.click()
    assert words(window)[:2] == ("Undo change of seed", True)
    # A menu that is opened by keys is still about the form.
    window.menu_bar.setFocus(Qt.FocusReason.MenuBarFocusReason)
    assert words(window)[0] == "Undo change of seed"
    window.menus.steps.undo.trigger()
    assert form.cells["seed"].raw() == 0 and window.session.selected == 3
    form.defaults.setFocus()
    assert words(window) == ("Undo", False, "Redo change of seed", True)
    press(window, REDO)
    assert form.cells["seed"].raw() != 0
    window.canvas.canvas.setFocus()
    assert words(window)[0] == "Undo selection"


def test_on_the_pad_it_is_about_strokes(window: MainWindow) -> None:
    window.session.select(3)
    window.drawing.take_pad()
    pad = window.drawing.pad
    assert words(window)[0] == "Undo"
    QTest.mouseClick(pad, LEFT, pos=pad.rect().center())
    assert words(window)[:2] == ("Undo stroke", True)
    press(window, UNDO)
    assert pad.sheet.empty and words(window) == ("Undo", False, "Redo stroke", True)
    assert window.session.selected == 3
