"""Buttons for what the left button does on a map: move the view, draw a lasso, draw a rectangle."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPaintEvent, QPalette, QPen, QPixmap

from vae_desktop.ui.controls import ChoiceButton
from vae_desktop.ui.group_hand import Tool

SIZE = 16
NAMES: dict[Tool, str] = {"move": "Move", "lasso": "Lasso", "rectangle": "Rectangle"}


class ToolButton(ChoiceButton):
    """One tool, as a sign in the colour of words; the one in force stands out."""

    def __init__(self, tool: Tool, tip: str, on_click: Callable[[], object]) -> None:
        super().__init__("", tip, on_click)
        self.tool = tool
        self.setAccessibleName(f"{NAMES[tool]} tool")
        self.setIconSize(QSize(SIZE, SIZE))
        self._drawn: tuple[int, int, float] | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sign again where colours or resolution changed."""
        palette = self.palette()
        color = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.ButtonText)
        muted = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
        key = (color.rgba(), muted.rgba(), self.devicePixelRatioF())
        if key != self._drawn:
            self._drawn = key
            icon = QIcon(tool_pixmap(self.tool, color, key[2]))
            icon.addPixmap(tool_pixmap(self.tool, muted, key[2]), QIcon.Mode.Disabled)
            self.setIcon(icon)
        super().paintEvent(event)


def tool_pixmap(tool: Tool, color: QColor, ratio: float) -> QPixmap:
    """A tool's sign, 16 × 16 logical pixels, drawn in one colour."""
    pixmap = QPixmap(round(SIZE * ratio), round(SIZE * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(color, 1.5)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    if tool == "move":
        _draw_arrows(painter)
    elif tool == "lasso":
        _draw_lasso(painter)
    else:
        pen.setDashPattern([2.0, 1.6])
        painter.setPen(pen)
        painter.drawRect(QRectF(2.0, 3.0, 12.0, 10.0))
    painter.end()
    return pixmap


def _draw_arrows(painter: QPainter) -> None:
    """Arrows in four directions."""
    middle = SIZE / 2
    for right, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        tip = QPointF(middle + 6.5 * right, middle + 6.5 * down)
        painter.drawLine(QPointF(middle, middle), tip)
        for side in (-1, 1):
            back = QPointF(-2.2 * right + 2.2 * side * down, -2.2 * down + 2.2 * side * right)
            painter.drawLine(tip, tip + back)


def _draw_lasso(painter: QPainter) -> None:
    """A loop with the rope's end hanging down."""
    painter.drawEllipse(QRectF(1.5, 1.5, 13.0, 8.5))
    rope = QPainterPath(QPointF(5.0, 9.6))
    rope.cubicTo(QPointF(2.5, 11.0), QPointF(6.5, 12.0), QPointF(4.0, 14.5))
    painter.drawPath(rope)
    painter.drawEllipse(QPointF(5.2, 9.8), 1.4, 1.4)
