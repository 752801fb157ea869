"""Which class a code's neighbours take it for: a classifier that has nothing to learn (k nearest neighbours)."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from vae_desktop.core.neighbour_search import nearest_neighbours
from vae_desktop.core.records import FloatArray, IntArray

NEIGHBOURS = 10


def neighbour_vote(
    codes: FloatArray, labels: IntArray, count: int = NEIGHBOURS
) -> Generator[None, None, IntArray]:
    """The commonest class among the nearest other codes of each one; of equally common ones the nearer.

    A generator: each yield is a place to give up; its return value is [N], read-only. A code
    without neighbours keeps its own class.

    Args:
        codes: [N, D], finite.
        labels: classes [N], from 0.
        count: neighbours that vote; all others where there are fewer.
    """
    count = min(count, len(codes) - 1)
    if count < 1:
        return _frozen(labels.copy())
    near, _ = yield from nearest_neighbours(codes.astype(np.float64), count)
    # Each neighbour outweighs all farther ones together, but only where the numbers are equal.
    weights = 1.0 + 0.5 ** np.arange(2, count + 2)
    votes = np.zeros((len(codes), int(labels.max()) + 1))
    everyone = np.arange(len(codes))
    for rank, weight in enumerate(weights):
        votes[everyone, labels[near[:, rank]]] += weight
    return _frozen(votes.argmax(axis=1).astype(np.int64))


def _frozen(classes: IntArray) -> IntArray:
    classes.setflags(write=False)
    return classes
