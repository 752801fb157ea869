"""What marks the drawn digit among real ones: a star, and the ellipse of its posterior."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from vae_desktop.ui.theme import theme

RADIUS, INNER_RADIUS = 11.0, 4.6
OUTLINE, HALO = 1.5, 5.0
FILL = 0.14


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


class DrawnEllipse(QGraphicsItem):
    """Where one standard deviation of the posterior reaches around the star, in the plane's units."""

    def __init__(self, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        self._across = self._up = 0.0

    def set_radii(self, across: float, up: float) -> None:
        """Its half axes; an `up` of 0 makes it a line."""
        if (across, up) != (self._across, self._up):
            self.prepareGeometryChange()
            self._across, self._up = across, up
            self.update()

    def boundingRect(self) -> QRectF:
        """The ellipse; its line, some pixels wide, is within twice of it."""
        across, up = 2 * self._across, 2 * max(self._up, 0.05 * self._across)
        return QRectF(-across, -up, 2 * across, 2 * up)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """A light tint, and a line with a halo."""
        colors = theme().colors
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tint = QColor(colors.accent)
        tint.setAlphaF(FILL)
        area = QRectF(-self._across, -self._up, 2 * self._across, 2 * self._up)
        painter.setBrush(tint)
        for color, width in ((colors.cursor_halo, 3.5), (colors.accent, 1.5)):
            pen = QPen(QColor(color), width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawEllipse(area)
            painter.setBrush(Qt.BrushStyle.NoBrush)
