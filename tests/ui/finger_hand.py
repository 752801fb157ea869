"""Fingers for tests: each is told of on its own, as X11 does, while the others rest."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QInputDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

# A touchpad moves the mouse by itself.
ABILITIES = {
    QInputDevice.DeviceType.TouchScreen: QInputDevice.Capability.Position,
    QInputDevice.DeviceType.TouchPad: QInputDevice.Capability.Position
    | QInputDevice.Capability.MouseEmulation,
}


class Fingers:
    """Fingers on a part of a window, by number."""

    def __init__(
        self, part: QWidget, kind: QInputDevice.DeviceType = QInputDevice.DeviceType.TouchScreen
    ) -> None:
        self.device = QTest.createTouchDevice(kind, ABILITIES[kind])
        self._part = part
        # One for all: it knows where the fingers are that rest.
        self._sequence = QTest.touchEvent(part, self.device)
        self._there: dict[int, QPoint] = {}

    def down(self, place: QPoint, number: int = 0) -> None:
        """Put a finger down."""
        self._tell("press", number, place)
        self._there[number] = place

    def move(self, place: QPoint, number: int = 0, steps: int = 8) -> None:
        """Move a finger to a place, in steps."""
        start = self._there[number]
        for step in range(1, steps + 1):
            self._tell("move", number, start + (place - start) * step / steps)
        self._there[number] = place

    def up(self, number: int = 0) -> None:
        """Lift a finger."""
        self._tell("release", number, self._there.pop(number))

    def tap(self, place: QPoint) -> None:
        """Down and up."""
        self.down(place)
        self.up()

    def drag(self, start: QPoint, end: QPoint) -> None:
        """Down, over to another place, and up."""
        self.down(start)
        self.move(end)
        self.up()

    def pinch(self, centre: QPoint, start: int, end: int) -> None:
        """Move two fingers apart, or together, about a place; so many pixels lie between each and it."""
        self.down(centre - QPoint(start, 0), 0)
        self.down(centre + QPoint(start, 0), 1)
        for step in range(1, 17):
            gap = start + (end - start) * step // 16
            self.move(centre - QPoint(gap, 0), 0, steps=1)
            self.move(centre + QPoint(gap, 0), 1, steps=1)
        self.up(0)
        self.up(1)

    def _tell(self, stage: str, number: int, place: QPoint) -> None:
        for other in self._there:
            if other != number:
                # Qt sees that it rests.
                self._sequence.move(other, self._there[other], self._part)
        getattr(self._sequence, stage)(number, place, self._part)
        self._sequence.commit()
        # No two touches come at the same time.
        QTest.qWait(2)
