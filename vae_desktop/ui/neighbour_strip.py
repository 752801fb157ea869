"""A digit's nearest digits in latent space, side by side, each with its class."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vae_desktop.app.neighbours import NEIGHBOURS
from vae_desktop.core.palette import class_color
from vae_desktop.ui.mosaic import lay_out, render
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from vae_desktop.app.state import Neighbours

GAP = 4
BAR = 3
# Names up to this long stand below their pictures; longer ones are told in one line.
SHORT_NAME = 2


class NeighbourStrip(QWidget):
    """Has its full size before the neighbours are known, so that nothing moves when they come.

    Attributes:
        neighbours: what it shows, or None.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.neighbours: Neighbours | None = None
        self._side = 28
        self._pictures: QImage | None = None
        self.setAccessibleName("Nearest digits")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_side(self, side: int) -> None:
        """Show pictures of this size, in pixels."""
        if side != self._side:
            self._side = side
            self._pictures = None
            self.updateGeometry()

    def set_neighbours(self, neighbours: Neighbours | None) -> None:
        """Show others, or empty places."""
        self.neighbours, self._pictures = neighbours, None
        self.setAccessibleDescription(", ".join(neighbours.class_names) if neighbours is not None else "")
        self.update()

    def sizeHint(self) -> QSize:
        """Pictures, bars in the classes' colours, and a line of names."""
        width = NEIGHBOURS * (self._side + GAP) - GAP
        return QSize(width, self._side + BAR + 1 + self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Each picture over its class."""
        colors, near = theme().colors, self.neighbours
        painter = QPainter(self)
        if near is None or not len(near.images):
            for place in range(NEIGHBOURS):
                painter.fillRect(self._box(place), QColor(colors.plot))
            painter.end()
            return
        if self._pictures is None:
            self._pictures = self._render(near)
        painter.drawImage(0, 0, self._pictures)
        painter.setPen(QColor(colors.text))
        centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        short = all(len(name) <= SHORT_NAME for name in near.class_names)
        top = self._side + BAR + 1
        for place, (label, name) in enumerate(zip(near.labels.tolist(), near.class_names)):
            box = self._box(place)
            painter.fillRect(QRectF(box.left(), self._side, self._side, BAR), QColor(class_color(label)))
            if short:
                painter.drawText(QRectF(box.left(), top, self._side, self.height() - top), centre, name)
        if not short:
            counts = Counter(near.class_names).most_common()
            text = ", ".join(name if count == 1 else f"{name} × {count}" for name, count in counts)
            fitting = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(
                QRectF(0, top, self.width(), self.height() - top), Qt.AlignmentFlag.AlignLeft, fitting
            )
        painter.end()

    def _box(self, place: int) -> QRectF:
        return QRectF(place * (self._side + GAP), 0, self._side, self._side)

    def _render(self, near: Neighbours) -> QImage:
        ratio = self.devicePixelRatioF()
        count, gap = len(near.images), round(GAP * ratio)
        side = round(self._side * ratio)
        area = (count * (side + gap) - gap, side)
        geometry = lay_out(count, count, near.images.shape[2:], area, gap)
        image = render(near.images, geometry, theme().colors.panel)
        image.setDevicePixelRatio(ratio)
        return image
