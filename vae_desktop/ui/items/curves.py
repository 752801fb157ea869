"""All curves of the loss plot as one item: thin to update and to paint, because a training runs beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from vae_desktop.ui.loss_curves import DoubleArray, Line
from vae_desktop.ui.loss_legend import curve_pen, mark_path, term_color
from vae_desktop.ui.theme import theme

MARK_SIZE = 7.0
# Marks closer together than this run into each other: then only every so manieth epoch has one.
MARK_DISTANCE = 14.0
RAW_ALPHA = 80


class CurvesItem(QGraphicsItem):
    """Lines, the faint lines behind them, and marks, painted in pixels.

    Attributes:
        lines: what is drawn, with y as the axis has it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self._rect = QRectF()
        self._stamps: dict[tuple[str, int, str, float], QPixmap] = {}

    def set_lines(self, lines: list[Line]) -> None:
        """Draw these instead."""
        self.lines = lines
        self.update()

    def set_view(self, rect: QRectF) -> None:
        """Tell which part of the plane is in view: the item covers just that."""
        self.prepareGeometryChange()
        self._rect = rect

    def boundingRect(self) -> QRectF:
        """The part of the plane in view."""
        return self._rect

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint in pixels: pens, dashes and marks then have the same size at every zoom."""
        transform, ratio = painter.worldTransform(), painter.device().devicePixelRatioF()
        painter.resetTransform()
        for line in self.lines:
            if line.raw is not line.y:
                faint = QColor(term_color(line.term))
                faint.setAlpha(RAW_ALPHA)
                draw_polyline(painter, to_pixels(transform, line.x, line.raw), QPen(faint, 0.0))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line in self.lines:
            points = to_pixels(transform, line.x, line.y)
            sweep_polyline(painter, points, curve_pen(term_color(line.term), line.split), ratio)
            if line.split == "held_out":
                self._stamp_marks(painter, spaced(points), line.term, ratio)
        painter.setWorldTransform(transform)

    def _stamp_marks(self, painter: QPainter, points: DoubleArray, term: str, ratio: float) -> None:
        key = (term, term_color(term).rgb(), theme().colors.plot, ratio)
        stamp = self._stamps.get(key)
        if stamp is None:
            stamp = self._stamps[key] = _stamp(term, ratio)
        half = stamp.deviceIndependentSize().width() / 2
        for x, y in points[np.isfinite(points).all(axis=1)].tolist():
            painter.drawPixmap(QPointF(x - half, y - half), stamp)


def _stamp(term: str, ratio: float) -> QPixmap:
    """A picture of a term's mark, to be painted many times."""
    side = MARK_SIZE + 4
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_marks(painter, np.array([[side / 2, side / 2]]), term, MARK_SIZE)
    painter.end()
    return pixmap


def sweep_polyline(painter: QPainter, points: DoubleArray, pen: QPen, ratio: float) -> None:
    """Draw a wide polyline [n, 2] by drawing it a few times one pixel wide, around a circle.

    Qt outlines a wide line before it fills it: 240 points cost 2 ms at a width of 2, and a hundredth of that at
    a width of one pixel.
    """
    width = pen.widthF() * ratio
    thin = QPen(pen.color(), 0.0)
    if pen.style() == Qt.PenStyle.CustomDashLine:
        thin.setCapStyle(Qt.PenCapStyle.FlatCap)
        thin.setDashPattern([length * width for length in pen.dashPattern()])
    painter.setPen(thin)
    radius = max(0.0, (width - 1) / 2) / ratio
    passes = max(4, math.ceil(4 * (width - 1))) if radius > 0 else 1
    angles = [2 * math.pi * index / passes for index in range(passes)]
    for piece in pieces(points):
        polygon = pg.functions.arrayToQPolygonF(piece[:, 0], piece[:, 1])
        for angle in angles:
            dx, dy = radius * math.cos(angle), radius * math.sin(angle)
            painter.translate(dx, dy)
            painter.drawPolyline(polygon)
            painter.translate(-dx, -dy)


def to_pixels(transform: QTransform, x: DoubleArray, y: DoubleArray) -> DoubleArray:
    """Points [n, 2] after an affine map."""
    pixels = np.empty((len(x), 2))
    pixels[:, 0] = transform.m11() * x + transform.m21() * y + transform.dx()
    pixels[:, 1] = transform.m12() * x + transform.m22() * y + transform.dy()
    return pixels


def pieces(points: DoubleArray) -> Sequence[DoubleArray]:
    """The stretches of a polyline [n, 2] that are finite and have a length at all."""
    if len(points) < 2:
        return []
    finite = np.isfinite(points).all(axis=1)
    if finite.all():
        return [points]
    edges = np.flatnonzero(np.diff(finite)) + 1
    return [piece for piece in np.split(points, edges) if len(piece) > 1 and np.isfinite(piece[0]).all()]


def draw_polyline(painter: QPainter, points: DoubleArray, pen: QPen) -> None:
    """Draw a polyline [n, 2] in the painter's coordinates; it is broken where a point is not finite."""
    painter.setPen(pen)
    for piece in pieces(points):
        painter.drawPolyline(pg.functions.arrayToQPolygonF(piece[:, 0], piece[:, 1]))


def spaced(points: DoubleArray, distance: float = MARK_DISTANCE) -> DoubleArray:
    """Every k-th of the points [n, 2], counted from the newest, so that they stand apart along x."""
    if len(points) < 2:
        return points
    step = abs(float(points[-1, 0] - points[0, 0])) / (len(points) - 1)
    every = max(1, int(np.ceil(distance / step))) if step > 0 else 1
    return points[::-1][::every]


def draw_marks(painter: QPainter, points: DoubleArray, term: str, size: float) -> None:
    """Draw a term's mark, hollow, at each point."""
    painter.setPen(QPen(term_color(term), 1.5))
    painter.setBrush(QColor(theme().colors.plot))
    path = mark_path(term, size)
    for x, y in points[np.isfinite(points).all(axis=1)].tolist():
        painter.drawPath(path.translated(x, y))
