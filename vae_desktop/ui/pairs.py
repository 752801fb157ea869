"""Images over their reconstructions in one grid: which cell holds what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vae_desktop.core.records import FloatArray
from vae_desktop.ui.mosaic import rows_of


@dataclass(frozen=True)
class Pairs:
    """The cells of a grid in which each row of images is followed by the row of their reconstructions.

    Attributes:
        count, columns: images, and how many stand in a row.
    """

    count: int
    columns: int

    @property
    def cells(self) -> int:
        """How many cells the grid has, those included that stay blank in the last two rows."""
        return 2 * rows_of(self.count, self.columns) * self.columns

    @property
    def blank(self) -> frozenset[int]:
        """The cells without an image."""
        return frozenset(cell for cell in range(self.cells) if self._place(cell)[0] >= self.count)

    def _place(self, cell: int) -> tuple[int, bool]:
        row, column = divmod(cell, self.columns)
        return row // 2 * self.columns + column, bool(row % 2)

    def image_of(self, cell: int) -> int:
        """Which image a cell shows, as itself or as its reconstruction; the cell must not be blank."""
        return self._place(cell)[0]

    def is_reconstruction(self, cell: int) -> bool:
        """Whether a cell shows a reconstruction."""
        return self._place(cell)[1]

    def cell_of(self, image: int) -> int:
        """The cell of an image (its reconstruction is `columns` further)."""
        row, column = divmod(image, self.columns)
        return 2 * row * self.columns + column

    def in_order(self, originals: FloatArray, reconstructions: FloatArray) -> FloatArray:
        """All cells' images [cells, C, H, W] from two arrays [count, C, H, W]; blank cells are zeros."""
        cells = np.zeros((self.cells, *originals.shape[1:]), np.float32)
        first = [self.cell_of(image) for image in range(self.count)]
        cells[first] = originals
        cells[[cell + self.columns for cell in first]] = reconstructions
        return cells
