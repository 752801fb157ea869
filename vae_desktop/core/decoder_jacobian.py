"""How fast the decoded picture changes from place to place: the norm of the decoder's Jacobian on a plane."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import numpy.typing as npt

from vae_desktop.core.inference import Inference
from vae_desktop.core.records import FloatArray

CODES_PER_YIELD = 1024


def jacobian_norms(images: npt.ArrayLike, steps: tuple[float, float]) -> FloatArray:
    """Frobenius norm of the Jacobian of decoded means along a plane, by differences between neighbours.

    Args:
        images: [H, W, …] in [0, 1], decoded on a regular grid of codes; along a side of one nothing is measured.
        steps: distances in latent space from one row to the next and from one column to the next.

    Returns:
        [H, W] float32: change of the picture (Euclidean, over its pixels) per unit of latent space.
    """
    values = np.asarray(images, dtype=np.float32)
    squares = np.zeros(values.shape[:2], dtype=np.float32)
    for axis, step in enumerate(steps):
        if values.shape[axis] > 1:
            slopes = np.gradient(values, step, axis=axis).reshape(*squares.shape, -1)
            squares += np.einsum("hwp,hwp->hw", slopes, slopes)
    norms: FloatArray = np.sqrt(squares)
    return norms


def plane_jacobian(codes: npt.ArrayLike, inference: Inference) -> Generator[None, None, FloatArray]:
    """Decode a grid of codes and measure `jacobian_norms` on it.

    A generator: each yield is a place to give up; its return value is [H, W] float32.

    Args:
        codes: [H, W, D], evenly spaced along each of two directions at a right angle.
        inference: of the model; used by this thread alone meanwhile.
    """
    grid = np.asarray(codes, dtype=np.float32)
    height, width, dimensions = grid.shape
    flat, parts = grid.reshape(-1, dimensions), []
    for start in range(0, len(flat), CODES_PER_YIELD):
        parts.append(inference.decode(flat[start : start + CODES_PER_YIELD]))
        yield
    images = np.concatenate(parts).reshape(height, width, -1)
    down = float(np.linalg.norm(grid[-1, 0] - grid[0, 0])) / max(1, height - 1)
    right = float(np.linalg.norm(grid[0, -1] - grid[0, 0])) / max(1, width - 1)
    return jacobian_norms(images, (down or 1.0, right or 1.0))
