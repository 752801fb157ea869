"""What stands on a map beside its points: the classes' names and the mark of the chosen digit."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from vae_desktop.ui.theme import theme

HALO = 4.0
LONGEST_NAME = 12


class ClassName(QGraphicsItem):
    """A class's name with a halo, centred on its position; its size on the screen does not change."""

    def __init__(self, name: str, font: QFont, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.name = name
        self._path = QPainterPath()
        shown = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
        metrics = QFontMetricsF(font)
        self._path.addText(
            QPointF(-metrics.horizontalAdvance(shown) / 2, metrics.capHeight() / 2), font, shown
        )
        self._bounds = self._path.boundingRect().adjusted(-HALO, -HALO, HALO, HALO)

    def boundingRect(self) -> QRectF:
        """The name and its halo, in pixels around the position."""
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """The halo, then the name on it."""
        colors = theme().colors
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(colors.plot), HALO)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(self._path, pen)
        painter.fillPath(self._path, QColor(colors.text))


class ChosenMark(QGraphicsItem):
    """A ring in the cursor's colour around the chosen digit."""

    RADIUS = 9.0

    def __init__(self, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)

    def boundingRect(self) -> QRectF:
        """The ring and its halo, in pixels around the position."""
        reach = self.RADIUS + 3
        return QRectF(-reach, -reach, 2 * reach, 2 * reach)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """A halo that keeps the ring apart from the points, then the ring."""
        colors = theme().colors
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((colors.cursor_halo, 5.0), (colors.cursor, 2.5)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawEllipse(QPointF(0, 0), self.RADIUS, self.RADIUS)
