"""What a panel shows while it has nothing to show: a sentence and a button that mends it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

MARGIN = 24
SPACING = 12


class EmptyState(QWidget):
    """A sentence in the middle, and below it a button.

    The button is hidden where nothing can be done but wait. It has no layout: other words would have the whole window
    laid out anew, also while a training changes them and a hand drags elsewhere.
    """

    def __init__(
        self,
        text: str = "",
        button_text: str = "",
        on_click: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._on_click: Callable[[], object] | None = None
        self.label = QLabel(self)
        self.label.setWordWrap(True)
        self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.label.setProperty("role", "muted")
        self.button = QPushButton(self)
        self.button.hide()
        self.button.clicked.connect(self._clicked)
        self.show_message(text, button_text, on_click)

    def show_message(
        self, text: str, button_text: str = "", on_click: Callable[[], object] | None = None
    ) -> None:
        """Say something else; without `button_text` there is no button."""
        self._on_click = on_click
        if (text, button_text) == (self.label.text(), self.button.text()):
            return
        self.label.setText(text)
        self.button.setText(button_text)
        self.button.setVisible(bool(button_text))
        self._arrange()

    def sizeHint(self) -> QSize:
        """Room for two lines and the button, whatever is said."""
        return QSize(
            240, 2 * (MARGIN + self.fontMetrics().lineSpacing()) + SPACING + self.button.sizeHint().height()
        )

    def minimumSizeHint(self) -> QSize:
        """Whatever is said, the same."""
        return QSize(2 * MARGIN, self.sizeHint().height() - MARGIN)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay in the middle."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and "button" in self.__dict__:
            self._arrange()

    def _arrange(self) -> None:
        width = max(0, self.width() - 2 * MARGIN)
        button = self.button.sizeHint() if self.button.text() else QSize(0, 0)
        words = self.label.heightForWidth(width)
        below = SPACING + button.height() if self.button.text() else 0
        top = max(0, (self.height() - words - below) // 2)
        self.label.setGeometry(MARGIN, top, width, words)
        left = (self.width() - button.width()) // 2
        self.button.setGeometry(left, top + words + SPACING, button.width(), button.height())

    def _clicked(self) -> None:
        if self._on_click is not None:
            self._on_click()
