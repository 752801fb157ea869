"""Work that is done in steps, as generators: each `yield` is a place to report, to pause or to give up."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar

Item = TypeVar("Item")
T = TypeVar("T")


def result_of(steps: Generator[Any, None, T]) -> T:
    """Do all steps at once and hand back what they come to."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


def with_item(item: Item, steps: Generator[Any, None, T]) -> Generator[Item, None, T]:
    """The same steps, with an item in place of each yield's own."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
        yield item
