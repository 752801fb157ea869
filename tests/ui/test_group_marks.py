"""What a group looks like among thousands of points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from vae_desktop.core.palette import class_color
from vae_desktop.ui.items.class_points import ClassPoints
from vae_desktop.ui.items.group_marks import GroupMarks
from vae_desktop.ui.plot_navigation import NavigablePlot
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

# Points on a lattice of 60 columns, each twice: first of class 0, then hidden under one of class 2.
COLUMNS, ROWS = 60, 30
COUNT = COLUMNS * ROWS


@pytest.fixture
def marks(qtbot: QtBot) -> GroupMarks:
    numbers = np.arange(COUNT)
    places = np.stack([numbers % COLUMNS, numbers // COLUMNS], axis=1).astype(np.float32)
    plot = NavigablePlot()
    qtbot.addWidget(plot)
    plot.view_box.setAspectLocked(True)
    points = ClassPoints(size=9, opacity=1.0)
    points.set_data(np.concatenate([places, places]), np.repeat([0, 2], COUNT))
    item = GroupMarks(points)
    item.setZValue(5)
    for each in (points, item):
        plot.view_box.addItem(each, ignoreBounds=True)
    plot.resize(900, 480)
    plot.show()
    qtbot.waitExposed(plot)
    plot.view_box.setRange(xRange=(-1, COLUMNS), yRange=(-1, ROWS), padding=0)
    item.plot = plot  # type: ignore[attr-defined]
    return item


def at(marks: GroupMarks, image: QImage, number: int) -> QColor:
    place = marks.plot.from_plane(number % COLUMNS, number % COUNT // COLUMNS)  # type: ignore[attr-defined]
    return image.pixelColor(place.toPoint())


def shot(marks: GroupMarks) -> QImage:
    image: QImage = marks.plot.grab().toImage()  # type: ignore[attr-defined]
    return image


def near(color: QColor, other: str, tolerance: int = 30) -> bool:
    wanted = QColor(other)
    pairs = zip(color.getRgb()[:3], wanted.getRgb()[:3])
    return all(abs(a - b) <= tolerance for a, b in pairs)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("size", [3, 900])
def test_members_lie_on_top_and_all_others_under_the_veil(marks: GroupMarks, mode: str, size: int) -> None:
    theme().apply(mode)
    before = shot(marks)
    assert near(at(marks, before, 700), class_color(2)), "class 0 lies below"
    marks.set_indices(np.arange(700, 700 + size, dtype=np.int64))
    image = shot(marks)
    assert near(at(marks, image, 701), class_color(0)), "no other point passes for a member"
    ground, other = QColor(theme().colors.plot), at(marks, image, 40)
    assert sum(abs(a - b) for a, b in zip(other.getRgb(), ground.getRgb())) < 150
    assert other != ground, "the others can still be made out"
    marks.set_indices(np.zeros(0, np.int64))
    assert shot(marks) == before


def test_a_small_group_has_rings_and_a_large_one_none(marks: GroupMarks) -> None:
    def dark_around(number: int) -> int:
        place = marks.plot.from_plane(number % COLUMNS, number // COLUMNS).toPoint()  # type: ignore[attr-defined]
        image, reach = shot(marks), range(-8, 9)
        pixels = (image.pixelColor(place.x() + dx, place.y() + dy) for dx in reach for dy in reach)
        return sum(near(pixel, theme().colors.text, 60) for pixel in pixels)

    marks.set_indices(np.array([965], np.int64))
    assert dark_around(965) > 10
    marks.set_indices(np.arange(500, 1500, dtype=np.int64))
    assert dark_around(965) == 0


def test_the_digit_under_the_pointer_shows_through(marks: GroupMarks) -> None:
    marks._points.set_highlight(40)
    marks.set_indices(np.arange(700, 1200, dtype=np.int64))
    assert near(at(marks, shot(marks), 40), class_color(2))


def test_a_group_that_reaches_beyond_the_points_is_no_trouble(marks: GroupMarks) -> None:
    marks.set_indices(np.array([5, 10**6], np.int64))
    assert near(at(marks, shot(marks), 5), class_color(0))
    marks._points.set_data(None, None)
    assert near(at(marks, shot(marks), 5), theme().colors.plot, 0)


def test_what_is_painted_large_around_a_point_is_seen_whole(marks: GroupMarks) -> None:
    plot = marks.plot  # type: ignore[attr-defined]
    plot.view_box.setRange(xRange=(4, 8), yRange=(4, 6), padding=0)
    marks._points.set_size(60)
    marks.spot = lambda: 60.0
    before = shot(marks)
    marks.set_indices(np.array([5 * COLUMNS + 6], np.int64))
    after, place = shot(marks), plot.from_plane(6, 5).toPoint()
    for dx, dy in ((0, 0), (27, 0), (0, -27), (-18, 18)):
        at_pixel = place.x() + dx, place.y() + dy
        assert after.pixelColor(*at_pixel) == before.pixelColor(*at_pixel)
    assert after.pixelColor(plot.from_plane(5, 5).toPoint()) != before.pixelColor(
        plot.from_plane(5, 5).toPoint()
    )
