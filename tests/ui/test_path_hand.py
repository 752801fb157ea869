"""The path tool on the canvas: clicks, drags and keys, and what is painted of the path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QGraphicsItem

from tests.ui.canvas_hand import (
    LEFT,
    NONE,
    PATIENCE,
    ModelOf,
    ShowCanvas,
    ShowPanel,
    at,
    close_to,
    drag,
    move,
)
from tests.ui.map_hand import SHIFT
from vae_desktop.app.latent_place import LatentPlace
from vae_desktop.app.path import MAX_STOPS
from vae_desktop.app.session import Session
from vae_desktop.ui.latent_canvas import LatentCanvas

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.ui.map_panel import MapPanel


def click(canvas: LatentCanvas, x: float, y: float) -> None:
    QTest.mouseClick(canvas.viewport(), LEFT, NONE, at(canvas, x, y))


def points(session: Session) -> list[tuple[float, float]]:
    """Where the stops are."""
    places = [stop.code(session) for stop in session.path.plan.stops]
    return [(float(place[0]), float(place[1])) for place in places if place is not None]


def test_clicks_are_stops_and_on_digits_those(qtbot: QtBot, spread: LatentCanvas) -> None:
    session = spread.session
    cursor = session.cursor
    spread.path_hand.set_on(True)
    click(spread, 0.5, 0.6)
    assert points(session) == [close_to(spread, (0.5, 0.6))]
    # On the canvas digit i lies at (i % 12, i // 12) / 2 − 2.75.
    click(spread, -1.25, -0.75)
    assert session.path.plan.stops[1].index == 4 * 12 + 3
    assert np.array_equal(session.cursor, cursor) and session.selected is None, "the cursor stays"
    qtbot.waitUntil(lambda: not session.path.busy, timeout=PATIENCE)
    assert spread.path.line.isVisible() and spread.path.place.isVisible()
    shown = [mark for mark in spread.path.stops.marks if mark.isVisible()]
    assert [mark.number for mark in shown] == [1, 2]
    assert [(mark.x(), mark.y()) for mark in shown] == [pytest.approx(place) for place in points(session)]


def test_a_drag_is_a_path_and_with_shift_more_of_it(spread: LatentCanvas) -> None:
    session = spread.session
    spread.path_hand.set_on(True)
    click(spread, 2.6, 2.6)
    corner = [(-2.0, -2.0), (-1.0, -2.0), (0.0, -2.0), (1.0, -2.0), (1.0, -1.0), (1.0, 0.0), (1.0, 2.0)]
    drag(spread, *corner)
    ends = [close_to(spread, place) for place in ((-2.0, -2.0), (1.0, -2.0), (1.0, 2.0))]
    assert points(session) == ends, "anew, by its corners"
    assert all(stop.point is not None for stop in session.path.plan.stops)
    assert not spread.path_hand.stroke.isVisible()
    QTest.mousePress(spread.viewport(), LEFT, SHIFT, at(spread, 0.0, 2.0))
    for place in ((-1.0, 2.0), (-2.0, 2.0)):
        move(spread, at(spread, *place), LEFT)
    assert spread.path_hand.stroke.isVisible()
    QTest.mouseRelease(spread.viewport(), LEFT, SHIFT, at(spread, -2.0, 2.0))
    assert len(session.path.plan.stops) == 5 and len(session.group) == 0
    session.undo()
    assert points(session) == ends


def test_a_scrawl_has_no_more_stops_than_a_path_may(spread: LatentCanvas) -> None:
    spread.path_hand.set_on(True)
    zigzag = [(-2.5 + number * 0.06, 2.0 if number % 2 else -2.0) for number in range(80)]
    drag(spread, *zigzag)
    count = len(spread.session.path.plan.stops)
    assert 2 <= count <= MAX_STOPS


def test_keys_add_and_take_away_and_escape_ends_it(qtbot: QtBot, spread: LatentCanvas) -> None:
    session, hand = spread.session, spread.path_hand
    qtbot.keyClick(spread, Qt.Key.Key_Return)
    assert session.path.plan.stops == () and session.selected is not None, "without the tool it means a digit"
    session.set_cursor([0.0, 0.0])
    hand.take()
    assert spread.hasFocus() and spread.viewport().cursor().shape() == Qt.CursorShape.CrossCursor
    qtbot.keyClick(spread, Qt.Key.Key_Return)
    qtbot.keyClick(spread, Qt.Key.Key_Right)
    qtbot.keyClick(spread, Qt.Key.Key_Return)
    assert points(session) == [pytest.approx((0, 0)), pytest.approx((0.1, 0))]
    qtbot.keyClick(spread, Qt.Key.Key_Backspace)
    assert len(session.path.plan.stops) == 1
    QTest.mousePress(spread.viewport(), LEFT, NONE, at(spread, 1, 1))
    move(spread, at(spread, 2, 1), LEFT)
    qtbot.keyClick(spread, Qt.Key.Key_Escape)
    QTest.mouseRelease(spread.viewport(), LEFT, NONE, at(spread, 2, 2))
    assert hand.on and len(session.path.plan.stops) == 1, "only the stroke is given up"
    qtbot.keyClick(spread, Qt.Key.Key_Escape)
    assert not hand.on and spread.viewport().cursor().shape() != Qt.CursorShape.CrossCursor
    drag(spread, (1, 1), (2, 2))
    assert tuple(session.cursor.tolist()) == close_to(spread, (2, 2)), "a drag moves the cursor again"


def test_the_tool_works_without_the_digits(spread: LatentCanvas) -> None:
    spread.set_points_on(False)
    spread.path_hand.set_on(True)
    click(spread, -1.25, -0.75)
    assert spread.session.path.plan.stops[0].point is not None, "what is not seen can't be meant"


def test_the_toolbar_takes_the_tool_and_hears_of_escape(
    qtbot: QtBot, ready: Session, show_panel: ShowPanel
) -> None:
    panel = show_panel(ready)
    hand, action = panel.canvas.path_hand, panel.toolbar.path
    action.trigger()
    assert hand.on and action.isChecked()
    panel.canvas.setFocus()
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Escape)
    assert not hand.on and not action.isChecked()


def test_a_cursor_that_is_dragged_leaves_the_path_alone(qtbot: QtBot, spread: LatentCanvas) -> None:
    """Nothing of the path moves or changes while it does not play."""
    session = spread.session
    session.path.add(*(LatentPlace(index=index) for index in (0, 143, 40)))
    qtbot.waitUntil(lambda: not session.path.busy, timeout=PATIENCE)
    heard: list[str] = []
    session.path.changed.connect(lambda: heard.append("changed"))
    session.path.player.moved.connect(lambda: heard.append("moved"))
    items: list[QGraphicsItem] = [spread.path.line, spread.path.place, *spread.path.stops.marks]
    before = [(item.pos(), item.sceneBoundingRect()) for item in items]
    drag(spread, (-2, -2), (0, 0.3), (2, 2))
    assert heard == [] and [(item.pos(), item.sceneBoundingRect()) for item in items] == before


def test_the_mark_goes_along_with_the_cursor_while_it_plays(qtbot: QtBot, spread: LatentCanvas) -> None:
    session, player = spread.session, spread.session.path.player
    session.path.add(*(LatentPlace(index=index) for index in (0, 143)))
    qtbot.waitUntil(lambda: not session.path.busy, timeout=PATIENCE)
    player.play()
    qtbot.waitUntil(lambda: player.position > 0.2, timeout=PATIENCE)
    where = spread.cursor_mark.place
    assert (spread.path.place.pos() - where).manhattanLength() < 1e-6
    # A hand on the canvas takes the cursor away from it, and its drag is a step of its own.
    drag(spread, (2, -2), (2.4, -2.2))
    assert not player.playing
    session.undo()
    assert session.plane.to_plane(session.cursor).tolist() == pytest.approx([where.x(), where.y()], abs=0.5)
    session.undo()
    assert session.cursor.tolist() == [0, 0]


@pytest.mark.parametrize("dimensions", [1, 200])
def test_a_path_off_the_plane_is_seen_from_above(
    qtbot: QtBot, model_of: ModelOf, show_canvas: ShowCanvas, dimensions: int
) -> None:
    session = model_of(dimensions)
    canvas = show_canvas(session)
    session.path.add(LatentPlace(index=3), LatentPlace(index=40))
    qtbot.waitUntil(lambda: not session.path.busy, timeout=PATIENCE)
    assert session.codes is not None
    first = canvas.path.stops.marks[0]
    expected = session.plane.to_plane(session.codes.means[3]).tolist()
    assert [first.x(), first.y()] == pytest.approx(expected) and canvas.path.line.isVisible()
    canvas.path_hand.set_on(True)
    click(canvas, 0.5, 0.0)
    stop = session.path.plan.stops[2].point
    assert stop is not None and len(stop) == dimensions
    if dimensions > 2:
        session.set_axes(5, 6)
        assert [first.x(), first.y()] == pytest.approx(session.codes.means[3][5:7].tolist())


def test_stops_that_are_digits_are_marked_on_the_map(laid: MapPanel) -> None:
    path, view = laid.session.path, laid.view
    path.add(LatentPlace(index=63), LatentPlace(point=laid.session.cursor), LatentPlace(index=65))
    marks = view.path.stops.marks
    assert [mark.isVisible() for mark in marks] == [True, False, True]
    assert (marks[0].x(), marks[0].y(), marks[2].x()) == (3, 3, 5) and marks[2].number == 3
    path.clear()
    assert not any(mark.isVisible() for mark in marks)
