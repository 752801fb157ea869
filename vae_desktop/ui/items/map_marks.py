"""What stands on a map beside its points: the classes' names and the mark of the chosen digit."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap
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
        self._drawn: tuple[tuple[float, str, str], QPixmap] | None = None

    def boundingRect(self) -> QRectF:
        """The name and its halo, in pixels around the position."""
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """The halo, then the name on it."""
        picture = self._picture(painter.device().devicePixelRatio())
        painter.drawPixmap(self._bounds.topLeft(), picture)

    def _picture(self, ratio: float) -> QPixmap:
        """The name as pixels, drawn once: stroking the halo anew took a third of a moving map's time."""
        colors = theme().colors
        key = (ratio, colors.plot, colors.text)
        if self._drawn is None or self._drawn[0] != key:
            size = self._bounds.size() * ratio
            picture = QPixmap(math.ceil(size.width()), math.ceil(size.height()))
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            painter.translate(-self._bounds.topLeft())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = QPen(QColor(colors.plot), HALO)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.strokePath(self._path, pen)
            painter.fillPath(self._path, QColor(colors.text))
            painter.end()
            self._drawn = (key, picture)
        return self._drawn[1]


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
