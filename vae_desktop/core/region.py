"""Which points of a map lie inside a line drawn around them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vae_desktop.core.records import IntArray


def points_inside(points: npt.ArrayLike, outline: npt.ArrayLike) -> IntArray:
    """The points inside a closed outline.

    What the line goes around counts as inside, also where it crosses itself (the non-zero winding rule): a hand
    that draws round twice means what is in the middle too.

    Args:
        points: [N, 2]; those that are no finite numbers are outside.
        outline: corners [M, 2] in order; the last one is joined to the first. Fewer than three enclose nothing.

    Returns:
        Their numbers, ascending, int64.
    """
    places = np.asarray(points, np.float64).reshape(-1, 2)
    corners = np.asarray(outline, np.float64).reshape(-1, 2)
    if len(corners) < 3 or not np.isfinite(corners).all():
        return np.zeros(0, np.int64)
    low, high = corners.min(axis=0), corners.max(axis=0)
    near = np.flatnonzero(((places >= low) & (places <= high)).all(axis=1))
    # In the order of their heights, those beside an edge are neighbours: each edge looks at these alone.
    near = near[np.argsort(places[near, 1])]
    xs, ys = places[near, 0], places[near, 1]
    winding = np.zeros(len(near), np.int32)
    ends = np.roll(corners, -1, axis=0)
    firsts = np.searchsorted(ys, np.minimum(corners[:, 1], ends[:, 1]))
    lasts = np.searchsorted(ys, np.maximum(corners[:, 1], ends[:, 1]))
    for (x0, y0), (x1, y1), first, last in zip(corners, ends, firsts, lasts):
        if first < last:
            # A ray to the right of each point: does it meet this edge?
            met = xs[first:last] < x0 + (ys[first:last] - y0) * ((x1 - x0) / (y1 - y0))
            winding[first:last] += met if y1 > y0 else -met.astype(np.int32)
    return np.sort(near[winding != 0]).astype(np.int64)
