"""Finds the point of a map or canvas that a pointer means."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt


class PointIndex:
    """Points in the plane, searchable by place.

    Looking at each of 70,000 points takes a tenth of a millisecond or two; a search tree would take 25 ms to make,
    anew for each frame of a map.

    Args:
        points: [N, 2]; N may be 0. What is not finite is not found.
    """

    def __init__(self, points: npt.ArrayLike) -> None:
        given = np.asarray(points)
        places: npt.NDArray[np.floating] = given.astype(
            given.dtype if given.dtype == np.float32 else np.float64
        )
        self._x, self._y = np.ascontiguousarray(places.reshape(-1, 2).T)

    def nearest(self, x: float, y: float, radius_x: float, radius_y: float) -> int | None:
        """The point nearest to a place among those in the ellipse around it, or None.

        The radii are a circle on the screen in the data's units, which may differ between the axes; nearest is
        meant as on the screen. Of equally near points the first counts.
        """
        if not (all(map(math.isfinite, (x, y, radius_x, radius_y))) and radius_x > 0 and radius_y > 0):
            return None
        if not len(self._x):
            return None
        distances = ((self._x - x) / radius_x) ** 2
        distances += ((self._y - y) / radius_y) ** 2
        best = int(np.argmin(distances))
        if np.isnan(distances[best]):
            best = int(np.argmin(np.nan_to_num(distances, nan=np.inf)))
        return best if distances[best] <= 1 else None
