"""Undo and redo of where the user stands: one step per gesture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

LIMIT = 200


class History(Generic[T]):
    """Where the user has stood. A drag between `begin` and `end` counts as one step.

    Args:
        same: whether two places are the same one.
    """

    def __init__(self, same: Callable[[T, T], bool]) -> None:
        self._same = same
        self._undo: list[T] = []
        self._redo: list[T] = []
        self._gesture_start: T | None = None

    @property
    def can_undo(self) -> bool:
        """Whether `undo` has somewhere to go."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether `redo` has somewhere to go."""
        return bool(self._redo)

    @property
    def in_gesture(self) -> bool:
        """Whether a gesture is under way."""
        return self._gesture_start is not None

    def clear(self) -> None:
        """Forget everything: the latent space is another one."""
        self._undo.clear()
        self._redo.clear()
        self._gesture_start = None

    def amend(self, mend: Callable[[T], T]) -> None:
        """Put `mend` of each place in its stead: a part of what it tells of is gone."""
        self._undo = [mend(place) for place in self._undo]
        self._redo = [mend(place) for place in self._redo]
        if self._gesture_start is not None:
            self._gesture_start = mend(self._gesture_start)

    def begin(self, here: T) -> None:
        """A gesture starts at `here`."""
        if self._gesture_start is None:
            self._gesture_start = here

    def end(self, here: T) -> None:
        """The gesture ended at `here`."""
        start, self._gesture_start = self._gesture_start, None
        if start is not None and not self._same(start, here):
            self._push(start)

    def moved_from(self, before: T) -> None:
        """The user left `before`; inside a gesture this is no step of its own."""
        if self._gesture_start is None:
            self._push(before)

    def undo(self, here: T) -> T | None:
        """Where the user stood before the last step, or None."""
        return self._step(self._undo, self._redo, here)

    def redo(self, here: T) -> T | None:
        """Where the user stood before the last `undo`, or None."""
        return self._step(self._redo, self._undo, here)

    def _step(self, back: list[T], forth: list[T], here: T) -> T | None:
        # What `amend` made the same as where we are is no step any more.
        while back and self._same(back[-1], here):
            back.pop()
        if not back:
            return None
        forth.append(here)
        return back.pop()

    def _push(self, before: T) -> None:
        self._undo.append(before)
        del self._undo[:-LIMIT]
        self._redo.clear()
