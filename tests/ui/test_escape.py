"""What Esc takes back, by real keys: what came last goes first."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from tests.ui.canvas_hand import move
from vae_desktop.app.problems import Problem
from vae_desktop.ui.main_window import MainWindow

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
FAULT = Problem("Something is wrong.", "Mend it.")


def escape(window: MainWindow, qtbot: QtBot) -> None:
    """Press Esc wherever the keyboard is."""
    window.activateWindow()
    qtbot.waitActive(window)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)


def test_a_message_that_came_after_the_group_goes_first(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    window.canvas.canvas.setFocus()
    session.set_group([1, 2, 3])
    session.problem_raised.emit(FAULT)
    escape(window, qtbot)
    assert window.message_bar.isHidden() and len(session.group) == 3
    escape(window, qtbot)
    assert not len(session.group)


def test_a_group_that_came_after_the_message_goes_first(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    window.canvas.canvas.setFocus()
    session.problem_raised.emit(FAULT)
    session.set_group([1, 2, 3])
    escape(window, qtbot)
    assert not window.message_bar.isHidden() and not len(session.group)
    escape(window, qtbot)
    assert window.message_bar.isHidden()


def test_with_the_keyboard_elsewhere_the_message_goes(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    session.problem_raised.emit(FAULT)
    session.set_group([1, 2, 3])
    window.samples.seed.setFocus()
    escape(window, qtbot)
    assert window.message_bar.isHidden() and len(session.group) == 3


def test_an_outline_under_the_hand_goes_before_any_message(window: MainWindow, qtbot: QtBot) -> None:
    session, canvas = window.session, window.canvas.canvas
    middle = canvas.plane_area().center().toPoint()
    QTest.mousePress(canvas.viewport(), LEFT, SHIFT, middle)
    for step in ((40, 0), (40, 40), (0, 40)):
        move(canvas, middle + QPoint(*step), LEFT)
    session.problem_raised.emit(FAULT)
    escape(window, qtbot)
    assert not window.message_bar.isHidden()
    QTest.mouseRelease(canvas.viewport(), LEFT, SHIFT, middle)
    assert not len(session.group), "the outline was given up"
    escape(window, qtbot)
    assert window.message_bar.isHidden()


def test_the_paths_tool_is_put_down_first_if_it_was_taken_last(window: MainWindow, qtbot: QtBot) -> None:
    hand = window.canvas.canvas.path_hand
    window.session.problem_raised.emit(FAULT)
    hand.take()
    escape(window, qtbot)
    assert not hand.on and not window.message_bar.isHidden()
    hand.take()
    window.session.problem_raised.emit(FAULT)
    escape(window, qtbot)
    assert hand.on and window.message_bar.isHidden()


def test_what_is_being_typed_goes_before_a_message(window: MainWindow, qtbot: QtBot) -> None:
    field = window.canvas.coordinates.fields[0]
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "1.5")
    window.session.problem_raised.emit(FAULT)
    escape(window, qtbot)
    assert not field.isModified() and not window.message_bar.isHidden()
    assert QApplication.focusWidget() is field
    escape(window, qtbot)
    assert window.message_bar.isHidden()


def test_the_part_with_the_keyboard_may_go(window: MainWindow, qtbot: QtBot) -> None:
    field = QLineEdit(window.canvas)
    field.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    delete(field)
    window.canvas.canvas.setFocus()
    qtbot.waitUntil(window.canvas.canvas.hasFocus)
