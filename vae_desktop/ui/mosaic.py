"""Many small images as one big one: where each cell lies, and the pixels, for a widget to paint in one stroke."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage

# An image is enlarged by a whole factor where that costs at most this part of its size: every pixel is square then.
WHOLE_FACTOR_LOSS = 0.15


@dataclass(frozen=True)
class MosaicGeometry:
    """Where the cells of a grid lie, in device pixels.

    Attributes:
        count, columns: images, and how many stand in a full row.
        cell_width, cell_height: size of one image.
        gap: between neighbours.
        tops: the upper edge of each row, measured from `top`.
        left, top: corner of the first cell.
        width, height: of the whole, captions included.
        blank: cells that hold no image and show the background.
    """

    count: int
    columns: int
    cell_width: int
    cell_height: int
    gap: int
    tops: tuple[int, ...]
    left: int
    top: int
    width: int
    height: int
    blank: frozenset[int] = frozenset()

    def rect(self, index: int) -> QRect:
        """The rectangle of one image."""
        row, column = divmod(index, self.columns)
        x = self.left + column * (self.cell_width + self.gap)
        return QRect(x, self.top + self.tops[row], self.cell_width, self.cell_height)

    def index_at(self, x: float, y: float) -> int | None:
        """The image under a point; gaps belong to the image before them, captions to nobody."""
        column = math.floor((x - self.left) / (self.cell_width + self.gap))
        if not 0 <= column < self.columns or x >= self.left + self.width:
            return None
        for row, top in enumerate(self.tops):
            if top <= y - self.top < top + self.cell_height + self.gap:
                index = row * self.columns + column
                return index if index < self.count and index not in self.blank else None
        return None


def rows_of(count: int, columns: int) -> int:
    """How many rows `count` images take."""
    return -(-count // columns)


def lay_out(
    count: int,
    columns: int,
    image_size: tuple[int, int],
    area: tuple[int, int],
    gap: int,
    captioned: Sequence[bool] = (),
    caption_height: int = 0,
    blank: frozenset[int] = frozenset(),
) -> MosaicGeometry:
    """The largest grid of `count` images that fits into `area`, in its middle.

    Args:
        count, columns: images in all and per row.
        image_size: height and width of an image in its own pixels.
        area: width and height to fill, in device pixels.
        gap: between neighbours, in device pixels.
        captioned: for each row, whether a line of text stands below it.
        caption_height: of such a line, in device pixels.
        blank: cells without an image.
    """
    rows = rows_of(count, columns)
    below = [caption_height if row < len(captioned) and captioned[row] else 0 for row in range(rows)]
    height, width = image_size
    room_x = (area[0] - gap * (columns - 1)) / (columns * width)
    room_y = (area[1] - gap * (rows - 1) - sum(below)) / (rows * height)
    scale = max(min(room_x, room_y), 1.0 / min(height, width))
    if math.floor(scale) >= scale * (1.0 - WHOLE_FACTOR_LOSS):
        scale = math.floor(scale)
    cell_width, cell_height = max(1, int(width * scale)), max(1, int(height * scale))
    tops, y = [], 0
    for extra in below:
        tops.append(y)
        y += cell_height + gap + extra
    total_width = columns * (cell_width + gap) - gap
    return MosaicGeometry(
        count=count,
        columns=columns,
        cell_width=cell_width,
        cell_height=cell_height,
        gap=gap,
        tops=tuple(tops),
        left=max(0, (area[0] - total_width) // 2),
        top=max(0, (area[1] - (y - gap)) // 2),
        width=total_width,
        height=y - gap,
        blank=blank,
    )


def best_columns(
    count: int, image_size: tuple[int, int], area: tuple[int, int], gap: int, per_image_rows: int, extra: int
) -> int:
    """How many images a row takes so that they come out largest in `area`.

    Args:
        count, image_size, area, gap: as for `lay_out`.
        per_image_rows: rows that one image takes (2 where each stands over its reconstruction).
        extra: device pixels below each such group, for a caption.
    """
    height, width = image_size

    def scale(columns: int) -> float:
        groups = rows_of(count, columns)
        room_x = (area[0] - gap * (columns - 1)) / (columns * width)
        room_y = (area[1] - groups * (extra + gap * per_image_rows)) / (groups * per_image_rows * height)
        return min(room_x, room_y)

    # Of all widths with the same number of rows only the narrowest can be best: it leaves no row half empty.
    candidates = sorted({rows_of(count, rows) for rows in range(1, count + 1)})
    return max(candidates, key=scale)


def to_bytes(images: npt.NDArray[np.floating]) -> npt.NDArray[np.uint8]:
    """Pixels in [0, 1] as 0 to 255, rounded; what lies outside is clipped, NaN is black."""
    # fmax and fmin give the other number where one is NaN.
    scaled = np.fmin(np.fmax(images, 0.0), 1.0) * 255.0 + 0.5
    pixels: npt.NDArray[np.uint8] = scaled.astype(np.uint8)
    return pixels


def _tiled(images: npt.NDArray[np.uint8], columns: int) -> npt.NDArray[np.uint8]:
    """[N, C, H, W] side by side without gaps: [rows·H, columns·W, C], C is 1 or 3; missing cells are black."""
    count, channels, height, width = images.shape
    kept = images if channels == 3 else images[:, :1]
    channels = kept.shape[1]
    rows = rows_of(count, columns)
    cells = np.zeros((rows * columns, channels, height, width), np.uint8)
    cells[:count] = kept
    cells = cells.reshape(rows, columns, channels, height, width).transpose(0, 3, 1, 4, 2)
    return np.ascontiguousarray(cells.reshape(rows * height, columns * width, channels))


def _scaled(tiled: npt.NDArray[np.uint8], width: int, height: int) -> npt.NDArray[np.uint32]:
    """Resized to [height, width] as 0xffRRGGBB: pixel by pixel where it grows much, smoothly otherwise."""
    rows, columns, channels = tiled.shape
    grey = channels == 1
    kind = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888
    image = QImage(tiled.data, columns, rows, columns * channels, kind)
    if (columns, rows) != (width, height):
        whole = width % columns == 0 and height % rows == 0
        sharp = whole or width >= 2 * columns
        mode = (
            Qt.TransformationMode.FastTransformation if sharp else Qt.TransformationMode.SmoothTransformation
        )
        image = image.scaled(width, height, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    # The copy outlives the QImage that owns the bytes.
    return np.frombuffer(image.constBits(), np.uint32).reshape(height, width).copy()


def render(images: npt.NDArray[np.floating], geometry: MosaicGeometry, background: str) -> QImage:
    """The whole grid, captions' room included, as one image of `geometry`'s width and height.

    Args:
        images: [N, C, H, W] in [0, 1], N = geometry.count; C is 1 (grey) or 3 (red, green, blue).
        geometry: where each cell lies.
        background: colour between and beside the images, "#rrggbb".
    """
    columns, gap = geometry.columns, geometry.gap
    rows = len(geometry.tops)
    pixels = _scaled(
        _tiled(to_bytes(images), columns), columns * geometry.cell_width, rows * geometry.cell_height
    )
    fill = QColor(background).rgb()
    # One gap too many on the right makes every cell's pitch the same, so that a row is one reshaped view.
    canvas = np.full((geometry.height, geometry.width + gap), fill, np.uint32)
    by_cell = pixels.reshape(rows, geometry.cell_height, columns, geometry.cell_width)
    for row, top in enumerate(geometry.tops):
        used = min(columns, geometry.count - row * columns)
        band = canvas[top : top + geometry.cell_height]
        view = band.reshape(geometry.cell_height, columns, geometry.cell_width + gap)
        view[:, :used, : geometry.cell_width] = by_cell[row, :, :used]
    for index in geometry.blank:
        row, column = divmod(index, columns)
        x, y = column * (geometry.cell_width + gap), geometry.tops[row]
        canvas[y : y + geometry.cell_height, x : x + geometry.cell_width] = fill
    stride = canvas.shape[1] * 4
    image = QImage(canvas.data, geometry.width, geometry.height, stride, QImage.Format.Format_RGB32)
    return image.copy()
