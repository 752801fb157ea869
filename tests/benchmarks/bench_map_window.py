"""How long the window's thread is held up by a map of 10,000 digits that is being made.

A timer of 1 ms beats in a real window. What lies between two beats is a hold-up; those in which a frame of the map
came, or was painted, are the map's. On a busy machine part of a hold-up is waiting for a processor: the thread's own
work is told apart.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QPaintEvent

from tests.benchmarks.harness import main_window, wait, wait_until
from tests.benchmarks.rows import Row, Skipped
from tests.places import find_mnist
from vae_desktop.core.config import TsneConfig
from vae_desktop.ui.map_view import MapView

CALM_SECONDS = 4.0
ROUNDS = 2


@dataclass
class Pulse(QObject):
    """Beats, and what came between them.

    Attributes:
        gaps: (seconds, seconds of the thread's own work, whether something of the map was in it) of each.
    """

    gaps: list[tuple[float, float, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._busy = False
        self._last = (time.perf_counter(), time.thread_time())
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def note(self) -> None:
        """Something of the map is going on."""
        self._busy = True

    def _beat(self) -> None:
        now = (time.perf_counter(), time.thread_time())
        self.gaps.append((now[0] - self._last[0], now[1] - self._last[1], self._busy))
        self._busy, self._last = False, now

    def take(self) -> list[tuple[float, float, bool]]:
        """The gaps since the last time."""
        taken, self.gaps = self.gaps, []
        return taken

    def end(self) -> None:
        """Beat no more."""
        self._timer.stop()


def run() -> list[Row]:
    """Whole maps, one after the other, of the bundled model's codes, neighbours found anew."""
    mnist = find_mnist()
    if mnist is None:
        raise Skipped("no MNIST on this machine")
    with main_window(str(mnist)) as window:
        session, pulse = window.session, Pulse()
        paint = MapView.paintEvent

        def painted(self: MapView, event: QPaintEvent) -> None:
            paint(self, event)
            pulse.note()

        MapView.paintEvent = painted  # type: ignore[method-assign]
        session.map.frame_changed.connect(pulse.note)
        wait(CALM_SECONDS)
        calm = pulse.take()
        # The first map loads libraries, each in one call that lets nothing else run.
        session.map.start(TsneConfig(iterations=20))
        wait_until(lambda: session.map.state == "idle", "the first map")
        first = pulse.take()
        wait_until(lambda: session.map.quality is not None, "its figures")
        pulse.take()
        gaps: list[tuple[float, float, bool]] = []
        after: list[tuple[float, float, bool]] = []
        for seed in range(ROUNDS):
            # Another perplexity each time, so that no affinities are remembered.
            session.map.start(TsneConfig(perplexity=31 + seed, seed=seed))
            wait_until(lambda: session.map.state == "idle", "the map")
            gaps += pulse.take()
            frame = session.map.frame
            assert frame is not None and frame.iteration == frame.iterations
            wait_until(lambda: session.map.quality is not None, "its figures")
            wait(0.5)
            after += pulse.take()
        pulse.end()
        MapView.paintEvent = paint  # type: ignore[method-assign]
    own = [gap for gap in gaps if gap[2]]
    return [
        Row("longest hold-up by a frame of a map under way", 1e3 * max(gap[0] for gap in own), 16, "ms"),
        Row("the same, p99", 1e3 * float(np.percentile([gap[0] for gap in own], 99)), 16, "ms"),
        Row("the same, p50", 1e3 * float(np.median([gap[0] for gap in own])), None, "ms"),
        Row("the thread's own work in the longest", 1e3 * max(gap[1] for gap in own), 16, "ms"),
        Row(
            "the thread's own work, p99", 1e3 * float(np.percentile([gap[1] for gap in own], 99)), None, "ms"
        ),
        Row(
            "longest while the first map loads its libraries", 1e3 * max(gap[0] for gap in first), None, "ms"
        ),
        Row("longest between frames", 1e3 * max(gap[0] for gap in gaps if not gap[2]), None, "ms"),
        Row("longest while the map's quality is measured", 1e3 * max(gap[0] for gap in after), None, "ms"),
        Row("longest of a window at rest", 1e3 * max(gap[0] for gap in calm), None, "ms"),
    ]
