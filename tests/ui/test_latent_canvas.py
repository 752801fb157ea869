"""The latent canvas under real mouse, fingers and keys: dragging, clicking, walking, zooming."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPointingDevice
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.canvas_hand import (
    LEFT,
    NONE,
    PATIENCE,
    ShowCanvas,
    at,
    close_to,
    count_colour,
    drag,
    move,
    painted,
    turn_wheel,
)
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.palette import class_color
from vae_desktop.ui.latent_canvas import LatentCanvas

# -- the mouse moves the cursor -------------------------------------------------------------------------


def test_dragging_moves_the_cursor_and_decodes(canvas: LatentCanvas, qtbot: QtBot) -> None:
    session = canvas.session
    before = session.picture
    seen: list[tuple[float, float]] = []
    session.cursor_changed.connect(lambda: seen.append(tuple(session.cursor.tolist())))
    places = [(-2.0, 1.0), (-1.0, 1.5), (0.5, 0.5), (1.5, -1.0)]
    drag(canvas, *places)
    assert len(seen) == 4
    for was, wanted in zip(seen, places, strict=True):
        assert was == close_to(canvas, wanted)
    assert canvas.cursor_mark.place.x() == pytest.approx(session.cursor[0])
    assert canvas.cursor_mark.place.y() == pytest.approx(session.cursor[1])
    qtbot.waitUntil(lambda: np.array_equal(session.picture_z, session.cursor), timeout=PATIENCE)
    assert not np.array_equal(session.picture, before)


def test_a_drag_is_one_step_to_undo(canvas: LatentCanvas) -> None:
    session = canvas.session
    session.set_cursor([0.25, 0.75])
    drag(canvas, (-2.0, 1.0), (-1.0, 1.5), (0.5, 0.5))
    session.undo()
    assert session.cursor.tolist() == [0.25, 0.75]


def test_a_drag_beyond_the_edge_keeps_the_cursor_in_view(canvas: LatentCanvas) -> None:
    seen = canvas.view_box.viewRect()
    QTest.mousePress(canvas.viewport(), LEFT, NONE, at(canvas, 0, 0))
    move(canvas, QPoint(5000, -5000), LEFT)
    assert canvas.session.cursor.tolist() == pytest.approx([seen.right(), seen.bottom()], abs=1e-4)
    QTest.mouseRelease(canvas.viewport(), LEFT, NONE, QPoint(5000, -5000))


def test_pressing_on_an_axis_moves_nothing(canvas: LatentCanvas) -> None:
    before = canvas.session.cursor
    QTest.mouseClick(canvas.viewport(), LEFT, NONE, QPoint(4, canvas.height() - 4))
    assert canvas.session.cursor is before


def test_dragging_while_training_runs(ready: Session, show_canvas: ShowCanvas, qtbot: QtBot) -> None:
    canvas = show_canvas(ready)
    ready.training.start(ModelConfig(hidden=(32, 16)), TrainingConfig(epochs=100_000, batch_size=64))
    qtbot.waitUntil(
        lambda: ready.training.state == "running" and ready.training.progress is not None, timeout=PATIENCE
    )
    drag(canvas, (-2.0, 1.0), (-1.0, 1.5), (0.5, 0.5))
    assert ready.cursor.tolist() == close_to(canvas, (0.5, 0.5))
    qtbot.waitUntil(lambda: np.array_equal(ready.picture_z, ready.cursor), timeout=PATIENCE)
    # Fresh weights bring fresh pictures of the same place, and fresh codes and backdrop, with hands off.
    picture, points, mosaic = ready.picture, canvas.points.points, canvas.backdrop
    qtbot.waitUntil(lambda: not np.array_equal(ready.picture, picture), timeout=PATIENCE)
    qtbot.waitUntil(lambda: canvas.points.points is not points, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not mosaic.empty, timeout=PATIENCE)
    assert ready.training.state == "running"


# -- digits -------------------------------------------------------------------------------------------


def test_a_click_close_to_a_digit_selects_it(spread: LatentCanvas) -> None:
    session = spread.session
    x, y = session.codes.means[30]
    QTest.mouseClick(spread.viewport(), LEFT, NONE, at(spread, x, y) + QPoint(3, -2))
    assert session.selected == 30
    assert np.array_equal(session.cursor, session.codes.means[30])


def test_a_click_far_from_digits_jumps_there(spread: LatentCanvas) -> None:
    session = spread.session
    session.select(30)
    x, y = session.codes.means[30] + 0.25
    QTest.mouseClick(spread.viewport(), LEFT, NONE, at(spread, x, y))
    assert session.selected is None
    assert session.cursor.tolist() == close_to(spread, (x, y))


def test_a_double_click_jumps_to_the_very_place_beside_a_digit(spread: LatentCanvas, qtbot: QtBot) -> None:
    session = spread.session
    x, y = session.codes.means[30]
    place = at(spread, x, y) + QPoint(3, -2)
    QTest.mouseClick(spread.viewport(), LEFT, NONE, place)
    QTest.mouseDClick(spread.viewport(), LEFT, NONE, place)
    assert session.selected is None
    assert not np.array_equal(session.cursor, session.codes.means[30])
    assert session.cursor.tolist() == close_to(spread, spread.to_plane(QPointF(place)))


def test_a_drag_that_ends_on_a_digit_selects_nothing(spread: LatentCanvas) -> None:
    session = spread.session
    x, y = session.codes.means[30]
    drag(spread, (x + 0.25, y + 0.25), (x + 0.1, y), (x, y))
    assert session.selected is None


def test_pointing_at_a_digit_shows_it(spread: LatentCanvas, qtbot: QtBot) -> None:
    session = spread.session
    x, y = session.codes.means[77]
    move(spread, at(spread, x, y) + QPoint(2, 2))
    assert session.hovered is not None and session.hovered.index == 77
    assert spread.points.highlight == 77
    assert spread.card.isVisible() and spread.card.digit.index == 77
    qtbot.waitUntil(lambda: spread.card.digit.reconstruction is not None, timeout=PATIENCE)
    move(spread, at(spread, x + 0.25, y + 0.25))
    assert session.hovered is None and spread.points.highlight is None
    assert not spread.card.isVisible()


def test_a_digit_pointed_at_on_the_map_is_marked_without_a_card(spread: LatentCanvas) -> None:
    spread.session.hover(12)
    assert spread.points.highlight == 12
    assert not spread.card.isVisible()


def test_hidden_classes_are_neither_painted_nor_picked(spread: LatentCanvas) -> None:
    session = spread.session
    index = 40
    label = int(session.codes.labels[index])
    # Few points with their names on them: the class's plain colour is there to be counted.
    assert count_colour(painted(spread), class_color(label)) > 200
    session.set_class_hidden(label, True)
    assert count_colour(painted(spread), class_color(label)) == 0
    x, y = session.codes.means[index]
    QTest.mouseClick(spread.viewport(), LEFT, NONE, at(spread, x, y))
    assert session.selected is None
    session.set_class_hidden(label, False)
    QTest.mouseClick(spread.viewport(), LEFT, NONE, at(spread, x, y))
    assert session.selected == index


def test_switching_the_digits_off_leaves_nothing_to_pick(spread: LatentCanvas) -> None:
    session = spread.session
    spread.set_points_on(False)
    colours = {class_color(int(label)) for label in session.codes.labels}
    image = painted(spread)
    assert all(count_colour(image, colour, tolerance=4) == 0 for colour in colours - {"#94a4a2", "#717581"})
    QTest.mouseClick(spread.viewport(), LEFT, NONE, at(spread, *session.codes.means[30]))
    assert session.selected is None


# -- the view -----------------------------------------------------------------------------------------


def test_opens_on_three_and_a_half_deviations_with_round_circles(canvas: LatentCanvas) -> None:
    seen = canvas.view_box.viewRect()
    assert seen.left() <= -3.5 and seen.right() >= 3.5 and seen.top() <= -3.5 and seen.bottom() >= 3.5
    assert min(seen.width(), seen.height()) == pytest.approx(7.0, abs=0.01)
    across, up = canvas.pixel_size()
    assert across == pytest.approx(up, rel=1e-3)


def test_the_wheel_zooms_about_the_pointer(canvas: LatentCanvas) -> None:
    pixel = at(canvas, 1.0, -2.0)
    before, width = canvas.to_plane(QPointF(pixel)), canvas.view_box.viewRect().width()
    turn_wheel(canvas, pixel, 3)
    assert canvas.view_box.viewRect().width() == pytest.approx(width / 1.2**3, rel=1e-3)
    assert canvas.to_plane(QPointF(pixel)) == pytest.approx(before, abs=1e-3)
    turn_wheel(canvas, pixel, -200)
    assert canvas.view_box.viewRect().width() <= canvas.most_span * 1.01
    turn_wheel(canvas, pixel, 400)
    assert canvas.view_box.viewRect().width() >= canvas.least_span * 0.99


@pytest.mark.parametrize("button", [Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton])
def test_middle_and_right_drag_move_the_view(canvas: LatentCanvas, button: Qt.MouseButton) -> None:
    cursor = canvas.session.cursor
    grabbed = canvas.to_plane(QPointF(at(canvas, 0, 0)))
    start, end = at(canvas, 0, 0), at(canvas, 0, 0) + QPoint(60, -35)
    QTest.mousePress(canvas.viewport(), button, NONE, start)
    move(canvas, start + QPoint(20, 10), button)
    move(canvas, end, button)
    QTest.mouseRelease(canvas.viewport(), button, NONE, end)
    assert canvas.to_plane(QPointF(end)) == pytest.approx(grabbed, abs=1e-3)
    assert canvas.session.cursor is cursor


def test_space_turns_the_left_button_into_a_hand(canvas: LatentCanvas) -> None:
    cursor, before = canvas.session.cursor, canvas.view_box.viewRect()
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    assert canvas.viewport().cursor().shape() == Qt.CursorShape.OpenHandCursor
    drag(canvas, (0, 0), (1, 1))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas.session.cursor is cursor
    assert canvas.view_box.viewRect().center().x() == pytest.approx(before.center().x() - 1, abs=0.05)
    drag(canvas, (0, 0), (1, 1))
    assert canvas.session.cursor is not cursor


def touch(canvas: LatentCanvas, device: QPointingDevice, fingers: list[QPoint], stage: str) -> None:
    """Put fingers on the canvas ("press"), move or lift them ("release")."""
    sequence = QTest.touchEvent(canvas.viewport(), device)
    for number, place in enumerate(fingers):
        getattr(sequence, stage)(number, place, canvas.viewport())
    sequence.commit()


def test_two_fingers_zoom_and_leave_the_cursor_alone(canvas: LatentCanvas) -> None:
    session, device = canvas.session, QTest.createTouchDevice()
    cursor, width, centre = session.cursor.tolist(), canvas.view_box.viewRect().width(), at(canvas, 1, 1)
    touch(canvas, device, [centre - QPoint(20, 0), centre + QPoint(20, 0)], "press")
    for spread in range(30, 110, 10):
        touch(canvas, device, [centre - QPoint(spread, 0), centre + QPoint(spread, 0)], "move")
    touch(canvas, device, [centre - QPoint(100, 0), centre + QPoint(100, 0)], "release")
    assert canvas.view_box.viewRect().width() < width / 2
    assert canvas.to_plane(QPointF(centre)) == pytest.approx((1, 1), abs=0.1)
    assert session.cursor.tolist() == cursor
    assert not session.can_undo and not canvas.dragging


def test_one_finger_drags_the_cursor(canvas: LatentCanvas) -> None:
    device = QTest.createTouchDevice()
    touch(canvas, device, [at(canvas, -1, 1)], "press")
    touch(canvas, device, [at(canvas, 0, 2)], "move")
    touch(canvas, device, [at(canvas, 1, 2)], "move")
    touch(canvas, device, [at(canvas, 1, 2)], "release")
    assert canvas.session.cursor.tolist() == close_to(canvas, (1, 2))
    assert not canvas.dragging


def test_a_cursor_that_jumps_out_of_view_is_brought_into_it(canvas: LatentCanvas) -> None:
    canvas.session.set_cursor([9.0, -1.0])
    assert canvas.view_box.viewRect().contains(QPointF(9.0, -1.0))
    assert canvas.view_box.viewRect().width() < 9


def test_resizing_keeps_the_aspect_and_the_middle(canvas: LatentCanvas, qtbot: QtBot) -> None:
    canvas.window().resize(1100, 500)
    qtbot.waitUntil(lambda: canvas.width() > 1000)
    across, up = canvas.pixel_size()
    assert across == pytest.approx(up, rel=1e-3)
    assert canvas.view_box.viewRect().center().x() == pytest.approx(0.0, abs=0.01)


# -- keys ---------------------------------------------------------------------------------------------


def test_arrow_keys_walk_in_three_sizes(canvas: LatentCanvas) -> None:
    session, keys, modifiers = canvas.session, Qt.Key, Qt.KeyboardModifier
    for key, modifier, wanted in (
        (keys.Key_Right, NONE, (0.1, 0.0)),
        (keys.Key_Up, NONE, (0.1, 0.1)),
        (keys.Key_Left, modifiers.ShiftModifier, (-0.4, 0.1)),
        (keys.Key_Down, modifiers.ControlModifier, (-0.4, 0.09)),
        (keys.Key_Down, modifiers.AltModifier, (-0.4, 0.08)),
    ):
        QTest.keyClick(canvas, key, modifier)
        assert session.cursor.tolist() == pytest.approx(wanted, abs=1e-6)
    QTest.keyClick(canvas, keys.Key_Home)
    assert session.cursor.tolist() == [0.0, 0.0]


def test_a_key_held_down_is_one_step_to_undo(canvas: LatentCanvas) -> None:
    session = canvas.session
    for _ in range(5):
        QTest.keyPress(canvas, Qt.Key.Key_Right)
    QTest.keyRelease(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    assert session.cursor.tolist() == pytest.approx([0.5, 0.1])
    session.undo()
    assert session.cursor.tolist() == pytest.approx([0.5, 0.0])
    session.undo()
    assert session.cursor.tolist() == [0.0, 0.0]


def test_plus_minus_and_nought_zoom_and_fit(canvas: LatentCanvas) -> None:
    home = canvas.view_box.viewRect()
    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.view_box.viewRect().width() == pytest.approx(home.width() / 1.25, rel=1e-3)
    QTest.keyClick(canvas, Qt.Key.Key_Minus)
    QTest.keyClick(canvas, Qt.Key.Key_Minus)
    assert canvas.view_box.viewRect().width() == pytest.approx(home.width() * 1.25, rel=1e-3)
    QTest.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.view_box.viewRect().width() == pytest.approx(home.width(), rel=1e-3)
