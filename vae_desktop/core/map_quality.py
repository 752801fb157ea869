"""How well a map shows what is near what among the codes."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from vae_desktop.core.affinities import affinities
from vae_desktop.core.errors import ProjectionError
from vae_desktop.core.map_codes import normalised

# Neighbours looked at.
NEIGHBOURS = 10
# Pairs of points looked at; of more than 10,000 points, a sample is compared with all.
PAIRS = 100_000_000
PAIRS_PER_SLICE = 1_000_000


@dataclass(frozen=True)
class MapQuality:
    """A map's figures.

    Attributes:
        kl: Kullback-Leibler divergence of the map from the codes' affinities, in nats.
        map_accuracy, code_accuracy: part of the points whose class most of their 10 nearest neighbours have,
            on the map and among the codes; None without classes.
        preserved: part of the 10 nearest neighbours among the codes that are so on the map too.
        trustworthiness: 1 where all neighbours on the map are so among the codes (Venna & Kaski 2001).
        points: all points of the map.
        sampled: points that were compared with all others; where fewer than `points`, the figures are estimates.
    """

    kl: float
    map_accuracy: float | None
    code_accuracy: float | None
    preserved: float
    trustworthiness: float
    points: int
    sampled: int


def map_quality(
    embedding: npt.ArrayLike,
    codes: npt.ArrayLike,
    labels: npt.ArrayLike | None = None,
    *,
    perplexity: float = 30.0,
) -> Generator[None, None, MapQuality]:
    """Measure a map.

    A generator: each yield is a place to give up; its return value are the figures.

    Args:
        embedding: [N, 2], the map.
        codes: [N, D], what it shows; N above 3 * perplexity and above 20.
        labels: [N], classes.
        perplexity: the map's, for its divergence.

    Raises:
        ProjectionError: map and codes do not belong together, or are too few.
    """
    y, points = np.asarray(embedding, dtype=np.float64), np.asarray(codes, dtype=np.float64)
    total = len(y)
    if y.ndim != 2 or points.ndim != 2 or len(points) != total or not np.isfinite(y).all():
        raise ProjectionError("These codes do not belong to this map.", "Make a new map.")
    if total <= max(3 * perplexity, 2 * NEIGHBOURS):
        raise ProjectionError("There are too few points to measure a map.", "Use a larger data set.")
    classes = None if labels is None else np.asarray(labels)
    joint = yield from affinities(normalised(points), perplexity)

    random = np.random.default_rng(0)
    sampled = min(total, PAIRS // total)
    rows = np.arange(total) if sampled == total else np.sort(random.choice(total, sampled, replace=False))
    # Float32 by the product of matrices: centred, so that the differences are not lost.
    y32 = (y - y.mean(axis=0)).astype(np.float32)
    points32 = normalised(points).astype(np.float32)
    potential, kept, penalty, hits_map, hits_codes = 0.0, 0, 0.0, 0, 0
    step = max(1, PAIRS_PER_SLICE // total)
    for begin in range(0, sampled, step):
        part = rows[begin : begin + step]
        on_map, among_codes = _squared_distances(y32, part), _squared_distances(points32, part)
        potential += float((1 / (1 + on_map)).sum(dtype=np.float64)) - len(part)
        here = np.arange(len(part))
        on_map[here, part] = among_codes[here, part] = np.inf
        near_map, near_codes = _nearest(on_map), _nearest(among_codes)
        kept += int((near_map[:, :, None] == near_codes[:, None]).sum())
        reached = np.take_along_axis(among_codes, near_map, axis=1)
        ranks = np.stack([(among_codes < far[:, None]).sum(axis=1) + 1 for far in reached.T])
        penalty += float(np.maximum(ranks - NEIGHBOURS, 0).sum())
        if classes is not None:
            hits_map += int((_votes(classes[near_map]) == classes[part]).sum())
            hits_codes += int((_votes(classes[near_codes]) == classes[part]).sum())
        yield
    worst = NEIGHBOURS * (2 * total - 3 * NEIGHBOURS - 1) / 2
    return MapQuality(
        kl=_divergence(joint, y, potential * total / sampled),
        map_accuracy=None if classes is None else hits_map / sampled,
        code_accuracy=None if classes is None else hits_codes / sampled,
        preserved=kept / (sampled * NEIGHBOURS),
        trustworthiness=1 - penalty / (sampled * worst),
        points=total,
        sampled=sampled,
    )


def _squared_distances(
    points: npt.NDArray[np.float32], rows: npt.NDArray[np.int64]
) -> npt.NDArray[np.float32]:
    """From these rows to all points: [R, N]."""
    squares = (points * points).sum(axis=1)
    found: npt.NDArray[np.float32] = points[rows] @ points.T
    found *= -2
    found += squares
    found += squares[rows, None]
    return np.maximum(found, 0, out=found)


def _nearest(distances: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    """The nearest points' indices: [R, 10]."""
    return np.argpartition(distances, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]


def _votes(classes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The most frequent class of each row [R, k], of equally frequent ones the smallest."""
    names = np.unique(classes)
    counts = (classes[:, :, None] == names).sum(axis=1)
    winners: npt.NDArray[np.int64] = names[counts.argmax(axis=1)]
    return winners


def _divergence(joint: csr_matrix, y: npt.NDArray[np.float64], total: float) -> float:
    """The KL divergence of a map [N, 2] with this normalisation Z."""
    rows = np.repeat(np.arange(len(y)), np.diff(joint.indptr))
    apart = ((y[rows] - y[joint.indices]) ** 2).sum(axis=1)
    p = joint.data
    logs = np.log(np.maximum(p, 1e-300)) + np.log1p(apart) + np.log(total)
    return float((p * logs).sum())
