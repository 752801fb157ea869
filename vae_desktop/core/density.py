"""Where points lie densely in the plane: lines around the densest parts (a kernel density estimate's level sets)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from vae_desktop.core.records import FloatArray

# The parts of all points that the lines enclose.
SHARES = (0.25, 0.5, 0.75, 0.95)
CELLS = 180
# Of Scott's rule, which is for one normal distribution; a map is many small groups.
BANDWIDTH = 0.45
FEWEST = 10

Grid = npt.NDArray[np.float64]

# Corners of a cell, from the lower left one counter-clockwise, count 1, 2, 4 and 8 where they lie above the level;
# its edges are 0 below, 1 right, 2 above, 3 left. A line runs from edge to edge.
_LINES: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((3, 0),), 2: ((0, 1),), 3: ((3, 1),), 4: ((1, 2),), 5: ((3, 0), (1, 2)), 6: ((0, 2),), 7: ((3, 2),),
    8: ((2, 3),), 9: ((2, 0),), 10: ((0, 1), (2, 3)), 11: ((2, 1),), 12: ((1, 3),), 13: ((1, 0),), 14: ((0, 3),),
}  # fmt: skip


def density_contours(
    points: FloatArray, shares: tuple[float, ...] = SHARES, smoothness: float = BANDWIDTH
) -> tuple[FloatArray, ...]:
    """Lines that enclose the densest parts of the plane with these shares of the points.

    Args:
        points: [N, 2]; those that are not finite do not count.
        shares: each between 0 and 1.
        smoothness: the kernel's width, in parts of Scott's rule.

    Returns:
        For each share the pieces of its lines, [M, 2, 2] float32: from and to, x and y. Nothing where there are
        too few points, or where they lie on one line.
    """
    points = points[np.isfinite(points).all(axis=1)]
    spread = points.std(axis=0) if len(points) else np.zeros(2)
    if len(points) < FEWEST or not (spread > 0).all():
        return tuple(np.zeros((0, 2, 2), np.float32) for _ in shares)
    bandwidth = smoothness * float(spread.mean()) * len(points) ** (-1 / 6)
    low, high = points.min(axis=0) - 4 * bandwidth, points.max(axis=0) + 4 * bandwidth
    step = float((high - low).max()) / CELLS
    shape = np.ceil((high - low) / step).astype(int) + 1
    cells = np.floor((points - low) / step).astype(int)
    counts = np.bincount(cells[:, 0] * shape[1] + cells[:, 1], minlength=shape[0] * shape[1])
    grid = gaussian_filter(counts.reshape(shape).astype(np.float64), bandwidth / step)
    at_points = grid[cells[:, 0], cells[:, 1]]
    centre = low + step / 2
    return tuple(
        (level_lines(grid, float(np.quantile(at_points, 1 - share))) * step + centre).astype(np.float32)
        for share in shares
    )


def level_lines(grid: Grid, level: float) -> Grid:
    """Where a function crosses a level (marching squares).

    Args:
        grid: its values [W, H] at x = 0, 1, … and y = 0, 1, ….

    Returns:
        Pieces [M, 2, 2]: from and to, x and y; those of one cell meet those of its neighbours exactly.
    """
    above = grid > level
    kinds = above[:-1, :-1] + 2 * above[1:, :-1] + 4 * above[1:, 1:] + 8 * above[:-1, 1:]
    xs, ys = np.nonzero((kinds > 0) & (kinds < 15))
    kinds = kinds[xs, ys]
    corners = [grid[xs, ys], grid[xs + 1, ys], grid[xs + 1, ys + 1], grid[xs, ys + 1]]
    crossings = np.empty((4, len(xs), 2))
    for edge, (begin, end) in enumerate(((0, 1), (1, 2), (3, 2), (0, 3))):
        with np.errstate(divide="ignore", invalid="ignore"):
            along = (level - corners[begin]) / (corners[end] - corners[begin])
        crossings[edge, :, 0] = xs + (along if edge in (0, 2) else edge == 1)
        crossings[edge, :, 1] = ys + (along if edge in (1, 3) else edge == 2)
    pieces = [
        np.stack((crossings[begin, kinds == kind], crossings[end, kinds == kind]), axis=1)
        for kind, lines in _LINES.items()
        for begin, end in lines
    ]
    return np.concatenate(pieces)
