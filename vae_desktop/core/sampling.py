"""Latent codes to decode: drawn from the prior, or laid out on a plane through the latent space."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from vae_desktop.core.config import MAX_LATENT_DIM, MAX_SEED
from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.records import FloatArray

MAX_TEMPERATURE = 100.0


def prior_codes(count: int, latent_dim: int, seed: int = 0, temperature: float = 1.0) -> FloatArray:
    """Draw codes from the prior N(0, I), its standard deviation scaled by the temperature.

    The same seed gives the same codes everywhere; a longer draw begins with the shorter one, and another
    temperature only moves the same codes further out or in.

    Returns:
        [count, latent_dim] float32.

    Raises:
        ConfigurationError: a number is outside its range.
    """
    if count < 1 or not 1 <= latent_dim <= MAX_LATENT_DIM:
        raise ConfigurationError(f"There is no drawing {count} codes of {latent_dim} dimensions.")
    if not 0 <= seed <= MAX_SEED:
        raise ConfigurationError(f"The seed must be between 0 and {MAX_SEED}.")
    if not (math.isfinite(temperature) and 0 <= temperature <= MAX_TEMPERATURE):
        raise ConfigurationError(f"The temperature must be between 0 and {MAX_TEMPERATURE:g}.")
    # Named, not default_rng(): numpy may choose another default one day, and seeds are printed into files.
    generator = np.random.Generator(np.random.PCG64(seed))
    return (generator.standard_normal((count, latent_dim)) * temperature).astype(np.float32)


def gaussian_codes(codes: npt.ArrayLike, count: int, seed: int = 0) -> FloatArray:
    """Draw codes from the Gaussian that has the mean and the covariance of given ones.

    The same seed and codes give the same draw; a longer one begins with the shorter one. Of a single code all
    draws are that code.

    Args:
        codes: [N, D], at least one, finite.
        count: how many to draw.
        seed: of the draw.

    Returns:
        [count, D] float32.

    Raises:
        ConfigurationError: there are no codes to be like, or a number is outside its range.
    """
    near = np.asarray(codes, dtype=np.float64)
    if near.ndim != 2 or not len(near) or count < 1:
        raise ConfigurationError("There are no codes to draw others like them from.")
    mean = near.mean(axis=0)
    variances, directions = np.linalg.eigh((near - mean).T @ (near - mean) / len(near))
    # The symmetric root is the only one: it does not depend on the signs that a library gives the directions.
    root = directions * np.sqrt(np.maximum(variances, 0.0)) @ directions.T
    draws = prior_codes(count, near.shape[1], seed).astype(np.float64)
    drawn: FloatArray = (mean + draws @ root).astype(np.float32)
    return drawn


def plane_codes(
    cursor: npt.ArrayLike, axes: tuple[int, int], xs: npt.ArrayLike, ys: npt.ArrayLike
) -> FloatArray:
    """The codes on a plane through the cursor along two axes of the latent space.

    Args:
        cursor: [D], the values that the other axes are held at.
        axes: the latent axis that runs to the right, and the one that runs upwards; where both are the same (a
            latent space of one dimension has no other) it runs to the right.
        xs: [W], coordinates of the columns.
        ys: [H], coordinates of the rows, in any order.

    Returns:
        [H * W, D] float32, row by row as in a picture: the first row is the one with the largest y.
    """
    held = np.asarray(cursor, dtype=np.float32)
    columns = np.asarray(xs, dtype=np.float32)
    rows = np.sort(np.asarray(ys, dtype=np.float32))[::-1]
    codes = np.tile(held, (len(rows) * len(columns), 1))
    codes[:, axes[1]] = np.repeat(rows, len(columns))
    codes[:, axes[0]] = np.tile(columns, len(rows))
    return codes
