"""Where a point that is no explored digit belongs on the map: found in a thread of its own, the newest wish next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from vae_desktop.app.jobs import Job, wait_all
from vae_desktop.app.problems import from_exception

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.records import FloatArray

# A place takes up to 50 ms of a processor to find: no oftener than this, so that a hand that draws has its share.
INTERVAL_MS = 100


class Placing(QObject):
    """Keeps one latent code in its place on the map while either of them changes.

    A map of other codes than the session's has no place for it.

    Attributes:
        place: where it belongs, x and y in the map's units; None without a code or a map for it, and until known.
        code: the code [D] whose place that is: until the next one's is known, the one before.

    Signals:
        changed(): another place, or none.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.place: tuple[float, float] | None = None
        self.code: FloatArray | None = None
        self._code: FloatArray | None = None
        self._job: Job[None] | None = None
        self._closed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._find)
        session.map.frame_changed.connect(self._soon)
        session.map.state_changed.connect(self._soon)

    def set_code(self, code: FloatArray | None) -> None:
        """Find the place of another code [D]; until then the last one's stays, so that nothing flickers."""
        if code is not self._code:
            self._code = code
            self._soon()

    def close(self) -> None:
        """Find no more places."""
        self._closed = True
        self._timer.stop()

    def wait(self, ms: int) -> bool:
        """Block until no thread is left; False if that takes longer than `ms`."""
        return wait_all([self._job] if self._job is not None else [], ms)

    @property
    def _possible(self) -> bool:
        session = self._session
        shown = session.map.frame is not None and session.map.codes is session.codes
        return shown and self._code is not None

    def _soon(self) -> None:
        if not self._possible:
            self._timer.stop()
            self._show(None)
        elif not (self._closed or self._timer.isActive()):
            self._timer.start()

    def _find(self) -> None:
        codes, frame, code = self._session.map.codes, self._session.map.frame, self._code
        if self._job is not None:
            self._soon()
            return
        if not self._possible or codes is None or frame is None or code is None:
            return

        def find() -> Iterator[None]:
            from vae_desktop.core.placement import place

            x, y = place(frame.embedding, codes.means, code[None])[0].tolist()
            found.append((x, y))
            yield

        found: list[tuple[float, float]] = []
        job: Job[None] = Job("place on the map", find)
        job.finished.connect(lambda: self._found(found[0], code))
        job.failed.connect(self._failed)
        self._job = job
        job.start()

    def _found(self, place: tuple[float, float], code: FloatArray) -> None:
        self._job = None
        # Meanwhile the map or the code may have gone.
        if self._possible:
            self._show(place, code)
        else:
            self._show(None)

    def _failed(self, error: BaseException) -> None:
        self._job = None
        self._session.problem_raised.emit(from_exception(error))

    def _show(self, place: tuple[float, float] | None, code: FloatArray | None = None) -> None:
        self.code = code
        if place != self.place:
            self.place = place
            self.changed.emit()
