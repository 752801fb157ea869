"""The progress of a map, along the map's lower edge, where it takes no room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QProgressBar, QWidget

from vae_desktop.app.projection import PAST

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

HEIGHT = 5


class MapProgress(QProgressBar):
    """Lies over a view; mirrors how far the map in it is, while it is being made."""

    def __init__(self, session: Session, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._controller = session.map
        self.setTextVisible(False)
        self.setAccessibleName("Progress of the map")
        self.hide()
        view.installEventFilter(self)
        self._controller.state_changed.connect(self._mirror)
        self._controller.frame_changed.connect(self._mirror)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the view's edge."""
        if event.type() == QEvent.Type.Resize:
            self._lie()
        return False

    def _lie(self) -> None:
        self.setGeometry(0, self._view.height() - HEIGHT, self._view.width(), HEIGHT)

    def _mirror(self) -> None:
        frame = self._controller.frame
        at_work = self._controller.state in ("running", "paused")
        self.setVisible(at_work and frame is not None and frame.stage != PAST)
        if frame is not None:
            # A bar that may be painted is so within `setValue`; this one waits for the map below it.
            self.setUpdatesEnabled(False)
            self.setRange(0, frame.iterations)
            self.setValue(frame.iteration)
            self.setUpdatesEnabled(True)
