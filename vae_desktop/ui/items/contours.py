"""Lines of equal density over a map: a quiet layer between its points and its names."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from vae_desktop.core.records import FloatArray
from vae_desktop.ui.theme import theme

# Wider lines take Qt twenty times as long.
WIDTH = 1.0
# From the innermost line to the outermost one.
STRONGEST, WEAKEST = 0.8, 0.5


class Contours(QGraphicsItem):
    """Lines whose width on the screen does not change with the zoom."""

    def __init__(self, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        self._paths: list[QPainterPath] = []
        self._bounds = QRectF()
        # Moved with the view as a picture, and painted anew when it is zoomed.
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    def set_lines(self, lines: tuple[FloatArray, ...] | None) -> None:
        """Show other lines: the pieces of each, [M, 2, 2], the innermost line first; None shows nothing."""
        self.prepareGeometryChange()
        self._paths = [_path(pieces) for pieces in lines or () if len(pieces)]
        self._bounds = QRectF()
        for path in self._paths:
            self._bounds |= path.controlPointRect()
        self.update()

    @property
    def empty(self) -> bool:
        """Whether there are no lines."""
        return not self._paths

    def boundingRect(self) -> QRectF:
        """All lines."""
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """The lines, the outer ones fainter."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, path in enumerate(self._paths):
            fade = number / max(1, len(self._paths) - 1)
            opacity = STRONGEST + (WEAKEST - STRONGEST) * fade
            color = QColor(theme().colors.text)
            color.setAlphaF(opacity)
            pen = QPen(color, WIDTH)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPath(path)


def _path(pieces: FloatArray) -> QPainterPath:
    ends = pieces.reshape(-1, 2).astype(np.float64)
    path: QPainterPath = pg.arrayToQPath(ends[:, 0], ends[:, 1], connect="pairs")
    return path
