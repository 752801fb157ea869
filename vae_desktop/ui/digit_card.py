"""The card beside the pointer: a digit, its reconstruction, class and number, and the digits nearest to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from vae_desktop.core.palette import class_color
from vae_desktop.ui.card_place import beside_pointer
from vae_desktop.ui.neighbour_strip import NeighbourStrip
from vae_desktop.ui.picture_view import SmallPicture
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from vae_desktop.app.state import Digit

# Side of a picture in pixels, and in a small parent, of which the card would else hide too much.
PICTURE = 76
SMALL_PICTURE = 48
SMALL_PARENT = 320
NEIGHBOUR, SMALL_NEIGHBOUR = 28, 20
MARGIN_X, MARGIN_Y, SPACING = 12, 8, 8


class DigitCard(QWidget):
    """A small card that lies over its parent and lets the mouse through.

    Its words are painted, since labels would lay it out anew with each digit.

    Attributes:
        digit: what it shows, or None while it is hidden.
        heading, place: its words: the digit's class, and which image it is.
        original, reconstruction, neighbours: its pictures.
    """

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self.setObjectName("digit_card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.digit: Digit | None = None
        self.heading = self.place = ""
        self._color = theme().colors.line
        self._take_font()
        self.original = CardPicture("Digit")
        self.reconstruction = CardPicture("Its reconstruction")
        self.neighbours = NeighbourStrip()
        self._near = _muted("nearest")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(MARGIN_X, MARGIN_Y, MARGIN_X, MARGIN_Y)
        self._grid.setHorizontalSpacing(SPACING)
        self._grid.setVerticalSpacing(2)
        self._grid.setRowMinimumHeight(0, self._bold_metrics.height())
        centre = Qt.AlignmentFlag.AlignHCenter
        self._grid.addWidget(self.original, 1, 0, centre)
        self._grid.addWidget(self.reconstruction, 1, 1, centre)
        self._grid.addWidget(_muted("digit"), 2, 0, centre)
        self._grid.addWidget(_muted("decoded"), 2, 1, centre)
        self._small: bool | None = None
        self._arrange()
        self.hide()

    def show_digit(self, digit: Digit, pointer: QPoint) -> None:
        """Show a digit beside `pointer` (in the host's coordinates), and never under it."""
        if digit is not self.digit:
            # What follows a moment later is of the same image, and moves nothing.
            if self.digit is None or digit.image is not self.digit.image:
                self._introduce(digit)
            self.digit = digit
            self.reconstruction.set_picture(digit.reconstruction)
            self.neighbours.set_neighbours(digit.neighbours)
        self.move(self._stand(pointer))
        if self.isHidden():
            self.show()
            self.raise_()

    def dismiss(self) -> None:
        """Go away."""
        self.digit = None
        self.hide()

    # -- parts --------------------------------------------------------------------------------------

    def _introduce(self, digit: Digit) -> None:
        self._color = class_color(digit.label)
        self.heading, self.place = digit.class_name, f"{digit.split_name} image {digit.index:,}"
        self.setAccessibleName(f"Class {digit.class_name}, {digit.split_name} image {digit.index}")
        self._arrange()
        words = self._bold_metrics.horizontalAdvance(self.heading)
        words += self.fontMetrics().horizontalAdvance(self.place)
        # Once it is wide enough for a number, it stays so: a card that breathes draws the eye.
        if words + 3 * MARGIN_X > self.width():
            self.setMinimumWidth(words + 3 * MARGIN_X)
            self.adjustSize()
        self.original.set_picture(digit.image)
        self.update()

    def _stand(self, pointer: QPoint) -> QPoint:
        """Where it stands in its parent while the pointer is there."""
        return beside_pointer(self.size(), self._host.rect(), pointer)

    def _cramped(self) -> bool:
        """Whether it has to be small."""
        return min(self._host.width(), self._host.height()) < SMALL_PARENT

    def _arrange(self) -> None:
        """The neighbours below the pictures, or beside them where there is little room."""
        small = self._cramped()
        if small == self._small:
            return
        self._small = small
        for picture in (self.original, self.reconstruction):
            picture.setFixedSize(QSize(1, 1) * (SMALL_PICTURE if small else PICTURE))
            # So little enlarged, some pixels would come out twice as wide as others.
            picture.set_smooth(small)
        self.neighbours.set_side(SMALL_NEIGHBOUR if small else NEIGHBOUR)
        for part in (self.neighbours, self._near):
            self._grid.removeWidget(part)
        if small:
            self._grid.addWidget(self.neighbours, 1, 2, Qt.AlignmentFlag.AlignBottom)
            self._grid.addWidget(self._near, 2, 2)
        else:
            self._grid.addWidget(self._near, 3, 0, 1, 2)
            self._grid.addWidget(self.neighbours, 4, 0, 1, 2)
        self.setMinimumWidth(0)
        self.adjustSize()

    # -- painting -----------------------------------------------------------------------------------

    def _take_font(self) -> None:
        self._bold = QFont(self.font())
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._bold_metrics = QFontMetrics(self._bold)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and "_grid" in self.__dict__:
            self._take_font()
            self._grid.setRowMinimumHeight(0, self._bold_metrics.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """A plain card with a bar in the class's colour, and its words at the top."""
        colors = theme().colors
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colors.panel))
        painter.setPen(QColor(colors.line))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.fillRect(QRect(0, 0, 4, self.height()), QColor(self._color))
        top = QRect(MARGIN_X, MARGIN_Y, self.width() - 2 * MARGIN_X, self._grid.rowMinimumHeight(0))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(colors.muted))
        painter.drawText(top, middle | Qt.AlignmentFlag.AlignRight, self.place)
        painter.setPen(QColor(colors.text))
        painter.setFont(self._bold)
        painter.drawText(top, middle | Qt.AlignmentFlag.AlignLeft, self.heading)
        painter.end()


class CardPicture(SmallPicture):
    """A picture that has its place before it is known."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, or its empty place."""
        if self.picture is not None:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme().colors.plot))
        painter.end()


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "muted")
    return label
