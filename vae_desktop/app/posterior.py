"""The posterior of the chosen digit, and what its draws look like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vae_desktop.app.decoding import DecodeResult
from vae_desktop.app.draws import Draws
from vae_desktop.app.encoding import frozen
from vae_desktop.core.posterior import posterior_draws
from vae_desktop.core.records import FloatArray

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.data.dataset import Dataset
    from vae_desktop.core.inference import Inference

VARIATIONS = 12


@dataclass(frozen=True, eq=False)
class Posterior:
    """q(z|x) of one explored digit.

    Attributes:
        index: the digit.
        mean, logvar: [D] each.
        codes: draws from it [n, D]; images: decoded from them [n, C, H, W]. All read-only.
        seed: of the draws.
    """

    index: int
    mean: FloatArray
    logvar: FloatArray
    codes: FloatArray
    images: FloatArray
    seed: int


class PosteriorController(Draws):
    """Encodes the session's selected digit, and draws variations of it.

    Attributes:
        found: of the selected digit; None while there is none, or while it is not known yet.
        seed: of the draws.
        active: whether somebody looks; nothing is computed otherwise.

    Signals:
        changed(): `found` is another.
    """

    name = "variations of the digit"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.found: Posterior | None = None
        session.selection_changed.connect(self._selection_changed)
        session.model_changed.connect(self._selection_changed)
        session.weights_changed.connect(self._refresher.when_cheap)
        session.rewound.connect(self._refresher.now)
        session.decoding.ready.connect(self._decoded)

    @property
    def drawn(self) -> FloatArray | None:
        """The codes of the variations."""
        return None if self.found is None else self.found.codes

    def _selection_changed(self) -> None:
        self._session.decoding.clear("posterior")
        if self.found is not None:
            self.found = None
            self.changed.emit()
        self._refresher.now()

    def _compute(self) -> None:
        session, seed = self._session, self.seed
        dataset, index = session.dataset, session.selected
        if dataset is None or index is None or not session.fits:
            return
        session.decoding.request("posterior", lambda it: _look_up(it, dataset, index, seed), dataset)

    def _decoded(self, result: DecodeResult) -> None:
        found, session = result.value, self._session
        if not isinstance(found, Posterior) or result.tag is not session.dataset:
            return
        self._refresher.spent(result.seconds)
        if found.index == session.selected:
            self.found = found
            self.changed.emit()


def _look_up(inference: Inference, dataset: Dataset, index: int, seed: int) -> Posterior | None:
    means, logvars = inference.encode(dataset.explored.images[index : index + 1])
    mean, logvar = frozen(means[0]), frozen(logvars[0])
    codes = frozen(posterior_draws(mean, logvar, VARIATIONS, seed))
    # A model that went astray encodes nothing.
    if not np.isfinite(codes).all():
        return None
    return Posterior(index, mean, logvar, codes, frozen(inference.decode(codes)), seed)
