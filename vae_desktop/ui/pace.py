"""How long work will still take, from how it went lately."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

# Work that grows slower is judged by the last seconds only.
WINDOW_SECONDS = 3.0
FEWEST_SECONDS = 0.5


class Pace:
    """Watches a counter that runs towards its end."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()

    def restart(self) -> None:
        """Forget how it went: the work was held, or another begins."""
        self._seen.clear()

    def seconds_left(self, done: int, total: int) -> float | None:
        """Note that `done` of `total` are done; the estimate is None until it can be made."""
        now = self._clock()
        if not self._seen or done > self._seen[-1][1]:
            self._seen.append((now, done))
        while len(self._seen) > 2 and self._seen[1][0] < now - WINDOW_SECONDS:
            self._seen.popleft()
        (began, first), (ended, last) = self._seen[0], self._seen[-1]
        if ended - began < FEWEST_SECONDS:
            return None
        return (total - last) * (ended - began) / (last - first)
