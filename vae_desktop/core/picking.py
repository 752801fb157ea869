"""Finds the point of a map or canvas that a pointer means."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt


class PointIndex:
    """Points in the plane, searchable by place.

    Sorted along one axis, which takes 12 ms for 70,000 points; a search tree would take 25 ms, anew for each frame of a
    map.

    Args:
        points: [N, 2]; N may be 0. What is not finite is not found.
    """

    def __init__(self, points: npt.ArrayLike) -> None:
        given = np.asarray(points)
        places: npt.NDArray[np.floating] = given.astype(
            given.dtype if given.dtype == np.float32 else np.float64
        ).reshape(-1, 2)
        # What is not a number comes last.
        self._order = np.argsort(places[:, 0], kind="stable")
        self._x, self._y = np.ascontiguousarray(places[self._order].T)

    def nearest(self, x: float, y: float, radius_x: float, radius_y: float) -> int | None:
        """The point nearest to a place among those in the ellipse around it, or None.

        The radii are a circle on the screen in the data's units, which may differ between the axes; nearest is
        meant as on the screen. Of equally near points the first counts.
        """
        if not (all(map(math.isfinite, (x, y, radius_x, radius_y))) and radius_x > 0 and radius_y > 0):
            return None
        # In the array's own type: for another one numpy would convert the whole of it.
        low, high = np.array((x - radius_x, x + radius_x), self._x.dtype)
        near = slice(self._x.searchsorted(low, "left"), self._x.searchsorted(high, "right"))
        distances = ((self._x[near] - x) / radius_x) ** 2
        distances += ((self._y[near] - y) / radius_y) ** 2
        inside = distances <= 1
        if not inside.any():
            return None
        return int(self._order[near][distances == distances[inside].min()].min())
