"""A generator in a worker thread: pause, resume, stop, failure, and its end."""

from __future__ import annotations

import gc
import threading
import time
import traceback
import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.app.conftest import PATIENCE
from vae_desktop.app.jobs import Job, wait_all

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class Counter:
    """An endless generator that tells what happened to it."""

    def __init__(self) -> None:
        self.count = 0
        self.closed_in: int | None = None

    def run(self) -> Iterator[int]:
        try:
            while True:
                self.count += 1
                yield self.count
        finally:
            self.closed_in = threading.get_ident()


def test_items_arrive_in_order_in_the_worker_thread(qtbot: QtBot) -> None:
    items: list[tuple[int, int]] = []
    job = Job("count", lambda: iter(range(5)), lambda item: items.append((item, threading.get_ident())))
    with qtbot.waitSignals([job.started, job.finished], timeout=PATIENCE):
        job.start()
    assert [item for item, _ in items] == [0, 1, 2, 3, 4]
    assert {thread for _, thread in items}.isdisjoint({threading.get_ident()})
    assert job.state == "finished"
    assert not job.active


def test_pause_holds_until_resume_and_stop_closes_in_the_worker(qtbot: QtBot) -> None:
    counter, threads = Counter(), set[int]()
    job = Job("count", counter.run, lambda _: threads.add(threading.get_ident()))
    job.start()
    qtbot.waitUntil(lambda: counter.count > 10, timeout=PATIENCE)
    job.pause()
    held = threading.Event()
    assert job.call(held.set)
    qtbot.waitUntil(held.is_set, timeout=PATIENCE)
    assert job.state == "paused"
    reached, processor = counter.count, time.process_time()
    qtbot.wait(300)
    assert counter.count == reached
    assert time.process_time() - processor < 0.1, "a paused job must not use the processor"
    job.resume()
    qtbot.waitUntil(lambda: counter.count > reached, timeout=PATIENCE)
    with qtbot.waitSignal(job.stopped, timeout=PATIENCE):
        job.stop()
        assert job.state == "stopping"
    assert {counter.closed_in} == threads


def test_a_paused_job_can_be_stopped(qtbot: QtBot) -> None:
    counter = Counter()
    job = Job("count", counter.run)
    job.start()
    job.pause()
    with qtbot.waitSignal(job.stopped, timeout=PATIENCE):
        job.stop()
    assert job.state == "stopped"


def test_stop_before_start_ends_it(qtbot: QtBot) -> None:
    job = Job("never", lambda: iter(()))
    with qtbot.waitSignal(job.stopped):
        job.stop()
    with pytest.raises(RuntimeError, match="twice"):
        job.start()


def test_an_exception_reaches_the_owner(qtbot: QtBot) -> None:
    def breaks() -> Iterator[int]:
        yield 1
        raise OSError("the disk is gone")

    job = Job("breaks", breaks)
    with qtbot.waitSignal(job.failed, timeout=PATIENCE) as heard:
        job.start()
    assert isinstance(heard.args[0], OSError)
    assert job.error is heard.args[0]


class Large:
    """Something that must not stay."""


def test_what_a_failed_job_worked_with_is_let_go_at_once(qtbot: QtBot) -> None:
    held: list[weakref.ref[Large]] = []

    def deep(large: Large) -> None:
        held.append(weakref.ref(large))
        raise KeyError("first")

    def work() -> Iterator[None]:
        large = Large()
        yield
        try:
            deep(large)
        except KeyError as error:
            raise ValueError("then") from error

    job = Job("fail", work)
    gc.disable()
    try:
        with qtbot.waitSignal(job.failed, timeout=PATIENCE):
            job.start()
        assert held[0]() is None
    finally:
        gc.enable()
    assert "deep(large)" in "".join(traceback.format_exception(job.error)), (
        "a report still tells where it was"
    )


def test_a_consumer_that_raises_fails_the_job_and_closes_the_generator(qtbot: QtBot) -> None:
    counter = Counter()

    def refuse(item: int) -> None:
        if item == 3:
            raise ValueError("no threes")

    job = Job("refuses", counter.run, refuse)
    with qtbot.waitSignal(job.failed, timeout=PATIENCE) as heard:
        job.start()
    assert str(heard.args[0]) == "no threes"
    assert counter.count == 3
    assert counter.closed_in is not None


def test_wait_ends_a_job_without_an_event_loop() -> None:
    ended: list[str] = []
    job = Job("quick", lambda: iter(range(3)))
    job.finished.connect(lambda: ended.append("finished"))
    job.start()
    assert job.wait(PATIENCE)
    assert (job.state, ended) == ("finished", ["finished"])
    assert job.wait(0), "waiting for what has ended takes no time"


def test_wait_gives_up_after_its_time() -> None:
    gate = threading.Event()

    def slow() -> Iterator[None]:
        gate.wait()
        yield

    jobs = [Job("slow", slow), Job("slow too", slow)]
    for job in jobs:
        job.start()
    began = time.monotonic()
    assert not wait_all(jobs, 50)
    assert time.monotonic() - began < 2
    gate.set()
    assert wait_all(jobs, PATIENCE)


def test_end_is_told_once(qtbot: QtBot) -> None:
    ends: list[str] = []
    job = Job("quick", lambda: iter(range(3)))
    job.finished.connect(lambda: ends.append("finished"))
    job.start()
    job.wait(PATIENCE)
    qtbot.wait(1)  # the queued signal of the same end comes now
    assert ends == ["finished"]


def test_calls_run_in_the_worker_until_the_end(qtbot: QtBot) -> None:
    counter, ran_in = Counter(), list[int]()
    job = Job("count", counter.run)
    job.start()
    assert job.call(lambda: ran_in.append(threading.get_ident()))
    job.stop()
    job.wait(PATIENCE)
    assert len(ran_in) == 1 and ran_in[0] != threading.get_ident()
    assert not job.call(lambda: ran_in.append(0))


def test_a_running_job_outlives_its_last_reference(qtbot: QtBot) -> None:
    gate, ended = threading.Event(), list[bool]()

    def waits() -> Iterator[None]:
        gate.wait()
        yield

    job = Job("forgotten", waits)
    job.finished.connect(lambda: ended.append(True))
    job.start()
    del job
    gc.collect()
    gate.set()
    qtbot.waitUntil(lambda: bool(ended), timeout=PATIENCE)
