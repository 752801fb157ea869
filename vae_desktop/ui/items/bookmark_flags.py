"""Bookmarks on a plane: small flags, with their names where there is room."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from vae_desktop.app.bookmark_places import BookmarkPlace
from vae_desktop.ui.items.flag_names import GAP, name_boxes
from vae_desktop.ui.theme import theme

# In pixels, from the point that the pole stands on: y grows downwards.
POLE, CLOTH_WIDTH, CLOTH_HEIGHT = 19.0, 11.0, 8.0
HALO, LINE = 4.0, 1.5
# What the pointer hits: the cloth and the upper pole. The point itself is left to the hand that drags the cursor.
TARGET = QRectF(-4, -POLE - 3, CLOTH_WIDTH + 7, POLE - 3)
# All that is painted of a flag.
BOX = QRectF(-4, -POLE - 4, CLOTH_WIDTH + 9, POLE + 8)
PALE = 0.55
NAME_SIZE, LONGEST, LONGEST_POINTED = 11, 110.0, 320.0
# The whole plane, whatever part of it is in view.
PLANE = QRectF(-1e4, -1e4, 2e4, 2e4)

Places = npt.NDArray[np.float64]


class BookmarkFlags(QGraphicsItem):
    """A flag at each place, of fixed size on the screen; hollow and paler where the point lies off the plane.

    Attributes:
        places: of the bookmarks, the first painted last.
        pointed: the number of the one under the pointer, or -1; its name is shown in any case.
        named: of those whose name was last painted, in order.
    """

    def __init__(self, seen: Callable[[], QRectF], parent: QGraphicsItem | None = None) -> None:
        """`seen` tells which part of the plane is in view."""
        super().__init__(parent)
        self.places: tuple[BookmarkPlace, ...] = ()
        self.pointed = -1
        self.named: tuple[int, ...] = ()
        self._seen = seen
        self._points: Places = np.zeros((0, 2))
        self._font = QFont()
        self._font.setPixelSize(NAME_SIZE)
        self._words: list[tuple[str, float]] = []
        self._stamps: dict[tuple[object, ...], QPixmap] = {}
        self._boxes: tuple[bytes, list[QRectF | None]] = (b"", [])
        self.hide()

    def set_places(self, places: tuple[BookmarkPlace, ...]) -> None:
        """Show flags at these places."""
        if places != self.places:
            self.places, self.pointed = places, -1
            self._points = np.array([(it.x, it.y) for it in places], np.float64).reshape(-1, 2)
            self._words = [self._cut(it.name, LONGEST) for it in places]
            self._boxes = (b"", [])
            self.update()

    def set_pointed(self, number: int) -> None:
        """Show a flag's whole name, or with -1 none but those that have room."""
        if number != self.pointed:
            self.pointed = number
            self.update()

    def at(self, x: float, y: float, pixel: tuple[float, float]) -> int:
        """The number of the flag that covers a place of the plane, or -1.

        Args:
            pixel: how much of the plane a pixel covers, across and up.
        """
        steps = ((x, y) - self._points) / pixel
        for number, (right, up) in enumerate(steps.tolist()):
            if TARGET.contains(right, -up):
                return number
        return -1

    def boundingRect(self) -> QRectF:
        """Everywhere: flags are as large at any zoom."""
        return PLANE

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """The flags, the first on top, and over them the names."""
        transform = painter.transform()
        area = transform.mapRect(self._seen())
        scale, shift = (transform.m11(), transform.m22()), (transform.dx(), transform.dy())
        on_screen = self._points * scale + shift
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ratio = painter.device().devicePixelRatioF()
        room = area.adjusted(-BOX.right(), -BOX.bottom(), -BOX.left(), -BOX.top())
        for number in reversed(range(len(self.places))):
            spot = QPointF(*on_screen[number].tolist())
            if room.contains(spot):
                stamp = self._stamp(self.places[number].off > 0, number == self.pointed, ratio)
                painter.drawPixmap(spot + BOX.topLeft(), stamp)
        self._paint_names(painter, on_screen, area)
        painter.restore()

    def _paint_names(self, painter: QPainter, on_screen: Places, area: QRectF) -> None:
        relative = on_screen - (area.left(), area.top())
        # Whatever part of the view is painted, the names must lie alike in it.
        key = np.append(relative, (area.width(), area.height())).round(1).tobytes()
        if self._boxes[0] != key:
            widths = [width for _, width in self._words]
            inside = QRectF(0, 0, area.width(), area.height())
            self._boxes = (key, name_boxes(relative, widths, inside, BOX))
        boxes = self._boxes[1]
        self.named = tuple(number for number, box in enumerate(boxes) if box is not None)
        painter.setFont(self._font)
        for number in self.named:
            box = boxes[number]
            if box is not None and number != self.pointed:
                self._paint_name(painter, box.translated(area.topLeft()), number, self._words[number][0])
        if 0 <= self.pointed < len(self.places):
            place = self.places[self.pointed]
            off = f"  ({place.off:.2f} off the plane)" if place.off else ""
            name, width = self._cut(place.name, LONGEST_POINTED)
            width += QFontMetricsF(self._font).horizontalAdvance(off)
            x, y = on_screen[self.pointed].tolist()
            left = x + BOX.right() + GAP
            if left + width > area.right():
                left = max(area.left(), x + BOX.left() - GAP - width)
            box = QRectF(left, y - POLE - 1, width, NAME_SIZE + 5)
            self._paint_name(painter, box, self.pointed, name + off)

    def _paint_name(self, painter: QPainter, box: QRectF, number: int, words: str) -> None:
        colors = theme().colors
        pointed = number == self.pointed
        patch = QColor(colors.plot)
        patch.setAlphaF(0.95 if pointed else 0.8)
        painter.setPen(QPen(QColor(colors.line), 1) if pointed else Qt.PenStyle.NoPen)
        painter.setBrush(patch)
        painter.drawRoundedRect(box, 4, 4)
        pale = self.places[number].off > 0 and not pointed
        painter.setPen(QColor(colors.muted if pale else colors.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _cut(self, name: str, longest: float) -> tuple[str, float]:
        """A name that is no longer than so many pixels, and the width of its patch."""
        metrics = QFontMetricsF(self._font)
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, longest)
        return shown, float(math.ceil(metrics.horizontalAdvance(shown)) + 8)

    def _stamp(self, hollow: bool, pointed: bool, ratio: float) -> QPixmap:
        """A flag as pixels, drawn once for each look."""
        colors = theme().colors
        key = (hollow, pointed, ratio, colors.accent, colors.cursor_halo)
        if key not in self._stamps:
            size = BOX.size() * ratio
            picture = QPixmap(math.ceil(size.width()), math.ceil(size.height()))
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            painter.translate(-BOX.topLeft())
            painter.setOpacity(PALE if hollow and not pointed else 1.0)
            _draw_flag(painter, hollow)
            painter.end()
            self._stamps[key] = picture
        return self._stamps[key]


def _draw_flag(painter: QPainter, hollow: bool) -> None:
    """A cloth on a pole that stands on the origin, on a halo."""
    colors = theme().colors
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    flag = QPainterPath(QPointF(0, 0))
    flag.lineTo(0, -POLE)
    flag.lineTo(CLOTH_WIDTH, -POLE + CLOTH_HEIGHT / 2)
    flag.lineTo(0, -POLE + CLOTH_HEIGHT)
    for color, width in ((colors.cursor_halo, HALO), (colors.text, LINE)):
        pen = QPen(QColor(color), width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.setBrush(QColor(colors.cursor_halo if hollow else colors.accent))
        painter.drawPath(flag)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.text))
    painter.drawEllipse(QPointF(0, 0), 2, 2)
