"""Where the user stands: the cursor, the plane, the digits chosen and the classes shown; and the ways back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from vae_desktop.app.encoding import frozen
from vae_desktop.app.history import Deed, History
from vae_desktop.app.state import Codes, Standpoint
from vae_desktop.core.plane import Plane, axes_plane, plane_through, principal_plane, remade

if TYPE_CHECKING:
    from vae_desktop.core.data.dataset import Dataset
    from vae_desktop.core.records import FloatArray, IntArray

T = TypeVar("T")

NOBODY: IntArray = np.zeros(0, np.int64)
NOBODY.flags.writeable = False


class Standing(QObject):
    """The part of the session that a hand moves, and the steps that it took.

    Attributes:
        dataset: the open data set, or None.
        codes: latent means of all explored digits; None while unknown, or where the model's images are of
            another shape.
        cursor: the point in latent space [D], read-only; two zeros without a model.
        plane: what the canvas shows of latent space.
        selected: index of the chosen digit, or None.
        group: indices of the digits chosen together [n] int64, ascending, read-only; never of hidden classes,
            whose members come back when their class does.
        hidden_classes: labels that are switched off.
        can_undo, can_redo: whether there is something to take back or to do again.
        undo_name, redo_name: what that would be, for people; "" where it is nothing.

    Signals:
        cursor_changed(), plane_changed(), selection_changed(), group_changed(), hidden_classes_changed(): that
            attribute changed.
        steps_changed(): there are other steps to undo or redo.
    """

    cursor_changed = Signal()
    plane_changed = Signal()
    selection_changed = Signal()
    group_changed = Signal()
    hidden_classes_changed = Signal()
    steps_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.dataset: Dataset | None = None
        self.codes: Codes | None = None
        self.cursor: FloatArray = frozen(np.zeros(2, dtype=np.float32))
        self.plane: Plane = axes_plane(2, 0, 1)
        self.selected: int | None = None
        self.hidden_classes: frozenset[int] = frozenset()
        self.group: IntArray = NOBODY
        self._chosen: IntArray = NOBODY
        self._steps = History(Standpoint.same_as, Standpoint.way_to, self.steps_changed.emit)

    # Cursor

    def set_cursor(self, z: npt.ArrayLike) -> None:
        """Put the cursor on a point [D].

        Raises:
            ValueError: the point has another number of dimensions, or isn't finite.
        """
        point = np.array(z, dtype=np.float32)
        if point.shape != self.cursor.shape or not np.isfinite(point).all():
            raise ValueError(f"not a point in {len(self.cursor)}-D latent space: {point}")
        if not (point == self.cursor).all():
            before = self._standpoint
            self._put_cursor(point)
            self._steps.moved_from(before)

    def move_cursor(self, x: float, y: float) -> None:
        """Move the cursor along the canvas's plane to x, y in it."""
        self.set_cursor(self.plane.at(self.cursor, x, y))

    def _put_cursor(self, point: FloatArray) -> None:
        self.cursor = frozen(point)
        self.cursor_changed.emit()

    # Steps

    def begin_gesture(self) -> None:
        """A drag starts: undo takes it back in one step."""
        self._steps.begin(self._standpoint)

    def end_gesture(self) -> None:
        """The drag is over."""
        self._steps.end(self._standpoint)

    def cancel_gesture(self) -> None:
        """The drag was none: stand where it began."""
        self._stand_at(self._steps.give_up())

    def begin_ride(self) -> None:
        """Something is going to carry the cursor: undo takes the whole ride back in one step."""
        self._steps.moved_from(self._standpoint)

    def carry_cursor(self, z: FloatArray) -> None:
        """Put the cursor on a point [D] in the course of a ride."""
        if not np.array_equal(z, self.cursor):
            self._put_cursor(np.array(z, dtype=np.float32))

    @property
    def in_gesture(self) -> bool:
        """Whether a drag is under way."""
        return self._steps.in_gesture

    @property
    def can_undo(self) -> bool:
        """Whether `undo` has something to take back."""
        return self._steps.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether `redo` has something to do again."""
        return self._steps.can_redo

    @property
    def undo_name(self) -> str:
        """What `undo` would take back, for people; "" where it is nothing."""
        return self._steps.undo_name(self._standpoint)

    @property
    def redo_name(self) -> str:
        """What `redo` would do again, for people; "" where it is nothing."""
        return self._steps.redo_name(self._standpoint)

    def record(self, undo: Callable[[], object], redo: Callable[[], object], name: str) -> None:
        """Something was done that `undo` takes back and `redo` does again; neither may record a step itself.

        Args:
            undo, redo: called when the user wishes it, each after the other.
            name: what was done, for people, as in "Undo sample settings".
        """
        self._steps.record(Deed(name, undo, redo))

    def change_setting(
        self, put: Callable[[T], object], before: T, after: T, name: str, run: str = ""
    ) -> None:
        """Set something that was `before` to `after`, by a step that undo takes back; the same again is none.

        Args:
            put: brings a value of the setting without recording a step.
            name: what is changed, for people, as in "Undo sample settings".
            run: changes of the same run that follow upon each other are one step, as those of a number that is
                turned up and up; "" for a step of its own.
        """
        if after != before:
            put(after)
            self._steps.record(Deed(name, partial(put, before), partial(put, after), run))

    @property
    def digits_key(self) -> tuple[str, str] | None:
        """What tells the explored digits from others. Not the data set itself: a step must not hold on to that."""
        return (self.dataset.fingerprint, self.dataset.explores) if self.dataset is not None else None

    def one_step(self, name: str) -> AbstractContextManager[None]:
        """Whatever is done meanwhile is one step for `undo`, by this name."""
        return self._steps.gathering(name, self._standpoint)

    def undo(self) -> None:
        """Take back the last jump or drag of the cursor, choice of digits, classes or plane, or other deed."""
        self._stand_at(self._steps.undo(self._standpoint))

    def redo(self) -> None:
        """Take the last undo back."""
        self._stand_at(self._steps.redo(self._standpoint))

    def stand(self, cursor: FloatArray, plane: Plane, selected: int | None, group: IntArray) -> None:
        """Come back to where one was: cursor [D], plane, chosen digit and group [n], in one step of undo.

        Raises:
            ValueError: the point or the plane is of another latent space, or there are no such digits.
        """
        if cursor.shape != self.cursor.shape or plane.dimensions != len(self.cursor):
            raise ValueError(f"not of {len(self.cursor)}-D latent space")
        for index in (selected, *group[[0, -1]].tolist()) if len(group) else (selected,):
            self._check_index(index)
        before = self._standpoint
        self._stand_at(Standpoint(frozen(cursor.copy()), selected, group, self.hidden_classes, plane))
        if not before.same_as(self._standpoint):
            self._steps.moved_from(before)

    @property
    def _standpoint(self) -> Standpoint:
        return Standpoint(self.cursor, self.selected, self._chosen, self.hidden_classes, self.plane)

    def _stand_at(self, place: Standpoint | None) -> None:
        if place is None:
            return
        if not place.plane.same_as(self.plane):
            self._put_plane(place.plane if self.codes is None else remade(place.plane, self.codes.means))
        self._put_selected(place.selected)
        if not np.array_equal(place.cursor, self.cursor):
            self._put_cursor(place.cursor)
        self._put_hidden(place.hidden_classes)
        self._put_group(place.group)
        self.steps_changed.emit()

    def _forget_digits(self) -> None:
        """Another data set has other digits and classes; what is known of these is no step any more."""
        self._put_selected(None)
        self._put_hidden(frozenset())
        self._put_group(NOBODY)
        if self.plane.digits:
            self._put_plane(axes_plane(self.plane.dimensions, 0, 1))
        self._steps.amend(Standpoint.without_digits)

    # Plane

    @property
    def axes(self) -> tuple[int, int] | None:
        """The two latent dimensions that span the canvas, (0, 0) in a 1-D latent space; None in another plane."""
        return self.plane.axes

    def set_axes(self, i: int, j: int) -> None:
        """Choose the two latent dimensions that span the canvas.

        Raises:
            ValueError: there is no such pair.
        """
        self._choose_plane(axes_plane(len(self.cursor), i, j))

    def set_principal_plane(self) -> None:
        """Show the plane of the codes' first two principal components, and bring the cursor onto it.

        Raises:
            ConfigurationError: there are none.
        """
        if self.codes is not None:
            self._choose_plane(principal_plane(self.codes.means))

    def set_plane_through(self, digits: tuple[int, int, int]) -> None:
        """Show the plane through three digits, and bring the cursor onto it.

        Raises:
            ConfigurationError: they lie on one line.
        """
        for index in digits:
            self._check_index(index)
        if self.codes is not None:
            self._choose_plane(plane_through(self.codes.means, digits))

    def _choose_plane(self, plane: Plane) -> None:
        if plane.same_as(self.plane):
            return
        before = self._standpoint
        self._put_plane(plane)
        # Two axes are looked at wherever the other coordinates are; what lies on another plane is seen on it alone.
        if plane.axes is None:
            self._put_cursor(plane.nearest(self.cursor))
        self._steps.moved_from(before)

    def _put_plane(self, plane: Plane) -> None:
        self.plane = plane
        self.plane_changed.emit()

    def _follow_codes(self, means: FloatArray) -> None:
        """The plane of other codes; a cursor on it stays where it is in it."""
        before, plane = self.plane, remade(self.plane, means)
        if plane.same_as(before):
            return
        self._put_plane(plane)
        if before.holds(self.cursor):
            self._put_cursor(plane.to_latent(before.to_plane(self.cursor)))

    # Digits

    def select(self, index: int | None) -> None:
        """Choose a digit and put the cursor on its latent mean; None chooses none."""
        self._check_index(index)
        before = self._standpoint
        if index != self.selected:
            self._put_selected(index)
        if index is not None and self.codes is not None:
            mean = self.codes.means[index].copy()
            # A model that went astray puts digits nowhere.
            if np.isfinite(mean).all() and not np.array_equal(mean, self.cursor):
                self._put_cursor(mean)
        if not before.same_as(self._standpoint):
            self._steps.moved_from(before)

    def _put_selected(self, index: int | None) -> None:
        if index != self.selected:
            self.selected = index
            self.selection_changed.emit()

    def set_class_hidden(self, label: int, hidden: bool) -> None:
        """Switch a class off or on, in the canvas and in the map."""
        self.set_hidden_classes(self.hidden_classes | {label} if hidden else self.hidden_classes - {label})

    def set_hidden_classes(self, classes: frozenset[int]) -> None:
        """Switch these classes off and all others on."""
        if classes != self.hidden_classes:
            before = self._standpoint
            self._put_hidden(classes)
            self._put_group(self._chosen)
            self._steps.moved_from(before)

    def _put_hidden(self, classes: frozenset[int]) -> None:
        if classes != self.hidden_classes:
            self.hidden_classes = classes
            self.hidden_classes_changed.emit()

    def set_group(self, indices: npt.ArrayLike) -> None:
        """Choose these digits together instead of those before, without those of hidden classes.

        Raises:
            ValueError: there are no such digits.
        """
        chosen = np.unique(np.asarray(indices, dtype=np.int64))
        for end in chosen[[0, -1]].tolist() if len(chosen) else ():
            self._check_index(end)
        chosen = self._shown(chosen)
        if not np.array_equal(chosen, self._chosen):
            before = self._standpoint
            self._put_group(chosen)
            self._steps.moved_from(before)

    def _put_group(self, chosen: IntArray) -> None:
        self._chosen = chosen
        group = self._shown(chosen)
        if not np.array_equal(group, self.group):
            group.flags.writeable = False
            self.group = group
            self.group_changed.emit()

    def _shown(self, indices: IntArray) -> IntArray:
        """Those that are of no hidden class."""
        if self.dataset is None or not len(indices):
            return NOBODY
        return indices[~np.isin(self.dataset.explored.labels.numpy()[indices], list(self.hidden_classes))]

    def _check_index(self, index: int | None) -> None:
        if index is not None and (self.dataset is None or not 0 <= index < len(self.dataset.explored)):
            raise ValueError(f"no such digit: {index}")
