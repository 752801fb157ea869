"""What makes a group stand out: a veil over everything with holes where the group's points are, and rings."""

from __future__ import annotations

import math
from typing import cast

import numpy as np
import numpy.typing as npt
import shiboken6
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from vae_desktop.core.records import IntArray
from vae_desktop.ui.items.class_points import ClassPoints
from vae_desktop.ui.theme import theme

# So much of what is not in the group is covered.
VEIL = 0.8
# Few points get rings, without which they would not be found among thousands.
MOST_RINGS = 400
RING_RADIUS = 6.0
# Where so few points are in view, they may be painted larger, with their class's name in them.
FEW, LARGE = 700, 13.0
# The whole plane, whatever part of it is in view.
PLANE = QRectF(-1e4, -1e4, 2e4, 2e4)

# The places in QPainter.PixmapFragment, all of them doubles.
_X, _Y, _WIDTH, _HEIGHT, _SCALE_X, _SCALE_Y, _OPACITY = 0, 1, 4, 5, 6, 7, 9

Places = npt.NDArray[np.float64]


class GroupMarks(QGraphicsItem):
    """Lies over a `ClassPoints` and takes the places of its points; what shows through stays as it was painted.

    Attributes:
        indices: the points of the group [n].
    """

    def __init__(self, points: ClassPoints, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        # The exposed rectangle tells what needs no painting.
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.indices: IntArray = np.zeros(0, np.int64)
        self._points = points
        self._holes: dict[tuple[float, float], QPixmap] = {}
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
        if not len(group):
            return
        # `exposedRect` is no attribute of the type that PySide6 declares.
        exposed: QRectF = option.exposedRect  # type: ignore[attr-defined]
        transform, seen = painter.transform(), painter.viewport()
        area = transform.mapRect(exposed).toAlignedRect() & seen
        if area.isEmpty():
            return

        def on_screen(some: npt.NDArray[np.floating]) -> Places:
            places: Places = some * np.array((transform.m11(), transform.m22()))
            return np.add(places, (transform.dx(), transform.dy()))

        few = np.count_nonzero(_within(on_screen(points[self._points.visible]), seen, 0.0)) <= FEW
        radius = (max(self._points.size, LARGE) if few else self._points.size) / 2 + 1.5
        places = on_screen(points[group])
        places = places[_within(places, area, radius + RING_RADIUS)]
        painter.save()
        painter.resetTransform()
        painter.drawImage(
            area.topLeft(), self._veil(area, places, radius, painter.device().devicePixelRatioF())
        )
        if len(group) <= MOST_RINGS:
            _paint_rings(painter, places, max(radius, RING_RADIUS))
        painter.restore()

    def _veil(self, area: QRect, places: Places, radius: float, ratio: float) -> QImage:
        """The veil over an area, with a hole of a radius at each place; all but the image in screen pixels."""
        size = area.size() * ratio
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        color = QColor(theme().colors.plot)
        color.setAlphaF(VEIL)
        image.fill(color)
        corners = (places - (area.left(), area.top())) * ratio
        hole = self._hole(radius, ratio)
        fragments = np.zeros((len(corners), 10))
        fragments[:, [_X, _Y]] = corners
        fragments[:, [_WIDTH, _HEIGHT]] = hole.width()
        fragments[:, [_SCALE_X, _SCALE_Y, _OPACITY]] = 1.0
        if len(fragments):
            painter = QPainter(image)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
            # QPainter reads numpy's memory in place: no point becomes a Python object.
            first = shiboken6.wrapInstance(fragments.ctypes.data, QPainter.PixmapFragment)
            painter.drawPixmapFragments(cast(QPainter.PixmapFragment, first), len(fragments), hole)
            painter.end()
        image.setDevicePixelRatio(ratio)
        return image

    def _hole(self, radius: float, ratio: float) -> QPixmap:
        key = (radius, ratio)
        if key not in self._holes:
            side = math.ceil(2 * (radius + 1) * ratio)
            hole = QPixmap(side, side)
            hole.fill(Qt.GlobalColor.transparent)
            painter = QPainter(hole)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor("#000000"))
            painter.drawEllipse(QPointF(side / 2, side / 2), radius * ratio, radius * ratio)
            painter.end()
            self._holes[key] = hole
        return self._holes[key]


def _within(places: Places, area: QRect, margin: float) -> npt.NDArray[np.bool_]:
    xs, ys = places[:, 0], places[:, 1]
    inside = (xs > area.left() - margin) & (xs < area.right() + margin)
    inside &= (ys > area.top() - margin) & (ys < area.bottom() + margin)
    return inside


def _paint_rings(painter: QPainter, places: Places, radius: float) -> None:
    colors = theme().colors
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((colors.cursor_halo, 3.5), (colors.text, 1.5)):
        painter.setPen(QPen(QColor(color), width))
        for x, y in places.tolist():
            painter.drawEllipse(QPointF(x, y), radius, radius)
