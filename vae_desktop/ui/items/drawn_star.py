"""What marks the drawn digit among real ones: a star."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from vae_desktop.ui.theme import theme

RADIUS, INNER_RADIUS = 11.0, 4.6
OUTLINE, HALO = 1.5, 5.0


def star(radius: float = RADIUS, inner: float = INNER_RADIUS) -> QPolygonF:
    """A star of five points around the origin, one of them upwards on the screen."""
    corners = []
    for corner in range(10):
        angle, reach = math.pi * corner / 5, radius if corner % 2 == 0 else inner
        corners.append(QPointF(reach * math.sin(angle), -reach * math.cos(angle)))
    return QPolygonF(corners)


class DrawnStar(QGraphicsItem):
    """A star of fixed size on the screen, unlike any mark of a real digit."""

    def __init__(self, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self._star = star()

    def boundingRect(self) -> QRectF:
        """The star and its halo, in pixels around the position."""
        reach = RADIUS + HALO
        return QRectF(-reach, -reach, 2 * reach, 2 * reach)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """A halo that keeps it apart from the points, then the star."""
        colors = theme().colors
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(colors.accent))
        for color, width in ((colors.cursor_halo, HALO), (colors.text, OUTLINE)):
            pen = QPen(QColor(color), width)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolygon(self._star)
