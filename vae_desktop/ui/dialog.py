"""Dialogs that leave the window as it is: it can be looked at, worked with and closed while they are open."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget


class Dialog(QDialog):
    """A dialog that blocks nothing. Opened again, it takes the place of the one before, unless that is at work."""

    @property
    def at_work(self) -> bool:
        """Whether closing it would lose something that was begun."""
        return False

    def open(self) -> None:
        """Show it; a modal one would keep the window from being closed."""
        parent = self.parentWidget()
        before = parent.findChildren(type(self)) if parent is not None else []
        for other in before:
            if other is self or not other.isVisible() or other.windowTitle() != self.windowTitle():
                continue
            if other.at_work:
                open_beside(other)
                self.deleteLater()
                return
            other.reject()
        open_beside(self)


def open_beside(dialog: QDialog) -> None:
    """Show a dialog that blocks neither its window nor those above it."""
    dialog.setWindowModality(Qt.WindowModality.NonModal)
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()


def close_all(window: QWidget) -> None:
    """Close the dialogs over a window, the topmost first, as its own close button would; each ends what it writes."""
    for dialog in reversed(window.findChildren(QDialog)):
        if dialog.isVisible():
            dialog.reject()
            dialog.hide()
