"""All curves of the loss plot as one item: thin to update and to paint, because a training runs beside it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QTransform
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
        transform = painter.worldTransform()
        painter.resetTransform()
        for line in self.lines:
            if line.raw is not line.y:
                faint = QColor(term_color(line.term))
                faint.setAlpha(RAW_ALPHA)
                draw_polyline(painter, to_pixels(transform, line.x, line.raw), QPen(faint, 1.0))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line in self.lines:
            points = to_pixels(transform, line.x, line.y)
            draw_polyline(painter, points, curve_pen(term_color(line.term), line.split))
            if line.split == "held_out":
                draw_marks(painter, spaced(points), line.term, MARK_SIZE)
        painter.setWorldTransform(transform)


def to_pixels(transform: QTransform, x: DoubleArray, y: DoubleArray) -> DoubleArray:
    """Points [n, 2] after an affine map."""
    across = transform.m11() * x + transform.m21() * y + transform.dx()
    down = transform.m12() * x + transform.m22() * y + transform.dy()
    return np.stack([across, down], axis=1)


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
