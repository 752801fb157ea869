"""Draws a map of coloured points as a picture, without a screen: for the command line and for slides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vae_desktop.core.export import Pixels, write_png
from vae_desktop.core.palette import class_color

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

SIDE = 1200
LEGEND = 200
MARGIN = 40
# Everything is drawn three times as large and shrunk: Pillow's own circles have ragged edges.
FINE = 3
BACKGROUND = "#ffffff"
INK = "#202124"
MUTED = "#5f6368"
OPACITY = 190
# Classes past this many share colours, and their legend would not fit.
MAX_LEGEND = 20


def draw_map(
    points: npt.ArrayLike, labels: npt.ArrayLike, class_names: Sequence[str], caption: str = ""
) -> Pixels:
    """Draw points coloured by class, with a legend and each class's name at its middle.

    Args:
        points: [N, 2], N >= 1; drawn to one scale in both directions, the second coordinate upwards.
        labels: [N], whole numbers from 0.
        class_names: names of the labels.
        caption: one line below the map.

    Returns:
        uint8 [1200, 1400, 3].
    """
    from PIL import Image, ImageDraw

    classes = np.asarray(labels).astype(np.int64)
    places = _to_pixels(np.asarray(points, dtype=np.float64))
    image = Image.new("RGB", ((SIDE + LEGEND) * FINE, SIDE * FINE), BACKGROUND)
    _draw_points(ImageDraw.Draw(image, "RGBA"), places, classes)
    image = image.reduce(FINE)
    draw = ImageDraw.Draw(image)
    present = [int(label) for label in np.unique(classes)]
    for label in present[:MAX_LEGEND]:
        x, y = np.median(places[classes == label], axis=0) / FINE
        draw.text(
            (x, y), _name(label, class_names), INK, _font(30), "mm", stroke_width=4, stroke_fill=BACKGROUND
        )
    _draw_legend(draw, present, class_names)
    if caption:
        draw.text((MARGIN, SIDE - MARGIN / 2), caption, MUTED, _font(18), "lm")
    return np.asarray(image)


def draw_map_png(
    path: Path | str,
    points: npt.ArrayLike,
    labels: npt.ArrayLike,
    class_names: Sequence[str],
    caption: str = "",
    text: Mapping[str, str] | None = None,
) -> None:
    """Write the picture of `draw_map` to a PNG file with these text chunks.

    Raises:
        ExportError: the file can't be written; an older one stays as it was.
    """
    write_png(path, draw_map(points, labels, class_names, caption), text)


def _to_pixels(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Places on the enlarged picture, [N, 2], y downwards."""
    low, high = points.min(axis=0), points.max(axis=0)
    room = (SIDE - 2 * MARGIN) * FINE
    scale = room / max(float((high - low).max()), 1e-12)
    centred: npt.NDArray[np.float64] = (points - (low + high) / 2) * scale
    return centred * (1, -1) + SIDE * FINE / 2


def _draw_points(draw: ImageDraw, places: npt.NDArray[np.float64], classes: npt.NDArray[np.int64]) -> None:
    radius = FINE * float(np.clip(250 / len(places) ** 0.5, 2.0, 7.0))
    colors = {int(label): (*_rgb(class_color(int(label))), OPACITY) for label in np.unique(classes)}
    # In no order of classes: the last one drawn would hide the others.
    for index in np.random.default_rng(0).permutation(len(places)):
        x, y = places[index]
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colors[int(classes[index])])


def _draw_legend(draw: ImageDraw, present: Sequence[int], class_names: Sequence[str]) -> None:
    from PIL import Image, ImageDraw

    step = 36
    for row, label in enumerate(present[:MAX_LEGEND]):
        left, middle = SIDE + 10, MARGIN + row * step + step // 2
        dot = Image.new("L", (18 * FINE, 18 * FINE))
        ImageDraw.Draw(dot).ellipse((0, 0, 18 * FINE - 1, 18 * FINE - 1), fill=255)
        draw.bitmap((left, middle - 9), dot.reduce(FINE), fill=class_color(label))
        draw.text((left + 28, middle), _name(label, class_names), INK, _font(20), "lm")
    if len(present) > MAX_LEGEND:
        middle = MARGIN + MAX_LEGEND * step + step // 2
        draw.text((SIDE + 10, middle), f"and {len(present) - MAX_LEGEND} more", MUTED, _font(20), "lm")


def _name(label: int, class_names: Sequence[str]) -> str:
    return class_names[label] if label < len(class_names) else str(label)


def _rgb(color: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(color[1:])
    return red, green, blue


def _font(size: int) -> FreeTypeFont | ImageFont:
    from PIL import ImageFont

    return ImageFont.load_default(size)
