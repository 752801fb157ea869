"""What makes a group stand out: a veil over everything with holes where the group's points are, and rings."""

from __future__ import annotations

import math
from typing import cast

import numpy as np
import numpy.typing as npt
import shiboken6
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap
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
# More holes than this are made at whole pixels, one for all the points on the same one.
MOST_EXACT = 3000
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
        self._stamps: dict[tuple[str, float, float, str], QPixmap] = {}
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
        back, possible = transform.inverted()
        if area.isEmpty() or not possible:
            return

        def on_screen(some: npt.NDArray[np.floating]) -> Places:
            places: Places = some * np.array((transform.m11(), transform.m22()))
            return np.add(places, (transform.dx(), transform.dy()))

        in_view = _within(points, back.mapRect(QRectF(seen)))
        few = np.count_nonzero(in_view & self._points.visible) <= FEW
        radius = (max(self._points.size, LARGE) if few else self._points.size) / 2 + 1.5
        reach = math.ceil(radius + RING_RADIUS)
        touched = back.mapRect(QRectF(area.adjusted(-reach, -reach, reach, reach)))
        mine = points[group]
        places = on_screen(mine[_within(mine, touched)])
        device = painter.device().devicePixelRatioF()
        painter.save()
        painter.resetTransform()
        veil = QImage(area.size() * device, QImage.Format.Format_ARGB32_Premultiplied)
        color = QColor(theme().colors.plot)
        color.setAlphaF(VEIL)
        veil.fill(color)
        on_veil = QPainter(veil)
        on_veil.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
        origin = (area.left(), area.top())
        _stamp(on_veil, _thinned((places - origin) * device), self._stamp_of("hole", radius, device))
        if self._points.highlight is not None:
            ring = on_screen(points[[self._points.highlight]])
            _stamp(on_veil, (ring - origin) * device, self._stamp_of("hole", HIGHLIGHT, device))
        on_veil.end()
        veil.setDevicePixelRatio(device)
        painter.drawImage(area.topLeft(), veil)
        if len(group) <= MOST_RINGS:
            _stamp(painter, places, self._stamp_of("ring", max(radius, RING_RADIUS), device), device)
        painter.restore()

    def _stamp_of(self, kind: str, radius: float, ratio: float) -> QPixmap:
        """A hole or a ring of a radius in screen pixels, as a pixmap in the device's."""
        colors = theme().colors
        key = (kind, radius, ratio, colors.text)
        if key not in self._stamps:
            side = math.ceil(2 * (radius + 3) * ratio)
            stamp = QPixmap(side, side)
            stamp.fill(Qt.GlobalColor.transparent)
            painter = QPainter(stamp)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            centre = QPointF(side / 2, side / 2)
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


def _stamp(painter: QPainter, places: Places, stamp: QPixmap, ratio: float = 1.0) -> None:
    """Paint a stamp at each place [n, 2], reduced by a ratio."""
    if not len(places):
        return
    fragments = np.zeros((len(places), 10))
    fragments[:, _X], fragments[:, _Y] = places.T
    fragments[:, [_WIDTH, _HEIGHT]] = stamp.width()
    fragments[:, [_SCALE_X, _SCALE_Y]] = 1 / ratio
    fragments[:, _OPACITY] = 1.0
    # QPainter reads numpy's memory in place: no point becomes a Python object.
    first = shiboken6.wrapInstance(fragments.ctypes.data, QPainter.PixmapFragment)
    painter.drawPixmapFragments(cast(QPainter.PixmapFragment, first), len(fragments), stamp)


def _thinned(places: Places) -> Places:
    """Of very many places one for each whole pixel."""
    if len(places) <= MOST_EXACT:
        return places
    pixels = np.floor(places).astype(np.int64)
    pixels -= pixels.min(axis=0)
    there = np.zeros(pixels.max(axis=0)[::-1] + 1, np.bool_)
    there[pixels[:, 1], pixels[:, 0]] = True
    rows, columns = np.nonzero(there)
    thinned: Places = np.stack([columns, rows], axis=1) + np.floor(places.min(axis=0)) + 0.5
    return thinned


def _within(points: npt.NDArray[np.floating], rect: QRectF) -> npt.NDArray[np.bool_]:
    xs, ys = points[:, 0], points[:, 1]
    inside = (xs > rect.left()) & (xs < rect.right())
    inside &= ys > rect.top()
    inside &= ys < rect.bottom()
    return inside
