"""Thousands of points coloured by class, painted as sprites in one call: quick to move, hide and colour."""

from __future__ import annotations

import math
from collections.abc import Set
from typing import cast

import numpy as np
import numpy.typing as npt
import shiboken6
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from vae_desktop.core.palette import class_color
from vae_desktop.core.records import FloatArray, IntArray
from vae_desktop.ui.theme import theme

# When so few points are in view that their classes can be written, they are (a second cue beside the colour).
MOST_GLYPHS = 700
GLYPH_SIZE = 13.0
HIGHLIGHT_RADIUS = 8.0

# What QPainter.PixmapFragment holds, all of them doubles.
_X, _Y, _SOURCE_LEFT, _SOURCE_TOP, _WIDTH, _HEIGHT, _SCALE_X, _SCALE_Y, _ROTATION, _OPACITY = range(10)


class ClassPoints(QGraphicsItem):
    """Points in the plane, each with its class's colour; where few are in view, with the class's name.

    It lies in a ViewBox like any graphics item (`view_box.addItem(points, ignoreBounds=True)`). Sizes are in
    pixels of the screen and do not grow with the zoom. Points are painted in their own order, so that no
    class covers another.

    Attributes:
        points: positions [N, 2]; labels: classes [N]. Neither may change once it was given.
        hidden: classes that are not painted.
        visible: [N], whether a point's class is shown.
        size: diameter in pixels; opacity of a point: from 0 to 1.
        highlight: the index of the point with a ring around it, or None.
    """

    def __init__(self, size: float = 5.0, opacity: float = 0.8, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        # The exposed rectangle tells which points need no painting.
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.points: FloatArray = np.zeros((0, 2), np.float32)
        self.labels: IntArray = np.zeros(0, np.int64)
        self.hidden: frozenset[int] = frozenset()
        self.visible: npt.NDArray[np.bool_] = np.zeros(0, np.bool_)
        self.size = size
        self.point_opacity = opacity
        self.highlight: int | None = None
        self._glyphs: tuple[str, ...] = ()
        self._bounds = QRectF()
        self._pixel = (1.0, 1.0)
        self._fragments: npt.NDArray[np.float64] = np.zeros((0, 10))
        self._first_fragment: QPainter.PixmapFragment | None = None
        self._atlases: dict[tuple[object, ...], tuple[QPixmap, float]] = {}

    # -- what is shown ------------------------------------------------------------------------------

    def set_data(self, points: FloatArray | None, labels: IntArray | None) -> None:
        """Show other points.

        Args:
            points: [N, 2], or None for nothing.
            labels: [N], classes from 0.
        """
        if points is None or labels is None:
            points, labels = np.zeros((0, 2), np.float32), np.zeros(0, np.int64)
        if len(points) != len(labels):
            raise ValueError(f"{len(points)} points but {len(labels)} labels")
        if labels is not self.labels:
            self.labels = labels
            self.visible = self._shown()
        if self.highlight is not None and self.highlight >= len(points):
            self.highlight = None
        self.set_points(points)

    def set_points(self, points: FloatArray) -> None:
        """Move the points [N, 2]; their classes stay."""
        if len(points) != len(self.labels):
            raise ValueError(f"{len(points)} points but {len(self.labels)} labels")
        bounds = _bounds(points)
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
        self.points = points
        if len(self._fragments) < len(points):
            self._make_fragments(len(points))
        self.update()

    def set_hidden(self, hidden: Set[int]) -> None:
        """Leave these classes out."""
        if frozenset(hidden) != self.hidden:
            self.hidden = frozenset(hidden)
            self.visible = self._shown()
            self.update()

    def set_glyphs(self, names: tuple[str, ...]) -> None:
        """Names of the classes 0, 1, …, written in place of dots where few points are in view.

        Names of more than two characters are too wide for that; then dots stay dots.
        """
        glyphs = names if all(len(name) <= 2 for name in names) else ()
        if glyphs != self._glyphs:
            self._glyphs = glyphs
            self._atlases.clear()
            self.update()

    def set_size(self, size: float) -> None:
        """Paint points of this diameter, in pixels."""
        self.size = size
        self.update()

    def set_point_opacity(self, opacity: float) -> None:
        """Paint points this opaque, from 0 to 1."""
        self.point_opacity = opacity
        self.update()

    def set_highlight(self, index: int | None) -> None:
        """Put a ring around one point, or around none."""
        if index == self.highlight:
            return
        for changed in (self.highlight, index):
            if changed is not None and changed < len(self.points):
                self.update(self._around(changed))
        self.highlight = index

    def recolor(self) -> None:
        """Take over the theme's colours."""
        self._atlases.clear()
        self.update()

    def _shown(self) -> npt.NDArray[np.bool_]:
        if not self.hidden:
            return np.ones(len(self.labels), np.bool_)
        return ~np.isin(self.labels, list(self.hidden))

    def _around(self, index: int) -> QRectF:
        """The rectangle of a point's ring, in the plane's units."""
        x, y = (float(value) for value in self.points[index])
        dx, dy = (pixel * (HIGHLIGHT_RADIUS + 4) for pixel in self._pixel)
        return QRectF(x - dx, y - dy, 2 * dx, 2 * dy)

    # -- painting -----------------------------------------------------------------------------------

    def boundingRect(self) -> QRectF:
        """All points, with room for their own size at any sensible zoom."""
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint the points in the exposed rectangle."""
        if not len(self.points):
            return
        # `exposedRect` is no attribute of the type that PySide6 declares.
        exposed: QRectF = option.exposedRect  # type: ignore[attr-defined]
        transform = painter.transform()
        # A ViewBox scales and moves but does not turn: two numbers for each axis tell all.
        scale_x, scale_y = transform.m11(), transform.m22()
        if scale_x == 0 or scale_y == 0:
            return
        self._pixel = (1 / abs(scale_x), 1 / abs(scale_y))
        painter.save()
        painter.resetTransform()
        reach = max(self.size, GLYPH_SIZE, HIGHLIGHT_RADIUS) + 2
        xs = self.points[:, 0] * scale_x + transform.dx()
        ys = self.points[:, 1] * scale_y + transform.dy()
        area = transform.mapRect(exposed).adjusted(-reach, -reach, reach, reach)
        inside = self.visible & (xs > area.left()) & (xs < area.right())
        inside &= (ys > area.top()) & (ys < area.bottom())
        indices = np.flatnonzero(inside)
        if len(indices):
            glyphs = self._writes_names(xs, ys, widget)
            self._paint_points(painter, indices, xs[indices], ys[indices], glyphs)
        if self.highlight is not None and self.visible[self.highlight]:
            self._paint_ring(painter, float(xs[self.highlight]), float(ys[self.highlight]))
        painter.restore()

    def _writes_names(
        self, xs: npt.NDArray[np.floating], ys: npt.NDArray[np.floating], widget: QWidget | None
    ) -> bool:
        """Whether few enough points lie in the whole view (not only in the part to be painted)."""
        if not self._glyphs or widget is None:
            return False
        inside = self.visible & (xs > 0) & (xs < widget.width()) & (ys > 0) & (ys < widget.height())
        return int(np.count_nonzero(inside)) <= MOST_GLYPHS

    def _paint_points(
        self,
        painter: QPainter,
        indices: npt.NDArray[np.intp],
        xs: npt.NDArray[np.floating],
        ys: npt.NDArray[np.floating],
        glyphs: bool,
    ) -> None:
        ratio = painter.device().devicePixelRatio()
        atlas, cell = self._atlas(glyphs, ratio)
        count = len(indices)
        fragments = self._fragments[:count]
        fragments[:, _X] = xs
        fragments[:, _Y] = ys
        fragments[:, _SOURCE_LEFT] = self.labels[indices] * cell
        fragments[:, _WIDTH] = fragments[:, _HEIGHT] = cell
        fragments[:, _SCALE_X] = fragments[:, _SCALE_Y] = 1 / ratio
        assert self._first_fragment is not None
        painter.drawPixmapFragments(self._first_fragment, count, atlas)

    def _paint_ring(self, painter: QPainter, x: float, y: float) -> None:
        colors = theme().colors
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ring = QRectF(x - HIGHLIGHT_RADIUS, y - HIGHLIGHT_RADIUS, 2 * HIGHLIGHT_RADIUS, 2 * HIGHLIGHT_RADIUS)
        for color, width in ((colors.cursor_halo, 4.0), (colors.text, 2.0)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawEllipse(ring)

    def _make_fragments(self, count: int) -> None:
        """One array for all repaints, which QPainter reads in place: no point becomes a Python object."""
        self._fragments = np.zeros((count, 10))
        self._fragments[:, _OPACITY] = 1.0
        first = shiboken6.wrapInstance(self._fragments.ctypes.data, QPainter.PixmapFragment)
        self._first_fragment = cast(QPainter.PixmapFragment, first)

    def _atlas(self, glyphs: bool, ratio: float) -> tuple[QPixmap, float]:
        """All classes' sprites side by side, and the width of one, in pixels of the device."""
        classes = int(self.labels.max()) + 1
        key = (glyphs, ratio, classes, self.size, self.point_opacity)
        if key not in self._atlases:
            if len(self._atlases) > 4:
                self._atlases.clear()
            diameter = GLYPH_SIZE if glyphs else self.size
            cell = math.ceil((diameter + 3) * ratio)
            atlas = QPixmap(cell * classes, cell)
            atlas.fill(Qt.GlobalColor.transparent)
            painter = QPainter(atlas)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setOpacity(1.0 if glyphs else self.point_opacity)
            for label in range(classes):
                name = self._glyphs[label] if glyphs and label < len(self._glyphs) else ""
                centre = (cell * (label + 0.5), cell / 2)
                _paint_sprite(painter, class_color(label), name, centre, diameter * ratio, ratio)
            painter.end()
            self._atlases[key] = (atlas, float(cell))
        return self._atlases[key]


def _paint_sprite(
    painter: QPainter, color: str, name: str, centre: tuple[float, float], diameter: float, ratio: float
) -> None:
    """A disc, a hairline around it to keep neighbours apart, and in it the class's name, if it has one."""
    fill = QColor(color)
    disc = QRectF(centre[0] - diameter / 2, centre[1] - diameter / 2, diameter, diameter)
    painter.setBrush(fill)
    painter.setPen(QPen(QColor(theme().colors.cursor_halo), 0.5 * ratio))
    painter.drawEllipse(disc)
    if name:
        font = QFont(painter.font())
        font.setBold(True)
        font.setPixelSize(max(1, round(diameter * (0.72 if len(name) == 1 else 0.55))))
        painter.setFont(font)
        # Black or white, whichever stands out more; the weights are those of relative luminance.
        bright = 0.299 * fill.red() + 0.587 * fill.green() + 0.114 * fill.blue()
        painter.setPen(QColor("#000000" if bright > 140 else "#ffffff"))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, name)


def _bounds(points: FloatArray) -> QRectF:
    """Around all finite points, widened because points have a size on the screen whatever the zoom."""
    if not len(points):
        return QRectF()
    # Column by column: numpy's minimum over the long axis of [N, 2] takes twenty times as long.
    edges = [float(edge) for column in points.T for edge in (column.min(), column.max())]
    if not all(map(math.isfinite, edges)):
        return _bounds(points[np.isfinite(points).all(axis=1)])
    left, right, bottom, top = edges
    margin = 0.5 * max(right - left, top - bottom) + 1.0
    return QRectF(left - margin, bottom - margin, right - left + 2 * margin, top - bottom + 2 * margin)
