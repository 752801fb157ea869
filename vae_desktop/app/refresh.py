"""When a derived picture is computed again: at once for a user, rarely while training, never unseen."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

# To compute a picture that follows a training may take this share of the time (to paint it takes the window's thread as
# long again), and it is no more frequent than this.
SHARE = 0.005
SHORTEST_INTERVAL = 1.0
# A panel behind another is brought up to date when it comes forward; what it shows may be exported before that.
UNSEEN_INTERVAL = 10.0


class Refresher(QObject):
    """Calls `compute` when a picture is out of date, somebody looks, and it is cheap enough.

    Attributes:
        active: whether somebody looks. Changes while nobody does are made up for when somebody does again.
        in_sight: whether nothing lies in front of it; what is behind something follows a training more rarely.
    """

    def __init__(self, compute: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._compute = compute
        self._active = False
        self._in_sight = True
        self._stale = False
        self._cost = 0.0
        self._last = -SHORTEST_INTERVAL
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.now)

    @property
    def active(self) -> bool:
        """Whether somebody looks."""
        return self._active

    @active.setter
    def active(self, active: bool) -> None:
        if active == self._active:
            return
        self._active = active
        if active and self._stale:
            self.now()
        elif not active:
            self._timer.stop()

    @property
    def in_sight(self) -> bool:
        """Whether nothing lies in front of it."""
        return self._in_sight

    @in_sight.setter
    def in_sight(self, in_sight: bool) -> None:
        comes_forward = in_sight and not self._in_sight
        self._in_sight = in_sight
        if comes_forward and self._active and self._stale:
            self.now()

    def now(self) -> None:
        """Compute at once: the user asked for something else to be shown."""
        self._timer.stop()
        self._stale = not self._active
        if self._active:
            self._last = time.monotonic()
            self._compute()

    def when_cheap(self) -> None:
        """Compute once the last time's cost is a small share of the time since."""
        self._stale = True
        if not self._active or self._timer.isActive():
            return
        shortest = SHORTEST_INTERVAL if self._in_sight else UNSEEN_INTERVAL
        wait = self._last + max(shortest, self._cost / SHARE) - time.monotonic()
        if wait <= 0:
            self.now()
        else:
            self._timer.start(int(wait * 1000) + 1)

    def spent(self, seconds: float) -> None:
        """Note what the last computation cost, in seconds of processor time."""
        self._cost = seconds
        self._last = time.monotonic()


class DerivedPicture(QObject):
    """Something that is computed from the session's model while somebody looks.

    A subclass says in `_compute` what is to be done, and calls its refresher when it is.

    Signals:
        changed(): it shows something else.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._refresher = Refresher(self._compute, self)

    @property
    def active(self) -> bool:
        """Whether somebody looks."""
        return self._refresher.active

    @active.setter
    def active(self, active: bool) -> None:
        self._refresher.active = active
        self._looked_at(active)

    @property
    def in_sight(self) -> bool:
        """Whether nothing lies in front of it."""
        return self._refresher.in_sight

    @in_sight.setter
    def in_sight(self, in_sight: bool) -> None:
        self._refresher.in_sight = in_sight

    def _looked_at(self, active: bool) -> None:
        """Somebody looks now, or no longer."""

    def _compute(self) -> None:
        raise NotImplementedError
