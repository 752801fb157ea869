"""A plane through latent space: where it lies, and the way there and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.records import FloatArray
from vae_desktop.core.sampling import plane_codes

Kind = Literal["axes", "principal", "digits"]

# Points that differ by less than this off a plane lie beside it in the same place: long drags add up rounding.
LEVEL = 1e-4
# Below this part of their distance, three points count as lying on one line.
NARROWEST = 1e-4
# Codes that tell where the principal components are; of more, some are asked.
ENOUGH = 10_000

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def axis_name(dimension: int) -> str:
    """The name of a latent dimension, counted from 0 as in exported tables: "z₀"."""
    return "z" + str(dimension).translate(_SUBSCRIPTS)


@dataclass(frozen=True, eq=False)
class Plane:
    """Two directions through a point of latent space.

    A point beside the plane has a place in it too, the nearest one; and whatever moves it along the plane leaves it
    as far beside. So there is one picture of the plane for each such distance.

    Attributes:
        kind: two latent axes, two principal components, or through three digits.
        origin: [D], where both coordinates are 0.
        directions: [2, D], orthonormal; the second is 0 in a latent space of one dimension.
        title: for people.
        names: of the two directions, short.
        spoken: the same for a screen reader.
        axes: the two latent dimensions, or None where it is another kind of plane; (0, 0) in a 1-D latent space.
        digits: the digits that it goes through.
    """

    kind: Kind
    origin: FloatArray
    directions: FloatArray
    title: str
    names: tuple[str, str]
    spoken: tuple[str, str]
    axes: tuple[int, int] | None = None
    digits: tuple[int, ...] = ()

    @property
    def dimensions(self) -> int:
        """Of the latent space."""
        return len(self.origin)

    def to_plane(self, points: FloatArray) -> FloatArray:
        """The coordinates [..., 2] float32 of points [..., D]."""
        if self.axes is not None and self.dimensions > 1:
            # Not by a product: a coordinate that is no number would spoil the others.
            return np.ascontiguousarray(points[..., list(self.axes)], np.float32)
        places: FloatArray = ((points - self.origin) @ self.directions.T).astype(np.float32)
        return places

    def to_latent(self, places: npt.ArrayLike) -> FloatArray:
        """The points [..., D] float32 of the plane that have these coordinates [..., 2]."""
        points: FloatArray = (self.origin + np.asarray(places) @ self.directions).astype(np.float32)
        return points

    def nearest(self, point: FloatArray) -> FloatArray:
        """The point [D] of the plane that is nearest to a point [D]."""
        return self.to_latent(self.to_plane(point))

    def at(self, point: FloatArray, x: float, y: float) -> FloatArray:
        """A point [D] moved along the plane to these coordinates."""
        if self.axes is not None:
            moved = point.copy()
            i, j = self.axes
            moved[j] = y
            moved[i] = x
            return moved
        return self.to_latent((x, y)) + (point - self.nearest(point))

    def level(self, one: FloatArray, other: FloatArray) -> bool:
        """Whether two points [D] lie beside the plane in the same place: a move along it joins them."""
        if self.axes is not None:
            differs = one != other
            differs[list(self.axes)] = False
            return not differs.any()
        step = other - one
        beside = step - step @ self.directions.T @ self.directions
        return bool(np.abs(beside).max() < LEVEL)

    def beside(self, one: FloatArray, others: FloatArray) -> FloatArray:
        """How far points [N, D] lie from wherever a move along the plane leads from `one` [D]: [N] float32.

        0 where they are as good as level with it.
        """
        steps = others - one
        steps = steps - steps @ self.directions.T @ self.directions
        distances: FloatArray = np.linalg.norm(steps, axis=1).astype(np.float32)
        return np.where(np.abs(steps).max(axis=1) < LEVEL, np.float32(0), distances)

    def holds(self, point: FloatArray) -> bool:
        """Whether a point [D] lies on the plane."""
        return self.level(point, self.origin)

    def grid(self, point: FloatArray, xs: npt.ArrayLike, ys: npt.ArrayLike) -> FloatArray:
        """The codes [H * W, D] float32 at columns xs [W] and rows ys [H], as far beside the plane as `point` [D].

        Row by row as in a picture: the first row is the one with the largest y.
        """
        if self.axes is not None:
            return plane_codes(point, self.axes, xs, ys)
        columns, rows = np.asarray(xs, np.float32), np.sort(np.asarray(ys, np.float32))[::-1]
        places = np.stack([np.tile(columns, len(rows)), np.repeat(rows, len(columns))], axis=1)
        return self.to_latent(places) + (point - self.nearest(point))

    def same_as(self, other: Plane) -> bool:
        """Whether the other one is this very plane, turned alike."""
        return (
            self.kind == other.kind
            and np.array_equal(self.origin, other.origin)
            and np.array_equal(self.directions, other.directions)
        )


def axes_plane(dimensions: int, across: int, up: int) -> Plane:
    """The plane of two latent axes through the prior's mean; both are 0 in a latent space of one dimension.

    Raises:
        ValueError: there is no such pair.
    """
    count = dimensions
    if not (0 <= across < count and 0 <= up < count) or (across == up and count > 1):
        raise ValueError(f"no pair of axes in {count}-D latent space: {across}, {up}")
    directions = np.zeros((2, count), np.float32)
    directions[0, across] = 1
    if count > 1:
        directions[1, up] = 1
    names = (axis_name(across), axis_name(up))
    return Plane(
        kind="axes",
        origin=_frozen(np.zeros(count, np.float32)),
        directions=_frozen(directions),
        title=f"Axes {names[0]} and {names[1]}",
        names=names,
        spoken=(f"z{across}", f"z{up}"),
        axes=(across, up),
    )


def principal_plane(codes: FloatArray, like: Plane | None = None) -> Plane:
    """The plane through the codes' mean along the two directions in which they vary most.

    Args:
        codes: [N, D], D at least 2.
        like: an earlier such plane; the new one is not turned over against it.

    Raises:
        ConfigurationError: the codes do not vary in two directions, or are not finite.
    """
    values = codes[:: -(-len(codes) // ENOUGH) or 1].astype(np.float64)
    if values.shape[1] < 2 or len(values) < 3 or not np.isfinite(values).all():
        raise ConfigurationError("There are no codes here that have principal components.")
    mean = values.mean(axis=0)
    variances, vectors = np.linalg.eigh(np.cov(values.T))
    if variances[-2] <= 1e-12:
        raise ConfigurationError("The codes vary in one direction only.")
    directions = vectors[:, [-1, -2]].T
    # A principal component has no sign of its own: its largest part is positive, or it goes on as it was.
    for row, direction in enumerate(directions):
        side = direction[np.abs(direction).argmax()] if like is None else direction @ like.directions[row]
        directions[row] = direction if side >= 0 else -direction
    first, second = (100 * variances[[-1, -2]] / variances.sum()).tolist()
    return Plane(
        kind="principal",
        origin=_frozen(mean.astype(np.float32)),
        directions=_frozen(directions.astype(np.float32)),
        title=f"Principal components: {first:.0f} % and {second:.0f} % of the codes’ variance",
        names=("PC₁", "PC₂"),
        spoken=("principal component 1", "principal component 2"),
    )


def plane_through(codes: FloatArray, digits: tuple[int, int, int]) -> Plane:
    """The plane through the codes of three digits: their centre is its origin, the first two lie side by side.

    Args:
        codes: [N, D] of all digits, D at least 2.
        digits: three rows.

    Raises:
        ConfigurationError: the three lie on one line, or are not finite.
    """
    corners = codes[list(digits)].astype(np.float64)
    across, up = corners[1] - corners[0], corners[2] - corners[0]
    size = max(float(np.linalg.norm(across)), float(np.linalg.norm(up)))
    length = float(np.linalg.norm(across))
    if not (np.isfinite(size) and length > NARROWEST * size):
        raise ConfigurationError("These three digits lie on one line: no plane is theirs alone.")
    across /= length
    up -= (up @ across) * across
    height = float(np.linalg.norm(up))
    if not height > NARROWEST * size:
        raise ConfigurationError("These three digits lie on one line: no plane is theirs alone.")
    return Plane(
        kind="digits",
        origin=_frozen(corners.mean(axis=0).astype(np.float32)),
        directions=_frozen(np.stack([across, up / height]).astype(np.float32)),
        title="Through digits {:,}, {:,} and {:,}".format(*digits),
        names=("e₁", "e₂"),
        spoken=("direction 1", "direction 2"),
        digits=digits,
    )


def remade(plane: Plane, codes: FloatArray) -> Plane:
    """The plane of the same kind for other codes [N, D] of the same digits; as it was where there is none."""
    try:
        if plane.kind == "principal":
            return principal_plane(codes, plane)
        if plane.kind == "digits" and max(plane.digits) < len(codes):
            first, second, third = plane.digits
            return plane_through(codes, (first, second, third))
    except ConfigurationError:
        pass
    return plane


def _frozen(array: FloatArray) -> FloatArray:
    array.setflags(write=False)
    return array
