"""A digit's card that stands beside the view that it is about, over other parts of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QWidget

from vae_desktop.ui.card_place import GAP, beside_view
from vae_desktop.ui.digit_card import DigitCard

if TYPE_CHECKING:
    from vae_desktop.app.state import Digit
    from vae_desktop.core.records import FloatArray

# Room beside the view that the card needs in full size, in pixels.
BESIDE = 220
ENDS = (
    QEvent.Type.Move,
    QEvent.Type.Resize,
    QEvent.Type.WindowDeactivate,
    QEvent.Type.WindowStateChange,
)
KEYS = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)


class WindowCard(DigitCard):
    """A child of the view's window and no window of its own, which not every system lets a program place.

    It goes when the window moves, changes its size or is left, and with Esc, which goes on to whoever else wants it.
    """

    # Where the view is in its window, and the window itself, as they were when last looked at.
    _view, _bounds = QRect(), QRect()
    _watched: frozenset[QWidget] = frozenset()

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._unwanted: FloatArray | None = None
        self._going = QTimer(self)
        self._going.setSingleShot(True)
        self._going.setInterval(0)
        self._going.timeout.connect(self._go)

    def show_digit(self, digit: Digit, pointer: QPoint) -> None:
        """Show a digit beside the view; `pointer` is in the view's coordinates."""
        if digit.image is self._unwanted:
            return
        self._unwanted = None
        window = self._host.window()
        # A dock that floats has a window of its own.
        if self.parentWidget() is not window:
            self.dismiss()
            self.setParent(window)
        self._view = QRect(self._host.mapTo(window, QPoint()), self._host.size())
        self._bounds = window.rect()
        super().show_digit(digit, pointer)

    def _stand(self, pointer: QPoint) -> QPoint:
        at, here = self._view.topLeft() + pointer, self.geometry()
        place = beside_view(here.size(), self._bounds, self._view, at)
        # It keeps its height while the pointer is beside it: that can be read, and nothing below is painted anew.
        steady = place.x() == here.x() and here.top() <= at.y() <= here.bottom()
        return here.topLeft() if steady and not self.isHidden() and not here.intersects(self._view) else place

    def _cramped(self) -> bool:
        beside = max(self._view.left(), self._bounds.width() - self._view.right() - 1)
        return beside < BESIDE + GAP and super()._cramped()

    # -- when it goes -------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Look at what happens to the window and to the dock, which behind another is moved out of sight."""
        super().showEvent(event)
        part: QWidget | None = self._host
        while part is not None and not isinstance(part, QDockWidget):
            part = part.parentWidget()
        self._watched = frozenset(it for it in (self.window(), part) if it is not None)
        for it in self._watched:
            it.installEventFilter(self)

    def hideEvent(self, event: QHideEvent) -> None:
        """Look no longer."""
        super().hideEvent(event)
        for it in self._watched:
            it.removeEventFilter(self)
        self._watched = frozenset()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go when the window changes, or with Esc."""
        escape = event.type() in KEYS and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if escape or event.type() in ENDS:
            # Later: Qt also tells of this in the middle of deleting a window, and hiding a part of it then crashes.
            self._going.start()
        return False

    def _go(self) -> None:
        image = self.digit.image if self.digit is not None else None
        self.dismiss()
        # Not until the pointer has been elsewhere: what is still being decoded must not bring it back.
        self._unwanted = image

    def dismiss(self) -> None:
        """Go away; whoever points at the digit again sees it again."""
        self._going.stop()
        self._unwanted = None
        super().dismiss()
