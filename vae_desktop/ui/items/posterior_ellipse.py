"""How sure the encoder is of a digit's place: ellipses around its posterior."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from vae_desktop.core.records import FloatArray
from vae_desktop.ui.theme import theme

HALO_WIDTH, LINE_WIDTH = 4.0, 2.0


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
        room = 0.05 + 0.1 * max(self._bounds.width(), self._bounds.height())
        return self._bounds.adjusted(-room, -room, room, room)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Lines of the same width at any zoom, with a halo that keeps them readable on points."""
        colors = theme().colors
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for number, path in enumerate(self._path):
            for color, width in ((colors.cursor_halo, HALO_WIDTH), (colors.text, LINE_WIDTH)):
                pen = QPen(QColor(color), width)
                pen.setCosmetic(True)
                if number and color == colors.text:
                    pen.setDashPattern([3.0, 2.0])
                painter.setPen(pen)
                painter.drawPath(path)
