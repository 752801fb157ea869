"""A button with a die on it: puts another random seed into the field beside it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QToolButton, QWidget

SIZE = 16


def dice_pixmap(color: QColor, ratio: float) -> QPixmap:
    """A die that shows five, 16 × 16 logical pixels, drawn in one colour."""
    pixmap = QPixmap(round(SIZE * ratio), round(SIZE * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, 1.4))
    painter.drawRoundedRect(QRectF(1.5, 1.5, 13, 13), 3, 3)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    for x, y in ((5, 5), (11, 5), (8, 8), (5, 11), (11, 11)):
        painter.drawEllipse(QPointF(x, y), 1.3, 1.3)
    painter.end()
    return pixmap


class DiceButton(QToolButton):
    """A tool button whose die follows the palette."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setIconSize(QSize(SIZE, SIZE))
        self._drawn: tuple[int, int, float] | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the die again where colours or resolution changed."""
        palette = self.palette()
        color = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.ButtonText)
        muted = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
        key = (color.rgba(), muted.rgba(), self.devicePixelRatioF())
        if key != self._drawn:
            self._drawn = key
            icon = QIcon(dice_pixmap(color, key[2]))
            icon.addPixmap(dice_pixmap(muted, key[2]), QIcon.Mode.Disabled)
            self.setIcon(icon)
        super().paintEvent(event)
