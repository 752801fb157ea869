"""Curves through given codes: straight, along a sphere, or as a smooth spline."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from vae_desktop.core.errors import ConfigurationError

Codes = npt.NDArray[np.float64]
# From places [M] in 0…1, the curve's start and end, to codes [M, D].
Curve = Callable[[npt.NDArray[np.float64]], Codes]

# Directions nearer to equal or opposite than this angle (radians) leave the great circle undetermined.
LEAST_ANGLE = 1e-4
LEAST_RADIUS = 1e-6


def linear_curve(points: npt.ArrayLike) -> Curve:
    """Straight lines from each code [K, D] to the next; each takes the same share of 0…1."""
    return _joined(points, _between)


def spherical_curve(points: npt.ArrayLike) -> Curve:
    """Arcs from each code [K, D] to the next (slerp, Shoemake 1985), the distance from the origin going evenly.

    In many dimensions the prior's codes lie near a sphere, and a straight line would lead through its empty
    middle. Near the origin, and between opposite codes, an arc is not determined: the line is straight there.
    """
    return _joined(points, _arc)


def spline_curve(points: npt.ArrayLike) -> Curve:
    """The natural cubic spline through codes [K, D], its knots spaced by the roots of the distances.

    That spacing (centripetal, Lee 1989) keeps it from overshooting where one gap is much wider than the next.
    """
    from scipy.interpolate import CubicSpline

    stops = _checked(points)
    gaps = np.linalg.norm(np.diff(stops, axis=0), axis=1) ** 0.5
    # Twice the same code in a row is one knot.
    stops = stops[np.concatenate([[True], gaps > 0])]
    if len(stops) < 3:
        return linear_curve(points)
    knots = np.concatenate([[0.0], np.cumsum(gaps[gaps > 0])])
    spline = CubicSpline(knots / knots[-1], stops, bc_type="natural")
    return lambda places: np.asarray(spline(places), dtype=np.float64)


def _checked(points: npt.ArrayLike) -> Codes:
    stops = np.asarray(points, dtype=np.float64)
    if stops.ndim != 2 or len(stops) < 2 or not stops.shape[1] or not np.isfinite(stops).all():
        raise ConfigurationError("A path needs at least two points.")
    return stops


def _joined(points: npt.ArrayLike, piece: Callable[[Codes, Codes, Codes], Codes]) -> Curve:
    stops = _checked(points)

    def curve(places: npt.NDArray[np.float64]) -> Codes:
        along = np.asarray(places, dtype=np.float64) * (len(stops) - 1)
        numbers = np.clip(along.astype(np.int64), 0, len(stops) - 2)
        codes = np.empty((len(along), stops.shape[1]))
        for number in np.unique(numbers):
            here = numbers == number
            share = (along[here] - number)[:, None]
            codes[here] = piece(stops[number], stops[number + 1], share)
        return codes

    return curve


def _between(start: Codes, end: Codes, share: Codes) -> Codes:
    # Exactly the end at its end, whatever the rounding.
    return (1 - share) * start + share * end


def _arc(start: Codes, end: Codes, share: Codes) -> Codes:
    near, far = float(np.linalg.norm(start)), float(np.linalg.norm(end))
    if min(near, far) < LEAST_RADIUS:
        return _between(start, end, share)
    first, last = start / near, end / far
    # From half the chords, which unlike the arc cosine lose nothing at small angles.
    angle = 2 * np.arctan2(np.linalg.norm(first - last), np.linalg.norm(first + last))
    if angle < LEAST_ANGLE or np.pi - angle < LEAST_ANGLE:
        return _between(start, end, share)
    directions = (np.sin((1 - share) * angle) * first + np.sin(share * angle) * last) / np.sin(angle)
    arc: Codes = directions * ((1 - share) * near + share * far)
    return arc
