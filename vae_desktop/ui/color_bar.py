"""The key to colours that stand for values: the scale from low to high, with numbers and a title."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from vae_desktop.ui.readable import tabular
from vae_desktop.ui.theme import theme
from vae_desktop.ui.value_colors import Scale, scale_numbers, value_palette

BAR_HEIGHT = 10
GAP = 4


class ColorBar(QWidget):
    """A title over a strip of colours over its lowest, middle and highest value.

    Attributes:
        title: what the values are.
        scale: what the colours stand for; None while the values are not known.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("color_bar")
        self.title = ""
        self.scale: Scale | None = None
        self.setFont(tabular(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def show_scale(self, title: str, scale: Scale | None) -> None:
        """Show what the colours stand for now."""
        self.title, self.scale = title, scale
        self.setAccessibleName(f"Colours: {title}")
        self.setAccessibleDescription(" to ".join(self.numbers()[::2]) if scale is not None else "")
        self.update()

    def numbers(self) -> list[str]:
        """The lowest, the middle and the highest value, as they are written."""
        if self.scale is None:
            return ["", "computing…", ""]
        return list(scale_numbers(self.scale))

    def sizeHint(self) -> QSize:
        """Two lines and the strip."""
        metrics = self.fontMetrics()
        return QSize(180, 2 * metrics.height() + BAR_HEIGHT + 2 * GAP)

    def minimumSizeHint(self) -> QSize:
        """As `sizeHint`."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Title, strip, numbers."""
        colors, line = theme().colors, self.fontMetrics().height()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colors.text))
        painter.drawText(QRectF(0, 0, self.width(), line), Qt.AlignmentFlag.AlignLeft, self.title)
        strip = QRectF(0.5, line + GAP + 0.5, self.width() - 1, BAR_HEIGHT - 1)
        from PySide6.QtGui import QLinearGradient  # the window opens sooner without its 169 presets

        gradient = QLinearGradient(strip.topLeft(), strip.topRight())
        palette = value_palette(theme().dark)
        for place, color in enumerate(palette):
            gradient.setColorAt(place / (len(palette) - 1), QColor(color))
        painter.setPen(QPen(QColor(colors.line), 1))
        painter.setBrush(gradient if self.scale is not None else QColor(colors.button))
        painter.drawRoundedRect(strip, 3, 3)
        painter.setPen(QColor(colors.muted))
        below = QRectF(0, line + BAR_HEIGHT + 2 * GAP, self.width(), line)
        places = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
        for text, place in zip(self.numbers(), places, strict=True):
            painter.drawText(below, place, text)
        painter.end()
