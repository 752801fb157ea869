"""Plays the path under the session's cursor, so that whatever follows the cursor follows the path."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from vae_desktop.app.path import PathController
    from vae_desktop.app.session import Session
    from vae_desktop.core.records import FloatArray

Loop = Literal["once", "loop", "ping-pong"]
LOOPS: tuple[Loop, ...] = get_args(Loop)

# Thirty times a second: smooth for the eye, and there is time left for what the other views decode.
TICK_MS = 33
LEAST_SECONDS, MOST_SECONDS = 0.5, 120.0


class PathPlayer(QObject):
    """Carries the session's cursor along the film of a path. Whoever moves the cursor elsewhere ends that.

    A ride is one step for undo.

    Attributes:
        playing: whether it does.
        position: where it is, or stopped: 0, the path's start, to 1, its end.
        seconds: from the start to the end.
        loop: what happens at the end: "once", "loop" (again from the start) or "ping-pong" (back, and again).

    Signals:
        changed(): `playing`, `seconds` or `loop` is another.
        moved(): `position` is another.
    """

    changed = Signal()
    moved = Signal()

    def __init__(self, session: Session, path: PathController) -> None:
        super().__init__(path)
        self._session = session
        self._path = path
        self.playing = False
        self.position = 0.0
        self.seconds = 4.0
        self.loop: Loop = "ping-pong"
        self._backwards = False
        self._carrying = False
        self._noted = False
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        path.changed.connect(self._path_changed)
        session.cursor_changed.connect(self._cursor_moved)

    @property
    def can_play(self) -> bool:
        """Whether there is a path to play."""
        return self._path.film is not None and len(self._path.film.line) > 0

    @property
    def frame(self) -> int:
        """The frame that is nearest, or -1 without any."""
        film = self._path.film
        return round(self.position * (len(film.codes) - 1)) if film is not None else -1

    def code(self) -> FloatArray:
        """The code [D] at the position, between two of the line's; there must be a path to play."""
        film = self._path.film
        assert film is not None
        place = self.position * (len(film.line) - 1)
        number = min(int(place + 1e-6), len(film.line) - 2)
        share = np.float32(max(place - number, 0.0))
        code: FloatArray = film.line[number]
        return code if share < 1e-5 else (1 - share) * code + share * film.line[number + 1]

    def set_seconds(self, seconds: float) -> None:
        """Choose how long the way from start to end takes: 0.5 to 120 seconds."""
        seconds = min(max(seconds, LEAST_SECONDS), MOST_SECONDS)
        if seconds != self.seconds:
            self.seconds = seconds
            self.changed.emit()

    def set_loop(self, loop: Loop) -> None:
        """Choose what happens at the end."""
        if loop != self.loop:
            self.loop, self._backwards = loop, False
            self.changed.emit()

    def play(self) -> None:
        """Go on from where it is; from the start, if that is the end."""
        if self.playing or not self.can_play:
            return
        if self.position >= 1.0 and self.loop != "ping-pong":
            self._move_to(0.0)
        self.playing, self._noted = True, False
        self._last = time.monotonic()
        self._carry()
        self._timer.start()
        self.changed.emit()

    def pause(self) -> None:
        """Stay where it is."""
        if self.playing:
            self.playing = False
            self._timer.stop()
            self.changed.emit()

    def toggle(self) -> None:
        """Play, or pause."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def seek(self, position: float) -> None:
        """Put the cursor on a place of the path: 0 is its start, 1 its end."""
        if not self.can_play:
            return
        self._move_to(min(max(position, 0.0), 1.0))
        if self.playing:
            self._carry()
        else:
            self._session.set_cursor(self.code())

    def show_frame(self, number: int) -> None:
        """Put the cursor on the code of a frame."""
        film = self._path.film
        if film is not None and 0 <= number < len(film.codes):
            self.seek(number / (len(film.codes) - 1))

    def _tick(self) -> None:
        now = time.monotonic()
        # A hand that holds the cursor where it is has it too.
        if self._session.in_gesture:
            self.pause()
            return
        self._advance((now - self._last) / self.seconds)
        self._last = now
        self._carry()

    def _advance(self, share: float) -> None:
        """Go on by a share of the whole way."""
        if self.loop == "ping-pong":
            phase = (2.0 - self.position if self._backwards else self.position) + share
            phase %= 2.0
            self._backwards = phase > 1.0
            self._move_to(2.0 - phase if self._backwards else phase)
        elif self.position + share < 1.0:
            self._move_to(self.position + share)
        elif self.loop == "loop":
            self._move_to((self.position + share) % 1.0)
        else:
            self._move_to(1.0)
            self.pause()

    def _move_to(self, position: float) -> None:
        if position != self.position:
            self.position = position
            self.moved.emit()

    def _carry(self) -> None:
        code = self.code()
        if not self._noted and not np.array_equal(code, self._session.cursor):
            self._session.begin_ride()
            self._noted = True
        self._carrying = True
        self._session.carry_cursor(code)
        self._carrying = False

    def _path_changed(self) -> None:
        if not self.can_play:
            self.pause()
            self._backwards = False
            self._move_to(0.0)

    def _cursor_moved(self) -> None:
        if not self._carrying:
            self.pause()
