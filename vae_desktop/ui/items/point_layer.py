"""Points that are ready to be painted: where each one lies, and which sprite it is."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import numpy.typing as npt
import shiboken6
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QTransform

from vae_desktop.core.records import FloatArray
from vae_desktop.ui.items.sprites import SpriteSheet, named_size

# What QPainter.PixmapFragment holds, all of them doubles.
_X, _Y, _SOURCE_LEFT, _SOURCE_TOP, _WIDTH, _HEIGHT, _SCALE_X, _SCALE_Y, _ROTATION, _OPACITY = range(10)

# A thousandth of a pixel across a wide screen.
SAME_SCALE = 1e-7

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Place:
    """How the plane lies on a device, all in the device's pixels: x · scale_x + dx, and alike for y.

    Attributes:
        width, height: of the part of the device that shows the plane.
        ratio: pixels of the device for one of the screen.
    """

    scale_x: float
    scale_y: float
    dx: float
    dy: float
    width: int
    height: int
    ratio: float

    @classmethod
    def of(cls, transform: QTransform, width: float, height: float, ratio: float) -> Place:
        """The place under a painter's transform; a ViewBox scales and moves but does not turn."""
        return cls(
            transform.m11() * ratio,
            transform.m22() * ratio,
            transform.dx() * ratio,
            transform.dy() * ratio,
            round(width * ratio),
            round(height * ratio),
            ratio,
        )

    @property
    def rect(self) -> QRectF:
        """The whole part of the device."""
        return QRectF(0, 0, self.width, self.height)

    def same_zoom(self, other: Place) -> bool:
        """Whether the other place differs by a move only; moving rounds the scale anew."""
        return (
            (self.width, self.height, self.ratio) == (other.width, other.height, other.ratio)
            and math.isclose(self.scale_x, other.scale_x, rel_tol=SAME_SCALE)
            and math.isclose(self.scale_y, other.scale_y, rel_tol=SAME_SCALE)
        )


@dataclass(frozen=True, eq=False)
class PointLayer:
    """Points in the order in which they are painted. Nothing here may change: pictures are made of it in slices.

    Attributes:
        xs, ys: places [M] in the plane.
        columns: of the palette [M]; names: the row of each point's name [M]; marked: [M], whether it has a ring.
        size: diameter of a point, in pixels of the screen.
    """

    xs: FloatArray
    ys: FloatArray
    columns: npt.NDArray[np.intp]
    names: npt.NDArray[np.intp]
    marked: Mask
    size: float
    _brush: Brush = field(repr=False)

    def __len__(self) -> int:
        return len(self.xs)

    @property
    def reach(self) -> float:
        """How far a point may reach from its place, in pixels of the screen."""
        return named_size(self.size) / 2 + 6

    def within(self, place: Place, area: QRectF, part: slice = slice(None), margin: float = 0.0) -> Mask:
        """Which points of a part lie in an area of the device, widened by `margin` pixels of the device."""
        left, right = area.left() - margin - place.dx, area.right() + margin - place.dx
        top, bottom = area.top() - margin - place.dy, area.bottom() + margin - place.dy
        x0, x1 = sorted((left / place.scale_x, right / place.scale_x))
        y0, y1 = sorted((top / place.scale_y, bottom / place.scale_y))
        xs, ys = self.xs[part], self.ys[part]
        inside: Mask = (xs > x0) & (xs < x1)
        inside &= (ys > y0) & (ys < y1)
        return inside

    def touching(self, place: Place, area: QRectF, part: slice = slice(None)) -> Mask:
        """Which points of a part may paint into an area of the device."""
        return self.within(place, area, part, self.reach * place.ratio)

    def paint(
        self, painter: QPainter, place: Place, indices: npt.NDArray[np.intp], sheet: SpriteSheet
    ) -> None:
        """Paint some points with a painter that works in the device's pixels."""
        rows = self.names[indices] if sheet.rows > 1 else 0
        tops = (rows + self.marked[indices] * sheet.rows) * sheet.cell
        self._brush.paint(
            painter,
            sheet,
            self.xs[indices] * place.scale_x + place.dx,
            self.ys[indices] * place.scale_y + place.dy,
            self.columns[indices] * sheet.cell,
            tops,
        )


class Brush:
    """One array for all repaints, which QPainter reads in place: no point becomes a Python object."""

    def __init__(self) -> None:
        self._fragments: npt.NDArray[np.float64] = np.zeros((0, 10))
        self._first: QPainter.PixmapFragment | None = None
        self._cell = 0.0

    def paint(
        self,
        painter: QPainter,
        sheet: SpriteSheet,
        xs: npt.NDArray[np.floating],
        ys: npt.NDArray[np.floating],
        lefts: npt.NDArray[np.floating],
        tops: npt.NDArray[np.floating],
    ) -> None:
        """Paint sprites around their centres xs, ys, each [n], with their corners in the sheet."""
        count = len(xs)
        if not count:
            return
        if len(self._fragments) < count:
            self._fragments = np.zeros((count, 10))
            self._fragments[:, [_SCALE_X, _SCALE_Y, _OPACITY]] = 1.0
            first = shiboken6.wrapInstance(self._fragments.ctypes.data, QPainter.PixmapFragment)
            self._first = cast(QPainter.PixmapFragment, first)
            self._cell = 0.0
        if sheet.cell != self._cell:
            self._cell = sheet.cell
            self._fragments[:, [_WIDTH, _HEIGHT]] = sheet.cell
        fragments = self._fragments[:count]
        fragments[:, _X] = xs
        fragments[:, _Y] = ys
        fragments[:, _SOURCE_LEFT] = lefts
        fragments[:, _SOURCE_TOP] = tops
        assert self._first is not None
        painter.drawPixmapFragments(self._first, count, sheet.pixmap)
