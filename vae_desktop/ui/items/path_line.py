"""A path on a plot: a quiet line, numbered stops, and where on it one is."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from vae_desktop.core.records import FloatArray
from vae_desktop.ui.items.haloed_line import paint_haloed, with_room
from vae_desktop.ui.theme import theme

LINE_WIDTH = 1.5
STOP_RADIUS, PLACE_RADIUS = 8.0, 6.0


class PathLine(QGraphicsItem):
    """An open line in the plane's units, of the same width at any zoom."""

    def __init__(self, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        self._path = QPainterPath()
        self._bounds = QRectF()
        self.hide()

    def set_places(self, places: FloatArray | None) -> None:
        """Go through these places [M, 2], or be hidden."""
        self.prepareGeometryChange()
        self._path = QPainterPath()
        if places is not None and len(places):
            self._path.addPolygon(QPolygonF([QPointF(x, y) for x, y in places.tolist()]))
        self._bounds = self._path.boundingRect()
        self.setVisible(not self._path.isEmpty())

    def boundingRect(self) -> QRectF:
        """The line, with room for its width at any sensible zoom."""
        return with_room(self._bounds)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """The line, with a halo that keeps it readable on points."""
        paint_haloed(painter, self._path, LINE_WIDTH, sharp=True)


class StopMark(QGraphicsItem):
    """A disc with the number of a stop, of fixed size on the screen."""

    def __init__(self, number: int, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.number = number

    def boundingRect(self) -> QRectF:
        """The disc and its edge, in pixels around the position."""
        reach = STOP_RADIUS + 2
        return QRectF(-reach, -reach, 2 * reach, 2 * reach)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """The disc, then the number on it."""
        colors = theme().colors
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.text), LINE_WIDTH))
        painter.setBrush(QColor(colors.cursor_halo))
        painter.drawEllipse(QPointF(0, 0), STOP_RADIUS, STOP_RADIUS)
        font = QFont(painter.font())
        font.setPixelSize(10 if self.number < 10 else 9)
        font.setBold(True)
        painter.setFont(font)
        painter.drawText(self.boundingRect(), Qt.AlignmentFlag.AlignCenter, str(self.number))


class PlaceMark(QGraphicsItem):
    """A diamond of fixed size on the screen: where the path is being played, or was stopped."""

    def __init__(self, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.hide()

    def boundingRect(self) -> QRectF:
        """The diamond and its halo, in pixels around the position."""
        reach = PLACE_RADIUS + 3
        return QRectF(-reach, -reach, 2 * reach, 2 * reach)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """A halo first, then the diamond."""
        colors, reach = theme().colors, PLACE_RADIUS
        diamond = QPolygonF([QPointF(0, -reach), QPointF(reach, 0), QPointF(0, reach), QPointF(-reach, 0)])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.cursor_halo), 2.5))
        painter.setBrush(QColor(colors.accent))
        painter.drawPolygon(diamond)
