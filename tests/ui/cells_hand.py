"""An ear for tests of image grids: what an assistive program finds of their cells, asked of Qt as it asks."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleInterface

from vae_desktop.ui.image_grid import ImageGrid


def cell_of(grid: ImageGrid, index: int) -> QAccessibleInterface:
    """One cell."""
    known = QAccessible.queryAccessibleInterface(grid)
    assert known is not None and known.isValid() and known.role() == QAccessible.Role.List
    cell = known.child(index)
    assert cell is not None and cell.isValid() and known.indexOfChild(cell) == index
    return cell


def name_of(grid: ImageGrid, index: int | None = None) -> str:
    """What is said of a cell, of the keyboard's unless another one is asked for."""
    return cell_of(grid, grid.current if index is None else index).text(QAccessible.Text.Name)
