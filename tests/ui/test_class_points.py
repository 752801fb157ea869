"""Points by class: each in its place and colour, also when the view moves, when classes hide and when few are left."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QRectF
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
    assert plot.grab(region).toImage() == whole.copy(region)


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
