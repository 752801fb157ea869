"""t-SNE's affinities: who is near whom among the codes, found exactly and remembered for the next map."""

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
from scipy.spatial import cKDTree
from sklearn.neighbors import NearestNeighbors

from vae_desktop.core.errors import ProjectionError

# Measured with 10,000 codes and 90 neighbours: a tree takes 0.1 s in 2 dimensions but 2.3 s in 20, where comparing
# all pairs takes 0.45 s. openTSNE's own approximate neighbours take 5 s.
TREE_DIMENSIONS = 8
# Distances computed between two yields: some 30 ms of work.
PAIRS_PER_SLICE = 5_000_000

# Rows of affinities computed between two yields, and rows that are turned into columns.
ROWS_PER_SLICE = 2_000
COLUMNS_PER_SLICE = 12_000

Neighbours = tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]
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

    A generator: each yield, some 50 ms apart, is a place to give up; its return value is P, [N, N] sparse,
    read-only. The last few results are kept, so that a map of the same codes starts at once.

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
    total = len(indices)
    slices = [slice(a, a + ROWS_PER_SLICE) for a in range(0, total, ROWS_PER_SLICE)]
    parts = []
    for rows in slices:
        part = joint_probabilities_nn(
            indices[rows].astype(np.int32), distances[rows], [perplexity], symmetrize=False,
            normalization="point-wise", n_reference_samples=total,
        )  # fmt: skip
        if not np.isfinite(part.data).all():
            raise ProjectionError(
                "Too many of the codes are equal to lay them out on a map.",
                "Train the model for longer first.",
            )
        parts.append(part)
        yield
    conditional = yield from _stacked(parts)
    # The transposed matrix as columns side by side: to turn all of it in one go takes a quarter of a second.
    columns = []
    for start in range(0, total, COLUMNS_PER_SLICE):
        columns.append(conditional[start : start + COLUMNS_PER_SLICE].T.tocsr())
        yield
    parts = []
    for rows in slices:
        backwards = hstack([column[rows] for column in columns], format="csr")
        parts.append((conditional[rows] + backwards) / (2 * total))
        parts[-1].sort_indices()
        yield
    del conditional, columns
    found = yield from _stacked(parts)
    found.sum_duplicates()
    found.data.setflags(write=False)
    return found


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


def nearest_neighbours(codes: npt.NDArray[np.float64], count: int) -> Generator[None, None, Neighbours]:
    """The exact nearest neighbours of each code among the others: indices and distances, each [N, count].

    A generator like `affinities`.
    """
    total, dimensions = codes.shape
    if dimensions <= TREE_DIMENSIONS:
        tree = cKDTree(codes)
        rows = 2_000
    else:
        search = NearestNeighbors(n_neighbors=count + 1, algorithm="brute").fit(codes)
        rows = max(1, PAIRS_PER_SLICE // total)
    indices = np.empty((total, count), dtype=np.int64)
    distances = np.empty((total, count), dtype=np.float64)
    for start in range(0, total, rows):
        part = slice(start, min(start + rows, total))
        if dimensions <= TREE_DIMENSIONS:
            far, near = tree.query(codes[part], count + 1)
        else:
            far, near = search.kneighbors(codes[part])
        keep = near != np.arange(part.start, part.stop)[:, None]
        # Among many equal codes a point need not find itself; the farthest one found goes instead.
        keep[keep.all(axis=1), -1] = False
        indices[part] = near[keep].reshape(-1, count)
        distances[part] = far[keep].reshape(-1, count)
        yield
    return indices, distances
