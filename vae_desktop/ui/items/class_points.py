"""Thousands of points coloured by class or by value, painted as sprites: quick to move, hide and colour."""

from __future__ import annotations

import math
from collections.abc import Set

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from vae_desktop.core.palette import class_color
from vae_desktop.core.records import FloatArray, IntArray
from vae_desktop.ui.items.point_layer import Brush, Mask, Place, PointLayer
from vae_desktop.ui.items.point_raster import PointRaster
from vae_desktop.ui.items.sprites import Sprites, SpriteSheet, SpriteStyle
from vae_desktop.ui.theme import theme

# When so few points are in view that their classes can be written, they are (a second cue beside the colour).
MOST_GLYPHS = 700
HIGHLIGHT_RADIUS = 8.0


class ClassPoints(QGraphicsItem):
    """Points in the plane, each with its class's colour; where few are in view, with the class's name.

    It lies in a ViewBox like any graphics item (`view_box.addItem(points, ignoreBounds=True)`). Sizes are in
    pixels of the screen and do not grow with the zoom. Points are painted in their own order, so that no
    class covers another; marked ones come last.

    Attributes:
        points: positions [N, 2]; labels: classes [N]. Neither may change once it was given.
        hidden: classes that are not painted.
        visible: [N], whether a point's class is shown.
        size: diameter in pixels; opacity of a point: from 0 to 1.
        columns: [N], each point's colour in `palette`, or None where that is its class's.
        palette: colours as "#rrggbb".
        marked: [N], whether a point has a ring of its own, or None.
        highlight: the index of the point with a ring around it, or None.
        plain: whether points stay dots where few are in view.
        hollow: whether they are empty diamonds in place of dots, for digits that are no part of a map.
        extent: the rectangle around all finite points, in the plane's units.
    """

    def __init__(self, size: float = 5.0, opacity: float = 0.8, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        # The exposed rectangle tells which points need no painting.
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.points: FloatArray = np.zeros((0, 2), np.float32)
        self.labels: IntArray = np.zeros(0, np.int64)
        self.hidden: frozenset[int] = frozenset()
        self.visible: Mask = np.zeros(0, np.bool_)
        self.size = size
        self.point_opacity = opacity
        self.columns: npt.NDArray[np.intp] | None = None
        self.palette: tuple[str, ...] = ()
        self.marked: Mask | None = None
        self.highlight: int | None = None
        self.plain = self.hollow = False
        self._glyphs: tuple[str, ...] = ()
        self._class_palette: tuple[str, ...] = ()
        self.extent = self._bounds = QRectF()
        self._pixel = (1.0, 1.0)
        self._order: npt.NDArray[np.intp] | None = None
        self._layer: PointLayer | None = None
        # How many points of the layer lie in a view.
        self._counted: tuple[Place, int] | None = None
        self._brush = Brush()
        self._sprites = Sprites()
        self._raster = PointRaster(self._dots, self.update)

    # -- what is shown ------------------------------------------------------------------------------

    def set_data(self, points: FloatArray | None, labels: IntArray | None) -> None:
        """Show other points. New labels are shown in their classes' colours, whatever the ones before were in.

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
            self.columns = self.marked = None
            self.palette = self._class_palette = _class_palette(labels)
            self.visible = self._shown()
            self._order = None
            self._raster.forget()
        if self.highlight is not None and self.highlight >= len(points):
            self.highlight = None
        self.set_points(points)

    def set_points(self, points: FloatArray) -> None:
        """Move the points [N, 2]; their classes stay."""
        if len(points) != len(self.labels):
            raise ValueError(f"{len(points)} points but {len(self.labels)} labels")
        extent = _extent(points)
        if extent != self.extent:
            self.prepareGeometryChange()
            self.extent = extent
            # Points have a size on the screen, whatever the zoom.
            margin = 0.5 * max(extent.width(), extent.height()) + 1.0
            self._bounds = extent.adjusted(-margin, -margin, margin, margin)
        self.points = points
        self._changed()

    def set_hidden(self, hidden: Set[int]) -> None:
        """Leave these classes out."""
        if frozenset(hidden) != self.hidden:
            self.hidden = frozenset(hidden)
            self.visible = self._shown()
            self._order = None
            self._changed()

    def set_colors(
        self, columns: npt.NDArray[np.intp] | None, palette: tuple[str, ...] = (), marked: Mask | None = None
    ) -> None:
        """Give each point its own colour, until there are other labels.

        Args:
            columns: [N], places in the palette; None for the classes' colours.
            palette: colours as "#rrggbb".
            marked: [N], points that get a ring in the colour of words and are painted above all others.
        """
        for given in (columns, marked):
            if given is not None and len(given) != len(self.labels):
                raise ValueError(f"{len(self.labels)} points but {len(given)} colours or marks")
        self.columns, self.marked = columns, marked
        self.palette = palette if columns is not None else self._class_palette
        self._order = None
        self._changed()

    def set_glyphs(self, names: tuple[str, ...]) -> None:
        """Names of the classes 0, 1, …, written in place of dots where few points are in view.

        Names of more than two characters are too wide for that; then dots stay dots.
        """
        glyphs = names if all(len(name) <= 2 for name in names) else ()
        if glyphs != self._glyphs:
            self._glyphs = glyphs
            self._changed()

    def set_size(self, size: float) -> None:
        """Paint points of this diameter, in pixels."""
        if size != self.size:
            self.size = size
            self._changed()

    def set_point_opacity(self, opacity: float) -> None:
        """Paint points this opaque, from 0 to 1."""
        if opacity != self.point_opacity:
            self.point_opacity = opacity
            self._changed()

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
        self._sprites.forget()
        self._changed()

    @property
    def settled(self) -> bool:
        """Whether what is painted is as good as it gets: not a picture that stands in for the points."""
        return self._raster.settled

    def color_of(self, index: int) -> str:
        """The colour of a point as "#rrggbb"."""
        column = self.labels[index] if self.columns is None else self.columns[index]
        return self.palette[int(column)]

    def _shown(self) -> Mask:
        if not self.hidden:
            return np.ones(len(self.labels), np.bool_)
        return ~np.isin(self.labels, list(self.hidden))

    def _changed(self) -> None:
        """What was prepared for painting no longer holds."""
        self._layer = self._counted = None
        self.update()

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
        transform = painter.transform()
        if not len(self.points) or transform.m11() == 0 or transform.m22() == 0:
            return
        # `exposedRect` is no attribute of the type that PySide6 declares.
        area = transform.mapRect(option.exposedRect)  # type: ignore[attr-defined]
        self._pixel = (1 / abs(transform.m11()), 1 / abs(transform.m22()))
        # A picture for a file has no widget: what is exposed is all of it.
        width, height = (widget.width(), widget.height()) if widget else (area.right(), area.bottom())
        place = Place.of(transform, width, height, painter.device().devicePixelRatio())
        exposed = QRectF(area.topLeft() * place.ratio, area.size() * place.ratio)
        painter.save()
        painter.resetTransform()
        painter.scale(1 / place.ratio, 1 / place.ratio)
        self._paint_points(painter, place, exposed, whole=widget is not None)
        painter.restore()
        if self.highlight is not None and self.visible[self.highlight]:
            x, y = (float(value) for value in self.points[self.highlight])
            painter.save()
            painter.resetTransform()
            _paint_ring(painter, transform.map(QPointF(x, y)))
            painter.restore()

    def _paint_points(self, painter: QPainter, place: Place, exposed: QRectF, whole: bool) -> None:
        layer = self._prepared()
        if self._glyphs and not self.plain and self._few(layer, place):
            indices = np.flatnonzero(layer.touching(place, exposed))
            layer.paint(painter, place, indices, self._named(place.ratio))
        elif whole:
            self._raster.paint(painter, layer, place, exposed)
        else:
            indices = np.flatnonzero(layer.touching(place, exposed))
            layer.paint(painter, place, indices, self._dots(place.ratio))

    def _few(self, layer: PointLayer, place: Place) -> bool:
        """Whether few enough points lie in the whole view (not only in the part to be painted)."""
        if self._counted is None or self._counted[0] != place:
            self._counted = place, int(np.count_nonzero(layer.within(place, place.rect)))
        return self._counted[1] <= MOST_GLYPHS

    def _prepared(self) -> PointLayer:
        """The points in the order of painting, without those that are hidden."""
        if self._layer is None:
            if self._order is None:
                self._order = np.flatnonzero(self.visible)
                if self.marked is not None:
                    last = self.marked[self._order]
                    self._order = np.concatenate((self._order[~last], self._order[last]))
            order, every = self._order, len(self._order) == len(self.points) and self.marked is None
            points = self.points if every else self.points[order]
            columns = self.labels if self.columns is None else self.columns
            self._layer = PointLayer(
                xs=np.ascontiguousarray(points[:, 0]),
                ys=np.ascontiguousarray(points[:, 1]),
                columns=columns if every else columns[order],
                names=self.labels if every else self.labels[order],
                marked=self.marked[order] if self.marked is not None else np.zeros(len(points), np.bool_),
                size=self.size,
                _brush=self._brush,
            )
        return self._layer

    def _dots(self, ratio: float) -> SpriteSheet:
        return self._sheet((), ratio)

    def _named(self, ratio: float) -> SpriteSheet:
        # Classes beyond the names that were given are dots without one.
        nameless = ("",) * (len(self._class_palette) - len(self._glyphs))
        return self._sheet((*self._glyphs, *nameless), ratio)

    def _sheet(self, names: tuple[str, ...], ratio: float) -> SpriteSheet:
        marked = self.marked is not None
        return self._sprites.sheet(
            SpriteStyle(self.palette, names, self.size, self.point_opacity, marked, ratio, self.hollow)
        )


def _class_palette(labels: IntArray) -> tuple[str, ...]:
    return tuple(class_color(label) for label in range(int(labels.max()) + 1)) if len(labels) else ()


def _paint_ring(painter: QPainter, centre: QPointF) -> None:
    colors = theme().colors
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((colors.cursor_halo, 4.0), (colors.text, 2.0)):
        painter.setPen(QPen(QColor(color), width))
        painter.drawEllipse(centre, HIGHLIGHT_RADIUS, HIGHLIGHT_RADIUS)


def _extent(points: FloatArray) -> QRectF:
    """Around all finite points."""
    if not len(points):
        return QRectF()
    # Column by column: numpy's minimum over the long axis of [N, 2] takes twenty times as long.
    edges = [float(edge) for column in points.T for edge in (column.min(), column.max())]
    if not all(map(math.isfinite, edges)):
        return _extent(points[np.isfinite(points).all(axis=1)])
    left, right, bottom, top = edges
    return QRectF(left, bottom, right - left, top - bottom)
