"""A plot with a cursor over it that a hand drags."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from vae_desktop.ui.canvas_cursor import CanvasCursor
from vae_desktop.ui.plot_navigation import NavigablePlot
from vae_desktop.ui.still_picture import StillPicture

# Whoever has not moved the view for so long may drag the cursor next.
VIEW_REST_MS = 150


class CursorPlot(NavigablePlot):
    """Where nothing but the cursor moves, the plot's scene is painted from a picture of it.

    Attributes:
        cursor_mark: the cursor, over everything else.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._still = StillPicture(self)
        self.cursor_mark = CanvasCursor(self)
        self._view_timer = QTimer(self)
        self._view_timer.setSingleShot(True)
        self._view_timer.setInterval(VIEW_REST_MS)
        self._view_timer.timeout.connect(self.viewport().update)
        self.range_changed.connect(self._view_moved)

    def _view_moved(self) -> None:
        self._still.forget()
        self._view_timer.start()

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
        # A copy of each picture of a view that moves would be for nothing.
        if not self._view_timer.isActive():
            self._still.keep(event.region())

    def paint_over(self, painter: QPainter) -> None:
        """The cursor lies over everything."""
        super().paint_over(painter)
        self.cursor_mark.paint(painter)
