"""Where the encoded data lies: draws from the aggregate posterior, and how far a place is off them."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vae_desktop.core.neighbours import nearest_codes
from vae_desktop.core.records import FloatArray, IntArray

# A place is as far off as its so-manieth nearest draw: one stray digit makes no data.
NEIGHBOUR = 10
# Draws whose own distances say what is usual; and those that are kept in all.
REFERENCES = 600
MOST_DRAWS = 10_000
FARTHEST = 1e6
# Distances computed between two yields: some 5 ms of work.
PAIRS_PER_SLICE = 400_000


@dataclass(frozen=True, eq=False)
class AggregatePosterior:
    """What q(z), the mean of all q(z|x), is known by.

    Attributes:
        draws: one from each posterior [N, D]; where only means are known, these.
        labels: classes [N] of the digits.
        distances: of some draws to their `NEIGHBOUR`-th nearest other one, ascending [R].
    """

    draws: FloatArray
    labels: IntArray
    distances: FloatArray

    def quantile(self, place: FloatArray) -> float:
        """The part of the data that lies less far from other data than a place [D] does, from 0 to 1."""
        if not len(self.distances):
            return 0.0
        _, near = nearest_codes(self.draws, place, NEIGHBOUR)
        return float(np.searchsorted(self.distances, near[-1], side="left") / len(self.distances))

    def reach(self, quantile: float) -> float:
        """The distance within which this part of the data has its neighbours."""
        return float(np.quantile(self.distances, quantile)) if len(self.distances) else 0.0


def aggregate_posterior(
    means: FloatArray, logvars: FloatArray | None, labels: IntArray, seed: int = 0
) -> Generator[None, None, AggregatePosterior]:
    """Draw from each posterior, and look how far apart the draws are.

    A generator: each yield is a place to give up or to let others go first.

    Args:
        means, logvars: of the posteriors, each [N, D]; without the latter the means stand for draws.
        labels: classes [N].
        seed: of the draws.
    """
    step = -(-len(means) // MOST_DRAWS)
    draws = means[::step].astype(np.float32)
    if logvars is not None:
        noise = np.random.Generator(np.random.PCG64(seed)).standard_normal(draws.shape, np.float32)
        with np.errstate(over="ignore", invalid="ignore"):
            draws = draws + noise * np.exp(0.5 * logvars[::step])
    # A model that went astray encodes some digits nowhere, or so far out that no distance can be told.
    finite = (np.abs(draws) < FARTHEST).all(axis=1)
    draws, labels = draws[finite], labels[::step][finite]
    if len(draws) <= NEIGHBOUR:
        return AggregatePosterior(draws, labels, np.zeros(0, np.float32))
    chosen = draws[:: -(-len(draws) // REFERENCES)]
    # Each finds itself first.
    _, distances = yield from nearest_draws(draws, chosen, NEIGHBOUR + 1)
    return AggregatePosterior(draws, labels, np.sort(distances[:, -1]))


def nearest_draws(
    draws: FloatArray, places: FloatArray, count: int, by_tree: bool = False
) -> Generator[None, None, tuple[npt.NDArray[np.intp], FloatArray]]:
    """The nearest draws of each place [M, D], the farthest of them last: their rows and distances, each [M, count].

    A generator like `aggregate_posterior`; `draws` [N, D] are at least `count`. A tree is quicker for many places
    in few dimensions, but has to be loaded first.
    """
    rows = np.empty((len(places), count), np.intp)
    distances = np.empty((len(places), count), np.float32)
    if by_tree:
        from scipy.spatial import cKDTree

        tree = cKDTree(draws)
        for start in range(0, len(places), 500):
            part = slice(start, start + 500)
            distances[part], rows[part] = tree.query(places[part], count)
            yield
        return rows, distances
    squares = np.einsum("nd,nd->n", draws, draws)
    slice_rows = max(1, PAIRS_PER_SLICE // len(draws))
    for start in range(0, len(places), slice_rows):
        part = slice(start, start + slice_rows)
        some = places[part]
        off = squares - 2 * (some @ draws.T) + np.einsum("md,md->m", some, some)[:, None]
        near = np.argpartition(off, count - 1, axis=1)[:, :count]
        rows[part] = near
        distances[part] = np.sqrt(np.maximum(np.take_along_axis(off, near, axis=1), 0))
        yield
    return rows, distances
