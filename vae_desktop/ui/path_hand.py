"""Draws a path on the latent canvas: clicks are stops, a drag is a whole path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from vae_desktop.app.latent_place import LatentPlace
from vae_desktop.app.path import MAX_STOPS
from vae_desktop.core.stroke import corners_of
from vae_desktop.ui.items.path_line import PathLine

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.ui.latent_canvas import LatentCanvas

# In pixels: how far apart the points of a stroke are at least, and how closely its corners must tell its course.
FINEST, CLOSENESS = 2.0, 3.0
STROKE_DEPTH = 40


class PathHand(QObject):
    """What the left button does with the path tool: a click adds a stop, on a digit that digit.

    A drag draws a new path, with Shift it goes on from the one there is. Enter adds the cursor as a stop, Backspace
    takes the last stop away, Esc gives up the stroke, or else the tool.

    Attributes:
        on: whether the tool is chosen.
        busy: whether the press under way is this hand's.

    Signals:
        on_changed(): `on` is another.
    """

    on_changed = Signal()

    def __init__(self, session: Session, canvas: LatentCanvas) -> None:
        super().__init__(canvas)
        self.on = False
        self.busy = False
        self._session = session
        self._canvas = canvas
        self._points: list[tuple[float, float]] = []
        self._goes_on = False
        self.stroke = PathLine()
        self.stroke.setZValue(STROKE_DEPTH)
        canvas.view_box.addItem(self.stroke, ignoreBounds=True)

    def set_on(self, on: bool) -> None:
        """Choose the tool, or put it away."""
        if on != self.on:
            self.cancel()
            self.on = on
            self.on_changed.emit()

    def take(self) -> None:
        """Choose the tool, with the keyboard on the canvas."""
        self.set_on(True)
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def press(self, x: float, y: float, keys: Qt.KeyboardModifier) -> bool:
        """The left button went down with these keys; whether that is for this hand, until the button goes up."""
        self.busy = self.on
        self._points = [(x, y)]
        self._goes_on = bool(keys & Qt.KeyboardModifier.ShiftModifier)
        return self.busy

    def drag(self, x: float, y: float) -> None:
        """The stroke goes on to here."""
        if not self._points:
            return
        across, up = self._canvas.pixel_size()
        last_x, last_y = self._points[-1]
        if np.hypot((x - last_x) / across, (y - last_y) / up) >= FINEST:
            self._points.append((x, y))
            self.stroke.set_places(np.array(self._points, np.float32))

    def release(self, dragged: bool, digit: int | None) -> None:
        """The stroke is a path; without a drag it was a click, on a digit or on none."""
        points = self._points
        self.let_go()
        # Esc may have ended it before.
        if not points:
            return
        path = self._session.path
        if not dragged:
            path.add(LatentPlace(index=digit) if digit is not None else self._place(*points[0]))
            return
        before = path.plan.stops if self._goes_on else ()
        tolerance = CLOSENESS * self._canvas.pixel_size()[0]
        corners = corners_of(points, tolerance, max(2, MAX_STOPS - len(before)))
        path.set_stops((*before, *(self._place(*points[corner]) for corner in corners)))

    def _place(self, x: float, y: float) -> LatentPlace:
        """A point as far beside the plane as the cursor."""
        session = self._session
        point = session.plane.at(session.cursor, x, y).astype(np.float32)
        point.flags.writeable = False
        return LatentPlace(point=point)

    def let_go(self) -> None:
        """The press was none: two fingers move the view."""
        self.cancel()
        self.busy = False

    def cancel(self) -> None:
        """Forget the stroke; the rest of the press does nothing."""
        self._points = []
        self.stroke.set_places(None)

    def take_key(self, event: QKeyEvent) -> bool:
        """Enter, Backspace and Esc, while the tool is chosen.

        Returns:
            Whether the key was one of these.
        """
        if not self.on:
            return False
        key, path = Qt.Key(event.key()), self._session.path
        if key == Qt.Key.Key_Escape and self._points:
            self.cancel()
        elif key == Qt.Key.Key_Escape:
            self.set_on(False)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            path.add_cursor()
        elif key == Qt.Key.Key_Backspace and path.plan.stops:
            path.remove(len(path.plan.stops) - 1)
        else:
            return False
        event.accept()
        return True
