"""Tells what follows a training which of its panels lie behind others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QDockWidget, QWidget

if TYPE_CHECKING:
    from vae_desktop.app.refresh import DerivedPicture

CHANGES = (QEvent.Type.Move, QEvent.Type.Show)


class DocksInSight(QObject):
    """Qt does not hide a dock that lies behind another: it moves it out of the window.

    Args:
        pictures: what each dock shows.
    """

    def __init__(self, pictures: Mapping[QDockWidget, DerivedPicture], parent: QObject) -> None:
        super().__init__(parent)
        self._pictures = dict(pictures)
        for dock in self._pictures:
            dock.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look where the dock is."""
        if event.type() in CHANGES and isinstance(watched, QDockWidget):
            self._pictures[watched].in_sight = not lies_behind(watched)
        return False


def lies_behind(dock: QDockWidget) -> bool:
    """Whether another dock is in front of it, in the same place."""
    window = dock.parentWidget()
    return (
        isinstance(window, QWidget)
        and not dock.isFloating()
        and not window.rect().intersects(dock.geometry())
    )
