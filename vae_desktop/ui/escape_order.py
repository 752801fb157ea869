"""Esc takes back what came last: the message at the top, or what the part with the keyboard would let go of."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from shiboken6 import isValid

from vae_desktop.ui.coordinate_fields import CoordinateField
from vae_desktop.ui.latent_canvas import LatentCanvas
from vae_desktop.ui.map_view import MapView

if TYPE_CHECKING:
    from vae_desktop.ui.main_window import MainWindow

# What is under way under the hand, drawn or typed, goes before anything that is done.
NOW, NEVER = math.inf, -math.inf


class EscapeOrder(QObject):
    """Leaves Esc to the part with the keyboard where that has something newer to let go of than the message.

    Esc is the message's shortcut, and shortcuts come before whatever a part makes of a key.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._watched: QWidget | None = None
        # Moments are counted, not timed.
        self._moment = 0.0
        self._message = self._group = self._path_tool = NEVER
        window.message_bar.appeared.connect(self._message_appeared)
        window.session.group_changed.connect(self._group_changed)
        window.canvas.canvas.path_hand.on_changed.connect(self._path_tool_changed)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._watch)

    def _next(self) -> float:
        self._moment += 1
        return self._moment

    def _message_appeared(self) -> None:
        self._message = self._next()

    def _group_changed(self) -> None:
        self._group = self._next() if len(self._window.session.group) else NEVER

    def _path_tool_changed(self) -> None:
        self._path_tool = self._next() if self._window.canvas.canvas.path_hand.on else NEVER

    def _watch(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Look at the keys of the one part that has the keyboard: at every event of all would take time."""
        if self._watched is not None and isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = now
        if now is not None:
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim Esc for the part where that goes first."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        shown = self._window.message_bar.problem is not None
        if event.key() == Qt.Key.Key_Escape and shown and self._newest_of(watched) > self._message:
            event.accept()
            return True
        return False

    def _newest_of(self, part: QObject) -> float:
        """When that began which Esc would end in a part."""
        if isinstance(part, CoordinateField):
            return NOW if part.isModified() else NEVER
        if isinstance(part, QLineEdit):
            return NOW if part is self._window.map.tools.field and part.text() else NEVER
        if isinstance(part, LatentCanvas):
            if part.hand.busy or part.path_hand.busy:
                return NOW
            # The path's tool keeps Esc from the group while it is chosen.
            return self._path_tool if part.path_hand.on else self._group if part.points_on else NEVER
        if isinstance(part, MapView):
            return NOW if part.hand.busy else self._group
        return NEVER
