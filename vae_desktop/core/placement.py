"""New points placed into a map that stands: a drawn digit, another data set.

After Poličar, Stražar & Zupan, Embedding to reference t-SNE space addresses batch effects in single-cell
classification, Machine Learning 112, 2023: each point starts amid its nearest neighbours and feels the map's forces,
but not the other new points'.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import numpy.typing as npt
import torch
from openTSNE.affinity import joint_probabilities_nn

from vae_desktop.core.descent import one_thread
from vae_desktop.core.errors import ProjectionError
from vae_desktop.core.records import FloatArray
from vae_desktop.core.repulsion import Field, Repulsion, all_pairs
from vae_desktop.core.steps import result_of

# Few, as Poličar et al. propose: a new point belongs beside what is most like it.
PERPLEXITY = 5.0
NEIGHBOURS = 15
STEPS = 10
# Up to so many pairs of a new and an old point, all are looked at; beyond, the repulsion is interpolated.
EXACT_PAIRS = 200_000
PAIRS_AT_ONCE = 2_000_000


def place(embedding: npt.ArrayLike, codes: npt.ArrayLike, new_codes: npt.ArrayLike) -> FloatArray:
    """What `place_many` returns, all at once."""
    return result_of(place_many(embedding, codes, new_codes))


def place_many(
    embedding: npt.ArrayLike, codes: npt.ArrayLike, new_codes: npt.ArrayLike
) -> Generator[int, None, FloatArray]:
    """Where new points belong on a map that stays as it is.

    A generator: each yield tells how many are placed, and is a place to give up. What it returns:
    [M, 2] float32, within the map's rectangle.

    Args:
        embedding: [N, 2], the map.
        codes: [N, D], what it shows.
        new_codes: [M, D], of the same model.

    Raises:
        ProjectionError: there is no map, the new codes have other dimensions, or something is not a number.
    """
    y = np.asarray(embedding, dtype=np.float32)
    old, new = np.asarray(codes, dtype=np.float32), np.asarray(new_codes, dtype=np.float32)
    fits = y.ndim == old.ndim == new.ndim == 2 and len(y) == len(old) > 0 and old.shape[1] == new.shape[1]
    if not fits or y.shape[1] != 2:
        raise ProjectionError("These points do not belong to this map.", "Make a new map.")
    if not all(np.isfinite(values).all() for values in (y, old, new)):
        raise ProjectionError(
            "Some codes are infinite or not a number.",
            "The model is damaged or its training went wrong; use another one.",
        )
    if not len(new):
        return np.empty((0, 2), dtype=np.float32)
    standing = torch.tensor(y)
    with one_thread():
        field = _field(standing, exact=len(y) * len(new) <= EXACT_PAIRS)
    found = np.empty((len(new), 2), dtype=np.float32)
    step = max(1, PAIRS_AT_ONCE // len(old))
    for start in range(0, len(new), step):
        if start:
            yield start
        part = slice(start, start + step)
        with one_thread():
            near, weights = _neighbours(old, new[part])
            positions = _weighted_median(y[near], weights)
            settled = _settle(field, standing, torch.from_numpy(near), torch.from_numpy(weights), positions)
        found[part] = settled.numpy()
    return found


def _field(y: torch.Tensor, exact: bool) -> Field:
    """The map's repulsion."""
    if exact:
        return lambda places: all_pairs(y, places)
    return Repulsion(y.device).field(y, 0)


def _neighbours(old: FloatArray, new: FloatArray) -> tuple[npt.NDArray[np.int64], FloatArray]:
    """The nearest old points of each new one and how much each counts (sums are 1): [M, k]."""
    count = min(NEIGHBOURS, len(old))
    centre = old.mean(axis=0)
    among = torch.from_numpy(old - centre)
    found = torch.cdist(torch.from_numpy(new - centre), among).topk(count, largest=False)
    distances, near = found.values.double().numpy(), found.indices.numpy()
    perplexity = min(PERPLEXITY, max(1.0, count / 3))
    # Distances have no unit; those of equal codes have no scale either, and then all count alike.
    scale = distances.mean()
    rows = np.tile(np.arange(count, dtype=np.int32), (len(new), 1))
    conditional = joint_probabilities_nn(
        rows, distances / (scale or 1.0), [perplexity], symmetrize=False,
        normalization="point-wise", n_reference_samples=count,
    )  # fmt: skip
    weights = conditional.toarray()
    weights[~np.isfinite(weights).all(axis=1)] = 1 / count
    return near, weights.astype(np.float32)


def _weighted_median(points: FloatArray, weights: FloatArray) -> torch.Tensor:
    """Of each row's points [M, k, 2], along each axis: not drawn away by a neighbour in another group."""
    order = points.argsort(axis=1)
    sorted_weights = np.take_along_axis(np.broadcast_to(weights[:, :, None], points.shape), order, axis=1)
    middle = (sorted_weights.cumsum(axis=1) >= 0.5 * sorted_weights.sum(axis=1, keepdims=True)).argmax(axis=1)
    sorted_points = np.take_along_axis(points, order, axis=1)
    return torch.from_numpy(np.take_along_axis(sorted_points, middle[:, None], axis=1)[:, 0].copy())


def _settle(
    field: Field, y: torch.Tensor, near: torch.Tensor, weights: torch.Tensor, positions: torch.Tensor
) -> torch.Tensor:
    """A few steps down each point's own divergence; a step of 1 is stable, as the weights of a point sum to 1."""
    low, high = torch.aminmax(y, dim=0)
    neighbours = y[near]
    for _ in range(STEPS):
        apart = positions[:, None] - neighbours
        close = weights / (1 + (apart * apart).sum(dim=2))
        attractive = (close[:, :, None] * apart).sum(dim=1)
        forces, potentials = field(positions)
        positions = positions - attractive + forces / potentials[:, None]
        positions = torch.minimum(torch.maximum(positions, low), high)
    return positions
