"""One piece of work in parts, done by helping threads and by whoever waits for them."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TypeVar

Part = TypeVar("Part")
R = TypeVar("R")
# Seconds of waiting for a helper between two places to give up.
PATIENCE = 0.03


class Helpers:
    """As many threads as there are processors beside the caller's."""

    def __init__(self, name: str) -> None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._count = max(1, cores - 1)
        self._pool = ThreadPoolExecutor(self._count, name)
        self._over = False

    def begin(self, work: Callable[[Part], R], parts: Sequence[Part]) -> Generator[None, None, list[R]]:
        """Start on `work` for all parts, which the helpers take in this order.

        Returns:
            a generator that takes the parts from the last on and ends, when all are done, with the results in order.
            Each yield is a place to give up.
        """
        left = deque(range(len(parts)))
        results: dict[int, R] = {}

        def do(number: int) -> None:
            try:
                results[number] = work(parts[number])
            except BaseException:
                # All of it is in vain now.
                left.clear()
                raise

        # One task for each thread and not for each part: of thousands, Python would search all memory for garbage.
        def help_out() -> None:
            while not self._over:
                try:
                    number = left.popleft()
                except IndexError:
                    return
                do(number)

        begun = [self._pool.submit(help_out) for _ in range(self._count)]

        def finish() -> Generator[None, None, list[R]]:
            while left:
                try:
                    number = left.pop()
                except IndexError:
                    break
                do(number)
                yield
            while wait(begun, PATIENCE).not_done:
                yield
            for helper in begun:
                helper.result()
            return [results[number] for number in range(len(parts))]

        return finish()

    def leave(self) -> None:
        """Let the threads end after the part that each is at."""
        self._over = True
        self._pool.shutdown(cancel_futures=True)


@contextmanager
def helping_threads(name: str) -> Iterator[Helpers]:
    """Threads of this name that help until the end; what they have not begun by then is left."""
    helpers = Helpers(name)
    try:
        yield helpers
    finally:
        helpers.leave()
