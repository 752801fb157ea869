"""A picture of many points that moves with the view, and is made anew in slices when it no longer fits."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPixmap, QRegion

from vae_desktop.ui.items.point_layer import Mask, Place, PointLayer
from vae_desktop.ui.items.sprites import SpriteSheet

# Points are painted as they are where that takes no longer than this; otherwise a picture stands in for them
# until they have been painted behind the scenes, a slice at a time.
EXACT_SECONDS = 0.007
SLICE_SECONDS = 0.003
# A picture that was finished while the view moved on may take longer once, to catch up with it.
CATCH_UP_SECONDS = 0.012
# Between two slices, the window's thread has this long for whatever is more urgent.
PAUSE_MS = 4
# What a point takes before any was painted, how quickly what was measured replaces it, and from how many points on
# it is a measure of points rather than of what comes along with them.
FIRST_COST = 4e-7
LEARNING = 0.2
FEWEST = 2000
# Moves are in whole pixels; less than this beside them is not seen.
HARDLY = 0.02


class _Picture:
    """A pixmap of points, finished or under way."""

    def __init__(self, layer: PointLayer, place: Place) -> None:
        self.layer = layer
        self.place = place
        self.done = 0
        self.pixmap = QPixmap(max(1, place.width), max(1, place.height))
        self.pixmap.fill(Qt.GlobalColor.transparent)

    @property
    def finished(self) -> bool:
        """Whether all points are in it."""
        return self.done >= len(self.layer)


class PointRaster(QObject):
    """Paints a layer of points within a few milliseconds, however many they are.

    Points that are painted again as they were, or only moved, come from a picture of them, and only what comes in
    from beyond its edges is painted. While a view is zoomed, the picture is stretched, and painted anew in between,
    as it is when the points themselves change.

    Args:
        sheet_of: the sprites for a ratio of pixels.
        changed: called when a better picture is there.
    """

    def __init__(self, sheet_of: Callable[[float], SpriteSheet], changed: Callable[[], None]) -> None:
        super().__init__()
        self._sheet_of = sheet_of
        self._changed = changed
        self._front: _Picture | None = None
        self._back: _Picture | None = None
        self._wanted: tuple[PointLayer, Place] | None = None
        self._before: tuple[PointLayer, Place] | None = None
        self._cost = FIRST_COST
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._slice)

    @property
    def settled(self) -> bool:
        """Whether the picture is as good as it gets."""
        return not self._timer.isActive()

    def forget(self) -> None:
        """What was painted stands for other points than the next ones: it must not stand in for them."""
        self._front = self._back = self._before = None
        self._timer.stop()

    def paint(self, painter: QPainter, layer: PointLayer, place: Place, area: QRectF) -> None:
        """Paint what there is of the points in `area`; all is in pixels of the device."""
        self._wanted = (layer, place)
        quick = self._quick(layer, place)
        if not self._follow(layer, place, exactly=quick):
            if quick and not self._seen_before(layer, place):
                self._before = (layer, place)
                self._draw(painter, layer, place, layer.touching(place, area))
                return
            if quick or self._front is None:
                self._front = self._whole(layer, place)
            else:
                self._stretch(painter, self._front, layer, place)
                self._refine()
                return
        assert self._front is not None
        dx, dy = place.dx - self._front.place.dx, place.dy - self._front.place.dy
        painter.drawPixmap(round(dx), round(dy), self._front.pixmap)
        if max(abs(dx), abs(dy)) > HARDLY:
            self._refine()

    def _quick(self, layer: PointLayer, place: Place) -> bool:
        """Whether all points in view can be painted at once."""
        most = EXACT_SECONDS / self._cost
        return len(layer) <= most or int(np.count_nonzero(layer.touching(place, place.rect))) <= most

    def _seen_before(self, layer: PointLayer, place: Place) -> bool:
        """Whether no more than a move has happened since the last time: then a picture is worth its while."""
        if self._before is None:
            return False
        before, there = self._before
        return before is layer and there.same_zoom(place)

    # -- moving -------------------------------------------------------------------------------------

    def _follow(self, layer: PointLayer, place: Place, exactly: bool) -> bool:
        """Move the picture with the view, if nothing else has changed."""
        front = self._front
        if front is None or front.layer is not layer or not front.place.same_zoom(place):
            return False
        right, down = round(place.dx - front.place.dx), round(place.dy - front.place.dy)
        moved = Place(
            place.scale_x, place.scale_y, front.place.dx + right, front.place.dy + down,
            place.width, place.height, place.ratio,
        )  # fmt: skip
        beside = max(abs(place.dx - moved.dx), abs(place.dy - moved.dy))
        if exactly and beside > HARDLY:
            return False
        if right or down:
            kept = QRect(right, down, place.width, place.height)
            uncovered = QRegion(0, 0, place.width, place.height) - QRegion(kept)
            fresh = layer.touching(moved, moved.rect)
            fresh &= ~layer.within(moved, QRectF(kept), margin=-layer.reach * place.ratio)
            if not exactly and np.count_nonzero(fresh) * self._cost > CATCH_UP_SECONDS:
                return False
            front.pixmap.scroll(right, down, front.pixmap.rect())
            front.place = moved
            inner = QPainter(front.pixmap)
            inner.setClipRegion(uncovered)
            inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
            inner.fillRect(front.pixmap.rect(), Qt.GlobalColor.transparent)
            inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            self._draw(inner, layer, moved, fresh)
            inner.end()
        return True

    def _stretch(self, painter: QPainter, front: _Picture, layer: PointLayer, place: Place) -> None:
        """Put the picture where its points belong now, and around it some of those that it does not have."""
        old = front.place
        scale_x, scale_y = place.scale_x / old.scale_x, place.scale_y / old.scale_y
        corner_x, corner_y = place.dx - old.dx * scale_x, place.dy - old.dy * scale_y
        covered = QRectF(corner_x, corner_y, old.width * scale_x, old.height * scale_y)
        painter.drawPixmap(covered, front.pixmap, QRectF(front.pixmap.rect()))
        inner = QRect(covered.toRect())
        around = QRegion(0, 0, place.width, place.height) - QRegion(inner)
        if around.isEmpty():
            return
        fresh = layer.within(place, place.rect) & ~layer.within(place, covered)
        indices = np.flatnonzero(fresh)
        step = max(1, round(len(indices) * self._cost / SLICE_SECONDS))
        painter.save()
        painter.setClipRegion(around, Qt.ClipOperation.IntersectClip)
        layer.paint(painter, place, indices[::step], self._sheet_of(place.ratio))
        painter.restore()

    # -- painting points ----------------------------------------------------------------------------

    def _draw(self, painter: QPainter, layer: PointLayer, place: Place, mask: Mask, start: int = 0) -> None:
        """Paint the points of a mask over those from `start` on, and learn what a point takes."""
        indices = np.flatnonzero(mask)
        began = time.perf_counter()
        layer.paint(painter, place, indices + start, self._sheet_of(place.ratio))
        if len(indices) >= FEWEST:
            taken = (time.perf_counter() - began) / len(indices)
            self._cost += LEARNING * (taken - self._cost)

    def _whole(self, layer: PointLayer, place: Place) -> _Picture:
        picture = _Picture(layer, place)
        inner = QPainter(picture.pixmap)
        self._draw(inner, layer, place, layer.touching(place, place.rect))
        inner.end()
        picture.done = len(layer)
        return picture

    def _refine(self) -> None:
        """Have a better picture made behind the scenes; one under way is finished first."""
        if not self._timer.isActive():
            self._timer.start(PAUSE_MS)

    def _slice(self) -> None:
        if self._back is None:
            if self._wanted is None:
                return
            self._back = _Picture(*self._wanted)
        back = self._back
        stop = back.done + max(FEWEST, int(SLICE_SECONDS / self._cost))
        mask = back.layer.touching(back.place, back.place.rect, slice(back.done, stop))
        inner = QPainter(back.pixmap)
        self._draw(inner, back.layer, back.place, mask, back.done)
        back.done = stop
        inner.end()
        if back.finished:
            self._front, self._back = back, None
            self._changed()
        else:
            self._timer.start(PAUSE_MS)
