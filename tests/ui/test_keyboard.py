"""The whole window by keyboard alone: what Tab comes to, what it looks like there, and the keys to the rest."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from vae_desktop.core.config import TsneConfig
from vae_desktop.ui.main_window import MainWindow
from vae_desktop.ui.popup import Popup

PATIENCE = 60_000
CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture(autouse=True)
def active(window: MainWindow, qtbot: QtBot) -> None:
    """The window has the keyboard."""
    window.activateWindow()
    qtbot.waitActive(window)


@pytest.fixture
def full(window: MainWindow, qtbot: QtBot) -> None:
    """The window, large, with something everywhere: a map, a selected digit, a group, a drawing."""
    window.resize(1700, 1100)
    session = window.session
    session.map.start(TsneConfig(iterations=20))
    qtbot.waitUntil(lambda: session.map.frame is not None and session.map.state == "idle", timeout=PATIENCE)
    session.select(5)
    session.set_group([1, 2, 3])
    session.set_class_hidden(3, True)
    window.training.form.show_more(True)
    window.drawing.take_pad()
    QTest.mouseClick(window.drawing.pad, Qt.MouseButton.LeftButton, pos=window.drawing.pad.rect().center())
    qtbot.waitUntil(lambda: session.drawing.portrait is not None, timeout=PATIENCE)


def press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> QWidget:
    """Press a key wherever the keyboard is; where it is then."""
    QTest.keyClick(window.windowHandle(), key, modifiers)
    now = QApplication.focusWidget()
    assert now is not None
    return now


def walk(window: MainWindow) -> list[QWidget]:
    """What Tab comes to from the canvas until it is back there."""
    window.canvas.canvas.setFocus()
    places: list[QWidget] = []
    while not places or places[-1] is not window.canvas.canvas:
        places.append(press(window, Qt.Key.Key_Tab))
        assert len(places) == len(set(places)), f"Tab turns in a circle at {places[-1]}"
    return places


def can_be_worked(window: MainWindow) -> list[QWidget]:
    """All that a mouse can work in the panels and is enabled now."""
    kinds = (QAbstractButton, QLineEdit, QAbstractSpinBox, QComboBox, QAbstractSlider, QAbstractItemView)
    found = []
    for panel in (window.canvas, *(dock.widget() for dock in window.docks.values())):
        for part in panel.findChildren(QWidget):
            takes = part.focusPolicy() & Qt.FocusPolicy.TabFocus
            inner = isinstance(part.parentWidget(), QAbstractSpinBox | QLineEdit) or part.focusProxy()
            worked = (isinstance(part, kinds) or takes) and not isinstance(part, QScrollBar) and not inner
            if worked and part.isVisible() and part.isEnabled() and part.window() is window:
                found.append(part)
    return found


def name_of(part: QWidget) -> str:
    """What a screen reader calls it: its own name, its words, or the label that is beside it."""
    words = part.text() if isinstance(part, QAbstractButton) else ""
    labels = (label.text() for label in part.window().findChildren(QLabel) if label.buddy() is part)
    return part.accessibleName() or words or next(labels, "")


def in_front(part: QWidget) -> bool:
    """Whether the middle of it can be seen."""
    at = part.window().childAt(part.mapTo(part.window(), part.rect().center()))
    return at is part or (at is not None and part.isAncestorOf(at))


def look(part: QWidget) -> QImage:
    """A part and a little around it, as it is painted."""
    place = QRect(part.mapTo(part.window(), QPoint()), part.size())
    return part.window().grab(place.adjusted(-3, -3, 3, 3)).toImage()


@pytest.mark.usefixtures("full")
def test_tab_comes_to_everything_and_everything_has_a_name(window: MainWindow) -> None:
    walked = set(walk(window))
    missed = [part for part in can_be_worked(window) if part not in walked]
    assert len(walked) > 80 and missed == []
    for part in walked:
        assert name_of(part).strip(), f"{part} in {part.parentWidget()} has no name"


@pytest.mark.usefixtures("full")
def test_the_walk_goes_from_panel_to_panel_and_is_seen_at_each_step(window: MainWindow) -> None:
    panels = (window.canvas, *(dock.widget() for dock in window.docks.values()))
    order: list[QWidget] = []
    for part in walk(window):
        panel = next((it for it in panels if it.isAncestorOf(part)), None)
        if panel is not None and (not order or order[-1] is not panel):
            order.append(panel)
        part.setFocus(Qt.FocusReason.TabFocusReason)
        assert in_front(part), f"{part} has the keyboard and lies behind others"
        focused = look(part)
        part.clearFocus()
        assert look(part) != focused, f"nothing shows that the keyboard is on {name_of(part)!r}, {part}"
    # It begins in the middle of the canvas's panel, and ends before it.
    assert order == [*panels, window.canvas]


def test_the_arrows_move_the_cursor_from_the_start(window: MainWindow) -> None:
    press(window, Qt.Key.Key_Right)
    assert window.session.cursor.tolist() == pytest.approx([0.1, 0.0])


@pytest.mark.usefixtures("full")
def test_each_panel_has_a_key_also_when_it_was_closed_or_lies_behind_another(window: MainWindow) -> None:
    window.docks["draw"].close()
    for number, dock in enumerate(window.docks.values(), start=1):
        now = press(window, Qt.Key(Qt.Key.Key_0 + number), ALT)
        assert dock.isVisible() and dock.widget().isAncestorOf(now)
        assert in_front(now)
    assert press(window, Qt.Key.Key_5, ALT) is window.drawing.pad
    assert press(window, Qt.Key.Key_0, ALT) is window.canvas.canvas
    # The key brings the keyboard back to where it was in the panel.
    window.samples.seed.setFocus()
    press(window, Qt.Key.Key_2, ALT)
    assert press(window, Qt.Key.Key_3, ALT) is window.samples.seed


@pytest.mark.usefixtures("full")
def test_f6_goes_round_the_panels_that_are_open(window: MainWindow) -> None:
    window.docks["samples"].close()
    window.canvas.canvas.setFocus()
    seen = []
    for _ in window.docks:
        now = press(window, Qt.Key.Key_F6)
        holder = now
        while not isinstance(holder, QDockWidget) and holder is not window.canvas:
            holder = holder.parentWidget()
        seen.append(holder)
    others = [dock for name, dock in window.docks.items() if name != "samples"]
    assert seen == [*others, window.canvas]
    assert others[-1].isAncestorOf(press(window, Qt.Key.Key_F6, SHIFT))


@pytest.mark.usefixtures("full")
def test_groups_and_selections_need_no_mouse(window: MainWindow) -> None:
    session, canvas = window.session, window.canvas.canvas
    press(window, Qt.Key.Key_0, ALT)
    press(window, Qt.Key.Key_Escape)
    assert not len(session.group)
    press(window, Qt.Key.Key_Home)
    press(window, Qt.Key.Key_Right, SHIFT)
    before = session.cursor
    press(window, Qt.Key.Key_Return)
    assert session.selected is not None and session.codes is not None
    gaps = ((session.codes.means - before) ** 2).sum(axis=1)
    gaps[session.codes.labels == 3] = float("inf")  # hidden
    assert session.selected == int(gaps.argmin())
    first = session.selected
    press(window, Qt.Key.Key_Return, SHIFT)
    assert session.group.tolist() == [first]
    press(window, Qt.Key.Key_2, ALT)
    walked = press(window, Qt.Key.Key_Left)
    assert walked is window.map.view and session.selected != first
    press(window, Qt.Key.Key_Return, SHIFT)
    assert session.group.tolist() == sorted([first, session.selected])
    press(window, Qt.Key.Key_Return, SHIFT)
    assert session.group.tolist() == [first]
    press(window, Qt.Key.Key_F, CONTROL)
    QTest.keyClicks(QApplication.focusWidget(), "label 7")
    press(window, Qt.Key.Key_Return)
    assert set(session.codes.labels[session.group].tolist()) == {7}
    press(window, Qt.Key.Key_Escape)
    assert canvas.session is session and QApplication.focusWidget() is window.map.view


@pytest.mark.usefixtures("full")
def test_a_popup_opens_takes_the_keyboard_and_gives_it_back(window: MainWindow, qtbot: QtBot) -> None:
    for button, popup in (
        (window.map.settings_button, window.map.settings),
        (window.map.look_button, window.map.look),
    ):
        assert isinstance(popup, Popup)
        button.setFocus()
        press(window, Qt.Key.Key_Space)
        qtbot.waitUntil(popup.isVisible)
        inside = QApplication.focusWidget()
        assert inside is not None and popup.isAncestorOf(inside)
        QTest.keyClick(popup.windowHandle(), Qt.Key.Key_Escape)
        assert not popup.isVisible() and QApplication.focusWidget() is button
