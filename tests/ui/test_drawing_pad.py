"""The pad: what mouse, pen, finger and keys leave on it, and the ways back."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from tests.ui.canvas_hand import count_colour
from vae_desktop.core.data.single_image import to_mnist
from vae_desktop.ui.drawing_pad import DrawingPad
from vae_desktop.ui.drawing_sheet import SIDE
from vae_desktop.ui.theme import theme

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@pytest.fixture
def pad(qtbot: QtBot) -> DrawingPad:
    """A pad in a window that has the keyboard, wider than high."""
    window = QMainWindow()
    pad = DrawingPad()
    window.setCentralWidget(pad)
    window.resize(400, 300)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    pad.setFocus()
    pad._window = window  # type: ignore[attr-defined]  # kept alive
    return pad


def at(pad: DrawingPad, x: float, y: float) -> QPoint:
    """A place of the sheet, in shares of its side, as a pixel of the pad."""
    area = pad.area()
    return QPointF(area.x() + x * area.width(), area.y() + y * area.height()).toPoint()


def draw(pad: DrawingPad, *places: tuple[float, float], button: Qt.MouseButton = LEFT) -> None:
    """Press at the first place, move over the others and let go at the last."""
    QTest.mousePress(pad, button, NONE, at(pad, *places[0]))
    for place in places[1:]:
        QTest.mouseMove(pad, at(pad, *place))
    QTest.mouseRelease(pad, button, NONE, at(pad, *places[-1]))


def rows_and_columns(ink: np.ndarray) -> tuple[float, float, float, float]:
    """Top, bottom, left and right of the ink, in shares of the sheet's side."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return rows[0] / SIDE, (rows[-1] + 1) / SIDE, columns[0] / SIDE, (columns[-1] + 1) / SIDE


def test_a_line_is_where_it_was_drawn_and_as_broad_as_the_pen(pad: DrawingPad) -> None:
    draw(pad, (0.2, 0.5), (0.8, 0.5))
    top, bottom, left, right = rows_and_columns(pad.sheet.ink())
    half = pad.pen_width / 2
    assert (left, right) == pytest.approx((0.2 - half, 0.8 + half), abs=0.02)
    assert (top, bottom) == pytest.approx((0.5 - half, 0.5 + half), abs=0.02)
    # It is seen, in the ink's colour on paper, and becomes a digit of MNIST's size.
    assert count_colour(pad.grab().toImage(), theme().colors.text) > 0.5 * 300 * 0.6 * 300 * pad.pen_width
    digit = to_mnist(pad.sheet.ink().astype(np.float32) / 255)
    assert digit is not None and digit.max() == 255 and np.flatnonzero(digit.any(axis=0)).size == 20


def test_a_click_leaves_a_dot(pad: DrawingPad) -> None:
    QTest.mouseClick(pad, LEFT, NONE, at(pad, 0.3, 0.7))
    top, bottom, left, right = rows_and_columns(pad.sheet.ink())
    middle = ((left + right) / 2, (top + bottom) / 2)
    assert middle == pytest.approx((0.3, 0.7), abs=0.02)
    assert right - left == pytest.approx(pad.pen_width, abs=0.02)


@pytest.mark.parametrize("by_button", [True, False])
def test_rubbing_out_takes_ink_away_and_undo_brings_it_back(pad: DrawingPad, by_button: bool) -> None:
    draw(pad, (0.2, 0.5), (0.8, 0.5))
    whole = pad.sheet.ink()
    pad.erasing = not by_button
    draw(pad, (0.5, 0.3), (0.5, 0.7), button=RIGHT if by_button else LEFT)
    ink = pad.sheet.ink()
    row = ink[SIDE // 2]
    assert row[SIDE // 2] == 0 and row[SIDE // 4] == 255 and row[3 * SIDE // 4] == 255
    QTest.keyClick(pad, Qt.Key.Key_Z, CTRL)
    np.testing.assert_array_equal(pad.sheet.ink(), whole)


def test_strokes_are_undone_one_by_one_and_redone(pad: DrawingPad) -> None:
    inks = [pad.sheet.ink()]
    for line in (((0.2, 0.2), (0.8, 0.2)), ((0.2, 0.5), (0.8, 0.5)), ((0.2, 0.8), (0.8, 0.8))):
        draw(pad, *line)
        inks.append(pad.sheet.ink())
    QTest.keyClick(pad, Qt.Key.Key_Delete)
    assert not pad.sheet.ink().any() and pad.sheet.empty
    for expected in (inks[3], inks[2], inks[1], inks[0]):
        QTest.keyClick(pad, Qt.Key.Key_Z, CTRL)
        np.testing.assert_array_equal(pad.sheet.ink(), expected)
    assert not pad.sheet.can_undo
    QTest.keyClick(pad, Qt.Key.Key_Z, CTRL | SHIFT)
    np.testing.assert_array_equal(pad.sheet.ink(), inks[1])


def test_a_stroke_that_leaves_the_pad_goes_on_when_it_comes_back(pad: DrawingPad) -> None:
    draw(pad, (0.5, 0.5), (1.5, 0.5), (0.5, 0.6))
    ink = pad.sheet.ink()
    assert ink[SIDE // 2, -1] == 255 and ink[int(0.6 * SIDE), SIDE // 2] == 255


def _tablet(
    pad: DrawingPad, kind: QEvent.Type, place: tuple[float, float], pressure: float, rubber: bool
) -> None:
    pointer = QPointingDevice.PointerType.Eraser if rubber else QPointingDevice.PointerType.Pen
    device = QPointingDevice(
        "pen", 7, QInputDevice.DeviceType.Stylus, pointer,
        QInputDevice.Capability.Position | QInputDevice.Capability.Pressure, 1, 3,
    )  # fmt: skip
    where = QPointF(at(pad, *place))
    lifted = kind == QEvent.Type.TabletRelease
    event = QTabletEvent(
        kind, device, where, pad.mapToGlobal(where), 0.0 if lifted else pressure, 0, 0, 0, 0, 0, NONE,
        Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton if lifted else Qt.MouseButton.LeftButton,
    )  # fmt: skip
    QApplication.sendEvent(pad, event)


def _pen(
    pad: DrawingPad, start: tuple[float, float], end: tuple[float, float], pressure: float, rubber: bool
) -> None:
    _tablet(pad, QEvent.Type.TabletPress, start, pressure, rubber)
    _tablet(pad, QEvent.Type.TabletMove, end, pressure, rubber)
    _tablet(pad, QEvent.Type.TabletRelease, end, pressure, rubber)


def test_a_pen_pressed_lightly_draws_a_thinner_line(pad: DrawingPad) -> None:
    _pen(pad, (0.2, 0.3), (0.8, 0.3), 1.0, rubber=False)
    _pen(pad, (0.2, 0.7), (0.8, 0.7), 0.2, rubber=False)
    column = pad.sheet.ink()[:, SIDE // 2]
    heavy, light = (column[: SIDE // 2] > 127).sum(), (column[SIDE // 2 :] > 127).sum()
    assert heavy == pytest.approx(pad.pen_width * SIDE, abs=2) and 2 < light < 0.7 * heavy


def test_the_other_end_of_a_pen_rubs_out(pad: DrawingPad) -> None:
    _pen(pad, (0.2, 0.5), (0.8, 0.5), 1.0, rubber=False)
    _pen(pad, (0.5, 0.3), (0.5, 0.7), 1.0, rubber=True)
    row = pad.sheet.ink()[SIDE // 2]
    assert row[SIDE // 2] == 0 and row[SIDE // 4] == 255


def test_one_finger_draws_and_a_second_one_does_not(pad: DrawingPad) -> None:
    screen = QTest.createTouchDevice()
    QTest.touchEvent(pad, screen).press(1, at(pad, 0.3, 0.3), pad)
    QTest.touchEvent(pad, screen).move(1, at(pad, 0.3, 0.5), pad).press(2, at(pad, 0.8, 0.8), pad)
    QTest.touchEvent(pad, screen).move(1, at(pad, 0.3, 0.7), pad).move(2, at(pad, 0.8, 0.9), pad)
    QTest.touchEvent(pad, screen).release(1, at(pad, 0.3, 0.7), pad).release(2, at(pad, 0.8, 0.9), pad)
    top, bottom, left, right = rows_and_columns(pad.sheet.ink())
    half = pad.pen_width / 2
    assert (top, bottom, left, right) == pytest.approx(
        (0.3 - half, 0.7 + half, 0.3 - half, 0.3 + half), abs=0.02
    )


def test_keys_alone_draw(pad: DrawingPad) -> None:
    """The pen starts above the middle; with Space down the arrows leave a line."""
    for _ in range(4):
        QTest.keyClick(pad, Qt.Key.Key_Left)
    assert not pad.sheet.ink().any()
    QTest.keyClick(pad, Qt.Key.Key_Space)
    for _ in range(8):
        QTest.keyClick(pad, Qt.Key.Key_Right)
    QTest.keyClick(pad, Qt.Key.Key_Down, SHIFT)
    QTest.keyClick(pad, Qt.Key.Key_Space)
    for _ in range(5):
        QTest.keyClick(pad, Qt.Key.Key_Down)
    top, bottom, left, right = rows_and_columns(pad.sheet.ink())
    half = pad.pen_width / 2
    assert (left, right) == pytest.approx((0.3 - half, 0.7 + half), abs=0.02)
    assert (top, bottom) == pytest.approx((0.25 - half, 0.26 + half), abs=0.02)


def test_a_pen_put_down_by_a_key_is_lifted_when_the_keyboard_goes_elsewhere(pad: DrawingPad) -> None:
    QTest.keyClick(pad, Qt.Key.Key_Space)
    pad.clearFocus()
    ink = pad.sheet.ink()
    pad.setFocus()
    QTest.keyClick(pad, Qt.Key.Key_Right)
    np.testing.assert_array_equal(pad.sheet.ink(), ink)


def test_what_is_painted_piece_by_piece_is_what_is_painted_at_once(pad: DrawingPad, qtbot: QtBot) -> None:
    QTest.mousePress(pad, LEFT, NONE, at(pad, 0.2, 0.2))
    for place in ((0.5, 0.3), (0.8, 0.2), (0.6, 0.5), (0.3, 0.8), (0.9, 0.9)):
        QTest.mouseMove(pad, at(pad, *place))
        # Each move is painted before the next one.
        qtbot.wait(10)
    screen = pad.screen().grabWindow(pad.window().winId()).toImage()
    corner = pad.mapTo(pad.window(), QPoint(0, 0))
    pieces = screen.copy(corner.x(), corner.y(), pad.width(), pad.height())
    whole = pad.grab().toImage()
    assert pieces.size() == whole.size() and count_colour(whole, theme().colors.text) > 2000
    for y in range(0, whole.height(), 2):
        for x in range(0, whole.width(), 2):
            assert abs(pieces.pixelColor(x, y).red() - whole.pixelColor(x, y).red()) < 40, (x, y)
