"""What can be exported: a grid or a picture as it stands at one moment, with all that identifies it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QGuiApplication, QImage

from vae_desktop.core.export import GridStyle, Pixels, compose_grid, identity_text, write_npz, write_png
from vae_desktop.core.map_marks import PlacedPoints
from vae_desktop.core.records import DatasetInfo, FloatArray, IntArray
from vae_desktop.core.view_record import View
from vae_desktop.core.view_text import CHUNK, chunk_of
from vae_desktop.ui.export_kinds import ANIMATIONS, KINDS

if TYPE_CHECKING:
    from vae_desktop.core.map_colouring import Colouring

# The longer side of a copied picture, in pixels, unless it is larger by itself.
HANDY_SIDE = 4000


@dataclass(frozen=True, eq=False)
class Table:
    """What a CSV has of some digits, a row for each: labels [N], places on the map [N, 2] or None, codes [N, D],
    indices [N] or None where they are 0, 1, …, and the names [N] of the sets they are of, None where that is one.
    """

    labels: IntArray
    points: FloatArray | None
    codes: FloatArray
    indices: IntArray | None = None
    sets: Sequence[str] | None = None


@dataclass(frozen=True, eq=False)
class Drawing:
    """What an SVG or PDF has of a map: points [N, 2], their labels [N], the classes' names, words around it, and what
    is placed among the points: those of another data set, and a drawn digit. The points have their classes' colours
    where no others are given.
    """

    points: FloatArray
    labels: IntArray
    class_names: tuple[str, ...]
    title: str
    caption: str
    placed: PlacedPoints | None = None
    drawn: tuple[float, float] | None = None
    coloured: Colouring | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not len(self.points) and self.placed is None and self.drawn is None

    @property
    def grouping(self) -> str:
        """What the points of a group have in common, for people."""
        return "class" if self.coloured is None else self.coloured.grouping

    @property
    def marks(self) -> str:
        """What is in it, for people: "359 circles, 1,438 diamonds and a star"."""
        marks = [f"{len(self.points):,} circles"]
        if self.placed is not None:
            marks.append(f"{len(self.placed.points):,} diamonds")
        if self.drawn is not None:
            marks.append("a star")
        *first, last = marks
        return f"{', '.join(first)} and {last}" if first else last


@dataclass(frozen=True, eq=False)
class ExportSource:
    """Pixels, and what is written into the file beside them.

    Attributes:
        title: what it is, for people ("samples").
        stem: a file name without its suffix.
        images: [N, C, H, W] float32 in [0, 1], in the order of the cells; of a drawing uint8.
        columns: images in a row.
        model_id, dataset: of the model that made them.
        seed, temperature: of the draw, where there was one.
        facts: whatever else belongs into the file, by name.
        arrays: raw values for an NPZ by name, `z` being the codes [N, D]; `images` unless named here.
        blank: cells that hold no image.
        gaps: whether lines between the images belong to it.
        drawn: whether `images` is one drawing at its final size, and no values to keep.
        table: what is written as CSV; without one, the codes `z` of the images where each has one.
        drawing: what is drawn as SVG and PDF in place of the pixels, where there is such a thing.
        moving: whether the images, in their order, are the frames of an animation too.
        command: words of the command line that makes the same, such as ("generate", "--rows", "8"), without the
            program's name, the model's path and the file's; none where there is no such command.
        view: what brings all of it back when the picture is opened; None where nothing does.
    """

    title: str
    stem: str
    images: FloatArray | npt.NDArray[np.uint8]
    columns: int
    model_id: str = ""
    dataset: DatasetInfo | None = None
    seed: int | None = None
    temperature: float | None = None
    facts: Mapping[str, str | int | float] = field(default_factory=dict)
    arrays: Mapping[str, npt.NDArray[np.generic]] = field(default_factory=dict)
    blank: frozenset[int] = frozenset()
    gaps: bool = True
    drawn: bool = False
    table: Table | None = None
    drawing: Drawing | None = None
    moving: bool = False
    command: tuple[str, ...] = ()
    view: View | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of files it can be written as, of KINDS."""
        codes = self.arrays.get("z")
        coded = codes is not None and codes.ndim == 2 and len(codes) == len(self.images)
        return tuple(
            kind
            for kind in KINDS
            if (kind not in ANIMATIONS or self.moving) and (kind != "csv" or self.table is not None or coded)
        )

    @property
    def text(self) -> dict[str, str]:
        """What identifies it, for the text chunks of a PNG."""
        facts = identity_text(
            model_id=self.model_id,
            dataset=self.dataset,
            seed=self.seed,
            temperature=self.temperature,
            **self.facts,
        )
        return facts | chunk_of(self.view)

    @property
    def values(self) -> dict[str, npt.ArrayLike]:
        """Everything for an NPZ, by name: arrays, and the facts of `text`."""
        facts: dict[str, npt.ArrayLike] = {
            name.lower().replace(" ", "_"): text for name, text in self.text.items() if name != CHUNK
        }
        numbers = {"seed": self.seed, "temperature": self.temperature, **self.facts}
        facts.update({name: value for name, value in numbers.items() if value is not None})
        return {**self.all_arrays, **facts}

    @property
    def all_arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """The arrays for an NPZ, by name."""
        return dict(self.arrays) if self.drawn else {"images": self.images, **self.arrays}


def pixels_of(source: ExportSource, style: GridStyle) -> Pixels:
    """The whole picture, uint8 [height, width] or [height, width, 3].

    Raises:
        ExportError: it would be too large.
    """
    images = source.images / np.float32(255) if source.images.dtype == np.uint8 else source.images
    pixels = compose_grid(images, source.columns, style)
    if source.blank:
        _, _, height, width = source.images.shape
        color = style.rgb if pixels.ndim == 3 else style.rgb[0]
        for index in source.blank:
            row, column = divmod(index, source.columns)
            top = (style.padding + row * (height + style.padding)) * style.scale
            left = (style.padding + column * (width + style.padding)) * style.scale
            pixels[top : top + height * style.scale, left : left + width * style.scale] = color
    return pixels


def preview_of(source: ExportSource, style: GridStyle) -> Pixels:
    """The picture not enlarged, quick also where it is large."""
    if not source.drawn:
        return pixels_of(source, replace(style, scale=1))
    drawing: Pixels = source.images[0].transpose(1, 2, 0).astype(np.uint8, copy=False)
    height, width, channels = drawing.shape
    padding = style.padding
    if not padding:
        return drawing
    canvas = np.empty((height + 2 * padding, width + 2 * padding, channels), np.uint8)
    canvas[:] = style.rgb
    canvas[padding : padding + height, padding : padding + width] = drawing
    return canvas


def size_of(source: ExportSource, style: GridStyle) -> tuple[int, int]:
    """Width and height of the picture in pixels, without making it."""
    count, _, height, width = source.images.shape
    columns = min(source.columns, count)
    rows = -(-count // columns)
    padding, scale = style.padding, style.scale
    return (
        (columns * (width + padding) + padding) * scale,
        (rows * (height + padding) + padding) * scale,
    )


def to_image(pixels: Pixels) -> QImage:
    """Pixels [height, width] or [height, width, 3] as an image that owns its bytes."""
    height, width = pixels.shape[:2]
    grey = pixels.ndim == 2
    kind = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888
    packed = np.ascontiguousarray(pixels)
    return QImage(packed.data, width, height, width * (1 if grey else 3), kind).copy()


def handy_style(source: ExportSource) -> GridStyle:
    """A look for the clipboard, where nobody is asked: enlarged, but not beyond `HANDY_SIDE` pixels."""
    style = GridStyle(scale=1, padding=GridStyle().padding if source.gaps else 0)
    if source.drawn:
        return style
    return replace(style, scale=min(GridStyle().scale, max(1, HANDY_SIDE // max(size_of(source, style)))))


def copy_picture(source: ExportSource, style: GridStyle | None = None) -> None:
    """Put the picture on the clipboard, by default in its `handy_style`.

    Raises:
        ExportError: it would be too large.
    """
    QGuiApplication.clipboard().setImage(to_image(pixels_of(source, style or handy_style(source))))


def write_source(source: ExportSource, path: Path, kind: str, style: GridStyle) -> None:
    """Write what every source has: the picture as "png", or its values as "npz" (see `export_writing` for the rest).

    Raises:
        ExportError: the picture would be too large, or the file can't be written.
    """
    if kind == "npz":
        write_npz(path, **source.values)
    else:
        write_png(path, pixels_of(source, style), source.text)
