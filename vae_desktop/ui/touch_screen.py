"""Touches of a screen, told from those of a touchpad."""

from __future__ import annotations

from typing import TypeGuard

from PySide6.QtCore import QEvent, QLineF, QPointF
from PySide6.QtGui import QGuiApplication, QInputDevice, QTouchEvent


def on_screen(event: QEvent) -> TypeGuard[QTouchEvent]:
    """Whether fingers touch what is shown. On macOS those on a touchpad come as touches too; they move a mouse."""
    return isinstance(event, QTouchEvent) and event.device().type() == QInputDevice.DeviceType.TouchScreen


class DoubleTap:
    """Tells the second of two taps in a row."""

    def __init__(self) -> None:
        self._last: tuple[int, QPointF] | None = None

    def press(self, event: QTouchEvent, at: QPointF) -> bool:
        """A finger came down at a place; whether that is the second time."""
        hints, last = QGuiApplication.styleHints(), self._last
        double = (
            last is not None
            and event.timestamp() - last[0] < hints.mouseDoubleClickInterval()
            and QLineF(last[1], at).length() < hints.touchDoubleTapDistance()
        )
        self._last = None if double else (event.timestamp(), at)
        return double

    def spoil(self) -> None:
        """What the finger did was no tap."""
        self._last = None
