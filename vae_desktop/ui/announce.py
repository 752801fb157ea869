"""What a screen reader is to speak at once, wherever the keyboard is."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(source: QWidget, words: str) -> None:
    """Speak these words, which are about something that changed in `source`."""
    if words:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(source, words))
