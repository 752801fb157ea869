"""What makes a group stand out: a veil over all points but its own, and rings where it is small."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import cast

import numpy as np
import numpy.typing as npt
import shiboken6
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from vae_desktop.core.records import IntArray
from vae_desktop.ui.items.class_points import ClassPoints
from vae_desktop.ui.theme import theme

# So much of what is not in the group is covered.
VEIL = 0.75
# Few points get rings, without which they would not be found among thousands.
MOST_RINGS = 400
RING_RADIUS = 6.0
# Where so few points are in view, they may be painted larger, with their class's name in them.
FEW, LARGE = 700, 13.0
# The ring around the digit under the pointer reaches so far; it shows through too.
HIGHLIGHT = 11.0
# The whole plane, whatever part of it is in view.
PLANE = QRectF(-1e4, -1e4, 2e4, 2e4)

# The places in QPainter.PixmapFragment, all of them doubles.
_X, _Y, _LEFT, _WIDTH, _HEIGHT, _SCALE_X, _SCALE_Y, _OPACITY = 0, 1, 2, 4, 5, 6, 7, 9

Places = npt.NDArray[np.float64]


class GroupMarks(QGraphicsItem):
    """Lies over a `ClassPoints` and takes the places of its points from it.

    Where points lie close, the veil covers all of them and those of the group are painted again on top, so that no
    other one passes for one of them. Where few are in view, which are painted larger, it has holes instead.

    Attributes:
        indices: the points of the group [n].
        spot: tells how large, in pixels, that is which is painted around a point where few are in view.
    """

    def __init__(self, points: ClassPoints, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        # The exposed rectangle tells what needs no painting.
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.indices: IntArray = np.zeros(0, np.int64)
        self.spot: Callable[[], float] = lambda: max(points.size, LARGE)
        self._points = points
        self._stamps: dict[tuple[object, ...], QPixmap] = {}
        self.hide()

    def set_indices(self, indices: IntArray) -> None:
        """Mark these points; none at all lifts the veil."""
        self.indices = indices
        self.setVisible(bool(len(indices)))
        self.update()

    def boundingRect(self) -> QRectF:
        """Everywhere: the veil has no edge."""
        return PLANE

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Cover the exposed rectangle but for the group's points."""
        points = self._points.points
        # A map may be of fewer digits than the data set has.
        group = self.indices[self.indices < len(points)]
        # `exposedRect` is no attribute of the type that PySide6 declares.
        exposed: QRectF = option.exposedRect  # type: ignore[attr-defined]
        transform, seen = painter.transform(), painter.viewport()
        area = transform.mapRect(exposed).toAlignedRect() & seen
        back, possible = transform.inverted()
        if not len(group) or area.isEmpty() or not possible:
            return

        def on_screen(some: npt.NDArray[np.floating]) -> Places:
            places: Places = some * np.array((transform.m11(), transform.m22()))
            return np.add(places, (transform.dx(), transform.dy()))

        in_view = _within(points, back.mapRect(QRectF(seen)))
        few = np.count_nonzero(in_view & self._points.visible) <= FEW
        radius = (self.spot() + 3 if few else self._points.size) / 2
        reach = math.ceil(radius + RING_RADIUS)
        touched = back.mapRect(QRectF(area.adjusted(-reach, -reach, reach, reach)))
        group = group[_within(points[group], touched)]
        places = on_screen(points[group])
        highlight = self._points.highlight
        pointed = on_screen(points[[] if highlight is None else [highlight]])
        painter.save()
        painter.resetTransform()
        ratio = painter.device().devicePixelRatioF()
        if few:
            painter.drawImage(area.topLeft(), self._holed_veil(area, places, pointed, radius, ratio))
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillPath(_whole_veil(area, pointed), _veil_color())
            self._paint_dots(painter, group, places, ratio)
        if len(self.indices) <= MOST_RINGS:
            _stamp(painter, places, self._round("ring", max(radius, RING_RADIUS), ratio), ratio)
        painter.restore()

    def _holed_veil(
        self, area: QRect, places: Places, pointed: Places, radius: float, ratio: float
    ) -> QImage:
        """The veil over an area, through which the places and the digit under the pointer are seen."""
        veil = QImage(area.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        veil.fill(_veil_color())
        painter = QPainter(veil)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
        for centres, size in ((places, radius), (pointed, HIGHLIGHT)):
            corners = (centres - (area.left(), area.top())) * ratio
            _stamp(painter, corners, self._round("hole", size, ratio))
        painter.end()
        veil.setDevicePixelRatio(ratio)
        return veil

    def _paint_dots(self, painter: QPainter, group: IntArray, places: Places, ratio: float) -> None:
        points, size = self._points, self._points.size
        columns = (points.labels if points.columns is None else points.columns)[group]
        key = ("dots", points.palette, size, ratio, theme().colors.cursor_halo)
        if key not in self._stamps:
            self._stamps[key] = _dots(points.palette, size, ratio)
        atlas = self._stamps[key]
        _stamp(painter, places, atlas, ratio, columns * atlas.height())

    def _round(self, kind: str, radius: float, ratio: float) -> QPixmap:
        """A hole or a ring of a radius in screen pixels, as a pixmap in the device's."""
        colors = theme().colors
        key = (kind, radius, ratio, colors.text)
        if key not in self._stamps:
            stamp = _clear_pixmap(1, math.ceil(2 * (radius + 3) * ratio))
            painter = QPainter(stamp)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            centre = QPointF(stamp.height() / 2, stamp.height() / 2)
            if kind == "hole":
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor("#000000"))
                painter.drawEllipse(centre, radius * ratio, radius * ratio)
            else:
                for color, width in ((colors.cursor_halo, 3.5), (colors.text, 1.5)):
                    painter.setPen(QPen(QColor(color), width * ratio))
                    painter.drawEllipse(centre, radius * ratio, radius * ratio)
            painter.end()
            self._stamps[key] = stamp
        return self._stamps[key]


def _veil_color() -> QColor:
    color = QColor(theme().colors.plot)
    color.setAlphaF(VEIL)
    return color


def _whole_veil(area: QRect, pointed: Places) -> QPainterPath:
    """An area without the ring around the digit under the pointer."""
    path = QPainterPath()
    path.addRect(QRectF(area))
    for x, y in pointed.tolist():
        path.addEllipse(QPointF(x, y), HIGHLIGHT, HIGHLIGHT)
    return path


def _dots(palette: Sequence[str], size: float, ratio: float) -> QPixmap:
    """A disc of each colour side by side, each with a hairline that keeps neighbours apart."""
    dots = _clear_pixmap(len(palette), math.ceil((size + 3) * ratio))
    side = dots.height()
    painter = QPainter(dots)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme().colors.cursor_halo), 0.5 * ratio))
    for column, color in enumerate(palette):
        painter.setBrush(QColor(color))
        painter.drawEllipse(QPointF((column + 0.5) * side, side / 2), size * ratio / 2, size * ratio / 2)
    painter.end()
    return dots


def _clear_pixmap(columns: int, side: int) -> QPixmap:
    pixmap = QPixmap(columns * side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap


def _stamp(
    painter: QPainter,
    places: Places,
    stamp: QPixmap,
    ratio: float = 1.0,
    lefts: npt.NDArray[np.integer] | float = 0.0,
) -> None:
    """Paint a square of a pixmap, as high as it is, at each place [n, 2], reduced by a ratio.

    Args:
        lefts: where in the pixmap the square of each place begins [n].
    """
    if not len(places):
        return
    fragments = np.zeros((len(places), 10))
    fragments[:, _X], fragments[:, _Y] = places.T
    fragments[:, _LEFT] = lefts
    fragments[:, [_WIDTH, _HEIGHT]] = stamp.height()
    fragments[:, [_SCALE_X, _SCALE_Y]] = 1 / ratio
    fragments[:, _OPACITY] = 1.0
    # QPainter reads numpy's memory in place: no point becomes a Python object.
    first = shiboken6.wrapInstance(fragments.ctypes.data, QPainter.PixmapFragment)
    painter.drawPixmapFragments(cast(QPainter.PixmapFragment, first), len(fragments), stamp)


def _within(points: npt.NDArray[np.floating], rect: QRectF) -> npt.NDArray[np.bool_]:
    xs, ys = points[:, 0], points[:, 1]
    inside = (xs > rect.left()) & (xs < rect.right())
    inside &= ys > rect.top()
    inside &= ys < rect.bottom()
    return inside
