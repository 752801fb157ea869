"""A button that shows a colour and asks for another."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QColorDialog, QToolButton, QWidget

from vae_desktop.ui.dialog import open_beside
from vae_desktop.ui.theme import theme


class ColorButton(QToolButton):
    """Shows a colour; a click asks for another.

    Attributes:
        color: "#rrggbb".

    Signals:
        changed(): another colour.
    """

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.color = "#ffffff"
        self._name = name
        self.setMinimumWidth(64)
        self.clicked.connect(self._ask)
        self.set_color(self.color)

    def set_color(self, color: str) -> None:
        """Show this colour ("#rrggbb")."""
        self.setAccessibleName(f"{self._name}: {color}")
        self.setToolTip(f"{self._name}: {color}. Click for another.")
        if color != self.color:
            self.color = color
            self.update()
            self.changed.emit()

    def _ask(self) -> None:
        dialog = QColorDialog(QColor(self.color), self)
        dialog.setWindowTitle(self._name)
        dialog.colorSelected.connect(lambda color: self.set_color(color.name()))
        dialog.finished.connect(dialog.deleteLater)
        open_beside(dialog)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The button with a field of the colour on it."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(QColor(theme().colors.muted))
        painter.setBrush(QColor(self.color))
        painter.drawRect(self.rect().adjusted(6, 5, -7, -6))
        painter.end()
