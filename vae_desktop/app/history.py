"""Undo and redo: where the user has stood, and deeds of other kinds, in one order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

T = TypeVar("T")

LIMIT = 200


@dataclass(frozen=True)
class Deed:
    """A step that is no move from place to place.

    Attributes:
        name: what was done, for people, as in "Undo sample settings".
        undo, redo: take it back, and do it again; neither may record a step.
        run: deeds of the same run that follow upon each other are one step; "" for a step of its own.
    """

    name: str
    undo: Callable[[], object]
    redo: Callable[[], object]
    run: str = ""


@dataclass(frozen=True, eq=False)
class Bundle(Generic[T]):
    """Several steps that are one to the user.

    Attributes:
        name: what was done, for people.
        place: where the user stood before it.
        deeds: what was done besides moving, in order.
    """

    name: str
    place: T
    deeds: tuple[Deed, ...]


class History(Generic[T]):
    """Where the user has stood, and what else was done. A drag between `begin` and `end` counts as one step.

    Args:
        same: whether two places are the same one.
        name: what a move from one place to another is called, for people.
        changed: called when there are other steps to undo or redo.
    """

    def __init__(
        self,
        same: Callable[[T, T], bool],
        name: Callable[[T, T], str],
        changed: Callable[[], object] = lambda: None,
    ) -> None:
        self._same = same
        self._name = name
        self._changed = changed
        self._undo: list[T | Deed | Bundle[T]] = []
        self._redo: list[T | Deed | Bundle[T]] = []
        self._gesture_start: T | None = None
        self._gathered: list[Deed] | None = None
        self._moved = False

    @property
    def can_undo(self) -> bool:
        """Whether `undo` has something to take back."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether `redo` has something to do again."""
        return bool(self._redo)

    @property
    def in_gesture(self) -> bool:
        """Whether a gesture is under way."""
        return self._gesture_start is not None

    def undo_name(self, here: T) -> str:
        """What `undo` would take back, for people; "" where it would take back nothing."""
        step = self._last(self._undo, here)
        return (
            "" if step is None else step.name if isinstance(step, (Deed, Bundle)) else self._name(step, here)
        )

    def redo_name(self, here: T) -> str:
        """What `redo` would do again, for people; "" where it would do nothing."""
        step = self._last(self._redo, here)
        return (
            "" if step is None else step.name if isinstance(step, (Deed, Bundle)) else self._name(here, step)
        )

    def clear(self) -> None:
        """Forget everything: the latent space is another one."""
        self._undo.clear()
        self._redo.clear()
        self._gesture_start = None
        self._changed()

    def amend(self, mend: Callable[[T], T]) -> None:
        """Put `mend` of each place in its stead: a part of what it tells of is gone."""
        for steps in (self._undo, self._redo):
            steps[:] = [
                step
                if isinstance(step, Deed)
                else replace(step, place=mend(step.place))
                if isinstance(step, Bundle)
                else mend(step)
                for step in steps
            ]
        if self._gesture_start is not None:
            self._gesture_start = mend(self._gesture_start)
        self._changed()

    def begin(self, here: T) -> None:
        """A gesture starts at `here`."""
        if self._gesture_start is None:
            self._gesture_start = here

    def end(self, here: T) -> None:
        """The gesture ended at `here`."""
        start, self._gesture_start = self._gesture_start, None
        if start is not None and not self._same(start, here):
            self._push(start)

    def give_up(self) -> T | None:
        """The gesture was none; where it started, or None where there was none."""
        start, self._gesture_start = self._gesture_start, None
        return start

    def moved_from(self, before: T) -> None:
        """The user has left `before` and is elsewhere now; inside a gesture this is no step of its own."""
        if self._gesture_start is None:
            self._push(before)

    def record(self, deed: Deed) -> None:
        """Something else was done."""
        last = self._undo[-1] if self._undo else None
        goes_on = isinstance(last, Deed) and bool(deed.run) and deed.run == last.run and not self._redo
        if isinstance(last, Deed) and goes_on and self._gathered is None:
            self._undo[-1] = replace(deed, undo=last.undo)
            self._changed()
        else:
            self._push(deed)

    @contextmanager
    def gathering(self, name: str, here: T) -> Iterator[None]:
        """Whatever is done meanwhile is one step, which began at `here`; where nothing is done, it is none."""
        gathered: list[Deed] = []
        self._gathered, self._moved = gathered, False
        try:
            yield
        finally:
            self._gathered = None
            if gathered or self._moved:
                self._push(Bundle(name, here, tuple(gathered)))

    def undo(self, here: T) -> T | None:
        """Take the last step back; where the user stood before it, or None where it was no move or there is none."""
        step = self._step(self._undo, self._redo, here)
        for deed in reversed(_deeds(step)):
            deed.undo()
        self._changed()
        return _place(step)

    def redo(self, here: T) -> T | None:
        """Take the last undo back; where the user stood before it, or None where it was no move or there is none."""
        step = self._step(self._redo, self._undo, here)
        for deed in _deeds(step):
            deed.redo()
        self._changed()
        return _place(step)

    def _last(self, steps: list[T | Deed | Bundle[T]], here: T) -> T | Deed | Bundle[T] | None:
        # What `amend` made the same as where we are is no step any more.
        for step in reversed(steps):
            place = _place(step)
            if _deeds(step) or (place is not None and not self._same(place, here)):
                return step
        return None

    def _step(
        self, back: list[T | Deed | Bundle[T]], forth: list[T | Deed | Bundle[T]], here: T
    ) -> T | Deed | Bundle[T] | None:
        step = self._last(back, here)
        if step is not None:
            while back.pop() is not step:
                pass
            if isinstance(step, Bundle):
                forth.append(replace(step, place=here))
            else:
                forth.append(step if isinstance(step, Deed) else here)
        return step

    def _push(self, step: T | Deed | Bundle[T]) -> None:
        if self._gathered is not None:
            if isinstance(step, Deed):
                self._gathered.append(step)
            else:
                self._moved = True
            return
        self._undo.append(step)
        del self._undo[:-LIMIT]
        self._redo.clear()
        self._changed()


def _deeds(step: T | Deed | Bundle[T] | None) -> tuple[Deed, ...]:
    if isinstance(step, Bundle):
        return step.deeds
    return (step,) if isinstance(step, Deed) else ()


def _place(step: T | Deed | Bundle[T] | None) -> T | None:
    if isinstance(step, Bundle):
        return step.place
    return None if isinstance(step, Deed) else step
