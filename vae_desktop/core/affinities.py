"""t-SNE's affinities: who is near whom among the codes, remembered for the next map."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Generator
from itertools import pairwise
from threading import Lock

import numpy as np
import numpy.typing as npt
from openTSNE.affinity import joint_probabilities_nn
from scipy.sparse import csr_matrix, hstack

from vae_desktop.core.errors import ProjectionError
from vae_desktop.core.neighbour_search import Neighbours, nearest_neighbours
from vae_desktop.core.side_by_side import Helpers, helping_threads

# Rows of affinities in one part of the work, and rows that are turned into columns.
ROWS_PER_PART = 1_000
COLUMNS_PER_PART = 6_000

# The last neighbours found, and the last few affinities: another perplexity, if not a higher one, needs no search.
_neighbours: dict[str, Neighbours] = {}
_cache: OrderedDict[tuple[str, float], csr_matrix] = OrderedDict()
_cache_lock = Lock()
CACHE_SIZE = 2


def fingerprint(codes: npt.NDArray[np.float64]) -> str:
    """What tells codes from others."""
    return hashlib.sha256(np.ascontiguousarray(codes).data).hexdigest()


def affinities(codes: npt.NDArray[np.float64], perplexity: float) -> Generator[None, None, csr_matrix]:
    """The symmetric affinities P of t-SNE, each point with its 3 * perplexity nearest neighbours.

    A generator: each yield is a place to give up; its return value is P, [N, N] sparse, not to be written to
    (openTSNE's loops take no read-only arrays). The last few results are kept, so that a map of the same codes starts
    at once.

    Args:
        codes: [N, D], finite, N > 3 * perplexity.

    Raises:
        ProjectionError: no affinities come out, as when most codes are equal.
    """
    name, count = fingerprint(codes), int(3 * perplexity)
    with _cache_lock:
        known = _cache.get((name, perplexity))
    if known is not None:
        return known
    indices, distances = yield from known_neighbours(codes, count)
    found = yield from _joint(indices, distances, perplexity)
    with _cache_lock:
        _cache[name, perplexity] = found
        while len(_cache) > CACHE_SIZE:
            _cache.popitem(last=False)
    return found


def known_neighbours(codes: npt.NDArray[np.float64], count: int) -> Generator[None, None, Neighbours]:
    """What `nearest_neighbours` finds; the last that were found are remembered, and not to be written to."""
    name = fingerprint(codes)
    with _cache_lock:
        neighbours = _neighbours.get(name)
    if neighbours is None or neighbours[0].shape[1] < count:
        neighbours = yield from nearest_neighbours(codes, count)
        with _cache_lock:
            _neighbours.clear()
            _neighbours[name] = neighbours
    return neighbours[0][:, :count], neighbours[1][:, :count]


def _joint(
    indices: npt.NDArray[np.int64], distances: npt.NDArray[np.float64], perplexity: float
) -> Generator[None, None, csr_matrix]:
    """The affinities of points with these neighbours."""
    with helping_threads("affinities") as helpers:
        conditional = yield from _conditional(indices, distances, perplexity, helpers)
        parts = yield from _symmetric(conditional, helpers)
    del conditional
    found = yield from _stacked(parts)
    found.sum_duplicates()
    return found


def _conditional(
    indices: npt.NDArray[np.int64],
    distances: npt.NDArray[np.float64],
    perplexity: float,
    helpers: Helpers,
) -> Generator[None, None, csr_matrix]:
    """Row i is the distribution p(j|i) of its neighbours."""
    total = len(indices)

    def near(rows: slice) -> csr_matrix:
        part = joint_probabilities_nn(
            indices[rows].astype(np.int32), distances[rows], [perplexity], symmetrize=False,
            normalization="point-wise", n_reference_samples=total,
        )  # fmt: skip
        if not np.isfinite(part.data).all():
            raise ProjectionError(
                "Too many of the codes are equal to lay them out on a map.",
                "Train the model for longer first.",
            )
        return part

    parts = yield from helpers.begin(near, _slices(total, ROWS_PER_PART))
    return (yield from _stacked(parts))


def _symmetric(conditional: csr_matrix, helpers: Helpers) -> Generator[None, None, list[csr_matrix]]:
    """(p(j|i) + p(i|j)) / 2N, as matrices of some rows each."""
    total = conditional.shape[0]
    # The transposed matrix as columns side by side: to turn all of it in one go takes a quarter of a second.
    columns = yield from helpers.begin(
        lambda rows: conditional[rows].T.tocsr(), _slices(total, COLUMNS_PER_PART)
    )

    def both_ways(rows: slice) -> csr_matrix:
        backwards = hstack([column[rows] for column in columns], format="csr")
        part = (conditional[rows] + backwards) / (2 * total)
        part.sort_indices()
        return part

    return (yield from helpers.begin(both_ways, _slices(total, ROWS_PER_PART)))


def _slices(total: int, length: int) -> list[slice]:
    return [slice(start, start + length) for start in range(0, total, length)]


def _stacked(parts: list[csr_matrix]) -> Generator[None, None, csr_matrix]:
    """The rows of all parts below each other, as one matrix."""
    ends = np.cumsum([0, *(part.nnz for part in parts)])
    data, indices = np.empty(ends[-1]), np.empty(ends[-1], dtype=np.int32)
    lengths = [np.diff(part.indptr) for part in parts]
    for part, (start, end) in zip(parts, pairwise(ends), strict=True):
        data[start:end], indices[start:end] = part.data, part.indices
        yield
    starts = np.concatenate([[0], np.cumsum(np.concatenate(lengths))])
    return csr_matrix((data, indices, starts), shape=(len(starts) - 1, parts[0].shape[1]))
