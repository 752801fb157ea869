"""Undo for a form: what its fields held before, one entry for each run of edits to the same field."""

from __future__ import annotations

from typing import Generic, TypeVar

State = TypeVar("State")

LIMIT = 200


class FormHistory(Generic[State]):
    """States in order, with a place among them.

    Attributes:
        can_undo, can_redo: whether there is a state to go to.
        undo_key, redo_key: what was edited in the step that this would take back or do again, or "".
    """

    def __init__(self, state: State) -> None:
        self._states = [state]
        # What was edited to come to each of the states.
        self._keys = [""]
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

    @property
    def undo_key(self) -> str:
        """What was edited last, or ""."""
        return self._keys[self._place] if self.can_undo else ""

    @property
    def redo_key(self) -> str:
        """What was edited in the step that was undone last, or ""."""
        return self._keys[self._place + 1] if self.can_redo else ""

    def record(self, key: str, state: State) -> None:
        """Note a new state; it replaces the newest one if that came from an edit of the same `key`."""
        if state == self._states[self._place]:
            return
        if key == self._last_key and not self.can_redo and self._place > 0:
            self._states[self._place] = state
            return
        for kept, new in ((self._states, state), (self._keys, key)):
            del kept[self._place + 1 :]
            kept.append(new)  # type: ignore[arg-type]
            del kept[: max(0, len(kept) - LIMIT)]
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
