"""Fingers in what scrolls: they scroll from anywhere, and press where they tap."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QInputDevice
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QMainWindow,
    QScrollArea,
    QScroller,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui.canvas_hand import PATIENCE, ModelOf, ShowPanel
from tests.ui.finger_hand import Fingers
from vae_desktop.ui.coordinates_list import SLIDER
from vae_desktop.ui.finger_scroll import FingerScroll


class Form:
    """A form of which a third is in view; no row of it is scrolled by a tap."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window, self.area, content = QMainWindow(), QScrollArea(), QWidget()
        rows = QFormLayout(content)
        self.choice, self.number, self.text = QComboBox(), QSpinBox(), QLineEdit("some words")
        self.choice.addItems(["one", "two"])
        for name, field in (("Choice", self.choice), ("Number", self.number), ("Text", self.text)):
            rows.addRow(name, field)
        for number in range(20):
            rows.addRow(f"Row {number}", QLabel("…"))
        self.area.setWidget(content)
        self.area.setWidgetResizable(True)
        FingerScroll(self.area)
        self.window.setCentralWidget(self.area)
        self.window.resize(320, 240)
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitActive(self.window)
        self.fingers = Fingers(self.area.viewport())

    @property
    def scrolled(self) -> int:
        """How far it is scrolled."""
        return self.area.verticalScrollBar().value()

    def on(self, field: QWidget, x: int | None = None) -> QPoint:
        """The middle of a field on the viewport, or so far from its left."""
        middle = field.rect().center()
        return field.mapTo(self.area.viewport(), QPoint(middle.x() if x is None else x, middle.y()))


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    """A form in a low window."""
    return Form(qtbot)


@pytest.mark.parametrize("start", ["choice", "number", "text"])
def test_a_finger_scrolls_from_anywhere_and_changes_nothing(form: Form, start: str, qtbot: QtBot) -> None:
    field: QWidget = getattr(form, start)
    place = form.on(field)
    form.fingers.down(place)
    form.fingers.move(place - QPoint(0, 70), steps=20)
    qtbot.waitUntil(lambda: form.scrolled == pytest.approx(70, abs=25))
    form.fingers.up()
    assert not form.choice.view().isVisible() and form.number.value() == 0 and not form.text.selectedText()


def test_a_tap_is_a_click(form: Form, qtbot: QtBot) -> None:
    form.fingers.tap(form.on(form.number, form.number.width() - 8) - QPoint(0, 5))
    assert form.number.value() == 1
    assert form.number.hasFocus()
    form.fingers.tap(form.on(form.text))
    assert form.text.hasFocus()
    form.fingers.tap(form.on(form.choice))
    qtbot.waitUntil(form.choice.view().isVisible)
    form.choice.hidePopup()
    assert form.scrolled == 0


def test_sideways_is_the_mouses(form: Form) -> None:
    start = form.on(form.text, 3)
    form.fingers.drag(start, start + QPoint(form.text.width() // 2, 2))
    assert form.text.selectedText() and form.scrolled == 0


def test_a_finger_that_rests_presses(form: Form, qtbot: QtBot) -> None:
    """A number's arrow runs on, as under a mouse."""
    form.fingers.down(form.on(form.number, form.number.width() - 8) - QPoint(0, 5))
    qtbot.waitUntil(lambda: form.number.value() > 2)
    form.fingers.up()
    assert form.scrolled == 0


def test_where_all_is_in_view_a_finger_is_a_mouse(form: Form) -> None:
    form.window.resize(320, 900)
    start = form.on(form.text, 3)
    form.fingers.drag(start, start + QPoint(form.text.width() // 2, 40))
    assert form.text.selectedText() and form.scrolled == 0


def test_fingers_on_a_touchpad_scroll_by_the_wheel_alone(form: Form) -> None:
    fingers = Fingers(form.area.viewport(), QInputDevice.DeviceType.TouchPad)
    place = form.on(form.choice)
    fingers.drag(place, place - QPoint(0, 70))
    assert form.scrolled == 0


def test_a_list_whose_rows_can_be_carried_scrolls_and_carries_none(qtbot: QtBot) -> None:
    window, rows = QMainWindow(), QListWidget()
    rows.addItems([f"row {number}" for number in range(60)])
    rows.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
    FingerScroll(rows, spared=lambda place: place.x() < 20)
    chosen: list[int] = []
    rows.doubleClicked.connect(lambda index: chosen.append(index.row()))
    window.setCentralWidget(rows)
    window.resize(240, 240)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    fingers, middle = Fingers(rows.viewport()), QPoint(120, 100)
    fingers.down(middle)
    fingers.move(middle - QPoint(0, 60), steps=20)
    # Pixel by pixel, and not by rows.
    qtbot.waitUntil(lambda: rows.verticalScrollBar().value() == pytest.approx(60, abs=25))
    fingers.up()
    qtbot.waitUntil(
        lambda: QScroller.scroller(rows.viewport()).state() == QScroller.State.Inactive, timeout=PATIENCE
    )
    fingers.drag(middle, middle + QPoint(70, 5))
    assert [rows.item(row).text() for row in range(3)] == ["row 0", "row 1", "row 2"]
    row = rows.indexAt(middle).row()
    fingers.tap(middle)
    assert rows.currentRow() == row and not chosen
    fingers.tap(middle)
    assert chosen == [row]


def test_held_coordinates_are_scrolled_and_slid(
    model_of: ModelOf, show_panel: ShowPanel, qtbot: QtBot
) -> None:
    session = model_of(20)
    panel = show_panel(session)
    table = panel.coordinates_list
    panel.window().resize(900, 420)
    assert table.verticalScrollBar().maximum() > 0
    fingers = Fingers(table.viewport())
    middle = table.visualRect(table.held.index(1, SLIDER)).center()
    fingers.drag(middle, middle + QPoint(12, 2))
    assert session.cursor[table.held.dimensions[1]] > 0 and not session.in_gesture
    cursor = session.cursor.tolist()
    fingers.drag(middle, middle - QPoint(0, 40))
    qtbot.waitUntil(lambda: table.verticalScrollBar().value() > 0)
    assert session.cursor.tolist() == cursor
