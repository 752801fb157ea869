"""What a plot shows, kept as pixels, so that what moves over it can be painted without painting it again."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSizeF
from PySide6.QtGui import QImage, QPainter, QRegion
from PySide6.QtWidgets import QGraphicsView


class StillPicture(QObject):
    """A copy of what a graphics view last painted of its scene.

    Whoever paints over a scene that stands still, again and again, has no use for a walk through its items each
    time. Whatever Qt does not ask a view to paint again is on the screen as it should be, and so it is in the copy.

    What items want painted again reaches their views by way of a queued call on the scene, and only that tells of what
    lies within the part that is painted anyway. (The scene's signal `changed` tells of it, too, but with anybody
    connected to it Qt paints whole items where a part would do: all points for one that is pointed at.)
    """

    def __init__(self, view: QGraphicsView) -> None:
        super().__init__(view)
        self._view = view
        # In pixels of the screen, the viewport's first one at (0, 0).
        self._image = QImage()
        self._kept = QRegion()
        self._fresh = False
        view.scene().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at the scene's queued calls."""
        if event.type() == QEvent.Type.MetaCall:
            self._fresh = False
        return False

    def forget(self) -> None:
        """Nothing is where it was."""
        self._kept = QRegion()

    def has(self, region: QRegion) -> bool:
        """Whether a part of the viewport is known, and nothing in the scene waits for being painted."""
        return self._fresh and region.subtracted(self._kept).isEmpty()

    def keep(self, region: QRegion) -> None:
        """Copy a part of the viewport from the window: nothing but the scene was just painted there."""
        window = self._view.window()
        painter = QPainter(self._view.viewport())
        shown = painter.paintEngine().paintDevice()
        painter.end()
        # It may as well have been painted for somebody's picture of the view.
        if not isinstance(shown, QImage) or shown is not window.backingStore().paintDevice():
            return
        scale = shown.devicePixelRatio()
        corner = self._corner(scale)
        around = _pixels(self._view.viewport().rect(), scale)
        if self._image.size() != around.size() or self._image.format() != shown.format():
            self._image, self._kept = QImage(around.size(), shown.format()), QRegion()
        painter = QPainter(self._image)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        for rect in _rects(region):
            part = _whole_pixels(rect, scale)
            painter.drawImage(QRectF(part), shown, QRectF(part.translated(corner)))
        painter.end()
        self._kept = self._kept.united(region)
        self._fresh = True

    def paint(self, painter: QPainter, region: QRegion) -> None:
        """Paint a part of the viewport that is known."""
        viewport = self._view.viewport()
        scale, corner = viewport.devicePixelRatioF(), viewport.mapTo(self._view.window(), QPoint())
        # The viewport itself may begin within a pixel of the screen.
        first = self._corner(scale)
        left, top = first.x() / scale - corner.x(), first.y() / scale - corner.y()
        for rect in _rects(region):
            part = _pixels(rect, scale)
            size = QSizeF(part.width() / scale, part.height() / scale)
            at = QRectF(QPointF(left + part.x() / scale, top + part.y() / scale), size)
            painter.drawImage(at, self._image, QRectF(part))

    def _corner(self, scale: float) -> QPoint:
        """The window's pixel that the viewport begins in."""
        corner = self._view.viewport().mapTo(self._view.window(), QPoint())
        return QPoint(math.floor(corner.x() * scale), math.floor(corner.y() * scale))


def _pixels(rect: QRect, scale: float) -> QRect:
    """All pixels of the screen that have a part in a rectangle of a viewport."""
    left, top = math.floor(rect.left() * scale), math.floor(rect.top() * scale)
    right, bottom = math.ceil((rect.right() + 1) * scale), math.ceil((rect.bottom() + 1) * scale)
    return QRect(left, top, right - left, bottom - top)


def _whole_pixels(rect: QRect, scale: float) -> QRect:
    """The pixels of the screen that are all in a rectangle: what else is in the others was not painted with it."""
    left, top = math.ceil(rect.left() * scale), math.ceil(rect.top() * scale)
    right, bottom = math.floor((rect.right() + 1) * scale), math.floor((rect.bottom() + 1) * scale)
    return QRect(left, top, right - left, bottom - top)


def _rects(region: QRegion) -> list[QRect]:
    return list(region)  # type: ignore[call-overload,no-any-return]  # PySide's stubs do not know
