"""The part of latent space that the chosen group lies in: what its digits have in common, and others like them."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from vae_desktop.app.decoding import DecodeResult
from vae_desktop.app.draws import Draws
from vae_desktop.app.encoding import decode_all, frozen
from vae_desktop.app.loading import Loader
from vae_desktop.app.problems import from_exception
from vae_desktop.app.standing import NOBODY
from vae_desktop.core.samplers import kernel_density
from vae_desktop.core.sampling import gaussian_codes

if TYPE_CHECKING:
    import numpy.typing as npt

    from vae_desktop.app.session import Session
    from vae_desktop.core.inference import Inference
    from vae_desktop.core.records import FloatArray, IntArray

    Drawn = tuple[FloatArray, FloatArray]

Sampler = Literal["gaussian", "kde"]
SAMPLERS: tuple[Sampler, ...] = get_args(Sampler)
COLUMNS, ROWS = 10, 2
# Digits that are added up at a time: some 10 MB of MNIST's.
SUM_SLICE = 4096


class RegionController(Draws):
    """Draws codes from a density fitted to the latent means of the session's group, and decodes them.

    Attributes:
        seed: of the draw.
        sampler: the density: one "gaussian", or "kde", a kernel around each of the group's codes.
        mean_digit: mean of the group's digits [C, H, W] in [0, 1]; None without a group, or until known.
        codes, images: drawn and decoded, [N, D] and [N, C, H, W], read-only; None until known.
        group, drawn_by, drawn_seed: the digits that the density was fitted to [n], what kind it was, and the seed
            that `codes` were drawn with: the wishes may have gone on since.
        model_id: identity of the weights that decoded `images`.
        active: whether somebody looks; nothing is computed otherwise.

    Signals:
        changed(): any of these.
    """

    name = "generated digits"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.sampler: Sampler = "gaussian"
        self.mean_digit: FloatArray | None = None
        self.codes: FloatArray | None = None
        self.images: FloatArray | None = None
        self.group: IntArray = NOBODY
        self.drawn_by: Sampler = "gaussian"
        self.drawn_seed = 0
        self.model_id = ""
        self._averaged: IntArray | None = None
        self._loader = Loader(self)
        session.group_changed.connect(self._group_changed)
        session.model_changed.connect(self._group_changed)
        session.codes_changed.connect(self._refresher.now)
        session.weights_changed.connect(self._refresher.when_cheap)
        session.decoding.ready.connect(self._decoded)

    @property
    def drawn(self) -> FloatArray | None:
        """The codes."""
        return self.codes

    def set_sampler(self, sampler: Sampler) -> None:
        """Draw from this density."""
        self.choose(self.seed, sampler)

    def choose(self, seed: int, sampler: Sampler) -> None:
        """Draw from this density with this seed."""
        self._session.change_setting(self._put, (self.seed, self.sampler), (seed, sampler), self.name)

    def _put(self, chosen: tuple[int, Sampler]) -> None:
        self._seed, self.sampler = chosen
        self.changed.emit()
        self._refresher.now()

    def wait(self, ms: int) -> bool:
        """End what is under way; False if its thread takes longer than `ms`."""
        self._loader.close()
        return self._loader.wait(ms)

    def _group_changed(self) -> None:
        """Digits made up like those of another group would be wrong ones."""
        group = self._session.group
        self.codes, self.images, self.group = None, None, group
        if self._averaged is not group:
            self._loader.cancel("mean")
            self.mean_digit, self._averaged = None, None
        self._session.decoding.clear("region")
        self.changed.emit()
        self._refresher.now()

    def _compute(self) -> None:
        group, codes, model = self._session.group, self._session.codes, self._session.model
        if not len(group):
            return
        self._average()
        if codes is None or model is None:
            return
        near, seed, sampler = codes.means[group], self.seed, self.sampler

        def work(inference: Inference) -> Generator[None, None, Drawn]:
            drawn = frozen(region_codes(near, sampler, seed))
            return drawn, (yield from decode_all(inference, drawn))

        self._session.decoding.request("region", work, (group, sampler, seed, model.model_id))

    def _average(self) -> None:
        """Find the mean digit in a thread of its own: of very many digits that takes a while."""
        group, dataset = self._session.group, self._session.dataset
        if dataset is None or self._averaged is group:
            return
        self._averaged = group
        images = dataset.explored.images.numpy()

        def done(mean: FloatArray) -> None:
            self.mean_digit = mean
            self.changed.emit()

        def failed(error: BaseException) -> None:
            self._session.problem_raised.emit(from_exception(error))

        self._loader.load("mean", "", lambda: _mean_digit(images, group), done, failed)

    def _decoded(self, result: DecodeResult) -> None:
        if result.slot == "region" and isinstance(result.value, tuple):
            assert isinstance(result.tag, tuple)
            group, sampler, seed, model_id = result.tag
            self._refresher.spent(result.seconds)
            if group is self._session.group:
                self.codes, self.images = result.value
                self.drawn_by, self.drawn_seed, self.model_id = sampler, seed, model_id
                self.changed.emit()


def region_codes(near: FloatArray, sampler: Sampler, seed: int) -> FloatArray:
    """Codes [ROWS * COLUMNS, D] like those of a group [n, D]; of a single one all are that one."""
    if sampler == "kde" and len(near) > 1:
        return kernel_density(near).draw(ROWS * COLUMNS, seed)
    return gaussian_codes(near, ROWS * COLUMNS, seed)


def _mean_digit(images: npt.NDArray[np.uint8], group: IntArray) -> FloatArray:
    """The mean [C, H, W] of some of the digits [N, C, H, W], in [0, 1]."""
    total = np.zeros(images.shape[1:], np.int64)
    for start in range(0, len(group), SUM_SLICE):
        total += images[group[start : start + SUM_SLICE]].sum(axis=0, dtype=np.int64)
    return frozen((total / (255 * len(group))).astype(np.float32))
