"""Finds the point of a map or canvas that a pointer means."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


class PointIndex:
    """Points in the plane, searchable by place.

    Args:
        points: [N, 2], finite; N may be 0.
    """

    def __init__(self, points: npt.ArrayLike) -> None:
        from scipy.spatial import cKDTree

        self._points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        self._tree = cKDTree(self._points)

    def nearest(self, x: float, y: float, radius_x: float, radius_y: float) -> int | None:
        """The point nearest to a place among those in the ellipse around it, or None.

        The radii are a circle on the screen in the data's units, which may differ between the axes; nearest is
        meant as on the screen. Of equally near points the first counts.
        """
        place = np.array([x, y])
        radii = np.array([radius_x, radius_y])
        if not (np.isfinite(place).all() and np.isfinite(radii).all() and (radii > 0).all()):
            return None
        found = np.asarray(self._tree.query_ball_point(place, radii.max(), return_sorted=True), dtype=np.intp)
        if not found.size:
            return None
        distances = (((self._points[found] - place) / radii) ** 2).sum(axis=1)
        best = int(distances.argmin())
        return int(found[best]) if distances[best] <= 1 else None
