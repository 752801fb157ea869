"""The part of latent space that the chosen group lies in: what its digits have in common, and others like them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np

from vae_desktop.app.decoding import DecodeResult
from vae_desktop.app.encoding import decode_all, frozen
from vae_desktop.app.refresh import DerivedPicture
from vae_desktop.app.standing import NOBODY
from vae_desktop.core.config import MAX_SEED
from vae_desktop.core.sampling import gaussian_codes

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.records import FloatArray, IntArray

COLUMNS, ROWS = 10, 2


class RegionController(DerivedPicture):
    """Draws codes from a Gaussian fitted to the latent means of the session's group, and decodes them.

    Attributes:
        seed: of the draw.
        mean_digit: mean of the group's digits [C, H, W] in [0, 1]; None without a group.
        codes, images: drawn and decoded, [N, D] and [N, C, H, W], read-only; None until known.
        group: the digits that the Gaussian was fitted to [n].
        model_id: identity of the weights that decoded `images`.
        active: whether somebody looks; nothing is decoded otherwise.

    Signals:
        changed(): any of these.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.seed = 0
        self.mean_digit: FloatArray | None = None
        self.codes: FloatArray | None = None
        self.images: FloatArray | None = None
        self.group: IntArray = NOBODY
        self.model_id = ""
        session.group_changed.connect(self._group_changed)
        session.model_changed.connect(self._group_changed)
        session.codes_changed.connect(self._refresher.now)
        session.weights_changed.connect(self._refresher.when_cheap)
        session.decoding.ready.connect(self._decoded)

    def set_seed(self, seed: int) -> None:
        """Draw the codes of this seed."""
        if seed != self.seed:
            self.seed = seed
            self.changed.emit()
            self._refresher.now()

    def reroll(self) -> None:
        """Draw others, with another seed."""
        self.set_seed(random.randrange(MAX_SEED + 1))

    def set_cursor_from(self, place: int) -> None:
        """Put the session's cursor on the code of a generated digit."""
        if self.codes is not None and 0 <= place < len(self.codes):
            self._session.set_cursor(self.codes[place])

    def _group_changed(self) -> None:
        """Digits made up like those of another group would be wrong ones."""
        group, dataset = self._session.group, self._session.dataset
        self.codes, self.images, self.group, self.mean_digit = None, None, group, None
        if dataset is not None and len(group):
            # A mean of bytes, group by group of pixels: exact, and without a copy of all digits as floats.
            total = dataset.explored.images.numpy()[group].sum(axis=0, dtype=np.int64)
            self.mean_digit = frozen((total / (255 * len(group))).astype(np.float32))
        self._session.decoding.clear("region")
        self.changed.emit()
        self._refresher.now()

    def _compute(self) -> None:
        group, codes, model = self._session.group, self._session.codes, self._session.model
        if not len(group) or codes is None or model is None:
            return
        drawn = frozen(gaussian_codes(codes.means[group], ROWS * COLUMNS, self.seed))
        tag = (drawn, group, model.model_id)
        self._session.decoding.request("region", lambda inference: decode_all(inference, drawn), tag)

    def _decoded(self, result: DecodeResult) -> None:
        if result.slot == "region" and isinstance(result.value, np.ndarray):
            assert isinstance(result.tag, tuple)
            drawn, group, model_id = result.tag
            self._refresher.spent(result.seconds)
            if group is self._session.group:
                self.codes, self.images, self.model_id = drawn, result.value, model_id
                self.changed.emit()
