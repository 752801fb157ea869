"""Test digits over what the model makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vae_desktop.app.decoding import DecodeResult
from vae_desktop.app.encoding import digit_images, reconstruct
from vae_desktop.app.refresh import DerivedPicture
from vae_desktop.core.class_turns import in_turn

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.records import FloatArray, IntArray

MAX_COUNT = 400


class ReconstructionsController(DerivedPicture):
    """Some explored digits, decoded from their latent means.

    Digits come class by class in turn, so that ten show each class once wherever the data set has ten.

    Attributes:
        count: digits shown, 1 to 400.
        indices, labels: of the digits shown, [n] each; None without a data set.
        originals: [n, C, H, W] in [0, 1]; None without a data set.
        reconstructions: shaped alike; None until known, and where the model does not fit the data.
        model_id: identity of the weights that decoded them; "" before.
        active: whether somebody looks; nothing is computed otherwise.

    Signals:
        changed(): any of these.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.count = 10
        self.indices: IntArray | None = None
        self.labels: IntArray | None = None
        self.originals: FloatArray | None = None
        self.reconstructions: FloatArray | None = None
        self.model_id = ""
        self._order: IntArray = np.empty(0, dtype=np.int64)
        self._random: np.random.Generator | None = None
        session.dataset_changed.connect(self._dataset_changed)
        session.model_changed.connect(self._model_changed)
        session.weights_changed.connect(self._refresher.when_cheap)
        session.rewound.connect(self._refresher.now)
        session.decoding.ready.connect(self._decoded)

    def shuffle(self) -> None:
        """Show other digits."""
        self._make_order(shuffled=True)
        self._choose(self.count)

    def set_count(self, count: int) -> None:
        """Show more or fewer digits.

        Raises:
            ValueError: the count is not between 1 and 400.
        """
        if not 1 <= count <= MAX_COUNT:
            raise ValueError(f"can't show {count} digits")
        if count != self.count:
            self._choose(count)

    def show(self, indices: IntArray) -> None:
        """Show these digits [n], 1 to 400; the others come after them.

        Raises:
            ValueError: there are none, too many, or one is not of the data set.
        """
        known = np.isin(indices, self._order)
        if not 1 <= len(indices) <= MAX_COUNT or not known.all():
            raise ValueError(f"can't show these {len(indices)} digits")
        if self.indices is None or not np.array_equal(indices, self.indices):
            self._order = np.concatenate([indices, self._order[~np.isin(self._order, indices)]])
            self._choose(len(indices))

    def _choose(self, count: int) -> None:
        self.count = count
        dataset = self._session.dataset
        if dataset is None:
            self.indices = self.labels = self.originals = None
        else:
            self.indices = self._order[:count]
            self.labels = dataset.explored.labels.numpy()[self.indices]
            self.originals = digit_images(dataset, self.indices)
        self.reconstructions = None
        self.changed.emit()
        self._refresher.now()

    def _make_order(self, shuffled: bool) -> None:
        """All digits, class by class in turn."""
        dataset = self._session.dataset
        labels = dataset.explored.labels.numpy() if dataset is not None else np.empty(0, dtype=np.int64)
        order = self._shuffled(len(labels)) if shuffled else np.arange(len(labels))
        self._order = order[in_turn(labels[order])]

    def _shuffled(self, count: int) -> IntArray:
        # Not made before: numpy loads its random numbers at their first use, and the window need not wait for that.
        self._random = self._random or np.random.default_rng(0)
        return self._random.permutation(count)

    def _dataset_changed(self) -> None:
        self._make_order(shuffled=False)
        self._choose(self.count)

    def _model_changed(self) -> None:
        if self.reconstructions is not None:
            self.reconstructions = None
            self.changed.emit()
        self._refresher.now()

    def _compute(self) -> None:
        dataset, indices, model = self._session.dataset, self.indices, self._session.model
        if dataset is not None and indices is not None and model is not None and self._session.fits:
            tag = (indices, model.model_id)
            self._session.decoding.request(
                "reconstructions", lambda inference: reconstruct(inference, dataset, indices), tag
            )

    def _decoded(self, result: DecodeResult) -> None:
        if result.slot == "reconstructions" and isinstance(result.value, np.ndarray):
            assert isinstance(result.tag, tuple)
            self._refresher.spent(result.seconds)
            if result.tag[0] is self.indices:
                self.reconstructions, self.model_id = result.value, result.tag[1]
                self.changed.emit()
