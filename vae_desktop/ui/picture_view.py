"""The large decoded picture: every pixel a crisp square, or smoothly enlarged."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vae_desktop.core.records import FloatArray
from vae_desktop.ui.mosaic import WHOLE_FACTOR_LOSS, to_bytes
from vae_desktop.ui.theme import theme


class PictureView(QWidget):
    """One picture, as large as its aspect allows.

    Attributes:
        picture: [C, H, W] float32 in [0, 1], or None.
        smooth: whether pixels blend into each other.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("picture_view")
        self.setAccessibleName("Decoded picture")
        self.setToolTip("What the model decodes from the point under the cursor (the mean of p(x|z))")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.picture: FloatArray | None = None
        self._shape: tuple[int, ...] | None = None
        self.smooth = False
        self._image = QImage()
        theme().changed.connect(self.update)

    def set_picture(self, picture: FloatArray | None) -> None:
        """Show another picture [C, H, W], C = 1 (grey) or 3 (colour); it must not change afterwards."""
        self.picture = picture
        self._image = QImage() if picture is None else to_image(picture)
        if picture is not None and picture.shape != self._shape:
            self._shape = picture.shape
            self.updateGeometry()
        self.update()

    def set_smooth(self, smooth: bool) -> None:
        """Blend pixels into each other, or show each as a square."""
        self.smooth = smooth
        self.update()

    def target_rect(self) -> QRectF:
        """Where the picture is painted: in the middle, enlarged by a whole factor where that costs little."""
        if self._image.isNull():
            return QRectF()
        ratio = self.devicePixelRatioF()
        rows, columns = self._image.height(), self._image.width()
        factor = min(self.width() / columns, self.height() / rows) * ratio
        if math.floor(factor) >= factor * (1.0 - WHOLE_FACTOR_LOSS):
            factor = math.floor(factor)
        width, height = columns * factor, rows * factor
        left = math.floor((self.width() * ratio - width) / 2)
        top = math.floor((self.height() * ratio - height) / 2)
        return QRectF(left / ratio, top / ratio, width / ratio, height / ratio)

    def sizeHint(self) -> QSize:
        """Ten times a digit."""
        return QSize(280, 280)

    def minimumSizeHint(self) -> QSize:
        """Small enough for a narrow window."""
        return QSize(112, 112)

    def hasHeightForWidth(self) -> bool:
        """The picture keeps its aspect."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height that the picture fills at this width."""
        if self._image.isNull():
            return width
        return round(width * self._image.height() / self._image.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture on the plot's background."""
        painter = QPainter(self)
        target = self.target_rect()
        if not target.contains(QRectF(event.rect())):
            painter.fillRect(event.rect(), QColor(theme().colors.panel))
        if not self._image.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.smooth)
            painter.drawImage(target, self._image)
        painter.end()


class SmallPicture(PictureView):
    """A picture among others: it takes the room that is left, and asks for none of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Three times a digit."""
        return QSize(84, 84)

    def minimumSizeHint(self) -> QSize:
        """The least in which a digit is known."""
        return QSize(44, 44)

    def hasHeightForWidth(self) -> bool:
        """The picture is in the middle of whatever room there is."""
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Where no picture is yet, show the place that it will have."""
        super().paintEvent(event)
        if self.picture is not None:
            return
        side = min(self.width(), self.height()) - 1
        painter = QPainter(self)
        painter.setPen(QColor(theme().colors.line))
        painter.drawRect((self.width() - side) // 2, (self.height() - side) // 2, side - 1, side - 1)
        painter.end()


def to_image(picture: FloatArray) -> QImage:
    """A picture [C, H, W] in [0, 1] as an image of its own; channels other than three show the first one."""
    channels, rows, columns = picture.shape
    if channels == 3:
        pixels = to_bytes(picture.transpose(1, 2, 0)).copy(order="C")
        image = QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    else:
        pixels = to_bytes(picture[0])
        image = QImage(pixels.data, columns, rows, columns, QImage.Format.Format_Grayscale8)
    # In the screen's format, and no longer in the array's memory.
    return image.convertToFormat(QImage.Format.Format_RGB32)
