"""What happens in the window while the keyboard is elsewhere, for those who listen to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from vae_desktop.ui.announce import announce
from vae_desktop.ui.map_words import figures_text

if TYPE_CHECKING:
    from vae_desktop.ui.main_window import MainWindow


class News(QObject):
    """Speaks notices, how a training or a map begins and ends, what the group is made of, and how long the path is."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session = session = window.session
        self._training, self._map = session.training.state, session.map.state
        self._group = len(session.group)
        self._stops = len(session.path.plan.stops)
        session.notice_raised.connect(self._say)
        session.training.state_changed.connect(self._training_changed)
        session.map.state_changed.connect(self._map_changed)
        session.group_changed.connect(self._group_changed)
        session.path.changed.connect(self._path_changed)

    def _say(self, words: str) -> None:
        announce(self._window, words)

    def _training_changed(self) -> None:
        before, self._training = self._training, self._session.training.state
        now = self._training
        if now == before:
            return
        if now == "idle":
            history = self._session.training.history
            if history:
                loss = history[-1].held_out.negative_elbo
                epochs = "1 epoch" if len(history) == 1 else f"{len(history)} epochs"
                self._say(f"The training has ended after {epochs}: held-out −ELBO {loss:.1f} nats")
            else:
                self._say("The training has ended before its first epoch was over")
        elif now == "paused":
            self._say("The training is paused")
        elif now == "running":
            self._say("The training goes on" if before == "paused" else "The training has begun")

    def _map_changed(self) -> None:
        before, self._map = self._map, self._session.map.state
        now = self._map
        # A map that follows a training begins and ends with each epoch.
        if now == before or self._session.training.active:
            return
        if now == "idle" and before in ("running", "stopping"):
            frame = self._session.map.frame
            self._say(
                f"The map has ended: {figures_text(frame, now, None)}" if frame else "The map has ended"
            )
        elif now == "running" and before == "idle":
            self._say("The map has begun")

    def _group_changed(self) -> None:
        before, self._group = self._group, len(self._session.group)
        if self._group:
            self._say(self._window.map.status.group.label.accessibleName())
        elif before:
            self._say("No digits are chosen any more")

    def _path_changed(self) -> None:
        before, self._stops = self._stops, len(self._session.path.plan.stops)
        if self._stops != before:
            self._say("The path has 1 stop" if self._stops == 1 else f"The path has {self._stops} stops")
