"""A word or two on a layer of a plot: what a line encloses, which class a region is of."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from vae_desktop.core.records import FloatArray
from vae_desktop.ui.theme import theme

SIZE = 11
# So many of a line's points count as its middle.
NEAR = 0.1


class LayerName(QGraphicsItem):
    """A few letters of fixed size on the screen, on a patch of the plot's colour."""

    def __init__(self, text: str, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.text = text
        self._font = QFont()
        self._font.setPixelSize(SIZE)
        width = math.ceil(QFontMetricsF(self._font).horizontalAdvance(text)) + 6
        self._box = QRectF(-width / 2, -SIZE / 2 - 2, width, SIZE + 4)
        self.hide()

    def put(self, x: float, y: float) -> None:
        """Take a place in the plane."""
        self.setPos(x, y)
        self.show()

    def sit_on(self, pieces: FloatArray) -> None:
        """Take a place on a line of pieces [M, 2, 2], below its middle; nowhere where there is none."""
        self.hide()
        if len(pieces):
            ends = pieces.reshape(-1, 2)
            off = np.abs(ends[:, 0] - np.median(ends[:, 0]))
            below = ends[off <= np.quantile(off, NEAR)]
            x, y = below[below[:, 1].argmin()].tolist()
            self.put(x, y)

    def boundingRect(self) -> QRectF:
        """The patch."""
        return self._box

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Letters over the patch."""
        colors = theme().colors
        patch = QColor(colors.plot)
        patch.setAlphaF(0.85)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(patch)
        painter.drawRoundedRect(self._box, 4, 4)
        painter.setFont(self._font)
        painter.setPen(QColor(colors.text))
        painter.drawText(self._box, Qt.AlignmentFlag.AlignCenter, self.text)
