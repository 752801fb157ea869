"""A grid of images as assistive programs find it: a list, each cell an item with a name, a place and a state."""

from __future__ import annotations

from typing import Any, cast

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface, QWindow
from shiboken6 import isValid

from vae_desktop.ui.face import Face
from vae_desktop.ui.image_grid import ImageGrid


class GridFace(Face):
    """The grid; what is told of a cell is made when somebody asks for it, and kept for as long as the grid.

    Qt has no other owner for a cell: it is deleted by `release`. Until then Python must keep it, since assistive
    programs may come back to it at any time.

    Attributes:
        cells: those that were asked for, by their number.
    """

    def __init__(self, grid: ImageGrid) -> None:
        super().__init__(grid, QAccessible.Role.List, _value)
        self.cells: dict[int, CellFace] = {}

    @property
    def grid(self) -> ImageGrid | None:
        """The grid while it lives."""
        grid = self.object() if isValid(self) else None
        return grid if isinstance(grid, ImageGrid) else None

    def childCount(self) -> int:
        """As many as there are images."""
        return self.grid.count if self.grid is not None else 0

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """A cell, or None where there is none."""
        if not 0 <= index < self.childCount():
            return None
        if index not in self.cells:
            self.cells[index] = CellFace(self, index)
        return self.cells[index]

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """The cell at a place of the screen."""
        grid = self.grid
        if grid is None:
            return None
        at = grid.mapFromGlobal(QPoint(x, y))
        return self.child(grid.index_at(at.x(), at.y()))

    def indexOfChild(self, cell: QAccessibleInterface) -> int:
        """A cell's number, or -1."""
        return cell.index if isinstance(cell, CellFace) and cell.face is self else -1

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        """The cell that the keyboard is on."""
        grid = self.grid
        return self.child(grid.current) if grid is not None and grid.hasFocus() else None

    def release(self) -> None:
        """Have Qt forget and delete the cells of a grid that is gone."""
        for cell in self.cells.values():
            if isValid(cell):
                QAccessible.deleteAccessibleInterface(QAccessible.uniqueId(cell))
        self.cells.clear()


class CellFace(QAccessibleInterface):
    """One cell; it is valid for as long as the grid has an image there.

    Attributes:
        face: the grid's; index: its number in the grid.
    """

    def __init__(self, face: GridFace, index: int) -> None:
        super().__init__()
        self.face = face
        self.index = index

    @property
    def grid(self) -> ImageGrid | None:
        """The grid while it has this cell."""
        grid = self.face.grid
        return grid if grid is not None and self.index < grid.count else None

    def isValid(self) -> bool:
        """Whether there is still such a cell."""
        return self.grid is not None

    def object(self) -> QObject | None:  # type: ignore[override]
        """It is no object of Qt's."""
        return None

    def window(self) -> QWindow | None:  # type: ignore[override]
        """The grid's window."""
        return self.face.window() if self.grid is not None else None

    def parent(self) -> QAccessibleInterface | None:  # type: ignore[override]
        """The grid."""
        return self.face if isValid(self.face) else None

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """Nothing is in it."""
        return None

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """Nothing is in it."""
        return None

    def childCount(self) -> int:
        """Nothing is in it."""
        return 0

    def indexOfChild(self, part: QAccessibleInterface) -> int:
        """Nothing is in it."""
        return -1

    def role(self) -> QAccessible.Role:
        """An item of a list: PySide cannot tell of tables."""
        return QAccessible.Role.ListItem

    def text(self, kind: QAccessible.Text) -> str:
        """Its name is what the grid says of it."""
        grid = self.grid
        return grid.name_of(self.index) if grid is not None and kind == QAccessible.Text.Name else ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """Nobody can name it otherwise."""

    def rect(self) -> QRect:
        """Where it is on the screen."""
        grid = self.grid
        if grid is None:
            return QRect()
        cell = grid.cell_rect(self.index).toRect()
        return QRect(grid.mapToGlobal(cell.topLeft()), cell.size())

    def state(self) -> QAccessible.State:
        """Whether the keyboard is on it, and whether it is the marked one."""
        grid = self.grid
        # Its flags are not among what PySide6 declares.
        state: Any = QAccessible.State()
        state.invalid = grid is None
        if grid is not None:
            state.focusable = state.selectable = True
            state.focused = grid.hasFocus() and grid.current == self.index
            state.selected = grid.selected == self.index
            state.invisible = not grid.isVisible() or grid.is_blank(self.index)
            state.disabled = not grid.isEnabled()
        return cast(QAccessible.State, state)


def _value(grid: ImageGrid) -> str:
    """The cell that the keyboard is on, or how many there are."""
    return grid.name_of(grid.current) if 0 <= grid.current < grid.count else f"{grid.count:,} images"
