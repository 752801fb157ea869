"""How well the model knows each of the explored digits: to colour a map by, and to measure another digit by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from vae_desktop.app.decoding import DecodeResult
from vae_desktop.app.encoding import negative_elbo_all
from vae_desktop.app.refresh import Refresher

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.records import FloatArray


class Scores(QObject):
    """The negative ELBO of each explored digit under the present weights, kept while somebody wants to know.

    Attributes:
        values: [N] in nats, in the data set's order, read-only; None until known.

    Signals:
        changed(): other values, or none.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.values: FloatArray | None = None
        self._ascending: FloatArray | None = None
        self._watchers: set[str] = set()
        self._refresher = Refresher(self._compute, self)
        self._refresher.when_cheap()
        for another in (session.model_changed, session.dataset_changed):
            another.connect(self._forget)
        session.weights_changed.connect(self._weights_changed)
        session.rewound.connect(self._forget)
        session.decoding.ready.connect(self._decoded)

    def watch(self, name: str, wanted: bool) -> None:
        """Somebody of this name wants to know, or no longer; without anybody nothing is computed."""
        self._watchers = self._watchers | {name} if wanted else self._watchers - {name}
        self._refresher.active = bool(self._watchers)

    def stranger_than(self, negative_elbo: float) -> float | None:
        """The share of the explored digits, up to 1, that the model knows better than one of this negative ELBO."""
        if self._ascending is None or not len(self._ascending):
            return None
        return float(np.searchsorted(self._ascending, negative_elbo) / len(self._ascending))

    def _weights_changed(self) -> None:
        # Whoever comes later finds nothing old.
        if not self._watchers:
            self._drop()
        self._refresher.when_cheap()

    def _forget(self) -> None:
        self._drop()
        self._refresher.now()

    def _drop(self) -> None:
        if self.values is not None:
            self.values = self._ascending = None
            self.changed.emit()

    def _compute(self) -> None:
        dataset = self._session.dataset
        if dataset is not None and self._session.fits:
            self._session.decoding.request("scores", lambda it: negative_elbo_all(it, dataset), dataset)

    def _decoded(self, result: DecodeResult) -> None:
        if result.slot == "scores" and isinstance(result.value, np.ndarray):
            self._refresher.spent(result.seconds)
            if result.tag is self._session.dataset:
                self.values, self._ascending = result.value, np.sort(result.value)
                self.changed.emit()
