"""Opens and saves files without holding the window up; a newer request for the same thing wins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from vae_desktop.app.jobs import Job, wait_all

T = TypeVar("T")


class Loader(QObject):
    """Runs functions in worker threads, one lane per kind of thing.

    Within a lane the newest counts: what an older one brings is dropped. A lane that must not lose anything
    (saving) takes a name of its own each time.

    Attributes:
        text: what is under way, for people; "" when nothing is.

    Signals:
        text_changed(): `text` is another.
    """

    text_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.text = ""
        self._lanes: dict[str, tuple[Job[None], str]] = {}
        self._running: set[Job[None]] = set()
        self._closed = False

    def load(
        self,
        lane: str,
        text: str,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Run `work` in a thread, then `done` with its result or `failed` with what it raised, here.

        Args:
            lane: an earlier load of the same lane is dropped.
            text: tells people what is under way.
        """
        if self._closed:
            return
        results: list[T] = []

        def once() -> Iterator[None]:
            results.append(work())
            yield

        job = Job(f"load {lane}", once)
        job.finished.connect(lambda: self._ended(lane, job, lambda: done(results[0])))
        job.stopped.connect(lambda: self._ended(lane, job, None))
        job.failed.connect(lambda error: self._ended(lane, job, lambda: failed(error)))
        self.cancel(lane)
        self._lanes[lane] = (job, text)
        self._running.add(job)
        job.start()
        self._show()

    def cancel(self, lane: str) -> None:
        """Drop what a lane is loading."""
        current = self._lanes.pop(lane, None)
        if current is not None:
            current[0].stop()
            self._show()

    def close(self) -> None:
        """Drop everything and start nothing any more; saves under way still come to their end."""
        self._closed = True
        for lane in list(self._lanes):
            if not lane.startswith("save"):
                self.cancel(lane)

    def wait(self, ms: int) -> bool:
        """Block until all threads are gone; False if one takes longer than `ms`."""
        return wait_all(self._running, ms)

    def _ended(self, lane: str, job: Job[None], then: Callable[[], None] | None) -> None:
        self._running.discard(job)
        current = self._lanes.get(lane)
        if current is None or current[0] is not job:
            return
        del self._lanes[lane]
        self._show()
        if then is not None:
            then()

    def _show(self) -> None:
        texts = [text for _, text in self._lanes.values() if text]
        text = texts[-1] if texts else ""
        if text != self.text:
            self.text = text
            self.text_changed.emit()
