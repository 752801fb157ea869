"""How sure the encoder is of a digit's place: ellipses around its posterior."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from vae_desktop.core.records import FloatArray
from vae_desktop.ui.items.haloed_line import paint_haloed, with_room

LINE_WIDTH = 2.0


class PosteriorEllipse(QGraphicsItem):
    """Closed outlines in the plane, the inner one first and drawn in full, the others dashed.

    Attributes:
        outlines: corners [n, 2] of each.
    """

    def __init__(self, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        self.outlines: tuple[FloatArray, ...] = ()
        self._path: list[QPainterPath] = []
        self._bounds = QRectF()
        self.hide()

    def set_outlines(self, outlines: Sequence[FloatArray]) -> None:
        """Show other outlines, or none."""
        self.prepareGeometryChange()
        self.outlines = tuple(outlines)
        self._path, self._bounds = [], QRectF()
        for outline in outlines:
            path = QPainterPath()
            path.addPolygon(QPolygonF([QPointF(x, y) for x, y in outline.tolist()]))
            path.closeSubpath()
            self._path.append(path)
            self._bounds |= path.boundingRect()
        self.setVisible(bool(outlines))

    def boundingRect(self) -> QRectF:
        """All outlines, with room for their lines at any sensible zoom."""
        return with_room(self._bounds)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Lines of the same width at any zoom, with a halo that keeps them readable on points."""
        for number, path in enumerate(self._path):
            paint_haloed(painter, path, LINE_WIDTH, dashed=number > 0)
