"""The codes nearest to a place in latent space, exactly, and the class that they speak for."""

from __future__ import annotations

import numpy as np

from vae_desktop.core.records import FloatArray, IntArray

# So many of the nearest vote on a class, unless there are fewer.
VOTERS = 10
# Rows that are looked at together: they and their differences stay in the processor's cache.
BLOCK = 8192


def nearest_codes(
    codes: FloatArray, place: FloatArray, count: int, without: int | None = None
) -> tuple[IntArray, FloatArray]:
    """The nearest codes to a place by Euclidean distance, nearest first; of equally near ones the first.

    Args:
        codes: [N, D].
        place: [D].
        count: how many; fewer come where there are fewer.
        without: a row that does not count: the digit whose neighbours are sought.

    Returns:
        Their rows [k] int64, and their distances [k] float32.
    """
    squares = np.empty(len(codes), np.float32)
    for start in range(0, len(codes), BLOCK):
        steps = codes[start : start + BLOCK] - place
        squares[start : start + BLOCK] = np.einsum("nd,nd->n", steps, steps)
    if without is not None:
        squares[without] = np.inf
    count = max(0, min(count, len(codes) - (without is not None)))
    if count == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    farthest = np.partition(squares, count - 1)[count - 1]
    rows = np.flatnonzero(squares <= farthest)
    rows = rows[np.argsort(squares[rows], kind="stable")][:count].astype(np.int64)
    return rows, np.sqrt(squares[rows])


def vote(labels: IntArray) -> tuple[int, float]:
    """The commonest class among neighbours, of equally common ones the nearer, and its share of them, up to 1.

    Args:
        labels: classes [k] of the neighbours, nearest first; at least one.
    """
    classes, first, counts = np.unique(labels, return_index=True, return_counts=True)
    winner = np.lexsort((first, -counts))[0]
    return int(classes[winner]), float(counts[winner] / len(labels))
