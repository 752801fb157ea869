"""Where things lie in the plane that the canvas shows: cells of the backdrop, digits."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF

from vae_desktop.core.plane import Plane
from vae_desktop.core.records import FloatArray, IntArray

# A cell of the backdrop is at least this many pixels wide, and at most half as much again.
SMALLEST_CELL = 40.0
# Standard deviations that the first view shows on either side of the origin.
HOME_REACH = 3.5
# Around the three digits of a plane, in parts of the room that they take.
HOME_MARGIN = 0.25
# Cells beyond the view on each side, so that a short move of the view finds them there.
SPARE_CELLS = 2
MOST_CELLS = 48
# On a line, the digits lie in lanes above it, one lane for each class, between these heights.
LOWEST_LANE, HIGHEST_LANE = 0.55, 3.4

Extent = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of the backdrop.

    Attributes:
        xs, ys: centres along each axis, ascending.
        width, height: of one cell, in the plane's units.
    """

    xs: FloatArray
    ys: FloatArray
    width: float
    height: float

    def serve(self, width: float, seen: QRectF) -> bool:
        """Whether these fill the view, with cells of this width."""
        if width != self.width:
            return False
        left, right = self.xs[0] - self.width / 2, self.xs[-1] + self.width / 2
        bottom, top = self.ys[0] - self.height / 2, self.ys[-1] + self.height / 2
        across = left <= seen.left() and right >= seen.right()
        return bool(across and (len(self.ys) == 1 or (bottom <= seen.top() and top >= seen.bottom())))


def cell_width(pixel: float) -> float:
    """How wide a cell is where a pixel covers so much of the plane.

    Widths are powers of the square root of 2, so that a little zoom leaves the cells as they are.
    """
    return float(2.0 ** (math.ceil(2 * math.log2(SMALLEST_CELL * pixel)) / 2))


def cells_in_view(seen: QRectF, width: float, aspect: float, line: bool) -> Cells:
    """The cells that fill a view, and some around it.

    Their centres are multiples of their size: while the view moves, cells stay where they are.

    Args:
        seen: the part of the plane in view.
        width: of a cell.
        aspect: height of an image over its width.
        line: whether there is a single row, at y = 0.
    """
    height = width * aspect
    xs = _multiples(seen.left(), seen.right(), width)
    ys = np.zeros(1, np.float32) if line else _multiples(seen.top(), seen.bottom(), height)
    return Cells(xs, ys, width, height)


def _multiples(low: float, high: float, step: float) -> FloatArray:
    first = math.floor(low / step + 0.5) - SPARE_CELLS
    last = math.ceil(high / step - 0.5) + SPARE_CELLS
    if last - first >= MOST_CELLS:
        middle = (first + last) // 2
        first, last = middle - MOST_CELLS // 2, middle + MOST_CELLS // 2 - 1
    return (np.arange(first, last + 1) * step).astype(np.float32)


def home_rect(plane: Plane, means: FloatArray | None) -> QRectF:
    """What a plane is first looked at: a little more than three standard deviations.

    On a line, the digits' lanes above it too; of a plane through three digits, all of these.

    Args:
        plane: what the canvas shows.
        means: latent means [N, D] of all digits, where they are known.
    """
    if plane.dimensions == 1:
        return QRectF(-HOME_REACH, -1.0, 2 * HOME_REACH, 4.6)
    home = QRectF(-HOME_REACH, -HOME_REACH, 2 * HOME_REACH, 2 * HOME_REACH)
    if means is None or not plane.digits:
        return home
    corners = plane.to_plane(means[list(plane.digits)])
    margin = HOME_MARGIN * float(np.ptp(corners, axis=0).max())
    (left, bottom), (right, top) = (
        (corners.min(axis=0) - margin).tolist(),
        (corners.max(axis=0) + margin).tolist(),
    )
    return home.united(QRectF(left, bottom, right - left, top - bottom))


def strip_extent(extent: Extent, columns: int, rows: int) -> Extent:
    """The extent of a single row of cells, of `columns` × `rows` pixels, around y = 0: its pixels are square."""
    half = (extent[2] - extent[0]) * rows / columns / 2
    return extent[0], -half, extent[2], half


def places(means: FloatArray, labels: IntArray, plane: Plane) -> FloatArray:
    """Where digits lie in a plane.

    In a 1-D latent space the height says nothing: each class has a lane, and within it digits are spread evenly
    so that they do not hide each other.

    Args:
        means: latent means [N, D].
        labels: classes [N].
        plane: what the canvas shows.

    Returns:
        [N, 2] float32.
    """
    if means.shape[1] > 1:
        return plane.to_plane(means)
    # Multiples of the golden ratio, modulo 1, fill an interval evenly in any order of the points.
    spread = np.modf(np.arange(len(means)) * (math.sqrt(5) - 1) / 2)[0]
    lanes = int(labels.max(initial=0)) + 1
    lane_height = (HIGHEST_LANE - LOWEST_LANE) / lanes
    heights = LOWEST_LANE + (labels + 0.1 + 0.8 * spread) * lane_height
    return np.column_stack([means[:, 0], heights]).astype(np.float32)
