"""Pen, finger and palm on the drawing pad."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QInputDevice, QPointingDevice, QTabletEvent, QTouchEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QToolTip
from pytestqt.qtbot import QtBot

from tests.ui.finger_hand import Fingers
from vae_desktop.ui.drawing_pad import DrawingPad
from vae_desktop.ui.drawing_sheet import SIDE

NO_KEY = Qt.KeyboardModifier.NoModifier
NO_BUTTON, TIP, SIDE_BUTTON = (
    Qt.MouseButton.NoButton,
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.RightButton,
)
PRESS, MOVE, RELEASE = QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.TabletRelease
TOP, MIDDLE, BOTTOM = 0.2, 0.5, 0.8


@pytest.fixture
def pad(qtbot: QtBot) -> DrawingPad:
    """A pad in a window."""
    window, pad = QMainWindow(), DrawingPad()
    window.setCentralWidget(pad)
    window.resize(300, 300)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    pad._window = window  # type: ignore[attr-defined]  # kept alive
    return pad


def at(pad: DrawingPad, x: float, y: float) -> QPoint:
    """A place of the sheet, in shares of its side, as a pixel of the pad."""
    area = pad.area()
    return QPointF(area.x() + x * area.width(), area.y() + y * area.height()).toPoint()


class Pen:
    """A pen over a pad."""

    def __init__(self, pad: DrawingPad) -> None:
        self._pad = pad
        self._device = QPointingDevice(
            "pen", 7, QInputDevice.DeviceType.Stylus, QPointingDevice.PointerType.Pen,
            QInputDevice.Capability.Position | QInputDevice.Capability.Pressure, 1, 3,
        )  # fmt: skip

    def tell(
        self, kind: QEvent.Type, x: float, y: float, button: Qt.MouseButton, down: Qt.MouseButton
    ) -> None:
        """It does something at a place; `button` has changed, `down` are those that are down now."""
        where = QPointF(at(self._pad, x, y))
        pressure = 0.0 if down == NO_BUTTON else 1.0
        event = QTabletEvent(
            kind, self._device, where, self._pad.mapToGlobal(where), pressure, 0, 0, 0, 0, 0, NO_KEY,
            button, down,
        )  # fmt: skip
        QApplication.sendEvent(self._pad, event)

    def line(self, y: float, button: Qt.MouseButton = TIP) -> None:
        """Draw from left to right."""
        self.tell(PRESS, 0.2, y, button, button)
        self.tell(MOVE, 0.8, y, NO_BUTTON, button)
        self.tell(RELEASE, 0.8, y, button, NO_BUTTON)


def inked(pad: DrawingPad, y: float) -> float:
    """How much of a row is inked, 0 to 1."""
    return float((pad.sheet.ink()[int(y * SIDE)] > 127).mean())


def test_a_palm_that_was_there_before_the_pen_leaves_nothing(pad: DrawingPad) -> None:
    palm, pen = Fingers(pad), Pen(pad)
    palm.down(at(pad, 0.9, 0.9))
    palm.move(at(pad, 0.92, 0.88))
    pen.tell(PRESS, 0.2, TOP, TIP, TIP)
    pen.tell(MOVE, 0.5, TOP, NO_BUTTON, TIP)
    palm.move(at(pad, 0.95, 0.85))
    pen.tell(MOVE, 0.8, TOP, NO_BUTTON, TIP)
    pen.tell(RELEASE, 0.8, TOP, TIP, NO_BUTTON)
    palm.move(at(pad, 0.9, 0.7))
    palm.up()
    assert inked(pad, TOP) > 0.6 and inked(pad, 0.9) == 0 and inked(pad, 0.75) == 0
    pad.undo()
    assert pad.sheet.empty and not pad.sheet.can_undo


def test_a_finger_beside_a_pen_does_not_draw_until_that_has_gone(pad: DrawingPad, qtbot: QtBot) -> None:
    pen, fingers = Pen(pad), Fingers(pad)
    pen.tell(MOVE, 0.5, 0.5, NO_BUTTON, NO_BUTTON)
    fingers.drag(at(pad, 0.2, MIDDLE), at(pad, 0.8, MIDDLE))
    assert pad.sheet.empty and not pad.sheet.can_undo

    def draws() -> bool:
        fingers.drag(at(pad, 0.2, MIDDLE), at(pad, 0.8, MIDDLE))
        return not pad.sheet.empty

    qtbot.waitUntil(draws)


def test_a_finger_draws_again_while_the_palm_rests(pad: DrawingPad) -> None:
    hand = Fingers(pad)
    hand.down(at(pad, 0.2, TOP), 1)
    hand.down(at(pad, 0.9, 0.95), 2)
    hand.move(at(pad, 0.8, TOP), 1)
    hand.up(1)
    hand.down(at(pad, 0.2, MIDDLE), 1)
    hand.move(at(pad, 0.8, MIDDLE), 1)
    hand.up(1)
    hand.up(2)
    assert inked(pad, TOP) > 0.5 and inked(pad, MIDDLE) > 0.5 and inked(pad, 0.95) == 0
    pad.undo()
    assert inked(pad, TOP) > 0.5 and inked(pad, MIDDLE) == 0, "they were two strokes"


def test_what_the_system_takes_for_a_palm_is_taken_back(pad: DrawingPad) -> None:
    hand = Fingers(pad)
    hand.down(at(pad, 0.2, TOP))
    hand.move(at(pad, 0.8, TOP))
    assert inked(pad, TOP) > 0.5
    QApplication.sendEvent(pad, QTouchEvent(QEvent.Type.TouchCancel, hand.device, NO_KEY, []))
    assert pad.sheet.empty
    hand.up()


def test_the_pens_button_rubs_out_and_disturbs_no_stroke(pad: DrawingPad) -> None:
    pen = Pen(pad)
    pen.line(MIDDLE)
    pen.line(MIDDLE, SIDE_BUTTON)
    assert inked(pad, MIDDLE) == 0
    pen.tell(PRESS, 0.2, TOP, TIP, TIP)
    pen.tell(PRESS, 0.4, TOP, SIDE_BUTTON, TIP | SIDE_BUTTON)
    pen.tell(RELEASE, 0.5, TOP, SIDE_BUTTON, TIP)
    pen.tell(MOVE, 0.8, TOP, NO_BUTTON, TIP)
    pen.tell(RELEASE, 0.8, TOP, TIP, NO_BUTTON)
    assert inked(pad, TOP) > 0.6


def test_after_a_pens_stroke_the_keys_are_the_pads(pad: DrawingPad) -> None:
    pad.clearFocus()
    Pen(pad).line(MIDDLE)
    assert pad.hasFocus()


def test_fingers_on_a_touchpad_do_not_draw(pad: DrawingPad) -> None:
    """On macOS a touchpad tells of them, beside the mouse that they move."""
    hand = Fingers(pad, QInputDevice.DeviceType.TouchPad)
    hand.drag(at(pad, 0.2, MIDDLE), at(pad, 0.8, MIDDLE))
    assert pad.sheet.empty


def test_the_hint_does_not_hide_what_is_drawn(pad: DrawingPad, qtbot: QtBot) -> None:
    """A pen that hovers has Qt show it later, in the middle of a stroke."""

    def point() -> None:
        middle = at(pad, 0.5, MIDDLE)
        QApplication.sendEvent(pad, QHelpEvent(QEvent.Type.ToolTip, middle, pad.mapToGlobal(middle)))

    point()
    assert QToolTip.text() == pad.toolTip()
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())
    Pen(pad).line(TOP)
    point()
    assert not QToolTip.isVisible()
