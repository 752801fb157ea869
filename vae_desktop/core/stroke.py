"""A line drawn by hand, by as few corners as tell its course."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vae_desktop.core.records import IntArray


def corners_of(points: npt.ArrayLike, tolerance: float, most: int) -> IntArray:
    """The points that are needed so that no other one lies farther than a tolerance from the lines between them.

    After Ramer (1972) and Douglas & Peucker (1973). Both ends are among them; of more than `most`, those that
    matter least are left out, by a larger tolerance.

    Args:
        points: [N, 2], finite, in order, N >= 1.
        tolerance: in the points' units.
        most: 2 or more.

    Returns:
        Their numbers, ascending, int64.
    """
    places = np.asarray(points, np.float64)
    kept = _corners(places, tolerance)
    while len(kept) > most:
        tolerance *= 1.5
        kept = _corners(places, tolerance)
    return kept


def _corners(places: npt.NDArray[np.float64], tolerance: float) -> IntArray:
    kept = {0, len(places) - 1}
    pieces = [(0, len(places) - 1)]
    while pieces:
        first, last = pieces.pop()
        if last - first < 2:
            continue
        away = _distances(places[first + 1 : last], places[first], places[last])
        farthest = int(away.argmax())
        if away[farthest] > tolerance:
            middle = first + 1 + farthest
            kept.add(middle)
            pieces += [(first, middle), (middle, last)]
    return np.array(sorted(kept), np.int64)


def _distances(
    places: npt.NDArray[np.float64], start: npt.NDArray[np.float64], end: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """From places [N, 2] to the line between two others: [N]. A line that comes back to its start is a point."""
    along, away = end - start, places - start
    square = float(along @ along)
    shares = np.clip(away @ along / square, 0.0, 1.0) if square > 0 else np.zeros(len(places))
    distances: npt.NDArray[np.float64] = np.linalg.norm(away - shares[:, None] * along, axis=1)
    return distances
