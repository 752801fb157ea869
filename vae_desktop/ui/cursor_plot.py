"""A plot with a cursor over it that a hand drags."""

from __future__ import annotations

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

    def paintEvent(self, event: QPaintEvent) -> None:
        """Where only the cursor has moved, the scene's picture and the cursor; else the scene itself."""
        region = event.region()
        if self.cursor_mark.alone_in(region) and self._still.has(region):
            painter = QPainter(self.viewport())
            self._still.paint(painter, region)
            self.paint_over(painter)
            painter.end()
        else:
            super().paintEvent(event)

    def paint_scene(self, event: QPaintEvent) -> None:
        """Paint the scene alone, and keep a picture of it."""
        super().paint_scene(event)
        self._still.keep(event.region())

    def paint_over(self, painter: QPainter) -> None:
        """The cursor lies over everything."""
        super().paint_over(painter)
        self.cursor_mark.paint(painter)
