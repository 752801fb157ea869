"""The t-SNE map for the window: computed in a worker thread, shown while it moves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from vae_desktop.app.jobs import Job, wait_all
from vae_desktop.app.mailbox import Mailbox
from vae_desktop.app.problems import Problem, from_exception
from vae_desktop.core.records import MapFrame

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.app.state import Codes
    from vae_desktop.core.config import TsneConfig
    from vae_desktop.core.records import IntArray

MapState = Literal["idle", "running", "paused"]

# Frames are fetched twenty times a second; those that nobody fetched are dropped.
FRAME_MS = 50


class MapController(QObject):
    """Lays the session's codes out on a map, all of them.

    Attributes:
        state: "idle", "running" or "paused".
        frame: the newest frame, or None before the first. A stopped map stays.
        codes: the codes that the map shows, or None. Row i of the frame is test digit i.
        config: the settings of the map, or None.
        stale: whether the session's codes are others than the map's.

    Signals:
        state_changed(): `state` or `stale` is another.
        frame_changed(): a newer `frame`, or none.
    """

    state_changed = Signal()
    frame_changed = Signal()
    _begun = Signal(object, object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.state: MapState = "idle"
        self.frame: MapFrame | None = None
        self.codes: Codes | None = None
        self.config: TsneConfig | None = None
        self.stale = False
        self._job: Job[MapFrame] | None = None
        self._ending: set[Job[MapFrame]] = set()
        self._mailbox: Mailbox[MapFrame] = Mailbox()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._fetch)
        self._begun.connect(self._show_first)
        session.codes_changed.connect(self._codes_changed)
        session.dataset_changed.connect(self._clear)

    @property
    def labels(self) -> IntArray | None:
        """Classes [N] of the map's points, or None without a map."""
        return self.codes.labels if self.codes is not None else None

    def start(self, config: TsneConfig) -> None:
        """Make a new map of the session's codes; one under way is dropped."""
        codes = self._session.codes
        if codes is None:
            self._session.problem_raised.emit(
                Problem(
                    "There are no codes to map yet.",
                    "Open a data set and a model that reads its images, or train one.",
                )
            )
            return
        self._drop()
        mailbox: Mailbox[MapFrame] = Mailbox()
        first = True

        def take(frame: MapFrame) -> None:
            nonlocal first
            if first:
                # Not by the mailbox, where it would be overwritten: everybody is to see where the map starts from.
                first = False
                self._begun.emit(mailbox, frame)
            else:
                mailbox.put(frame)

        def frames() -> Iterator[MapFrame]:
            from vae_desktop.core.projection import tsne

            return tsne(codes.means, config)

        job = Job("t-SNE", frames, take)
        job.finished.connect(lambda: self._ended(job, None))
        job.stopped.connect(lambda: self._ended(job, None))
        job.failed.connect(lambda error: self._ended(job, error))
        self.codes, self.config, self._mailbox, self._job = codes, config, mailbox, job
        self.stale = False
        self._show(None)
        self._timer.start()
        job.start()
        self._set_state("running")

    def pause(self) -> None:
        """Hold after the iterations under way."""
        if self._job is not None and self.state == "running":
            self._job.pause()
            self._timer.stop()
            self._fetch()
            self._set_state("paused")

    def resume(self) -> None:
        """Go on after `pause`."""
        if self._job is not None and self.state == "paused":
            self._job.resume()
            self._timer.start()
            self._set_state("running")

    def stop(self) -> None:
        """End the computation; the map stays as it is."""
        if self._job is not None:
            self._fetch()
            self._drop()
            self._set_state("idle")

    def wait(self, ms: int) -> bool:
        """Block until the worker threads are gone; False if one takes longer than `ms`."""
        return wait_all(self._ending, ms)

    def _drop(self) -> None:
        """Let the job under way run out by itself."""
        self._timer.stop()
        job, self._job = self._job, None
        if job is not None:
            self._ending.add(job)
            job.stop()

    def _ended(self, job: Job[MapFrame], error: BaseException | None) -> None:
        self._ending.discard(job)
        if job is not self._job:
            return
        self._timer.stop()
        self._fetch()
        self._job = None
        self._set_state("idle")
        if error is not None:
            self._session.problem_raised.emit(from_exception(error))

    def _fetch(self) -> None:
        frame = self._mailbox.take()
        if frame is not None:
            self._show(frame)

    def _show_first(self, mailbox: Mailbox[MapFrame], frame: MapFrame) -> None:
        if mailbox is self._mailbox:
            self._show(frame)

    def _show(self, frame: MapFrame | None) -> None:
        self.frame = frame
        self.frame_changed.emit()

    def _set_state(self, state: MapState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit()

    def _codes_changed(self) -> None:
        stale = self.codes is not None and self._session.codes is not self.codes
        if stale != self.stale:
            self.stale = stale
            self.state_changed.emit()

    def _clear(self) -> None:
        """Another data set: the map's points stand for digits that are gone."""
        self._drop()
        self.codes, self.config, self.stale = None, None, False
        if self.frame is not None:
            self._show(None)
        self.state = "idle"
        self.state_changed.emit()
