"""The digits themselves in place of points, once a view is so near that they have room."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from vae_desktop.ui.items.class_points import ClassPoints
from vae_desktop.ui.items.point_layer import Mask
from vae_desktop.ui.theme import theme

# Sides in pixels of the screen; between two of them nothing changes while one zooms.
SIDES = (20, 26, 34, 44, 56, 72)
# There are none while more points than these are in view, nor where fewer than this part of them would have room.
MOST = 250
ENOUGH = 0.45
# What counts as overlapping: frames may touch.
CLEAR = 0.95
FRAME, ROUND = 1.5, 3.0
TINT = 0.14
# New thumbnails in one repaint take no longer than this; the others follow in the next ones.
DRAW_SECONDS = 0.005
MOST_KEPT = 1500

Pixels = npt.NDArray[np.uint8]


class Thumbnails(QGraphicsItem):
    """Pictures around the places of a `ClassPoints`, each framed and tinted in its point's colour.

    Attributes:
        points: whose places and colours they have.
    """

    def __init__(self, points: ClassPoints, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        self.points = points
        self._images: Pixels | None = None
        self._kept: dict[tuple[int, str], QPixmap] = {}
        self._kept_for: tuple[object, ...] = ()
        self._shown: list[int] = []
        self.side = 0

    def set_images(self, images: Pixels | None) -> None:
        """The pictures [N, C, H, W] uint8, 0 is paper, of which number i belongs to point i; None for none."""
        if images is not self._images:
            self._images = images
            self._kept.clear()
            self.update()

    def follow(self) -> None:
        """The points have other places or colours."""
        self.prepareGeometryChange()
        self.update()

    def recolor(self) -> None:
        """Take over the theme's colours."""
        self._kept.clear()
        self.update()

    @property
    def shown(self) -> list[int]:
        """The points whose pictures were painted last, in their order."""
        return self._shown

    def boundingRect(self) -> QRectF:
        """All points."""
        return self.points.boundingRect()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint the pictures of the points in view, if there is room for them."""
        self._shown = []
        points, images = self.points, self._images
        if images is None or widget is None or len(images) < len(points.points) or not len(points.points):
            return
        transform = painter.transform()
        size = (widget.width(), widget.height())
        xs = points.points[:, 0] * transform.m11() + transform.dx()
        ys = points.points[:, 1] * transform.m22() + transform.dy()
        reach = SIDES[-1] / 2
        inside = (
            points.visible & (xs > -reach) & (xs < size[0] + reach) & (ys > -reach) & (ys < size[1] + reach)
        )
        indices = np.flatnonzero(inside)
        if not 0 < len(indices) <= MOST:
            return
        side, free = _room(xs[indices], ys[indices])
        if side is None:
            return
        self.side = side
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_all(painter, indices[free], xs, ys, side)
        painter.restore()

    def _paint_all(
        self,
        painter: QPainter,
        indices: npt.NDArray[np.intp],
        xs: npt.NDArray[np.floating],
        ys: npt.NDArray[np.floating],
        side: int,
    ) -> None:
        ratio = painter.device().devicePixelRatio()
        if self._kept_for != (side, ratio) or len(self._kept) > MOST_KEPT:
            self._kept_for = (side, ratio)
            self._kept.clear()
        until = time.perf_counter() + DRAW_SECONDS
        for index in indices.tolist():
            key = (index, self.points.color_of(index))
            if key not in self._kept:
                if time.perf_counter() > until:
                    # The point's dot stays in its place until the next repaint.
                    self.update()
                    continue
                self._kept[key] = self._thumbnail(*key, side, ratio)
            corner = QPointF(round(float(xs[index]) - side / 2), round(float(ys[index]) - side / 2))
            painter.drawPixmap(corner, self._kept[key])
            self._shown.append(index)
            if index == self.points.highlight:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(theme().colors.text), 2))
                painter.drawRoundedRect(QRectF(corner.x(), corner.y(), side, side), ROUND, ROUND)

    def _thumbnail(self, index: int, color: str, side: int, ratio: float) -> QPixmap:
        """A picture on tinted paper in a frame; a ring's worth of more frame where the point is marked."""
        assert self._images is not None
        marked = self.points.marked is not None and bool(self.points.marked[index])
        edge = round(side * ratio)
        pixmap = QPixmap(edge, edge)
        pixmap.fill(Qt.GlobalColor.transparent)
        paper, ink = _mixed(theme().colors.plot, color, TINT), QColor(theme().colors.text)
        frame = QColor(theme().colors.text if marked else color)
        width = FRAME * ratio * (1.6 if marked else 1.0)
        box = QRectF(width / 2, width / 2, edge - width, edge - width)
        painter = QPainter(pixmap)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(QPen(frame, width))
        painter.setBrush(paper)
        painter.drawRoundedRect(box, ROUND * ratio, ROUND * ratio)
        image = _image(self._images[index], paper, ink)
        room = edge - 2 * round(width)
        scaled = image.scaled(
            room, room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        painter.drawImage((edge - scaled.width()) // 2, (edge - scaled.height()) // 2, scaled)
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap


def _room(xs: npt.NDArray[np.floating], ys: npt.NDArray[np.floating]) -> tuple[int | None, Mask]:
    """The largest side for which there is room around most of the places [n], and which of them [n] have it.

    Of two that would overlap, the first has the room.
    """
    free = np.ones(len(xs), np.bool_)
    # Squares overlap where their centres are nearer than a side along both axes.
    apart = np.maximum(np.abs(xs[:, None] - xs), np.abs(ys[:, None] - ys))
    np.fill_diagonal(apart, np.inf)
    nearest = apart.min(axis=1)
    for side in reversed(SIDES):
        # Of a pair that overlaps only one has room: no need to look closely where there are too many of them.
        if np.mean(nearest < CLEAR * side) > 2 * (1 - ENOUGH):
            continue
        near = apart < CLEAR * side
        free[:] = True
        for index in range(len(xs)):
            if free[index]:
                free[index + 1 :] &= ~near[index, index + 1 :]
        if free.mean() >= ENOUGH:
            return side, free
    return None, free


def _mixed(one: str, other: str, share: float) -> QColor:
    a, b = QColor(one), QColor(other)
    parts = zip((a.red(), a.green(), a.blue()), (b.red(), b.green(), b.blue()), strict=True)
    return QColor(*(round(x + (y - x) * share) for x, y in parts))


def _image(pixels: Pixels, paper: QColor, ink: QColor) -> QImage:
    """One picture [C, H, W]: grey as ink on paper, coloured as it is."""
    channels, height, width = pixels.shape
    if channels == 3:
        turned = np.ascontiguousarray(pixels.transpose(1, 2, 0))
        return QImage(turned.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    weight = pixels[0].astype(np.float32)[:, :, None] / 255
    ends = [np.array([c.red(), c.green(), c.blue()], np.float32) for c in (paper, ink)]
    colored = np.ascontiguousarray((ends[0] + (ends[1] - ends[0]) * weight + 0.5).astype(np.uint8))
    return QImage(colored.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
