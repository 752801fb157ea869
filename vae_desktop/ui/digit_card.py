"""The card beside the pointer: a digit, its reconstruction, class and number, and the digits nearest to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QWidget

from vae_desktop.core.palette import class_color
from vae_desktop.core.records import FloatArray
from vae_desktop.ui.mosaic import lay_out, render
from vae_desktop.ui.neighbour_strip import NeighbourStrip
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from vae_desktop.app.state import Digit

# Side of a picture in pixels, and in a small parent, of which the card would else hide too much.
PICTURE = 76
SMALL_PICTURE = 48
SMALL_PARENT = 320
NEIGHBOUR, SMALL_NEIGHBOUR = 28, 20
DISTANCE = 18


class DigitCard(QFrame):
    """A small card that lies over its parent and lets the mouse through.

    Attributes:
        digit: what it shows, or None while it is hidden.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._host = parent
        self.setObjectName("digit_card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.digit: Digit | None = None
        self._color = theme().colors.line
        self.original = _picture("Digit")
        self.reconstruction = _picture("Its reconstruction")
        self.heading = QLabel()
        self.heading.setProperty("role", "heading")
        self.place = _muted("")
        self.neighbours = NeighbourStrip()
        self._near = _muted("nearest")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(12, 8, 12, 8)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.heading)
        top.addStretch(1)
        top.addWidget(self.place)
        self._grid.addLayout(top, 0, 0, 1, 3)
        centre = Qt.AlignmentFlag.AlignHCenter
        self._grid.addWidget(self.original, 1, 0, centre)
        self._grid.addWidget(self.reconstruction, 1, 1, centre)
        self._grid.addWidget(_muted("digit"), 2, 0, centre)
        self._grid.addWidget(_muted("decoded"), 2, 1, centre)
        self._small: bool | None = None
        self._arrange()
        self.hide()

    def show_digit(self, digit: Digit, pointer: QPoint) -> None:
        """Show a digit beside `pointer` (in the parent's coordinates), inside the parent."""
        if digit is not self.digit:
            # What follows a moment later is of the same image, and moves nothing.
            if self.digit is None or digit.image is not self.digit.image:
                self._introduce(digit)
            self.digit = digit
            self._draw(self.reconstruction, digit.reconstruction)
            self.neighbours.set_neighbours(digit.neighbours)
        self.move(self._beside(pointer))
        self.show()
        self.raise_()

    def _introduce(self, digit: Digit) -> None:
        self._color = class_color(digit.label)
        self.heading.setText(digit.class_name)
        self.place.setText(f"{digit.split_name} image {digit.index:,}")
        self.setAccessibleName(f"Class {digit.class_name}, {digit.split_name} image {digit.index}")
        self._arrange()
        self._draw(self.original, digit.image)
        self.adjustSize()
        self.update()

    def dismiss(self) -> None:
        """Go away."""
        self.digit = None
        self.hide()

    def _beside(self, pointer: QPoint) -> QPoint:
        """Right below the pointer, or on the other side where the parent ends, never under it."""
        bounds: QRect = self._host.rect()
        x, y = pointer.x() + DISTANCE, pointer.y() + DISTANCE
        if x + self.width() > bounds.right():
            x = pointer.x() - DISTANCE - self.width()
        if y + self.height() > bounds.bottom():
            y = pointer.y() - DISTANCE - self.height()
        right, bottom = bounds.right() - self.width(), bounds.bottom() - self.height()
        return QPoint(max(0, min(x, right)), max(0, min(y, bottom)))

    def _arrange(self) -> None:
        """The neighbours below the pictures, or beside them where the parent is low."""
        small = min(self._host.width(), self._host.height()) < SMALL_PARENT
        if small == self._small:
            return
        self._small = small
        for label in (self.original, self.reconstruction):
            label.setFixedSize(QSize(1, 1) * (SMALL_PICTURE if small else PICTURE))
        self.neighbours.set_side(SMALL_NEIGHBOUR if small else NEIGHBOUR)
        for part in (self.neighbours, self._near):
            self._grid.removeWidget(part)
        if small:
            self._grid.addWidget(self.neighbours, 1, 2, Qt.AlignmentFlag.AlignBottom)
            self._grid.addWidget(self._near, 2, 2)
        else:
            self._grid.addWidget(self._near, 3, 0, 1, 2)
            self._grid.addWidget(self.neighbours, 4, 0, 1, 2)

    def _draw(self, label: QLabel, image: FloatArray | None) -> None:
        ratio = self.devicePixelRatioF()
        side = round(label.width() * ratio)
        if image is None:
            pixmap = QPixmap(side, side)
            pixmap.fill(QColor(theme().colors.plot))
        else:
            geometry = lay_out(1, 1, image.shape[1:], (side, side), 0)
            pixmap = QPixmap.fromImage(render(image[np.newaxis], geometry, theme().colors.plot))
        pixmap.setDevicePixelRatio(ratio)
        label.setPixmap(pixmap)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A plain card with a bar in the class's colour."""
        colors = theme().colors
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colors.panel))
        painter.setPen(QColor(colors.line))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.fillRect(QRect(0, 0, 4, self.height()), QColor(self._color))
        painter.end()


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "muted")
    return label


def _picture(name: str) -> QLabel:
    label = QLabel()
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setAccessibleName(name)
    return label
