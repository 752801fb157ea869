"""What a screen reader is to hear at once: words, wherever the keyboard is, and what happens to parts of a widget."""

from __future__ import annotations

import sys

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import QWidget

# Linux's way of telling assistive programs: nothing but numbers is a value there, and Orca, before 45.2, hears no
# announcements; but it speaks what the part with the keyboard is newly described by.
AT_SPI = sys.platform.startswith("linux")


def announce(source: QWidget, words: str) -> None:
    """Speak these words, which are about something that changed in `source`."""
    if words:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(source, words))


def describe(source: QWidget, words: str) -> None:
    """Describe `source` by these words from now on, and speak them."""
    source.setAccessibleDescription(words)
    if not (AT_SPI and source.hasFocus()):
        announce(source, words)


def tell_focus(source: QWidget, part: int = -1) -> None:
    """The keyboard is on `source`, or came to a part of it that has a name of its own, which is spoken."""
    _tell(QAccessibleEvent(source, QAccessible.Event.Focus), part)


def tell_name(source: QWidget, part: int) -> None:
    """A part of `source` has another name."""
    _tell(QAccessibleEvent(source, QAccessible.Event.NameChanged), part)


def tell_selected(source: QWidget, before: int, now: int) -> None:
    """Of `source`, another part is marked than before; -1 where none was or is."""
    for kind, part in ((QAccessible.Event.SelectionRemove, before), (QAccessible.Event.Selection, now)):
        if part >= 0:
            _tell(QAccessibleEvent(source, kind), part)


def _tell(event: QAccessibleEvent, part: int) -> None:
    # Else Qt would have the part made, though nobody listens.
    if QAccessible.isActive():
        event.setChild(part)
        QAccessible.updateAccessibility(event)
