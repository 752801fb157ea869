"""Lines around the dense parts of the map, found in a worker thread whenever the map stands still."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from vae_desktop.app.loading import Loader
from vae_desktop.app.problems import from_exception

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.records import FloatArray

# How long the map must stand before its lines are drawn.
REST_MS = 250


class MapDensity(QObject):
    """Finds density contours of the map's shown classes, where `preferences.map_look` wants them.

    Attributes:
        contours: for each share of `core.density.SHARES` the pieces of its lines [M, 2, 2]; None while the map
            moves, or where nobody wants any.

    Signals:
        changed(): `contours` are others.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.contours: tuple[FloatArray, ...] | None = None
        self._loader = Loader(self)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._compute)
        session.map.frame_changed.connect(self._later)
        session.hidden_classes_changed.connect(self._compute)
        session.preferences.changed.connect(self._preference_changed)

    @property
    def wanted(self) -> bool:
        """Whether there are to be contours."""
        return self._session.preferences.map_look.contours

    def wait(self, ms: int) -> bool:
        """End what is under way; False if its thread takes longer than `ms`."""
        self._rest.stop()
        self._loader.close()
        return self._loader.wait(ms)

    def _preference_changed(self, name: str) -> None:
        if name == "map_look" and self.wanted != (self.contours is not None):
            self._compute()

    def _later(self) -> None:
        """The map moves: lines of where it was would only confuse."""
        self._show(None)
        if self.wanted:
            self._rest.start()

    def _compute(self) -> None:
        self._rest.stop()
        frame, labels, hidden = (
            self._session.map.frame,
            self._session.map.labels,
            self._session.hidden_classes,
        )
        if not self.wanted or frame is None or labels is None:
            self._loader.cancel("density")
            self._show(None)
            return

        def work() -> tuple[FloatArray, ...]:
            from vae_desktop.core.density import density_contours

            return density_contours(frame.embedding[~np.isin(labels, list(hidden))])

        def done(contours: tuple[FloatArray, ...]) -> None:
            if frame is self._session.map.frame:
                self._show(contours)

        self._loader.load("density", "", work, done, self._failed)

    def _failed(self, error: BaseException) -> None:
        self._session.problem_raised.emit(from_exception(error))

    def _show(self, contours: tuple[FloatArray, ...] | None) -> None:
        if contours is not None or self.contours is not None:
            self.contours = contours
            self.changed.emit()
