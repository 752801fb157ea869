"""The figures of every step report of a training, ready for a plot."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vae_desktop.core.records import StepReport

COLUMNS = ("epoch_position", "seconds", "negative_elbo", "reconstruction", "kl")
DoubleArray = npt.NDArray[np.float64]


class StepCurve:
    """Columns that grow by the report; each property is a read-only view [n] that costs nothing.

    Attributes:
        epoch_position: finished epochs, with the fraction of the one under way.
        seconds: wall time of training over the model's whole life.
        negative_elbo, reconstruction, kl: training terms in nats per image, each a mean over a few batches.
    """

    def __init__(self) -> None:
        self._table = np.empty((len(COLUMNS), 1024), dtype=np.float64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, report: StepReport) -> None:
        """Add one report; one that only repeats the last step is left out."""
        terms = report.train
        position = report.epoch - 1 + report.step / report.steps
        if self._count and position == self._table[0, self._count - 1]:
            return
        if self._count == self._table.shape[1]:
            # A new table: views handed out before keep the old one.
            self._table = np.concatenate([self._table, np.empty_like(self._table)], axis=1)
        values = (position, report.seconds, terms.negative_elbo, terms.reconstruction, terms.kl)
        self._table[:, self._count] = values
        self._count += 1

    def _column(self, name: str) -> DoubleArray:
        view = self._table[COLUMNS.index(name), : self._count]
        view.flags.writeable = False
        return view

    @property
    def epoch_position(self) -> DoubleArray:
        """Finished epochs, with the fraction of the one under way."""
        return self._column("epoch_position")

    @property
    def seconds(self) -> DoubleArray:
        """Wall time of training in seconds."""
        return self._column("seconds")

    @property
    def negative_elbo(self) -> DoubleArray:
        """Negative ELBO in nats per image."""
        return self._column("negative_elbo")

    @property
    def reconstruction(self) -> DoubleArray:
        """Reconstruction term in nats per image."""
        return self._column("reconstruction")

    @property
    def kl(self) -> DoubleArray:
        """KL term in nats per image."""
        return self._column("kl")
