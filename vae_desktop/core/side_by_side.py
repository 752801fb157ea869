"""One piece of work in parts, done by helping threads and by whoever waits for them."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TypeVar

Part = TypeVar("Part")
R = TypeVar("R")
# Seconds of waiting for a helper between two places to give up.
PATIENCE = 0.03


@contextmanager
def helping_threads(name: str) -> Iterator[ThreadPoolExecutor]:
    """As many threads as there are processors beside the caller's; what they have not begun at the end is left."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    helpers = ThreadPoolExecutor(max(1, cores - 1), name)
    try:
        yield helpers
    finally:
        helpers.shutdown(cancel_futures=True)


def begin(
    work: Callable[[Part], R], parts: Sequence[Part], helpers: ThreadPoolExecutor
) -> Generator[None, None, list[R]]:
    """Start on `work` for all parts, which the helpers take in this order.

    Returns:
        a generator that takes the parts from the last on and ends, when all are done, with the results in order. Each
        yield is a place to give up.
    """
    begun = [(part, helpers.submit(work, part)) for part in parts]

    def finish() -> Generator[None, None, list[R]]:
        results = []
        for part, future in reversed(begun):
            if future.cancel():
                results.append(work(part))
            else:
                while wait((future,), PATIENCE).not_done:
                    yield
                results.append(future.result())
            yield
        return results[::-1]

    return finish()
