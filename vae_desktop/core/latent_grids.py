"""Codes laid out in grids: one dimension after another, and the whole plane by the prior's quantiles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.plane import Plane
from vae_desktop.core.records import FloatArray
from vae_desktop.core.sampling import plane_codes


def traversal_codes(origin: npt.ArrayLike, dimensions: Sequence[int], values: npt.ArrayLike) -> FloatArray:
    """Each row runs one dimension through the values, all others held at the origin's.

    Args:
        origin: [D].
        dimensions: one for each row, counted from 0.
        values: [M], one for each column.

    Returns:
        [len(dimensions) * M, D] float32, row by row.

    Raises:
        ConfigurationError: there is no such dimension, or nothing to lay out.
    """
    held = np.asarray(origin, dtype=np.float32)
    columns = np.asarray(values, dtype=np.float32)
    if not len(dimensions) or not columns.size:
        raise ConfigurationError("A traversal needs at least one dimension and one value.")
    if not all(0 <= dimension < len(held) for dimension in dimensions):
        raise ConfigurationError(f"The dimensions of this model are 0 to {len(held) - 1}.")
    codes = np.tile(held, (len(dimensions) * len(columns), 1))
    codes[np.arange(len(codes)), np.repeat(dimensions, len(columns))] = np.tile(columns, len(dimensions))
    return codes


def traversal_values(reach: float, count: int) -> FloatArray:
    """So many evenly spaced values from -reach to reach [count]; a single one is the middle."""
    return np.linspace(-reach, reach, count, dtype=np.float32) if count > 1 else np.zeros(1, np.float32)


def normal_quantiles(count: int) -> FloatArray:
    """The middles of so many equally probable parts of N(0, 1), in order: [count] float32."""
    from scipy.special import ndtri

    values: FloatArray = ndtri((np.arange(count) + 0.5) / count).astype(np.float32)
    return values


def manifold_codes(
    rows: int, columns: int, axes: tuple[int, int] = (0, 1), cursor: npt.ArrayLike = (0.0, 0.0)
) -> FloatArray:
    """The plane along two axes, spaced so that each code stands for an equal share of the prior.

    The grid of Kingma & Welling (2014), figure 4: the unit square through the inverse of the normal distribution.

    Args:
        axes: the latent axis that runs to the right, and the one that runs upwards.
        cursor: [D], the values that the other axes are held at.

    Returns:
        [rows * columns, D] float32, row by row as in a picture.
    """
    return plane_codes(cursor, axes, normal_quantiles(columns), normal_quantiles(rows))


def plane_manifold_codes(plane: Plane, point: FloatArray, rows: int, columns: int) -> FloatArray:
    """The same on any plane, as far beside it as a point [D]: each code stands for an equal share of its prior.

    Returns:
        [rows * columns, D] float32, row by row as in a picture.
    """
    # On a plane that does not go through the prior's mean, the prior is normal around the nearest place to it.
    middle = plane.to_plane(np.zeros(plane.dimensions, np.float32))
    xs, ys = middle[0] + normal_quantiles(columns), middle[1] + normal_quantiles(rows)
    return plane.grid(point, xs, ys)
