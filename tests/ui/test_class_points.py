"""Points by class: each in its place and colour, also when the view moves, when classes hide and when few are left."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from vae_desktop.core.palette import class_color
from vae_desktop.ui.items.class_points import MOST_GLYPHS, ClassPoints
from vae_desktop.ui.plot_navigation import NavigablePlot
from vae_desktop.ui.theme import LIGHT


@pytest.fixture
def plot(qtbot: QtBot) -> NavigablePlot:
    """A plot of ten by ten units without axes."""
    it = NavigablePlot()
    qtbot.addWidget(it)
    it.plotItem.hideAxis("left")
    it.plotItem.hideAxis("bottom")
    it.resize(420, 420)
    it.show()
    qtbot.waitExposed(it)
    it.view_box.setRange(QRectF(0, 0, 10, 10), padding=0)
    return it


@pytest.fixture
def points(plot: NavigablePlot) -> ClassPoints:
    """Opaque points of nine pixels, in the plot."""
    it = ClassPoints(size=9.0, opacity=1.0)
    plot.view_box.addItem(it, ignoreBounds=True)
    return it


def colour_at(plot: NavigablePlot, x: float, y: float, image: QImage | None = None) -> str:
    """What is painted at a place of the plane."""
    image = image or plot.grab().toImage()
    return image.pixelColor(plot.from_plane(x, y).toPoint()).name()


def test_every_point_has_its_class_colour_at_its_place(plot: NavigablePlot, points: ClassPoints) -> None:
    places = np.array([[x, y] for y in range(1, 10) for x in range(1, 10)], np.float32)
    labels = np.arange(81) % 12
    points.set_data(places, labels)
    image = plot.grab().toImage()
    for (x, y), label in zip(places, labels, strict=True):
        assert colour_at(plot, float(x), float(y), image) == class_color(int(label))
        assert colour_at(plot, float(x) + 0.5, float(y) + 0.5, image) == LIGHT.plot


def test_points_move_with_the_view_and_on_their_own(plot: NavigablePlot, points: ClassPoints) -> None:
    points.set_data(np.array([[2.0, 2.0]], np.float32), np.array([3]))
    assert colour_at(plot, 2, 2) == class_color(3)
    plot.pan(80, -40)
    plot.zoom(1.7)
    assert colour_at(plot, 2, 2) == class_color(3)
    points.set_points(np.array([[1.0, 3.0]], np.float32))
    assert colour_at(plot, 2, 2) == LIGHT.plot
    assert colour_at(plot, 1, 3) == class_color(3)


def test_hidden_classes_are_not_painted(plot: NavigablePlot, points: ClassPoints) -> None:
    points.set_data(np.array([[2, 2], [4, 4]], np.float32), np.array([0, 1]))
    points.set_hidden({0})
    assert colour_at(plot, 2, 2) == LIGHT.plot and colour_at(plot, 4, 4) == class_color(1)
    assert points.visible.tolist() == [False, True]
    # New places keep what is hidden.
    points.set_points(np.array([[3, 3], [5, 5]], np.float32))
    assert colour_at(plot, 3, 3) == LIGHT.plot and colour_at(plot, 5, 5) == class_color(1)
    points.set_hidden(frozenset())
    assert colour_at(plot, 3, 3) == class_color(0)


def test_a_partial_repaint_paints_what_a_whole_one_does(plot: NavigablePlot, points: ClassPoints) -> None:
    rng = np.random.default_rng(0)
    points.set_data(rng.uniform(0, 10, (3000, 2)).astype(np.float32), rng.integers(0, 10, 3000))
    whole = plot.grab().toImage()
    region = QRect(100, 120, 90, 70)
    # The first time the points are painted, the second time they come from a picture of them.
    for _ in range(3):
        assert alike(plot.grab(region).toImage(), whole.copy(region))


def test_the_highlight_is_a_ring_that_leaves_nothing_behind(
    plot: NavigablePlot, points: ClassPoints, qtbot: QtBot
) -> None:
    points.set_data(np.array([[5, 5], [8, 8]], np.float32), np.array([0, 1]))
    before = plot.grab().toImage()
    points.set_highlight(0)
    ring = plot.from_plane(5, 5).toPoint() + QPoint(8, 0)
    assert plot.grab().toImage().pixelColor(ring).lightness() < 60
    points.set_highlight(None)
    assert plot.grab().toImage() == before


def test_few_points_in_view_carry_their_names(plot: NavigablePlot, points: ClassPoints) -> None:
    rng = np.random.default_rng(0)
    count = MOST_GLYPHS + 300
    places = rng.uniform(5.5, 9.5, (count, 2)).astype(np.float32)
    places[0] = (2, 2)
    points.set_data(places, np.zeros(count, int))
    points.set_glyphs(("0", "1"))
    dot = plot.grab().toImage()
    plot.view_box.setRange(QRectF(0, 0, 5, 5), padding=0)
    named = plot.grab().toImage()

    def colours_around(image: QImage) -> int:
        middle = plot.from_plane(2, 2).toPoint()
        reach = range(-5, 6)
        return sum(
            image.pixelColor(middle + QPoint(x, y)).name() == class_color(0) for x in reach for y in reach
        )

    # Larger than a dot, and not plain inside: there is a letter in it.
    assert colours_around(named) > 20
    assert colours_around(named) < 121
    assert dot != named
    points.set_glyphs(("trousers", "coat"))
    assert plot.grab().toImage() != named


def test_nothing_and_what_is_not_finite(plot: NavigablePlot, points: ClassPoints) -> None:
    empty = plot.grab().toImage()
    points.set_data(np.array([[np.nan, 1], [np.inf, 2], [5, 5]], np.float32), np.array([0, 1, 2]))
    assert colour_at(plot, 5, 5) == class_color(2)
    points.set_highlight(2)
    points.set_data(None, None)
    assert points.highlight is None
    assert plot.grab().toImage() == empty


def test_points_and_labels_must_agree(points: ClassPoints) -> None:
    with pytest.raises(ValueError, match="2 points but 3 labels"):
        points.set_data(np.zeros((2, 2), np.float32), np.zeros(3, int))


def many(points: ClassPoints, count: int = 70_000) -> np.ndarray:
    """So many points that they can't be painted within a few milliseconds, shown at once."""
    rng = np.random.default_rng(0)
    places = rng.uniform(0, 10, (count, 2)).astype(np.float32)
    points.set_data(places, rng.integers(0, 10, count))
    return places


def painted_anew(plot: NavigablePlot, points: ClassPoints) -> QImage:
    """What a plot that never moved would show."""
    fresh = ClassPoints(size=points.size, opacity=points.point_opacity)
    fresh.set_data(points.points, points.labels.copy())
    plot.view_box.removeItem(points)
    plot.view_box.addItem(fresh, ignoreBounds=True)
    image = plot.grab().toImage()
    plot.view_box.removeItem(fresh)
    plot.view_box.addItem(points, ignoreBounds=True)
    return image


def alike(one: QImage, other: QImage) -> bool:
    """Whether pictures show the same points: a point halfway between pixels may be rounded either way."""
    pixels = [
        np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
        for image in (one, other)
    ]
    difference = np.abs(pixels[0].astype(int) - pixels[1].astype(int)).max(axis=2)
    return bool(np.mean(difference > 2) < 0.001)


def test_many_points_that_are_dragged_look_like_points_painted_anew(
    plot: NavigablePlot, points: ClassPoints, qtbot: QtBot
) -> None:
    many(points)
    plot.zoom(2)
    plot.grab()
    for right, down in ((7, 0), (-3, 11), (0, -19), (-40, -2)):
        plot.pan(right, down)
        plot.viewport().repaint()
    qtbot.waitUntil(lambda: points.settled)
    moved = plot.grab().toImage()
    assert alike(moved, painted_anew(plot, points))


def test_many_points_that_are_zoomed_become_sharp_by_themselves(
    plot: NavigablePlot, points: ClassPoints, qtbot: QtBot
) -> None:
    many(points)
    before = plot.grab().toImage()
    plot.zoom(0.6)
    plot.viewport().repaint()
    assert not points.settled
    rough = plot.grab().toImage()
    # Never a hole where points are, not even for a moment: the map's middle and its edge.
    for x, y in ((5, 5), (1, 1), (9, 9)):
        around = rough.copy(QRect(plot.from_plane(x, y).toPoint() - QPoint(4, 4), QSize(9, 9)))
        assert len({around.pixelColor(i, j).name() for i in range(9) for j in range(9)} - {LIGHT.plot}) > 3
    qtbot.waitUntil(lambda: points.settled)
    sharp = plot.grab().toImage()
    assert sharp != before
    assert alike(sharp, painted_anew(plot, points))


def test_many_points_that_move_are_all_shown_at_last(
    plot: NavigablePlot, points: ClassPoints, qtbot: QtBot
) -> None:
    places = many(points)
    plot.grab()
    for step in range(1, 6):
        points.set_points(places * np.float32(1 - 0.05 * step))
        plot.viewport().repaint()
    qtbot.waitUntil(lambda: points.settled)
    last = plot.grab().toImage()
    assert alike(last, painted_anew(plot, points))
    assert colour_at(plot, 9, 9, last) == LIGHT.plot


def test_colours_of_their_own_and_marks(plot: NavigablePlot, points: ClassPoints) -> None:
    places, labels = np.array([[2, 2], [4, 4], [6, 6]], np.float32), np.array([0, 1, 2])
    points.set_data(places, labels)
    points.set_colors(np.array([1, 0, 1]), ("#102030", "#40a060"), np.array([False, False, True]))
    image = plot.grab().toImage()
    assert [colour_at(plot, at, at, image) for at in (2, 4, 6)] == ["#40a060", "#102030", "#40a060"]
    assert [points.color_of(index) for index in range(3)] == ["#40a060", "#102030", "#40a060"]

    def darkest_beside(at: float) -> int:
        middle = plot.from_plane(at, at).toPoint()
        return min(image.pixelColor(middle + QPoint(reach, 0)).lightness() for reach in range(5, 9))

    assert darkest_beside(6) < 60 and darkest_beside(2) > 120
    points.set_colors(None)
    assert [colour_at(plot, at, at) for at in (2, 4, 6)] == [class_color(label) for label in (0, 1, 2)]
    with pytest.raises(ValueError, match="3 points but 2"):
        points.set_colors(np.zeros(2, int), ("#000000",))


def test_a_marked_point_lies_above_all_others(plot: NavigablePlot, points: ClassPoints) -> None:
    points.set_data(np.full((3, 2), 5, np.float32), np.array([0, 1, 2]))
    points.set_colors(np.array([0, 1, 2]), ("#aa0000", "#00aa00", "#0000aa"), np.array([False, True, False]))
    assert colour_at(plot, 5, 5) == "#00aa00"
