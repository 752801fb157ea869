"""What lies under the user's hand: the model, the digits' codes, and the pictures decoded at the cursor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from vae_desktop.app.decoding import DecodeResult, DecodingService
from vae_desktop.app.encoding import digit_images, encode_all, frozen
from vae_desktop.app.neighbours import look_up
from vae_desktop.app.problems import from_exception
from vae_desktop.app.standing import Standing
from vae_desktop.app.state import Codes, Digit, ModelInfo
from vae_desktop.core.plane import axes_plane

if TYPE_CHECKING:
    from vae_desktop.core.data.dataset import Dataset
    from vae_desktop.core.records import Arrays, FloatArray


class Exploration(Standing):
    """The half of the session that looks at a model: where the user stands, and what is there.

    Attributes:
        model: the model under the cursor, without its weights, or None.
        picture, picture_z: the newest decoded picture [C, H, W] in [0, 1] and the point that it belongs to; no point
            while it is still another model's.
        hovered: the digit under the mouse, or None.
        decoding: does the work in a thread of its own.
        Those of `Standing`.

    Signals:
        dataset_changed(): another data set.
        model_changed(): another model: rebuild.
        weights_changed(): fresher weights of the same model.
        info_changed(): `model` tells another title, path, history or saved flag.
        codes_changed(), picture_changed(), hover_changed(): that attribute changed.
        problem_raised(object Problem): something went wrong that the user should know.
        Those of `Standing`.
    """

    dataset_changed = Signal()
    model_changed = Signal()
    weights_changed = Signal()
    info_changed = Signal()
    codes_changed = Signal()
    picture_changed = Signal()
    hover_changed = Signal()
    problem_raised = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model: ModelInfo | None = None
        self.picture: FloatArray | None = None
        self.picture_z: FloatArray | None = None
        self.hovered: Digit | None = None
        self._ticket = 0
        self._shown_ticket = 0
        self.decoding = DecodingService(self)
        self.decoding.ready.connect(self._decoded)
        self.decoding.failed.connect(lambda error: self.problem_raised.emit(from_exception(error)))
        # Connected first, so that fresh pictures are under way before anybody asks for less urgent ones.
        self.weights_changed.connect(self._decode_again)

    # Cursor and picture

    def _put_cursor(self, point: FloatArray) -> None:
        super()._put_cursor(point)
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

    # The digit under the mouse

    def hover(self, index: int | None) -> None:
        """Show a digit and its reconstruction, which follows a moment later; None shows none."""
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
        # Shown first: whoever decodes beside it would hold Python's lock when the card wants it.
        self.hover_changed.emit()
        self._decode_hovered()

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
        self._forget_digits()
        self._set_codes(None)
        self.dataset = dataset
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
            self.plane = axes_plane(count, *_first_axes(model))
        if another:
            self._forget_reconstruction()
            self.picture_z = None
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


def _first_axes(model: ModelInfo) -> tuple[int, int]:
    """The dimensions that the canvas first shows: the first two that the encoder uses, where that is known."""
    count = model.config.latent_dim
    inactive = model.atlas.inactive if model.atlas is not None else frozenset()
    across, *others = sorted(range(count), key=lambda dimension: dimension in inactive)
    return (min(across, others[0]), max(across, others[0])) if others else (across, across)
