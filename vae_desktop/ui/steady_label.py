"""A label for words that change several times a second."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vae_desktop.ui.naming import NamedLabel


class SteadyLabel(QWidget):
    """Wrapped words that ask for another layout only where they need another height.

    A `QLabel` has the whole window laid out anew whenever its words change: milliseconds that a hand waits for.

    Args:
        name: what a screen reader says before the words; "" for nothing.
        role: its look, as the style sheet knows it.
        lines: how many lines it has room for at least.
    """

    def __init__(self, name: str, role: str = "", lines: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = NamedLabel(name, parent=self)
        self._label.setWordWrap(True)
        self._label.setProperty("role", role)
        self._lines = lines
        self._height = 0
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def text(self) -> str:
        """The words."""
        return self._label.text()

    def setText(self, text: str) -> None:
        """Show other words."""
        if text == self._label.text():
            return
        self._label.setText(text)
        if self.heightForWidth(self.width()) != self._height:
            self.updateGeometry()

    def heightForWidth(self, width: int) -> int:
        """What its words need, and what it has room for at least."""
        least = self._lines * self._label.fontMetrics().lineSpacing()
        return max(least, self._label.heightForWidth(width))

    def sizeHint(self) -> QSize:
        """As wide as there is room, as high as its words need there."""
        return QSize(self._label.sizeHint().width(), self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        """As narrow as may be."""
        return QSize(0, self.heightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The words have all of it."""
        super().resizeEvent(event)
        self._label.setGeometry(self.rect())
        self._height = self.heightForWidth(self.width())
