"""A box for one letter between two threads: a newer one replaces the older, so nothing ever queues up."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """One slot, latest wins. Any thread may put, any thread may take."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._letters: list[T] = []

    def put(self, letter: T) -> None:
        """Leave a letter; one that was not taken yet is lost."""
        with self._condition:
            self._letters[:] = (letter,)
            self._condition.notify()

    def take(self, timeout: float | None = 0.0) -> T | None:
        """The letter, or None where there is none.

        Args:
            timeout: seconds to wait for one; 0 looks only, None waits for ever.
        """
        with self._condition:
            self._condition.wait_for(lambda: bool(self._letters), timeout)
            return self._letters.pop() if self._letters else None
