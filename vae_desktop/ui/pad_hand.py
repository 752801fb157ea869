"""The hand at the drawing pad: its pen, its finger, and what of it only rests there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDeadlineTimer, QEvent, Qt
from PySide6.QtGui import QEventPoint, QPointingDevice, QTabletEvent, QTouchEvent

if TYPE_CHECKING:
    from vae_desktop.ui.drawing_pad import DrawingPad

# So long after a pen was last seen, what touches the pad is the hand that holds it.
PEN_NEAR_MS = 1000


class PadHand:
    """A pen draws by its pressure and rubs out with its other end, or while its right button is down; a finger draws.

    Of several fingers the first draws, as long as it is there: the others are a hand that rests on the pad. Where a
    pen comes, all of them are, and what they have drawn is taken back.
    """

    def __init__(self, pad: DrawingPad) -> None:
        self._pad = pad
        self._button = Qt.MouseButton.NoButton
        self._finger: int | None = None
        self._pen_near = QDeadlineTimer()

    def pen(self, event: QTabletEvent) -> None:
        """A pen came, moved, or went."""
        self._pen_near.setRemainingTime(PEN_NEAR_MS)
        self._take_back()
        kind, at, pressure = event.type(), event.position(), event.pressure()
        if kind == QEvent.Type.TabletMove and event.buttons() == Qt.MouseButton.NoButton:
            # Over the pad, it is a mouse.
            event.ignore()
            return
        event.accept()
        if kind == QEvent.Type.TabletPress and self._button == Qt.MouseButton.NoButton:
            self._button = event.button()
            self._pad.setFocus(Qt.FocusReason.MouseFocusReason)
            other_end = event.pointerType() == QPointingDevice.PointerType.Eraser
            self._pad.press(at, pressure, other_end or self._button == Qt.MouseButton.RightButton)
        elif kind == QEvent.Type.TabletMove:
            self._pad.move_pen(at, pressure)
        elif kind == QEvent.Type.TabletRelease and event.button() == self._button:
            self._button = Qt.MouseButton.NoButton
            self._pad.lift()

    def touch(self, event: QTouchEvent) -> None:
        """Fingers came, moved, or went."""
        event.accept()
        if event.type() == QEvent.Type.TouchCancel:
            self._take_back()
            return
        for point in event.points():
            state, at = point.state(), point.position()
            if state == QEventPoint.State.Pressed and self._finger is None and self._pen_near.hasExpired():
                self._finger = point.id()
                self._pad.press(at)
            elif point.id() != self._finger:
                continue
            elif state == QEventPoint.State.Updated:
                self._pad.move_pen(at)
            elif state == QEventPoint.State.Released:
                self._finger = None
                self._pad.lift()

    def _take_back(self) -> None:
        """The finger was no finger."""
        if self._finger is not None:
            self._finger = None
            self._pad.undo()
