"""Undo for a form: what its fields held before, one entry for each run of edits to the same field."""

from __future__ import annotations

from typing import Generic, TypeVar

State = TypeVar("State")

LIMIT = 200


class FormHistory(Generic[State]):
    """States in order, with a place among them.

    Attributes:
        can_undo, can_redo: whether there is a state to go to.
    """

    def __init__(self, state: State) -> None:
        self._states = [state]
        self._place = 0
        self._last_key: str | None = None

    @property
    def can_undo(self) -> bool:
        """Whether there is an earlier state."""
        return self._place > 0

    @property
    def can_redo(self) -> bool:
        """Whether a state was undone."""
        return self._place < len(self._states) - 1

    def record(self, key: str, state: State) -> None:
        """Note a new state; it replaces the newest one if that came from an edit of the same `key`."""
        if state == self._states[self._place]:
            return
        if key == self._last_key and not self.can_redo and self._place > 0:
            self._states[self._place] = state
            return
        del self._states[self._place + 1 :]
        self._states.append(state)
        del self._states[: max(0, len(self._states) - LIMIT)]
        self._place = len(self._states) - 1
        self._last_key = key

    def undo(self) -> State:
        """The state before."""
        return self._go(-1)

    def redo(self) -> State:
        """The state after."""
        return self._go(1)

    def _go(self, step: int) -> State:
        self._place = min(max(0, self._place + step), len(self._states) - 1)
        self._last_key = None
        return self._states[self._place]
