"""The latent cursor: a ring with four ticks that stays readable on any picture."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from vae_desktop.ui.theme import theme

RADIUS = 8.0
TICK = 7.0
HALO_WIDTH = 5.0
LINE_WIDTH = 2.0
DOT = 1.5


class CursorItem(QGraphicsItem):
    """A ring of fixed size on the screen; `setPos` puts it somewhere in the plane's units."""

    def __init__(self, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        # Painted once: on its way over the canvas it looks the same everywhere.
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setZValue(100)

    def boundingRect(self) -> QRectF:
        """Ring, ticks and halo, in pixels."""
        # One pixel more for antialiasing.
        reach = RADIUS + TICK + HALO_WIDTH / 2 + 1
        return QRectF(-reach, -reach, 2 * reach, 2 * reach)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """A halo first, then the lines over it."""
        colors = theme().colors
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ticks = [
            QLineF(QPointF(x * RADIUS, y * RADIUS), QPointF(x * (RADIUS + TICK), y * (RADIUS + TICK)))
            for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1))
        ]
        for color, width in ((colors.cursor_halo, HALO_WIDTH), (colors.cursor, LINE_WIDTH)):
            pen = QPen(QColor(color), width)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawEllipse(QPointF(0, 0), RADIUS, RADIUS)
            painter.drawLines(ticks)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.cursor))
        painter.drawEllipse(QPointF(0, 0), DOT, DOT)
