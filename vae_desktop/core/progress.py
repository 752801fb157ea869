"""How long a training has taken, how fast it goes, and how long it will take."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import replace
from typing import TypeVar

from vae_desktop.core.records import StepReport, Terms

T = TypeVar("T")

# The weight of what was known before in the running mean of the rate.
INERTIA = 0.8


class Clock:
    """Wall time of training, without the time in which it is held.

    Args:
        seconds: counted before.
    """

    def __init__(self, seconds: float) -> None:
        self._before = seconds
        self._since: float | None = None

    @property
    def seconds(self) -> float:
        """Counted so far."""
        running = time.perf_counter() - self._since if self._since is not None else 0.0
        return self._before + running

    def go(self) -> None:
        """Count from now on."""
        self._since = time.perf_counter()

    def hold(self) -> None:
        """Count no longer."""
        self._before, self._since = self.seconds, None

    def pausing(self, item: T) -> Generator[T, None, None]:
        """Yield `item`, and count nothing until the caller comes back for more."""
        self.hold()
        yield item
        self.go()


class Pace:
    """The speed of one run.

    Args:
        clock: counts the training's time.
        steps: of the whole run.
    """

    def __init__(self, clock: Clock, steps: int) -> None:
        self._clock = clock
        self._steps = steps
        self._done = 0
        self._images = 0
        self._began = self._told_at = clock.seconds
        self._rate = 0.0

    @property
    def progress(self) -> float:
        """The share of the run's steps that are done."""
        return self._done / self._steps

    @property
    def silence(self) -> float:
        """Seconds of training since the last report."""
        return self._clock.seconds - self._told_at

    @property
    def seconds_left(self) -> float:
        """Until the run's end, if it goes on as fast as it has gone."""
        spent = self._clock.seconds - self._began
        return spent / max(1, self._done) * (self._steps - self._done)

    def begin_epoch(self) -> None:
        """The next report is about what is trained from now on."""
        self._told_at, self._images = self._clock.seconds, 0

    def step(self, images: int) -> None:
        """A step over so many images is done."""
        self._done += 1
        self._images += images

    def report(self, epoch: int, step: int, steps: int, terms: Terms) -> StepReport:
        """What a step report says now; the rate is a running mean over the reports."""
        now = self._clock.seconds
        rate = self._images / max(now - self._told_at, 1e-9)
        self._rate = INERTIA * self._rate + (1 - INERTIA) * rate if self._rate else rate
        self._told_at, self._images = now, 0
        return StepReport(epoch, step, steps, terms, self._rate, now, self.seconds_left)

    def again(self, report: StepReport) -> StepReport:
        """The same report at a later time: nothing was trained since."""
        self._told_at = self._clock.seconds
        return replace(report, seconds=self._told_at, seconds_left=self.seconds_left)
