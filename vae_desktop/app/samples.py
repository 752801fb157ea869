"""A grid of pictures decoded from the prior."""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from vae_desktop.app.decoding import DecodeResult
from vae_desktop.app.encoding import decode_all, frozen
from vae_desktop.app.refresh import DerivedPicture
from vae_desktop.core.config import MAX_SEED

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.records import FloatArray

MAX_SIDE = 64


class SamplesController(DerivedPicture):
    """Samples of the session's model; the same seed gives the same codes.

    Attributes:
        rows, columns: of the grid, 1 to 64 each.
        seed, temperature: of the draw; the temperature scales the prior's standard deviation.
        codes, images: [N, D] and [N, C, H, W], read-only, row by row; None before the first draw.
        model_id: identity of the weights that decoded `images`.
        refresh_while_training: whether the grid follows a training, epoch by epoch.
        active: whether somebody looks; nothing is computed otherwise.

    Signals:
        changed(): a setting or the pictures are others.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.rows = 8
        self.columns = 8
        self.seed = 0
        self.temperature = 1.0
        self.codes: FloatArray | None = None
        self.images: FloatArray | None = None
        self.model_id = ""
        session.model_changed.connect(self._model_changed)
        session.rewound.connect(self._refresher.now)
        session.training.epoch_finished.connect(self._epoch_finished)
        session.training.state_changed.connect(self._training_changed)
        session.decoding.ready.connect(self._decoded)

    @property
    def refresh_while_training(self) -> bool:
        """Whether the grid follows a training, epoch by epoch."""
        return self._session.preferences.refresh_samples

    @refresh_while_training.setter
    def refresh_while_training(self, refresh: bool) -> None:
        if refresh != self.refresh_while_training:
            self._session.preferences.refresh_samples = refresh
            self.changed.emit()

    def set_layout(self, rows: int, columns: int) -> None:
        """Choose the size of the grid.

        Raises:
            ValueError: a side is not between 1 and 64.
        """
        if not (1 <= rows <= MAX_SIDE and 1 <= columns <= MAX_SIDE):
            raise ValueError(f"a grid of {rows} × {columns} samples is not possible")
        self._set(rows=rows, columns=columns)

    def set_seed(self, seed: int) -> None:
        """Draw the samples of this seed."""
        self._set(seed=seed)

    def set_temperature(self, temperature: float) -> None:
        """Scale the prior's standard deviation by this."""
        self._set(temperature=temperature)

    def reroll(self) -> None:
        """Draw other samples: a new seed."""
        self._set(seed=random.randrange(MAX_SEED + 1))

    def set_cursor_from(self, index: int) -> None:
        """Put the session's cursor on the code of a sample."""
        if self.codes is not None and 0 <= index < len(self.codes):
            self._session.set_cursor(self.codes[index])

    def _set(self, **values: float) -> None:
        before = {name: getattr(self, name) for name in values}
        if before != values:
            self._put(**values)
            undo, redo = partial(self._put, **before), partial(self._put, **values)
            self._session.record(undo, redo, "sample settings")

    def _put(self, **values: float) -> None:
        for name, value in values.items():
            setattr(self, name, value)
        self.changed.emit()
        self._refresher.now()

    def _compute(self) -> None:
        model = self._session.model
        if model is None:
            return
        from vae_desktop.core.sampling import prior_codes

        codes = prior_codes(self.rows * self.columns, model.config.latent_dim, self.seed, self.temperature)
        tag = (frozen(codes), model.model_id)
        self._session.decoding.request("samples", lambda inference: decode_all(inference, codes), tag)

    def _decoded(self, result: DecodeResult) -> None:
        if result.slot == "samples" and isinstance(result.value, np.ndarray):
            assert isinstance(result.tag, tuple)
            self.codes, self.model_id = result.tag
            self.images = result.value
            self._refresher.spent(result.seconds)
            self.changed.emit()

    def _model_changed(self) -> None:
        """Samples of another model would be wrong samples: show none until the new ones are there."""
        self.codes, self.images, self.model_id = None, None, ""
        self.changed.emit()
        self._refresher.now()

    def _epoch_finished(self) -> None:
        if self.refresh_while_training and self._session.training.active:
            self._refresher.when_cheap()

    def _training_changed(self) -> None:
        """The end of a training brings its final weights."""
        model = self._session.model
        if not self._session.training.active and model is not None and model.model_id != self.model_id:
            self._refresher.now()
