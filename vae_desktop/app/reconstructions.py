"""Test digits over what the model makes of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from vae_desktop.app.decoding import DecodeResult
from vae_desktop.app.encoding import digit_images, reconstruct
from vae_desktop.app.refresh import DerivedPicture
from vae_desktop.core.class_turns import in_turn

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.records import FloatArray, IntArray

# With their digits as many pictures as the largest grid of samples has.
MAX_COUNT = 2048


@dataclass(frozen=True)
class Shown:
    """Which digits are wanted, whatever the data set.

    Attributes:
        count: how many, 1 to 2048.
        first: digits that come before all others.
        seed: of the order of these; None for the data set's own.
    """

    count: int = 10
    first: tuple[int, ...] = ()
    seed: int | None = None


class ReconstructionsController(DerivedPicture):
    """Some explored digits, decoded from their latent means.

    Digits come class by class in turn, so that ten show each class once wherever the data set has ten.

    Attributes:
        shown: what is wanted.
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
        self.shown = Shown()
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

    @property
    def count(self) -> int:
        """How many digits are shown."""
        return self.shown.count

    def shuffle(self) -> None:
        """Show other digits."""
        # Not made before: numpy loads its random numbers at their first use, and the window need not wait for that.
        self._random = self._random or np.random.default_rng(0)
        self._choose(Shown(self.count, seed=int(self._random.integers(2**31))))

    def set_count(self, count: int) -> None:
        """Show more or fewer digits.

        Raises:
            ValueError: the count is not between 1 and 2048.
        """
        if not 1 <= count <= MAX_COUNT:
            raise ValueError(f"can't show {count} digits")
        self._choose(replace(self.shown, count=count), run="number of reconstructions")

    def show(self, indices: IntArray) -> None:
        """Show these digits [n], 1 to 2048; the others come after them.

        Raises:
            ValueError: there are none, too many, or one is not of the data set.
        """
        known = np.isin(indices, self._order)
        if not 1 <= len(indices) <= MAX_COUNT or not known.all():
            raise ValueError(f"can't show these {len(indices)} digits")
        if self.indices is None or not np.array_equal(indices, self.indices):
            self._choose(replace(self.shown, count=len(indices), first=tuple(indices.tolist())))

    def _choose(self, shown: Shown, run: str = "") -> None:
        put = partial(self._put, of=self._session.digits_key)
        self._session.change_setting(put, self.shown, shown, "reconstructions", run)

    def _put(self, shown: Shown, of: tuple[str, str] | None) -> None:
        """Show these digits; those of another data set that were to come first are others here."""
        shown = shown if of == self._session.digits_key else replace(shown, first=())
        another = replace(shown, count=self.count) != self.shown
        self.shown = shown
        if another:
            self._make_order()
        self._show_first()

    def _show_first(self) -> None:
        """As many digits as are wanted, in their order."""
        dataset = self._session.dataset
        if dataset is None:
            self.indices = self.labels = self.originals = None
        else:
            self.indices = self._order[: self.count]
            self.labels = dataset.explored.labels.numpy()[self.indices]
            self.originals = digit_images(dataset, self.indices)
        self.reconstructions = None
        self.changed.emit()
        self._refresher.now()

    def _make_order(self) -> None:
        """All digits: those that come first, then class by class in turn."""
        dataset, shown = self._session.dataset, self.shown
        labels = dataset.explored.labels.numpy() if dataset is not None else np.empty(0, dtype=np.int64)
        order = np.arange(len(labels))
        if shown.seed is not None:
            order = np.random.default_rng(shown.seed).permutation(len(labels))
        order = order[in_turn(labels[order])]
        first = np.array(shown.first, np.int64)
        self._order = np.concatenate([first, order[~np.isin(order, first)]])

    def _dataset_changed(self) -> None:
        self.shown = Shown(self.count)
        self._make_order()
        self._show_first()

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
