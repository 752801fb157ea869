"""A function that calls back, as a generator: it works only while somebody asks for the next item."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


class GivenUp(BaseException):
    """Raised in a function whose next item nobody wants; not an `Exception`, so that no library keeps it to itself."""


def in_turns(work: Callable[[Callable[[T], None]], R], name: str) -> Generator[T, None, R]:
    """Run `work(hand_over)` in a thread of this name, in turn with the caller and never at the same time.

    Each `hand_over(item)` in it is a yield here and returns once the next item is asked for; where the generator is
    closed instead it raises `GivenUp`, and the generator is closed when `work` has ended. What `work` returns or
    raises, so does the generator.
    """
    handed: SimpleQueue[tuple[T] | None] = SimpleQueue()
    wanted: SimpleQueue[bool] = SimpleQueue()

    given_up = False

    def hand_over(item: T) -> None:
        nonlocal given_up
        if not given_up:
            handed.put((item,))
            given_up = not wanted.get()
        if given_up:
            # Also to whatever calls back once more while it ends.
            raise GivenUp

    def run() -> R:
        try:
            return work(hand_over)
        finally:
            handed.put(None)

    with ThreadPoolExecutor(1, name) as thread:
        end = thread.submit(run)
        try:
            while (item := handed.get()) is not None:
                yield item[0]
                wanted.put(True)
        finally:
            wanted.put(False)
        return end.result()
