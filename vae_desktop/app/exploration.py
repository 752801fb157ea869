"""What lies under the user's hand: model, codes, cursor and digits, and the pictures decoded for them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from vae_desktop.app.decoding import DecodeResult, DecodingService
from vae_desktop.app.encoding import digit_images, encode_all, frozen
from vae_desktop.app.history import History
from vae_desktop.app.neighbours import look_up
from vae_desktop.app.problems import from_exception
from vae_desktop.app.state import Codes, Digit, ModelInfo, Standpoint
from vae_desktop.core.plane import Plane, axes_plane, plane_through, principal_plane, remade

if TYPE_CHECKING:
    from vae_desktop.core.data.dataset import Dataset
    from vae_desktop.core.records import Arrays, FloatArray, IntArray

NOBODY: IntArray = np.zeros(0, np.int64)
NOBODY.flags.writeable = False


class Exploration(QObject):
    """The half of the session that looks at a model: state and its signals, cursor, digits, decoding.

    Attributes:
        dataset: the open data set, or None.
        model: the model under the cursor, without its weights, or None.
        codes: latent means of all test digits; None while unknown, or where the model's images are of
            another shape.
        cursor: the point in latent space [D], read-only; two zeros without a model.
        picture, picture_z: the newest decoded picture [C, H, W] in [0, 1] and the point that it belongs to.
        plane: what the canvas shows of latent space.
        selected: index of the chosen test digit, or None.
        hovered: the test digit under the mouse, or None.
        group: indices of the test digits chosen together [n] int64, ascending, read-only; never of hidden
            classes, whose members come back when their class does.
        hidden_classes: labels that are switched off.
        can_undo, can_redo: whether there is somewhere to go back or forth to.
        decoding: does the work in a thread of its own.

    Signals:
        dataset_changed(): another data set.
        model_changed(): another model: rebuild.
        weights_changed(): fresher weights of the same model.
        info_changed(): `model` tells another title, path, history or saved flag.
        codes_changed(), cursor_changed(), picture_changed(), plane_changed(), selection_changed(),
            group_changed(), hover_changed(), hidden_classes_changed(): that attribute changed.
        problem_raised(object Problem): something went wrong that the user should know.
    """

    dataset_changed = Signal()
    model_changed = Signal()
    weights_changed = Signal()
    info_changed = Signal()
    codes_changed = Signal()
    cursor_changed = Signal()
    picture_changed = Signal()
    plane_changed = Signal()
    selection_changed = Signal()
    group_changed = Signal()
    hover_changed = Signal()
    hidden_classes_changed = Signal()
    problem_raised = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.dataset: Dataset | None = None
        self.model: ModelInfo | None = None
        self.codes: Codes | None = None
        self.cursor: FloatArray = frozen(np.zeros(2, dtype=np.float32))
        self.picture: FloatArray | None = None
        self.picture_z: FloatArray | None = None
        self.plane: Plane = axes_plane(2, 0, 1)
        self.selected: int | None = None
        self.hovered: Digit | None = None
        self.hidden_classes: frozenset[int] = frozenset()
        self.group: IntArray = NOBODY
        self._chosen: IntArray = NOBODY
        self._steps = History(Standpoint.same_as)
        self._ticket = 0
        self._shown_ticket = 0
        self.decoding = DecodingService(self)
        self.decoding.ready.connect(self._decoded)
        self.decoding.failed.connect(lambda error: self.problem_raised.emit(from_exception(error)))
        # Connected first, so that fresh pictures are under way before anybody asks for less urgent ones.
        self.weights_changed.connect(self._decode_again)

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
            self._steps.moved_from(self._standpoint)
            self._put_cursor(point)

    def move_cursor(self, x: float, y: float) -> None:
        """Move the cursor along the canvas's plane to x, y in it."""
        self.set_cursor(self.plane.at(self.cursor, x, y))

    def begin_gesture(self) -> None:
        """A drag starts: undo takes it back in one step."""
        self._steps.begin(self._standpoint)

    def end_gesture(self) -> None:
        """The drag is over."""
        self._steps.end(self._standpoint)

    @property
    def in_gesture(self) -> bool:
        """Whether a drag is under way."""
        return self._steps.in_gesture

    @property
    def can_undo(self) -> bool:
        """Whether `undo` has somewhere to go."""
        return self._steps.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether `redo` has somewhere to go."""
        return self._steps.can_redo

    def undo(self) -> None:
        """Go back to before the last jump or drag of the cursor, or choice of a group or plane."""
        self._stand_at(self._steps.undo(self._standpoint))

    def redo(self) -> None:
        """Take the last undo back."""
        self._stand_at(self._steps.redo(self._standpoint))

    @property
    def _standpoint(self) -> Standpoint:
        return Standpoint(self.cursor, self._chosen, self.plane)

    def _stand_at(self, place: Standpoint | None) -> None:
        if place is None:
            return
        if not place.plane.same_as(self.plane):
            self._put_plane(place.plane if self.codes is None else remade(place.plane, self.codes.means))
        if not np.array_equal(place.cursor, self.cursor):
            self._put_cursor(place.cursor)
        self._put_group(place.group)

    def _put_cursor(self, point: FloatArray) -> None:
        self.cursor = frozen(point)
        self.cursor_changed.emit()
        self._decode_cursor()

    def _decode_cursor(self) -> None:
        """Decode the cursor here and now; where that does not give the final picture, it follows."""
        if self.model is None:
            return
        z = self.cursor
        picture, final = self.decoding.decode_here(z)
        self._ticket += 1
        if picture is not None:
            self._show_picture(picture, z, self._ticket)
        if not final:
            ticket = self._ticket = self._ticket + 1
            self.decoding.request("cursor", lambda inference: inference.decode(z[None])[0], (ticket, z))

    def _show_picture(self, picture: FloatArray, z: FloatArray, ticket: int) -> None:
        # Of two pictures on different ways, the one that was asked for later stays.
        if ticket > self._shown_ticket:
            self._shown_ticket = ticket
            self.picture, self.picture_z = frozen(picture), z
            self.picture_changed.emit()

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
        """Show the plane through three test digits, and bring the cursor onto it.

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
        self._steps.moved_from(self._standpoint)
        self._put_plane(plane)
        # Two axes are looked at wherever the other coordinates are; what lies on another plane is seen on it alone.
        if plane.axes is None:
            self._put_cursor(plane.nearest(self.cursor))

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
        """Choose a test digit and put the cursor on its latent mean; None chooses none."""
        self._check_index(index)
        if index != self.selected:
            self.selected = index
            self.selection_changed.emit()
        if index is not None and self.codes is not None:
            self.set_cursor(self.codes.means[index])

    def hover(self, index: int | None) -> None:
        """Show a test digit and its reconstruction, which follows a moment later; None shows none."""
        self._check_index(index)
        if index == (None if self.hovered is None else self.hovered.index):
            return
        self.decoding.clear("hover")
        if index is None or self.dataset is None:
            self.hovered = None
        else:
            label = int(self.dataset.explored.labels[index])
            image = digit_images(self.dataset, [index])[0]
            self.hovered = Digit(
                index, label, self.dataset.class_names[label], image, split_name=self.dataset.split_name
            )
            self._decode_hovered()
        self.hover_changed.emit()

    def set_class_hidden(self, label: int, hidden: bool) -> None:
        """Switch a class off or on, in the canvas and in the map."""
        classes = self.hidden_classes | {label} if hidden else self.hidden_classes - {label}
        if classes != self.hidden_classes:
            self.hidden_classes = classes
            self.hidden_classes_changed.emit()
            self._put_group(self._chosen)

    def set_group(self, indices: npt.ArrayLike) -> None:
        """Choose these test digits together instead of those before, without those of hidden classes.

        Raises:
            ValueError: there are no such digits.
        """
        chosen = np.unique(np.asarray(indices, dtype=np.int64))
        for end in chosen[[0, -1]].tolist() if len(chosen) else ():
            self._check_index(end)
        chosen = self._shown(chosen)
        if not np.array_equal(chosen, self._chosen):
            self._steps.moved_from(self._standpoint)
            self._put_group(chosen)

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
            raise ValueError(f"no such test digit: {index}")

    def _decode_hovered(self) -> None:
        dataset, digit = self.dataset, self.hovered
        if dataset is not None and digit is not None and self.fits:
            means = self.codes.means if self.codes is not None else None
            self.decoding.request("hover", lambda it: look_up(it, dataset, digit.index, means), digit.index)

    @property
    def data_codes(self) -> Codes | None:
        """Where the model's data lies: the codes; the model's atlas where they are of other data, or not known yet."""
        atlas = self.model.atlas if self.model is not None else None
        if self.codes is None or self.dataset is None or self.model is None:
            return atlas
        return (
            self.codes if self.dataset.fingerprint == self.model.dataset.fingerprint else atlas or self.codes
        )

    @property
    def data_class_names(self) -> tuple[str, ...]:
        """Names of the classes of `data_codes`."""
        if self.model is not None and self.data_codes is not None and self.data_codes is self.model.atlas:
            return self.model.dataset.class_names
        return tuple(self.dataset.class_names) if self.dataset is not None else ()

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes in view: of the open data set, or without its codes of `data_codes`."""
        if self.dataset is None or self.codes is None:
            return self.data_class_names
        return tuple(self.dataset.class_names)

    # What comes back from the decoder

    def _decode_again(self) -> None:
        self._decode_cursor()
        self._decode_hovered()

    def _decoded(self, result: DecodeResult) -> None:
        value = result.value
        if result.slot == "cursor" and isinstance(result.tag, tuple) and isinstance(value, np.ndarray):
            ticket, z = result.tag
            self._show_picture(value, z, ticket)
        elif result.slot == "hover" and isinstance(value, tuple):
            if self.hovered is not None and self.hovered.index == result.tag:
                reconstruction, neighbours = value
                self.hovered = replace(self.hovered, reconstruction=reconstruction, neighbours=neighbours)
                self.hover_changed.emit()
        elif result.slot == "codes" and isinstance(value, tuple) and result.tag is self.dataset:
            self._set_codes(*value)

    @property
    def fits(self) -> bool:
        """Whether the model can read the data set's images."""
        return (
            self.model is not None
            and self.dataset is not None
            and tuple(self.dataset.image_shape) == self.model.config.image_shape
        )

    def _set_codes(self, means: FloatArray | None, logvars: FloatArray | None = None) -> None:
        if means is None and self.codes is None:
            return
        if means is None or self.dataset is None:
            self.codes = None
        else:
            labels = self.dataset.explored.labels.numpy()
            labels.flags.writeable = False
            self.codes = Codes(means, labels, logvars)
            self._decode_hovered()
            self._follow_codes(means)
        self.codes_changed.emit()

    def _encode(self) -> None:
        """Find the codes of the data set under the model, slice by slice."""
        dataset = self.dataset
        self.decoding.clear("codes")
        if dataset is not None and self.fits:
            self.decoding.request("codes", lambda inference: encode_all(inference, dataset), dataset)

    # Changes of what is looked at

    def _set_dataset(self, dataset: Dataset) -> None:
        self.hover(None)
        self.select(None)
        self._set_codes(None)
        self._steps.amend(lambda place: replace(place, group=NOBODY, plane=_without_digits(place.plane)))
        self._put_group(NOBODY)
        if self.plane.digits:
            self._put_plane(_without_digits(self.plane))
        self.dataset = dataset
        if self.hidden_classes:
            self.hidden_classes = frozenset()
            self.hidden_classes_changed.emit()
        self.dataset_changed.emit()
        self._encode()

    def _set_model(self, model: ModelInfo, weights: Arrays, another: bool) -> None:
        self.model = model
        self.decoding.set_model(model.config, weights)
        count = model.config.latent_dim
        moved = len(self.cursor) != count
        if moved:
            self._steps.clear()
            self.cursor = frozen(np.zeros(count, dtype=np.float32))
            self.plane = axes_plane(count, 0, min(1, count - 1))
        if another:
            self._forget_reconstruction()
            # Asked for first: what others want of a new model may have to wait until torch is loaded.
            self._decode_again()
            self.model_changed.emit()
        if moved:
            self.plane_changed.emit()
            self.cursor_changed.emit()
        if not another:
            self.weights_changed.emit()
        self.info_changed.emit()

    def _forget_reconstruction(self) -> None:
        """What another model made of the digit under the mouse is not what this one makes of it."""
        if self.hovered is not None and self.hovered.reconstruction is not None:
            self.hovered = replace(self.hovered, reconstruction=None, neighbours=None)
            self.hover_changed.emit()


def _without_digits(plane: Plane) -> Plane:
    """Another data set has other digits: the first axes in place of a plane through some."""
    return axes_plane(plane.dimensions, 0, 1) if plane.digits else plane
