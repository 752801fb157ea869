"""Fingers on canvas and map, as a touch screen tells of them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF
from PySide6.QtGui import QTouchEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from tests.ui.canvas_hand import PATIENCE
from tests.ui.finger_hand import Fingers
from tests.ui.map_hand import LEFT, NO_KEY, pixel
from vae_desktop.ui import plot_fingers
from vae_desktop.ui.latent_canvas import LatentCanvas
from vae_desktop.ui.map_panel import MapPanel
from vae_desktop.ui.map_view import MapView


@pytest.fixture
def view(laid: MapPanel) -> MapView:
    """A map on which digit i lies at (i % 20, i // 20)."""
    return laid.view


def test_a_pinch_zooms_as_far_as_the_fingers_go_apart(view: MapView) -> None:
    """Qt's own pinch gesture goes as far as the square of that where fingers are told of one by one."""
    width, centre = view.view_box.viewRect().width(), pixel(view, (10, 9))
    place = view.to_plane(QPointF(centre))
    Fingers(view.viewport()).pinch(centre, 25, 100)
    assert view.view_box.viewRect().width() == pytest.approx(width / 4, rel=0.02)
    assert view.to_plane(QPointF(centre)) == pytest.approx(place, abs=0.1)
    Fingers(view.viewport()).pinch(centre, 100, 50)
    assert view.view_box.viewRect().width() == pytest.approx(width / 2, rel=0.02)


def test_two_fingers_move_the_view_without_zooming(view: MapView) -> None:
    seen, centre = view.view_box.viewRect(), pixel(view, (10, 9))
    fingers, gap, way = Fingers(view.viewport()), QPoint(40, 0), QPoint(60, 30)
    place = view.to_plane(QPointF(centre))
    fingers.down(centre - gap, 0)
    fingers.down(centre + gap, 1)
    fingers.move(centre - gap + way, 0)
    fingers.move(centre + gap + way, 1)
    assert view.view_box.viewRect().width() == pytest.approx(seen.width(), rel=0.01)
    assert view.to_plane(QPointF(centre + way)) == pytest.approx(place, abs=0.05)
    fingers.up(0)
    there = view.view_box.viewRect()
    # The finger that stays moves nothing.
    fingers.move(centre, 1)
    fingers.up(1)
    assert view.view_box.viewRect() == there
    # Nor does it matter where the two were the last time.
    fingers.down(centre - 2 * gap, 0)
    fingers.down(centre + 2 * gap, 1)
    fingers.up(0)
    fingers.up(1)
    assert view.view_box.viewRect() == there


def test_a_pinch_leaves_cursor_and_chosen_digit_and_is_no_step(canvas: LatentCanvas) -> None:
    session = canvas.session
    session.select(5)
    cursor, name = session.cursor.tolist(), session.undo_name
    Fingers(canvas.viewport()).pinch(pixel(canvas, (1, 1)), 20, 60)
    assert session.selected == 5 and session.cursor.tolist() == cursor
    assert session.undo_name == name and not session.in_gesture and not canvas.dragging
    # Nothing is pointed at by fingers that have zoomed.
    assert session.hovered is None and not canvas.card.isVisible()


def test_a_second_finger_that_comes_late_ends_the_drag_where_it_is(
    canvas: LatentCanvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plot_fingers, "PINCH_MS", -1)
    session, fingers = canvas.session, Fingers(canvas.viewport())
    fingers.down(pixel(canvas, (-1, 1)))
    fingers.move(pixel(canvas, (1, 2)))
    fingers.down(pixel(canvas, (2, 2)), 1)
    fingers.move(pixel(canvas, (2.5, 2)), 1)
    fingers.up(0)
    fingers.up(1)
    assert session.cursor == pytest.approx([1, 2], abs=0.05)
    assert session.can_undo and not session.in_gesture
    session.undo()
    assert session.cursor.tolist() == [0, 0]


def test_a_finger_that_rests_shows_the_digit_until_the_hand_comes_back(
    canvas: LatentCanvas, qtbot: QtBot
) -> None:
    session = canvas.session
    codes = session.codes
    assert codes is not None
    at = pixel(canvas, tuple(codes.means[7]))
    fingers = Fingers(canvas.viewport())
    fingers.down(at)
    qtbot.waitUntil(canvas.card.isVisible, timeout=PATIENCE)
    digit = canvas.card.digit
    assert digit is not None
    # It can be read when the finger is out of the way.
    fingers.up()
    assert session.selected == digit.index and canvas.card.isVisible()
    fingers.down(pixel(canvas, (3, 3)))
    assert not canvas.card.isVisible()
    fingers.up()


def test_the_card_of_a_digit_that_was_tapped_goes_with_the_next_touch_anywhere(
    view: MapView, laid: MapPanel, qtbot: QtBot
) -> None:
    fingers = Fingers(view.viewport())
    fingers.tap(pixel(view, (5, 3)))
    assert laid.session.selected == 3 * 20 + 5
    qtbot.waitUntil(view.card.isVisible, timeout=PATIENCE)
    find = next(field for field in laid.findChildren(QLineEdit) if field.isVisible())
    Fingers(find).tap(find.rect().center())
    assert not view.card.isVisible() and laid.session.hovered is None


def test_two_taps_put_the_cursor_on_the_very_place(canvas: LatentCanvas) -> None:
    session, codes = canvas.session, canvas.session.codes
    assert codes is not None
    at = pixel(canvas, tuple(codes.means[7])) + QPoint(3, 0)
    fingers = Fingers(canvas.viewport())
    fingers.tap(at)
    assert session.selected is not None
    fingers.tap(at)
    assert session.selected is None
    assert session.cursor == pytest.approx(canvas.to_plane(QPointF(at)), abs=1e-3)


def test_a_finger_means_a_digit_that_a_mouse_would_miss(view: MapView) -> None:
    beside = pixel(view, (0, 3)) - QPoint(14, 0)
    QTest.mouseClick(view.viewport(), LEFT, NO_KEY, beside)
    assert view.session.selected is None
    Fingers(view.viewport()).tap(beside)
    assert view.session.selected == 60
    view.session.select(None)
    QTest.mouseClick(view.viewport(), LEFT, NO_KEY, beside)
    assert view.session.selected is None, "the mouse is as exact as before"


def test_a_finger_draws_a_lasso_with_its_tool(view: MapView) -> None:
    view.hand.set_tool("rectangle")
    Fingers(view.viewport()).drag(pixel(view, (2.5, 2.5)), pixel(view, (5.5, 4.5)))
    expected = [row * 20 + column for row in (3, 4) for column in (3, 4, 5)]
    np.testing.assert_array_equal(view.session.group, expected)
    Fingers(view.viewport()).pinch(pixel(view, (10, 9)), 20, 40)
    np.testing.assert_array_equal(view.session.group, expected)


def test_fingers_beside_a_pen_at_work_move_nothing(view: MapView) -> None:
    """A pen comes to the plot as a mouse; the hand that holds it may rest on the screen."""
    start, end, centre = pixel(view, (8, 9)), pixel(view, (10, 9)), pixel(view, (12, 5))
    seen = view.view_box.viewRect()
    QTest.mousePress(view.viewport(), LEFT, NO_KEY, start)
    Fingers(view.viewport()).pinch(centre, 20, 60)
    QTest.mouseMove(view.viewport(), end)
    QTest.mouseRelease(view.viewport(), LEFT, NO_KEY, end)
    assert view.view_box.viewRect().width() == pytest.approx(seen.width())
    assert view.view_box.viewRect().left() == pytest.approx(seen.left() - 2, abs=0.1)


def test_fingers_that_the_system_takes_away_have_done_nothing(canvas: LatentCanvas) -> None:
    session, fingers = canvas.session, Fingers(canvas.viewport())
    session.select(5)
    cursor = session.cursor.tolist()
    fingers.down(pixel(canvas, (-1, 1)))
    fingers.move(pixel(canvas, (1, 2)))
    assert session.selected is None
    cancel = QTouchEvent(QEvent.Type.TouchCancel, fingers.device, NO_KEY, [])
    QApplication.sendEvent(canvas.viewport(), cancel)
    assert session.selected == 5 and session.cursor.tolist() == cursor and not canvas.dragging
    fingers.up()
