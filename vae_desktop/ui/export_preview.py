"""The preview of an export: the very picture, as large as fits; an animation plays."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QImage, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vae_desktop.ui.theme import theme

MARGIN = 12


class ExportPreview(QWidget):
    """Shows a picture in its middle, enlarged by a whole factor or reduced smoothly.

    Attributes:
        image: the picture, or None; of an animation the frame that is shown.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image: QImage | None = None
        self._frames: Sequence[QImage] = ()
        self._order: Sequence[int] = ()
        self._at = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._next)
        self.setAccessibleName("Preview")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Room enough to judge a grid."""
        return QSize(380, 380)

    def minimumSizeHint(self) -> QSize:
        """The least that is of any use."""
        return QSize(200, 200)

    def show_image(self, image: QImage | None) -> None:
        """Show another picture."""
        self._frames = self._order = ()
        self._timer.stop()
        self.image = image
        self.update()

    def play(self, frames: Sequence[QImage], order: Sequence[int], fps: int) -> None:
        """Play frames, of which `order` has the numbers, over and over; changed settings do not start it anew."""
        self._frames, self._order = frames, order
        self._at = self._at % len(order)
        self._timer.setInterval(round(1000 / fps))
        self._show_frame()
        if self.isVisible():
            self._timer.start()

    def _next(self) -> None:
        self._at = (self._at + 1) % len(self._order)
        self._show_frame()

    def _show_frame(self) -> None:
        self.image = self._frames[self._order[self._at]]
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        """It plays while somebody can see it."""
        super().showEvent(event)
        if self._order:
            self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        self._timer.stop()
        super().hideEvent(event)

    def _target(self, image: QImage) -> QRectF:
        ratio = self.devicePixelRatioF()
        room = QSize(self.width() - 2 * MARGIN, self.height() - 2 * MARGIN) * ratio
        scale = min(room.width() / image.width(), room.height() / image.height())
        if scale >= 1:
            scale = int(scale)
        width, height = image.width() * scale / ratio, image.height() * scale / ratio
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture on a ground that lets its own edge be seen."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme().colors.window))
        if self.image is not None and not self.image.isNull():
            target = self._target(self.image)
            reduced = target.width() * self.devicePixelRatioF() < self.image.width()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, reduced)
            painter.drawImage(target, self.image)
            painter.setPen(QColor(theme().colors.line))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(target.adjusted(-1, -1, 0, 0))
        painter.end()
