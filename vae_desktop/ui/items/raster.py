"""A picture of pixels as ink on the plot's background: quiet enough to read points and a cursor above it."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, qRgba
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget


class RasterItem(QGraphicsItem):
    """Pixels over a rectangle of the plane, smoothly scaled.

    Grey pixels are ink: 0 is clear, 1 is the ink's colour at the item's strength. Coloured pixels are what
    they are, at that strength, or at a part of it where they have an opacity of their own.

    Attributes:
        strength: opacity of full ink, from 0 to 1.
    """

    def __init__(self, strength: float = 0.35, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.strength = strength
        self._ink = QColor("#000000")
        self._pixels: npt.NDArray[np.uint8] | None = None
        self._image = QImage()
        self._rect = QRectF()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to paint."""
        return self._pixels is None

    def set_pixels(
        self, pixels: npt.NDArray[np.generic] | None, extent: tuple[float, float, float, float]
    ) -> None:
        """Show other pixels.

        Args:
            pixels: [H, W], [H, W, 3] or [H, W, 4], uint8 or float in [0, 1], the top row first (largest y); or None.
            extent: left, bottom, right and top of the rectangle that they fill, in the plane's units.
        """
        rect = QRectF(extent[0], extent[1], extent[2] - extent[0], extent[3] - extent[1])
        if rect != self._rect:
            self.prepareGeometryChange()
            self._rect = rect
        self._pixels = None if pixels is None else _as_bytes(pixels)
        self._render()

    def set_ink(self, color: str, strength: float) -> None:
        """Paint grey pixels in this colour ("#rrggbb")."""
        self._ink = QColor(color)
        self.strength = strength
        self._render()

    def _render(self) -> None:
        if self._pixels is None:
            self._image = QImage()
        else:
            self._image = _inked(self._pixels, self._ink, self.strength)
        self.update()

    def boundingRect(self) -> QRectF:
        """The rectangle that the pixels fill."""
        return self._rect

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint the part of the picture that is exposed."""
        if self._image.isNull():
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        # The plane's y grows upwards, an image's rows downwards.
        painter.translate(0.0, self._rect.bottom() + self._rect.top())
        painter.scale(1.0, -1.0)
        painter.drawImage(self._rect, self._image)
        painter.restore()


def _as_bytes(pixels: npt.NDArray[np.generic]) -> npt.NDArray[np.uint8]:
    if pixels.dtype != np.uint8:
        pixels = np.clip(pixels.astype(np.float32) * 255.0 + 0.5, 0, 255)
    return np.ascontiguousarray(pixels, np.uint8)


def _inked(pixels: npt.NDArray[np.uint8], ink: QColor, strength: float) -> QImage:
    height, width = pixels.shape[:2]
    if pixels.ndim == 3:
        channels = pixels.shape[2]
        form = QImage.Format.Format_RGBA8888 if channels == 4 else QImage.Format.Format_RGB888
        image = QImage(pixels.data, width, height, channels * width, form)
        clear = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        clear.fill(0)
        painter = QPainter(clear)
        painter.setOpacity(strength)
        painter.drawImage(0, 0, image)
        painter.end()
        return clear
    indexed = QImage(pixels.data, width, height, width, QImage.Format.Format_Indexed8)
    indexed.setColorTable(_inks(ink.red(), ink.green(), ink.blue(), strength))
    return indexed.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


@functools.lru_cache(maxsize=8)
def _inks(red: int, green: int, blue: int, strength: float) -> list[int]:
    """The colour of each grey; asking Qt for 256 colours takes longer than to ink a backdrop."""
    return [qRgba(red, green, blue, round(value * strength)) for value in range(256)]
