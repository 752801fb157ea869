"""A plot with a cursor over it that a hand drags."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from vae_desktop.ui.canvas_cursor import CanvasCursor
from vae_desktop.ui.plot_navigation import NavigablePlot
from vae_desktop.ui.still_picture import StillPicture


class CursorPlot(NavigablePlot):
    """Where nothing but the cursor moves, the plot's scene is painted from a picture of it.

    Attributes:
        cursor_mark: the cursor, over everything else.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._still = StillPicture(self)
        self.cursor_mark = CanvasCursor(self)

    def move_cursor_mark(self, x: float, y: float) -> None:
        """Put the cursor somewhere in the plane."""
        self.cursor_mark.move(x, y)
        if self.cursor_mark.wanders:
            self._still.take(self.cursor_mark.rect)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Where only the cursor has moved, the scene's picture and the cursor; else the scene itself."""
        if self._still.taking:
            self.paint_scene(event)
        elif not self._paint_still(self.cursor_mark.alone_in(event.region())):
            super().paintEvent(event)

    def _paint_still(self, parts: list[QRect]) -> bool:
        if not parts or not all(self._still.has(part) for part in parts):
            return False
        painter = QPainter(self.viewport())
        for part in parts:
            self._still.paint(painter, part)
        self.paint_over(painter)
        painter.end()
        return True

    def paint_over(self, painter: QPainter) -> None:
        """The cursor lies over everything."""
        super().paint_over(painter)
        self.cursor_mark.paint(painter)
