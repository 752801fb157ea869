"""One of our own widgets as assistive programs find it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAccessibleWidget, QWidget

from vae_desktop.ui.announce import AT_SPI


class Face(QAccessibleWidget):
    """One widget as it is told of; its name and description are the widget's own."""

    def __init__(self, widget: QWidget, role: QAccessible.Role, value: Callable[[Any], str]) -> None:
        super().__init__(widget, role, "")
        self._value = value

    def text(self, kind: QAccessible.Text) -> str:
        """The value in words, or what any widget tells; where no words are a value, they describe it."""
        widget = self.object()
        if not isinstance(widget, QWidget):
            return super().text(kind)
        if kind == QAccessible.Text.Value:
            return self._value(widget)
        words = super().text(kind)
        return self._value(widget) if AT_SPI and not words and kind == QAccessible.Text.Description else words

    def release(self) -> None:
        """The widget is gone, and this with it: let go of what was told of as its parts."""
