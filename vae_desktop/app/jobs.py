"""Runs a generator in a thread of its own: every `yield` is a point where it can be paused or ended."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, Literal, TypeVar

from PySide6.QtCore import QObject, Qt, QThread, Signal

T = TypeVar("T")
JobState = Literal["new", "running", "paused", "stopping", "finished", "stopped", "failed"]

# macOS gives threads 512 kB by default, too little for torch and BLAS.
STACK_BYTES = 8 * 1024 * 1024

# Python must not collect a job whose thread still runs: Qt aborts the process over that.
_alive: set[Job[Any]] = set()


def _let_go(error: BaseException) -> None:
    """Drop what functions held that an error went through: a model on a full GPU, say, where the next one is to go."""
    while True:
        traceback.clear_frames(error.__traceback__)
        cause = error.__cause__ or error.__context__
        if cause is None:
            return
        error = cause


class WorkerThread(QThread):
    """A thread with room for torch that runs one function."""

    def __init__(self, name: str, body: Callable[[], None]) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setStackSize(STACK_BYTES)
        self._body = body

    def run(self) -> None:
        """Qt's entry point of the new thread."""
        self._body()


def wait_all(jobs: Iterable[Job[Any]], ms: int) -> bool:
    """Block until the threads of all jobs are gone; False if that takes longer than `ms` in all."""
    deadline = time.monotonic() + ms / 1000
    return all(job.wait(max(0, int(1000 * (deadline - time.monotonic())))) for job in list(jobs))


class Job(QObject, Generic[T]):
    """A generator in a worker thread.

    The generator is made, iterated and closed in the worker thread. Signals and `state` belong to the thread
    that made the job, and there is no signal per item: `on_item` takes each one in the worker thread.

    Attributes:
        state: "new", "running", "paused", "stopping", then one of "finished", "stopped", "failed".
        error: what ended a failed job.

    Signals:
        started(), finished(), stopped(), failed(object exception): the job's life; one of the last three
            ends it, after its thread is gone.
        state_changed(): after each change of `state`.
    """

    started = Signal()
    finished = Signal()
    stopped = Signal()
    failed = Signal(object)
    state_changed = Signal()
    _left = Signal()

    def __init__(
        self,
        name: str,
        make: Callable[[], Iterator[T]],
        on_item: Callable[[T], None] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.state: JobState = "new"
        self.error: BaseException | None = None
        self._make = make
        self._on_item = on_item
        self._control = threading.Condition()
        self._paused = False
        self._stopping = False
        self._accepting = False
        self._calls: list[Callable[[], None]] = []
        self._outcome: JobState = "finished"
        self._thread: WorkerThread | None = None
        self._left.connect(self._settle, Qt.ConnectionType.QueuedConnection)

    @property
    def active(self) -> bool:
        """Whether the thread runs (paused counts)."""
        return self.state in ("running", "paused", "stopping")

    def start(self) -> None:
        """Begin; a job runs once."""
        if self.state != "new":
            raise RuntimeError(f"job {self.objectName()} was started twice")
        _alive.add(self)
        self._accepting = True
        self._thread = WorkerThread(self.objectName(), self._run)
        self._thread.start()
        self._set_state("running")
        self.started.emit()

    def pause(self) -> None:
        """Hold at the next yield, without using the processor, until `resume` or `stop`."""
        if self.state == "running":
            with self._control:
                self._paused = True
            self._set_state("paused")

    def resume(self) -> None:
        """Go on after `pause`."""
        if self.state == "paused":
            with self._control:
                self._paused = False
                self._control.notify_all()
            self._set_state("running")

    def stop(self) -> None:
        """Close the generator at its next yield; `stopped` tells when it is done. Paused or not, any time."""
        if self.state == "new":
            self._set_state("stopped")
            self.stopped.emit()
        elif self.active:
            with self._control:
                self._stopping = True
                self._control.notify_all()
            self._set_state("stopping")

    def call(self, function: Callable[[], None]) -> bool:
        """Run a function in the worker thread at the generator's next yield, also while paused.

        Returns:
            Whether it will run: False once the generator has ended.
        """
        with self._control:
            if self._accepting:
                self._calls.append(function)
                self._control.notify_all()
            return self._accepting

    def wait(self, ms: int = -1) -> bool:
        """Block until the thread is gone and the last signal was sent; False if that takes over `ms`."""
        thread = self._thread
        if thread is not None:
            if not (thread.wait(ms) if ms >= 0 else thread.wait()):
                return False
            self._settle()
        return True

    def _set_state(self, state: JobState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit()

    def _settle(self) -> None:
        """The end, on the owner's side: by the queued signal or by `wait`, whichever comes first."""
        thread = self._thread
        if thread is None:
            return
        thread.wait()
        self._thread = None
        _alive.discard(self)
        self._set_state(self._outcome)
        if self._outcome == "failed":
            self.failed.emit(self.error)
        elif self._outcome == "stopped":
            self.stopped.emit()
        else:
            self.finished.emit()
        # What is connected to its signals, and all that this holds, would stay for as long as Qt's part of it lives.
        self.deleteLater()

    def _run(self) -> None:
        """The worker thread's whole life."""
        try:
            self._outcome = self._iterate()
        except BaseException as error:  # the thread's last frame: everything goes to the owner
            _let_go(error)
            self.error = error
            self._outcome = "failed"
        self._left.emit()

    def _iterate(self) -> JobState:
        iterator = self._make()
        try:
            while self._may_go_on():
                try:
                    item = next(iterator)
                except StopIteration:
                    return "finished"
                if self._on_item is not None:
                    self._on_item(item)
            return "stopped"
        finally:
            with self._control:
                self._accepting = False
            self._do_calls()
            close = getattr(iterator, "close", None)
            if close is not None:
                close()

    def _may_go_on(self) -> bool:
        """Wait out a pause; False when the generator is to be closed."""
        while True:
            self._do_calls()
            with self._control:
                if self._stopping:
                    return False
                if not self._paused and not self._calls:
                    return True
                self._control.wait_for(lambda: self._stopping or not self._paused or bool(self._calls))

    def _do_calls(self) -> None:
        while True:
            with self._control:
                if not self._calls:
                    return
                call = self._calls.pop(0)
            call()
