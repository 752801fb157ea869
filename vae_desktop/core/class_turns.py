"""Orders of digits in which the classes take turns."""

from __future__ import annotations

import numpy as np

from vae_desktop.core.records import IntArray


def ranks_in_class(labels: IntArray) -> IntArray:
    """How many of the same class come before each of the labels [N], from 0; [N]."""
    by_class = np.argsort(labels, kind="stable")
    sizes = np.bincount(labels, minlength=1)
    ranks = np.empty(len(labels), np.int64)
    ranks[by_class] = np.arange(len(labels)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return ranks


def in_turn(labels: IntArray) -> IntArray:
    """The first of each class, the second of each class, and so on: places [N] in the labels [N]."""
    return np.lexsort((labels, ranks_in_class(labels)))


def stratified_order(labels: IntArray, seed: int) -> IntArray:
    """A random order [N] of which every beginning has each class in the share that it has of all labels [N]."""
    order = np.random.Generator(np.random.PCG64(seed)).permutation(len(labels))
    shuffled = labels[order]
    sizes = np.bincount(labels, minlength=1)
    return order[np.argsort((ranks_in_class(shuffled) + 0.5) / sizes[shuffled], kind="stable")]
