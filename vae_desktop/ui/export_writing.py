"""Writes what can be exported as a file of some kind, and says beforehand what will be in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgRenderer

from vae_desktop.core.animation import write_animation
from vae_desktop.core.atomic import atomic_write
from vae_desktop.core.export import (
    MAX_SCALE,
    GridStyle,
    Pixels,
    write_codes_csv,
    write_map_csv,
)
from vae_desktop.core.map_svg import map_svg
from vae_desktop.core.picture_file import DOTS_PER_INCH, MM_PER_INCH, write_picture
from vae_desktop.ui.export_kinds import ANIMATIONS, PRINTED
from vae_desktop.ui.export_source import Drawing, ExportSource, pixels_of, size_of, write_source
from vae_desktop.ui.export_style import ExportChoices

PREVIEW_SIDE = 400


def write_steps(source: ExportSource, path: Path, kind: str, choices: ExportChoices) -> Iterator[int]:
    """Write one of the source's `kinds`.

    A generator: of an animation it yields the number of frames written, of anything else once. Closed before its
    end, it leaves an older file as it was.

    Raises:
        ExportError: the picture would be too large, or the file can't be written.
    """
    style = choices.grid_style
    if kind in ANIMATIONS:
        yield from write_animation(path, frames_of(source), choices.animation_style)
        return
    if kind == "csv" and source.table is not None:
        rows = source.table
        write_map_csv(path, rows.labels, rows.points, rows.codes, rows.indices, rows.sets)
    elif kind == "csv":
        write_codes_csv(path, source.arrays["z"], source.columns)
    elif kind in PRINTED and source.drawing is not None:
        data = (drawing_svg if kind == "svg" else drawing_pdf)(source.drawing, choices.width_mm)
        with atomic_write(path) as file:
            file.write(data)
    elif kind in PRINTED:
        pixels = pixels_of(source, print_style(source, style, choices.width_mm))
        write_picture(path, pixels, source.text, choices.width_mm)
    else:
        write_source(source, path, kind, style)
    yield 1


def frames_of(source: ExportSource) -> Pixels:
    """The images as the frames of an animation, uint8 [N, H, W] or [N, H, W, 3]."""
    shown = [number for number in range(len(source.images)) if number not in source.blank]
    values = source.images[shown].transpose(0, 2, 3, 1)
    if values.dtype != np.uint8:
        values = np.rint(np.clip(np.nan_to_num(values), 0, 1) * 255)
    frames: Pixels = values.astype(np.uint8)
    return frames[..., 0] if frames.shape[3] == 1 else frames


def print_style(source: ExportSource, style: GridStyle, width_mm: float) -> GridStyle:
    """With the least scale that gives a picture of this width 300 dots to the inch; of a drawing, its own."""
    if source.drawn:
        return replace(style, scale=1)
    width, _ = size_of(source, replace(style, scale=1))
    return replace(style, scale=min(MAX_SCALE, max(1, round(width_mm / MM_PER_INCH * DOTS_PER_INCH / width))))


def drawing_svg(drawing: Drawing, width_mm: float | None = None) -> bytes:
    """A map as SVG."""
    it = drawing
    words = (it.title, it.caption)
    text = map_svg(it.points, it.labels, it.class_names, *words, width_mm, it.placed, it.drawn, it.coloured)
    return text.encode()


def drawing_pdf(drawing: Drawing, width_mm: float) -> bytes:
    """A map as a PDF of one page, with the very shapes of its SVG."""
    renderer = QSvgRenderer(QByteArray(drawing_svg(drawing)))
    size = renderer.defaultSize()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(drawing.title)
    writer.setCreator(drawing.caption)
    page = QSizeF(width_mm, width_mm * size.height() / size.width())
    # Not a usual size of paper that happens to be near.
    exact = QPageSize.SizeMatchPolicy.ExactMatch
    writer.setPageSize(QPageSize(page, QPageSize.Unit.Millimeter, "", exact))
    writer.setPageMargins(QMarginsF())
    painter = QPainter(writer)
    renderer.render(painter)
    painter.end()
    return bytes(buffer.data().data())


def drawing_image(drawing: Drawing) -> QImage:
    """An SVG as a picture to look at; without a mark, nothing but white."""
    image = QImage(PREVIEW_SIDE, PREVIEW_SIDE, QImage.Format.Format_RGB888)
    image.fill("#ffffff")
    if not drawing.empty:
        renderer = QSvgRenderer(QByteArray(drawing_svg(drawing)))
        image = QImage(renderer.defaultSize(), QImage.Format.Format_RGB888)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
    return image


def contents_text(source: ExportSource, kind: str, choices: ExportChoices) -> str:
    """What a file of this kind holds: "824 × 824 pixels, …", or "Raw values: images 64×1×28×28, z 64×2; …"."""
    if kind == "npz":
        shapes = [
            f"{name} {'×'.join(str(side) for side in array.shape)}"
            for name, array in source.all_arrays.items()
        ]
        return f"Raw values: {', '.join(shapes)}; with seed and model."
    if kind == "csv":
        codes = source.arrays["z"] if source.table is None else source.table.codes
        return f"A table of {len(codes):,} rows, one for each image, with z of {codes.shape[1]} dimensions."
    if kind in ANIMATIONS:
        played, frames = choices.animation_style, frames_of(source)
        count = len(played.order(len(frames)))
        height, width = frames.shape[1] * played.scale, frames.shape[2] * played.scale
        return f"{count:,} frames of {width:,} × {height:,} pixels: {count / played.fps:.1f} s."
    if kind in PRINTED and source.drawing is not None:
        marks = f"A vector picture of the whole map: {source.drawing.marks}"
        return f"{marks}, grouped by {source.drawing.grouping}." if kind == "svg" else f"{marks}."
    style = choices.grid_style
    if kind in PRINTED:
        width, height = size_of(source, print_style(source, style, choices.width_mm))
        dots = width * MM_PER_INCH / choices.width_mm
        tall = choices.width_mm * height / width
        return f"{choices.width_mm} × {tall:.0f} mm, {width:,} × {height:,} pixels: {dots:.0f} to the inch."
    width, height = size_of(source, style)
    across, up = (side * MM_PER_INCH / DOTS_PER_INCH for side in (width, height))
    return f"{width:,} × {height:,} pixels, {across:.0f} × {up:.0f} mm at {DOTS_PER_INCH} dpi."
