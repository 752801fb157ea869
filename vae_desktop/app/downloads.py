"""Downloads of data sets for the window: progress, cancel, and resuming a broken one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from vae_desktop.app.jobs import Job
from vae_desktop.app.mailbox import Mailbox
from vae_desktop.app.problems import from_exception

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.data.download import DownloadProgress

DownloadState = Literal["idle", "running", "stopping"]

PROGRESS_MS = 200


class DownloadController(QObject):
    """Fetches one data set at a time; what is there of a broken download is used by the next try.

    Attributes:
        state: "idle", "running" or "stopping".
        name: the data set being fetched, or the last one; "" before the first.
        progress: the newest report, or None before the first.

    Signals:
        state_changed(): `state` is another.
        progress_changed(): a newer `progress`; at most five a second.
        finished(str name): a data set is complete on this machine.
    """

    state_changed = Signal()
    progress_changed = Signal()
    finished = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.state: DownloadState = "idle"
        self.name = ""
        self.progress: DownloadProgress | None = None
        self._job: Job[DownloadProgress] | None = None
        self._mailbox: Mailbox[DownloadProgress] = Mailbox()
        self._timer = QTimer(self)
        self._timer.setInterval(PROGRESS_MS)
        self._timer.timeout.connect(self._fetch)

    def start(self, name: str) -> None:
        """Fetch a data set, unless one is being fetched."""
        if self._job is not None:
            return
        data_dir = self._session.preferences.data_dir

        def reports() -> Iterator[DownloadProgress]:
            from vae_desktop.core.data.download import download_dataset

            return download_dataset(name, data_dir)

        job = Job(f"download {name}", reports, self._mailbox.put)
        job.finished.connect(lambda: self._ended(None))
        job.stopped.connect(lambda: self._ended(None))
        job.failed.connect(self._ended)
        self.name, self.progress, self._job = name, None, job
        self.progress_changed.emit()
        self._timer.start()
        job.start()
        self._set_state("running")

    def cancel(self) -> None:
        """Stop fetching; what is there stays for the next try."""
        if self._job is not None and self.state == "running":
            self._set_state("stopping")
            self._job.stop()

    def wait(self, ms: int) -> bool:
        """Block until the worker thread is gone; False if that takes longer than `ms`."""
        return self._job is None or self._job.wait(ms)

    def _ended(self, error: BaseException | None) -> None:
        job, self._job = self._job, None
        if job is None:
            return
        self._timer.stop()
        self._fetch()
        self._set_state("idle")
        if error is not None:
            name = self.name
            self._session.problem_raised.emit(
                from_exception(error, (("Try again", lambda: self.start(name)),))
            )
        elif job.state == "finished":
            self.finished.emit(self.name)

    def _fetch(self) -> None:
        progress = self._mailbox.take()
        if progress is not None:
            self.progress = progress
            self.progress_changed.emit()

    def _set_state(self, state: DownloadState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit()
