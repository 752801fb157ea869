"""The latent cursor: a ring with four ticks that stays readable on any picture."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QObject, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QRegion

from vae_desktop.ui.plot_navigation import NavigablePlot
from vae_desktop.ui.theme import theme

RADIUS = 8.0
TICK = 7.0
HALO_WIDTH = 5.0
LINE_WIDTH = 2.0
DOT = 1.5
MOST_PARTS = 16
# From the middle to the outermost pixel; one more for antialiasing.
REACH = math.ceil(RADIUS + TICK + HALO_WIDTH / 2 + 1)


class CanvasCursor(QObject):
    """A ring of fixed size on the screen, painted over all else that a plot shows.

    It is no item of the plot's scene: a hand that drags it would make Qt walk through all items at each move.

    Attributes:
        place: where it is, in the plane's units.
    """

    def __init__(self, plot: NavigablePlot) -> None:
        super().__init__(plot)
        self.place = QPointF()
        self._plot = plot
        self._look: QPixmap | None = None
        self._painted = QRect()
        self._stale: list[QRect] = []
        theme().changed.connect(self._recolor)

    def move(self, x: float, y: float) -> None:
        """Put it somewhere in the plane."""
        self.place = QPointF(x, y)
        for rect in (self._painted, self._rect()):
            self._stale.append(rect)
            self._plot.viewport().update(rect)
        # Whoever has gone so far without being painted is not watched.
        del self._stale[:-MOST_PARTS]

    def _recolor(self) -> None:
        self._look = None
        self._plot.viewport().update()

    def alone_in(self, region: QRegion) -> bool:
        """Whether nothing but its way since the last time can have made this part of the plot be painted anew."""
        way, self._stale = self._stale, []
        for rect in way:
            region = region.subtracted(rect)
        return region.isEmpty()

    def paint(self, painter: QPainter) -> None:
        """Paint it over the plane, not over the axes."""
        scale = self._plot.viewport().devicePixelRatioF()
        if self._look is None or self._look.devicePixelRatio() != scale:
            self._look = _look(scale)
        # Another part of the plane may be in view than when it was moved.
        self._painted = self._rect()
        painter.save()
        painter.setClipRect(self._plot.plane_area())
        painter.drawPixmap(self._painted.topLeft(), self._look)
        painter.restore()

    def _rect(self) -> QRect:
        middle = self._plot.from_plane(self.place.x(), self.place.y()).toPoint()
        return QRect(middle - QPoint(REACH, REACH), middle + QPoint(REACH - 1, REACH - 1))


def _look(scale: float) -> QPixmap:
    """The ring, painted once: on its way over the plane it looks the same everywhere."""
    picture = QPixmap(round(2 * REACH * scale), round(2 * REACH * scale))
    picture.setDevicePixelRatio(scale)
    picture.fill(Qt.GlobalColor.transparent)
    colors = theme().colors
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(REACH, REACH)
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
    painter.end()
    return picture
