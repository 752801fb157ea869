"""What a plot shows, kept in tiles for as long as nothing in it changes."""

from __future__ import annotations

import math
from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter, QPixmap, QRegion
from PySide6.QtWidgets import QGraphicsView, QWidget

# A multiple of 16, so that tiles begin on whole pixels of the screen at the usual scales. A larger tile is taken
# less often, but takes longer then, and a hand waits for it.
TILE = 128


class StillPicture:
    """A graphics view's scene as a picture from which parts can be painted again without asking its items.

    Whoever paints over a scene that stands still, again and again, has no use for a walk through its items each
    time.

    Attributes:
        taking: whether the view is being asked to paint itself for a tile: nothing but the scene belongs there.
    """

    def __init__(self, view: QGraphicsView) -> None:
        self.taking = False
        self._view = view
        self._tiles: dict[tuple[int, int], QPixmap] = {}
        self._scale = 0.0
        # With somebody listening Qt tells of every change before it is painted.
        view.scene().changed.connect(self.forget)

    def forget(self, *_: object) -> None:
        """The scene, or how it is seen, is not what it was."""
        self._tiles.clear()

    def take(self, area: QRect) -> None:
        """See to it that `area`, in the viewport's coordinates, can be painted; not while a widget is painted."""
        viewport = self._view.viewport()
        if viewport.devicePixelRatioF() != self._scale:
            self._scale = viewport.devicePixelRatioF()
            self.forget()
        for place in _places(area & viewport.rect()):
            if place not in self._tiles:
                self._tiles[place] = self._taken(viewport, *place)

    def has(self, area: QRect) -> bool:
        """Whether all of an area was taken."""
        return all(place in self._tiles for place in _places(area & self._view.viewport().rect()))

    def paint(self, painter: QPainter, area: QRect) -> None:
        """Paint the part of the view that lies in an area that was taken."""
        for column, row in _places(area & self._view.viewport().rect()):
            painter.drawPixmap(column * TILE, row * TILE, self._tiles[column, row])

    def _taken(self, viewport: QWidget, column: int, row: int) -> QPixmap:
        tile = QPixmap(math.ceil(TILE * self._scale), math.ceil(TILE * self._scale))
        tile.setDevicePixelRatio(self._scale)
        part = QRect(column * TILE, row * TILE, TILE, TILE) & viewport.rect()
        self.taking = True
        try:
            viewport.render(tile, QPoint(), QRegion(part), QWidget.RenderFlag(0))
        finally:
            self.taking = False
        return tile


def _places(area: QRect) -> Iterator[tuple[int, int]]:
    """Column and row of each tile that has a part in an area."""
    for row in range(area.top() // TILE, area.bottom() // TILE + 1):
        for column in range(area.left() // TILE, area.right() // TILE + 1):
            yield column, row
