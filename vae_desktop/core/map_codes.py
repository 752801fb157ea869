"""Codes on their way to a map: checked, normalised, and laid out by their principal components to begin with."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vae_desktop.core.errors import ProjectionError
from vae_desktop.core.records import FloatArray

LARGEST = 1e30


def _largest(values: npt.NDArray[np.float64]) -> float:
    """The largest absolute value; NaN where one is."""
    return float(np.maximum(values.max(), -values.min()))


def checked(codes: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The codes [N, D] as float64.

    Raises:
        ProjectionError: they are not a table of finite numbers.
    """
    points = np.asarray(codes, dtype=np.float64)
    if points.ndim != 2 or not points.size:
        raise ProjectionError("There are no codes to lay out on a map.", "Open a data set and a model first.")
    # Beyond the limit the distances' squares, or the map's float32, would be infinite.
    if not _largest(points) < LARGEST:
        raise ProjectionError(
            "Some codes are infinite or not a number.",
            "The model is damaged or its training went wrong; use another one.",
        )
    return points


def checked_start(start: npt.ArrayLike, count: int) -> npt.NDArray[np.float64]:
    """An earlier map [count, 2] as float64.

    Raises:
        ProjectionError: it is none of so many points.
    """
    initial = np.asarray(start, dtype=np.float64)
    if initial.shape != (count, 2) or not np.isfinite(initial).all():
        raise ProjectionError("The earlier map does not belong to these codes.", "Make a new map.")
    return initial


def check_apart(points: npt.NDArray[np.float64]) -> None:
    """Raises a ProjectionError where all codes [N, D] are equal."""
    if not np.ptp(points, axis=0).any():
        raise ProjectionError(
            "All codes are equal: this model tells no two images apart.",
            "Train it for longer, or with a lower β.",
        )


def normalised(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Codes around 0 and of spread 1, whatever their unit: what neighbours are sought among."""
    # In place: each further array of 60,000 codes would keep a stop waiting for 10 ms.
    found = points / _largest(points)
    found -= found.mean(axis=0)
    found /= np.sqrt(np.vdot(found, found) / found.size)
    return found


def principal_components(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The first two principal components [N, 2] of codes [N, D], in their units; 0 where D or N has no second."""
    centred = points - points.mean(axis=0)
    # By the covariance: a singular value decomposition of 60,000 codes would keep a stop waiting.
    scaled = centred / (_largest(centred) or 1.0)
    _, vectors = np.linalg.eigh(scaled.T @ scaled)
    axes = vectors[:, :-3:-1]
    # An axis has no direction; make the largest loading positive, so that a map never comes mirrored.
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    components: npt.NDArray[np.float64] = centred @ axes
    missing = 2 - components.shape[1]
    return np.pad(components, ((0, 0), (0, missing))) if missing else components


def turned_onto(embedding: npt.NDArray[np.float64], onto: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The map [N, 2] moved, turned and mirrored so that its points lie nearest to those of `onto` (Procrustes)."""
    centred = embedding - embedding.mean(axis=0)
    left, _, right = np.linalg.svd(centred.T @ (onto - onto.mean(axis=0)))
    turned: npt.NDArray[np.float64] = centred @ (left @ right) + onto.mean(axis=0)
    return turned


def frozen(embedding: npt.NDArray[np.float64]) -> FloatArray:
    """A read-only copy, enlarged to the width of the PCA frame where it is narrower."""
    spread = float(embedding.std(axis=0).max())
    copy = (embedding / min(spread, 1.0)).astype(np.float32)
    copy.setflags(write=False)
    return copy
