"""What a panel shows while it has nothing to show: a sentence and a button that mends it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget


class EmptyState(QWidget):
    """A sentence in the middle, and below it a button.

    The button is hidden where nothing can be done but wait.
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
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.label.setProperty("role", "muted")
        self.button = QPushButton()
        self.button.clicked.connect(self._clicked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(12)
        layout.addStretch(1)
        layout.addWidget(self.label)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        self.show_message(text, button_text, on_click)

    def show_message(
        self, text: str, button_text: str = "", on_click: Callable[[], object] | None = None
    ) -> None:
        """Say something else; without `button_text` there is no button."""
        self.label.setText(text)
        self.button.setText(button_text)
        self.button.setVisible(bool(button_text))
        self._on_click = on_click

    def _clicked(self) -> None:
        if self._on_click is not None:
            self._on_click()
