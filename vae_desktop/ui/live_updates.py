"""When the training panel shows newer figures: often enough to look alive, rarely enough to cost nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from vae_desktop.app.cursor_motion import CursorMotion

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

# Seconds between two updates while a training runs: every other time that it has news.
INTERVAL = 0.3
# Each takes the processor from a thread of the training, and the other ones wait for that: on a slow machine there
# are fewer, so that they take no larger part of the time.
SHARE = 0.008
# While the cursor moves, a hand waits for what they take, and looks elsewhere.
SHARE_BESIDE_A_HAND = 0.004
# Weights, codes and figures come at once: canvas and figures are not painted in one go, which a hand would wait for.
APART_MS = 40


class LiveUpdates(QObject):
    """Passes a training's news on, all of it while nothing runs, and now and then while something does.

    What is left out needs no making up: more news is on its way, and the last news comes when nothing runs any
    more.

    Signals:
        due(): show what the training says now.
    """

    due = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._training = session.training
        self._motion = CursorMotion(session)
        self._last = self._cost = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(APART_MS)
        self._timer.timeout.connect(self._show)
        for signal in (session.training.progress_changed, session.training.epoch_finished):
            signal.connect(self._news)

    def spent(self, seconds: float) -> None:
        """Painting what was shown last took so much more."""
        self._cost += seconds

    def _news(self) -> None:
        share = SHARE_BESIDE_A_HAND if self._motion.moved() else SHARE
        if self._training.state != "running":
            self._show()
        elif not self._timer.isActive() and time.perf_counter() - self._last >= max(
            INTERVAL, self._cost / share
        ):
            self._timer.start()

    def _show(self) -> None:
        self._timer.stop()
        self._last, self._cost = time.perf_counter(), 0.0
        self.due.emit()
        self._cost += time.perf_counter() - self._last
