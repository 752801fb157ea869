"""Bookmarks on the line of a 1-D latent space: flags on it, clicked, pointed at, dragged past."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.canvas_hand import LEFT, NONE, ModelOf, ShowCanvas, at, move, painted
from tests.ui.test_bookmark_flags import CLOTH, accents, around, keep
from vae_desktop.ui.latent_canvas import LatentCanvas


@pytest.fixture
def line(model_of: ModelOf, show_canvas: ShowCanvas) -> LatentCanvas:
    """A canvas on a model of one latent dimension, bare but for its flags, of which one is on either side."""
    canvas = show_canvas(model_of(1))
    canvas.set_points_on(False)
    canvas.manifold.set_on(False)
    keep(canvas.session, ("low", [-1.5]), ("high", [1.25]))
    return canvas


def test_flags_stand_on_the_cursor_s_line(line: LatentCanvas) -> None:
    assert [(it.name, it.x, it.y, it.off) for it in line.flags.item.places] == [
        ("low", -1.5, 0.0, 0.0),
        ("high", 1.25, 0.0, 0.0),
    ]
    # Solid: the cursor can be dragged to each of them.
    for x in (-1.5, 1.25):
        assert accents(around(line, x, 0.0)) > 8
        assert accents(around(line, x, 1.0)) == 0
    painted(line)
    assert line.flags.item.named == (0, 1)


def test_they_stay_there_wherever_the_cursor_is(line: LatentCanvas) -> None:
    places = line.flags.item.places
    for z in (2.0, -1.5, 0.3):
        line.session.set_cursor([z])
        assert line.flags.item.places == places
    line.zoom(2.0)
    QApplication.processEvents()
    assert accents(around(line, 1.25, 0.0)) > 8


def test_a_click_goes_there_and_undo_leads_back(line: LatentCanvas) -> None:
    session = line.session
    session.set_cursor([0.25])
    QTest.mouseClick(line.viewport(), LEFT, NONE, at(line, -1.5, 0.0) + CLOTH)
    assert session.cursor.tolist() == [-1.5], "the very point, not the pixel that was clicked"
    session.undo()
    assert session.cursor.tolist() == [0.25]
    QTest.mouseClick(line.viewport(), LEFT, NONE, at(line, 1.25, 0.0) + CLOTH)
    assert session.cursor.tolist() == [1.25]


def test_a_press_that_moves_drags_along_the_line(line: LatentCanvas) -> None:
    session = line.session
    start = at(line, 1.25, 0.0) + CLOTH
    QTest.mousePress(line.viewport(), LEFT, NONE, start)
    step = QPoint(40, 25)
    move(line, start + step, LEFT)
    expected = line.to_plane((start + step).toPointF())[0]
    assert session.cursor.tolist() == pytest.approx([expected], abs=1.5 * line.pixel_size()[0])
    QTest.mouseRelease(line.viewport(), LEFT, NONE, start + step)
    assert len(session.cursor) == 1
    session.undo()
    assert session.cursor.tolist() == [0.0]


def test_pointing_at_a_flag_names_it_and_it_alone(line: LatentCanvas) -> None:
    item = line.flags.item
    move(line, at(line, 1.25, 0.0) + CLOTH)
    assert item.places[item.pointed].name == "high"
    assert line.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    # The class rows above have no flags, though their coordinate is the same.
    move(line, at(line, 1.25, 2.0) + CLOTH)
    assert item.pointed == -1


def test_a_plane_s_bookmarks_are_not_on_the_line(model_of: ModelOf, show_canvas: ShowCanvas) -> None:
    canvas = show_canvas(model_of(2))
    keep(canvas.session, ("on the plane", [1.0, 1.0]))
    assert canvas.flags.item.isVisible()
    model_of(1)
    assert not canvas.flags.item.isVisible()
    keep(canvas.session, ("on the line", [1.0]))
    assert [it.name for it in canvas.flags.item.places] == ["on the line"]
