"""Undo and redo of the latent cursor: one step per gesture."""

from __future__ import annotations

from vae_desktop.core.records import FloatArray

LIMIT = 200


class CursorHistory:
    """Where the cursor has been. A drag between `begin` and `end` counts as one step."""

    def __init__(self) -> None:
        self._undo: list[FloatArray] = []
        self._redo: list[FloatArray] = []
        self._gesture_start: FloatArray | None = None

    @property
    def can_undo(self) -> bool:
        """Whether `undo` has somewhere to go."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether `redo` has somewhere to go."""
        return bool(self._redo)

    def clear(self) -> None:
        """Forget everything: the latent space is another one."""
        self._undo.clear()
        self._redo.clear()
        self._gesture_start = None

    def begin(self, here: FloatArray) -> None:
        """A gesture starts at `here`."""
        if self._gesture_start is None:
            self._gesture_start = here

    def end(self, here: FloatArray) -> None:
        """The gesture ended at `here`."""
        start, self._gesture_start = self._gesture_start, None
        if start is not None and not (start == here).all():
            self._push(start)

    def moved_from(self, before: FloatArray) -> None:
        """The cursor left `before`; inside a gesture this is no step of its own."""
        if self._gesture_start is None:
            self._push(before)

    def undo(self, here: FloatArray) -> FloatArray | None:
        """Where the cursor was before the last step, or None."""
        if not self._undo:
            return None
        self._redo.append(here)
        return self._undo.pop()

    def redo(self, here: FloatArray) -> FloatArray | None:
        """Where the cursor was before the last `undo`, or None."""
        if not self._redo:
            return None
        self._undo.append(here)
        return self._redo.pop()

    def _push(self, before: FloatArray) -> None:
        self._undo.append(before)
        del self._undo[:-LIMIT]
        self._redo.clear()
