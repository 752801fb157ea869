"""Bookmarks on the canvas: seen where they are, clicked, pointed at, and never in the way of a drag."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.canvas_hand import (
    LEFT,
    NONE,
    ModelOf,
    ShowCanvas,
    ShowPanel,
    at,
    close_to,
    count_colour,
    move,
    painted,
)
from vae_desktop.app.session import Session
from vae_desktop.app.settings import Preferences
from vae_desktop.ui.items.flag_names import MOST_NAMED, name_boxes
from vae_desktop.ui.latent_canvas import LatentCanvas
from vae_desktop.ui.theme import theme

# From a flag's point to the middle of its cloth.
CLOTH = QPoint(4, -15)


def keep(session: Session, *points: tuple[str, list[float]]) -> None:
    """Bookmark these points; the cursor goes back to where it was."""
    before = session.cursor
    for name, point in points:
        session.set_cursor(point)
        assert session.bookmarks.add(name) is not None
    session.set_cursor(before)


def around(canvas: LatentCanvas, x: float, y: float) -> QImage:
    """What is painted where a flag stands."""
    return painted(canvas).copy(QRect(at(canvas, x, y) + QPoint(-3, -22), at(canvas, x, y) + QPoint(12, 0)))


def accents(image: QImage) -> int:
    return count_colour(image, theme().colors.accent)


@pytest.fixture
def bare(canvas: LatentCanvas) -> LatentCanvas:
    """A canvas on which nothing lies below the flags."""
    canvas.set_points_on(False)
    canvas.manifold.set_on(False)
    return canvas


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_flag_stands_where_its_point_is(bare: LatentCanvas, mode: str) -> None:
    theme().apply(mode)
    assert not bare.flags.item.isVisible() and accents(around(bare, 1.5, 1.0)) == 0
    keep(bare.session, ("four", [1.5, 1.0]))
    assert accents(around(bare, 1.5, 1.0)) > 8
    assert accents(around(bare, -1.5, 1.0)) == 0
    bare.session.bookmarks.delete(0)
    assert not bare.flags.item.isVisible() and accents(around(bare, 1.5, 1.0)) == 0
    bare.session.undo()
    assert accents(around(bare, 1.5, 1.0)) > 8


def test_a_click_on_a_flag_goes_there_and_undo_leads_back(canvas: LatentCanvas) -> None:
    session = canvas.session
    keep(session, ("here", [1.5, 1.0]), ("there", [-1.0, -0.5]))
    session.set_cursor([0.25, 0.25])
    QTest.mouseClick(canvas.viewport(), LEFT, NONE, at(canvas, 1.5, 1.0) + CLOTH)
    assert session.cursor.tolist() == [1.5, 1.0]
    session.undo()
    assert session.cursor.tolist() == [0.25, 0.25], "one step, as from the panel"
    QTest.mouseClick(canvas.viewport(), LEFT, NONE, at(canvas, -1.0, -0.5) + CLOTH)
    assert session.cursor.tolist() == [-1.0, -0.5]


def test_a_press_that_moves_is_a_drag(canvas: LatentCanvas) -> None:
    session = canvas.session
    keep(session, ("here", [1.5, 1.0]))
    start = at(canvas, 1.5, 1.0) + CLOTH
    QTest.mousePress(canvas.viewport(), LEFT, NONE, start)
    move(canvas, start + QPoint(2, 0), LEFT)
    assert session.cursor.tolist() == [0, 0], "it may yet be a click"
    far = QApplication.startDragDistance() + 2
    for step in (far, 3 * far):
        move(canvas, start + QPoint(step, step), LEFT)
        assert session.cursor.tolist() == close_to(
            canvas, canvas.to_plane((start + QPoint(step, step)).toPointF())
        )
    end = session.cursor.tolist()
    QTest.mouseRelease(canvas.viewport(), LEFT, NONE, start + QPoint(3 * far, 3 * far))
    assert session.cursor.tolist() == end
    session.undo()
    assert session.cursor.tolist() == [0, 0], "a drag is one step"


def test_the_point_itself_is_the_hands(canvas: LatentCanvas) -> None:
    """A cursor that stands on its bookmark is taken hold of as anywhere."""
    session = canvas.session
    keep(session, ("here", [1.5, 1.0]))
    session.set_cursor([1.5, 1.0])
    QTest.mousePress(canvas.viewport(), LEFT, NONE, at(canvas, 1.5, 1.0))
    move(canvas, at(canvas, 1.5, 1.0) + QPoint(3, 0), LEFT)
    assert session.cursor[0] > 1.5
    QTest.mouseRelease(canvas.viewport(), LEFT, NONE, at(canvas, 1.5, 1.0) + QPoint(3, 0))


def test_a_pinch_that_began_on_a_flag_is_no_click(canvas: LatentCanvas) -> None:
    session = canvas.session
    keep(session, ("here", [1.5, 1.0]))
    QTest.mousePress(canvas.viewport(), LEFT, NONE, at(canvas, 1.5, 1.0) + CLOTH)
    canvas.cancel_press()
    QTest.mouseRelease(canvas.viewport(), LEFT, NONE, at(canvas, 1.5, 1.0) + CLOTH)
    assert session.cursor.tolist() == [0, 0] and not session.in_gesture


def test_pointing_at_a_flag_names_it(bare: LatentCanvas) -> None:
    places = [(f"number {number}", [0.06 * number, 0.0]) for number in range(MOST_NAMED + 1)]
    keep(bare.session, *places)
    item = bare.flags.item
    painted(bare)
    assert item.named == (), "so many names would be a wall"
    move(bare, at(bare, 0.06 * 20, 0.0) + CLOTH)
    assert item.places[item.pointed].name in ("number 19", "number 20")
    assert bare.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    x, y = item.places[item.pointed].x, item.places[item.pointed].y
    beside = QRect(at(bare, x, y) + QPoint(17, -21), at(bare, x, y) + QPoint(80, -5))
    with_name = count_colour(painted(bare).copy(beside), theme().colors.text)
    move(bare, at(bare, -2.0, -2.0))
    assert item.pointed == -1 and bare.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor
    assert with_name != count_colour(painted(bare).copy(beside), theme().colors.text)


def test_names_are_shown_where_there_is_room(bare: LatentCanvas) -> None:
    item = bare.flags.item
    keep(bare.session, ("left", [-2.0, 0.0]), ("right", [2.0, 0.0]))
    painted(bare)
    assert item.named == (0, 1)
    keep(bare.session, ("over it", [-1.99, 0.0]), ("at the edge", [bare.view_box.viewRect().right(), 1.0]))
    painted(bare)
    assert set(item.named) >= {0, 1}
    keep(bare.session, *((f"one of many {number}", [0.02 * number, -1.0]) for number in range(12)))
    painted(bare)
    assert 4 < len(item.named) < 16


def test_names_cover_neither_flags_nor_each_other() -> None:
    rng = np.random.default_rng(4)
    flag, area = QRectF(-4, -23, 20, 27), QRectF(0, 0, 700, 500)
    places = rng.uniform((0, 0), (700, 500), (30, 2))
    boxes = name_boxes(places, rng.uniform(20, 110, 30).tolist(), area, flag)
    shown = [box for box in boxes if box is not None]
    assert len(shown) >= 10
    assert all(area.contains(box) for box in shown)
    assert not any(a.intersects(b) for place, a in enumerate(shown) for b in shown[:place])
    assert not any(box.intersects(flag.translated(x, y)) for box in shown for x, y in places.tolist())


def test_a_flag_off_the_shown_plane_is_hollow_and_says_so(show_canvas: ShowCanvas, model_of: ModelOf) -> None:
    session = model_of(5)
    canvas = show_canvas(session)
    canvas.set_points_on(False)
    canvas.manifold.set_on(False)
    keep(session, ("on it", [1.5, 1.0, 0, 0, 0]), ("off it", [-1.5, 1.0, 0, 2.0, 0]))
    on, off = canvas.flags.item.places
    assert (on.off, off.off) == (0, 2)
    assert accents(around(canvas, 1.5, 1.0)) > 8 and accents(around(canvas, -1.5, 1.0)) == 0
    session.set_cursor([0, 0, 0, 2.0, 0])
    on, off = canvas.flags.item.places
    assert (on.off, off.off) == (2, 0), "what is shown is the plane beside which the cursor is"
    assert accents(around(canvas, 1.5, 1.0)) == 0 and accents(around(canvas, -1.5, 1.0)) > 8
    session.set_axes(3, 1)
    assert [(it.x, it.y, it.off) for it in canvas.flags.item.places] == [(0.0, 1.0, 1.5), (2.0, 1.0, 1.5)]
    session.set_principal_plane()
    places = np.array([(it.x, it.y) for it in canvas.flags.item.places])
    points = np.array([it.view.z for it in session.bookmarks.items])
    assert np.allclose(places, session.plane.to_plane(points))


def test_flags_of_another_model_are_not_shown(bare: LatentCanvas, model_of: ModelOf) -> None:
    keep(bare.session, ("here", [1.5, 1.0]))
    model_of(3)
    assert len(bare.session.bookmarks.items) == 1 and not bare.flags.item.isVisible()


def test_the_switch_is_kept_between_runs(ready: Session, show_panel: ShowPanel) -> None:
    panel = show_panel(ready)
    keep(ready, ("here", [1.5, 1.0]))
    assert panel.toolbar.flags.isChecked() and panel.canvas.flags.item.isVisible()
    panel.canvas.setFocus()
    QApplication.processEvents()
    QTest.keyClick(panel.canvas, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert not panel.toolbar.flags.isChecked() and not panel.canvas.flags.item.isVisible()
    place = at(panel.canvas, 1.5, 1.0) + CLOTH
    QTest.mouseClick(panel.canvas.viewport(), LEFT, NONE, place)
    assert ready.cursor.tolist() != [1.5, 1.0], "what is not seen is not clicked"
    ready.preferences.sync()
    assert not Preferences(ready.preferences.path).bookmark_flags
    again = show_panel(ready)
    assert not again.toolbar.flags.isChecked() and not again.canvas.flags.item.isVisible()
    again.toolbar.flags.trigger()
    assert again.canvas.flags.item.isVisible()


def test_a_drag_past_flags_paints_no_items(bare: LatentCanvas, qtbot: QtBot) -> None:
    """The scene is kept as it was painted, flags and all."""
    keep(bare.session, *((f"{x}", [x / 4, 0.0]) for x in range(-6, 7)))
    seen: list[int] = []
    bare.scene().changed.connect(lambda areas: seen.append(len(areas)))
    bare.grab()
    QApplication.processEvents()
    start = at(bare, -1.5, -1.0)
    QTest.mousePress(bare.viewport(), LEFT, NONE, start)
    QApplication.processEvents()
    seen.clear()
    for step in range(20):
        move(bare, start + QPoint(8 * step, -3 * step), LEFT)
        QApplication.processEvents()
    assert bare.flags.item.pointed == -1 and seen == []
    QTest.mouseRelease(bare.viewport(), LEFT, NONE, start + QPoint(152, -57))
