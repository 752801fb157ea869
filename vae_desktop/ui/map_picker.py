"""Finds digits on a map: under the pointer, and the next one in a direction."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vae_desktop.core.picking import PointIndex
from vae_desktop.core.records import FloatArray

# Fewer than this many degrees beside the direction asked for still count as that way.
CONE = 45.0


class MapPicker:
    """The visible points of one map, searched by place.

    The visible ones are picked out when that is first needed, not with every frame of a moving map.
    """

    def __init__(self) -> None:
        self._points: FloatArray = np.zeros((0, 2), np.float32)
        self._visible: npt.NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._numbers: npt.NDArray[np.intp] = np.zeros(0, np.intp)
        self._index: PointIndex | None = None

    def set_points(self, points: FloatArray, visible: npt.NDArray[np.bool_]) -> None:
        """Search these from now on.

        Args:
            points: [N, 2].
            visible: [N], whether a point can be found.
        """
        self._points, self._visible, self._index = points, visible, None

    @property
    def ready(self) -> bool:
        """Whether a search would find all prepared."""
        return self._index is not None

    def prepare(self) -> None:
        """Pick out the visible points, if that is not done yet."""
        if self._index is None and self._visible.any():
            self._numbers = np.flatnonzero(self._visible)
            everyone = len(self._numbers) == len(self._points)
            self._index = PointIndex(self._points if everyone else self._points[self._numbers])

    def nearest(self, x: float, y: float, radius_x: float, radius_y: float) -> int | None:
        """The visible point nearest to a place, if there is one in the ellipse around it."""
        self.prepare()
        if self._index is None:
            return None
        found = self._index.nearest(x, y, radius_x, radius_y)
        return None if found is None else int(self._numbers[found])

    def towards(self, start: tuple[float, float], right: float, up: float) -> int | None:
        """The next visible point from `start` in a direction, within `CONE` degrees of it on either side.

        Args:
            start: where to set out; a point that lies there exactly is not its own neighbour.
            right, up: the direction, a unit vector.
        """
        if not self._visible.any():
            return None
        steps = self._points - np.asarray(start, np.float32)
        ahead = steps[:, 0] * right + steps[:, 1] * up
        aside = np.abs(steps[:, 0] * up - steps[:, 1] * right)
        candidates = self._visible & (ahead > 0) & (aside <= ahead * np.tan(np.radians(CONE)))
        if not candidates.any():
            return None
        # Straight ahead is preferred to a little nearer but far to the side.
        cost = np.where(candidates, np.hypot(ahead, 2 * aside), np.inf)
        return int(cost.argmin())
