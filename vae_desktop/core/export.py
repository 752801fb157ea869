"""Pictures, values and maps as files that other programs read, each with the identity of what made it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vae_desktop import __version__
from vae_desktop.core.atomic import atomic_write
from vae_desktop.core.errors import ExportError
from vae_desktop.core.records import DatasetInfo

Pixels = npt.NDArray[np.uint8]

MAX_SCALE = 64
MAX_PADDING = 64
# A side of a picture in pixels; more is a slip in the settings, and would fill the memory.
MAX_SIDE = 30_000
MAX_PIXELS = 200_000_000


@dataclass(frozen=True)
class GridStyle:
    """How a grid of images becomes one picture.

    Attributes:
        scale: pixels of the picture per pixel of an image, along each side; 1 to 64.
        padding: width of the lines between and around the images, in pixels of an image; 0 to 64.
        background: colour of those lines and of empty places, "#rrggbb".

    Raises:
        ExportError: a value is outside its range.
    """

    scale: int = 4
    padding: int = 2
    background: str = "#ffffff"

    def __post_init__(self) -> None:
        if not 1 <= self.scale <= MAX_SCALE:
            raise ExportError(f"The scale must be between 1 and {MAX_SCALE}.")
        if not 0 <= self.padding <= MAX_PADDING:
            raise ExportError(f"The padding must be between 0 and {MAX_PADDING}.")
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", self.background):
            raise ExportError(f"{self.background!r} is not a colour.", "Write it like #ffffff.")

    @property
    def rgb(self) -> tuple[int, int, int]:
        """The background as red, green and blue, each 0 to 255."""
        red, green, blue = bytes.fromhex(self.background[1:])
        return red, green, blue


def compose_grid(images: npt.ArrayLike, columns: int, style: GridStyle | None = None) -> Pixels:
    """Put images side by side, row by row, into one picture.

    Args:
        images: [N, C, H, W] in [0, 1], N >= 1; C is 1 (grey) or 3 (red, green, blue).
        columns: images in a row, at least 1; a last row may stay short.

    Returns:
        uint8, [height, width] if images and background are grey, else [height, width, 3].

    Raises:
        ExportError: there is nothing to show, or the picture would be too large.
    """
    style = style or GridStyle()
    values = np.asarray(images, dtype=np.float32)
    if values.ndim != 4 or not values.size or values.shape[1] not in (1, 3) or columns < 1:
        raise ExportError("There are no images to put into a picture.")
    count, channels, height, width = values.shape
    columns = min(columns, count)
    rows = -(-count // columns)
    cell_height, cell_width = height + style.padding, width + style.padding
    shape = rows * cell_height + style.padding, columns * cell_width + style.padding
    _check_size(shape[1] * style.scale, shape[0] * style.scale)

    grey = channels == 1 and len(set(style.rgb)) == 1
    canvas = np.empty((*shape, 1 if grey else 3), dtype=np.uint8)
    canvas[:] = style.rgb[:1] if grey else style.rgb
    levels = np.rint(np.clip(np.nan_to_num(values), 0, 1) * 255).astype(np.uint8).transpose(0, 2, 3, 1)
    for number, image in enumerate(levels):
        top = style.padding + number // columns * cell_height
        left = style.padding + number % columns * cell_width
        canvas[top : top + height, left : left + width] = image
    scaled = canvas.repeat(style.scale, axis=0).repeat(style.scale, axis=1)
    return scaled[:, :, 0] if grey else scaled


def _check_size(width: int, height: int) -> None:
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise ExportError(
            f"The picture would be {width} × {height} pixels, which is too large.",
            "Choose a smaller scale or fewer images.",
        )


def identity_text(
    *,
    model_id: str = "",
    dataset: DatasetInfo | None = None,
    seed: int | None = None,
    temperature: float | None = None,
    **more: object,
) -> dict[str, str]:
    """What made a picture, by name, for the text chunks of a PNG; what is not known is left out.

    Args:
        model_id: the checkpoint's `model_id`.
        dataset: what the model was trained on.
        more: further facts, such as perplexity=30.0; an underscore in a name becomes a space.
    """
    facts: dict[str, object] = {
        "Software": f"vae-desktop {__version__}",
        "Model": model_id or None,
        "Data set": dataset.title if dataset else None,
        "Seed": seed,
        "Temperature": temperature,
        **{name.replace("_", " ").capitalize(): value for name, value in more.items()},
    }
    return {
        name: f"{value:g}" if isinstance(value, float) else str(value)
        for name, value in facts.items()
        if value is not None
    }


def png_bytes(pixels: Pixels, text: Mapping[str, str] | None = None) -> bytes:
    """A picture as a PNG file.

    Args:
        pixels: uint8 [height, width] (grey) or [height, width, 3] (red, green, blue).
        text: goes into text chunks: tEXt where Latin-1 suffices, iTXt (UTF-8) elsewhere.
    """
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    chunks = PngInfo()
    for name, value in (text or {}).items():
        chunks.add_text(name, value)
    buffer = io.BytesIO()
    # Of 40 × 40 digits at scale 4, Pillow's own level 6 makes 4 % less in twice the time.
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "PNG", pnginfo=chunks, compress_level=4)
    return buffer.getvalue()


def write_png(path: Path | str, pixels: Pixels, text: Mapping[str, str] | None = None) -> None:
    """Write a picture like `png_bytes` to a file.

    Raises:
        ExportError: the file can't be written; an older one stays as it was.
    """
    data = png_bytes(pixels, text)
    with atomic_write(path) as file:
        file.write(data)


def write_npz(path: Path | str, **values: npt.ArrayLike | None) -> None:
    """Write arrays, numbers and strings under their names to a compressed .npz file; None is left out.

    `numpy.load` reads it without pickle.

    Raises:
        ExportError: the file can't be written; an older one stays as it was.
    """
    with atomic_write(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in values.items():
            if value is None:
                continue
            buffer = io.BytesIO()
            np.save(buffer, np.asarray(value), allow_pickle=False)
            # A fixed date: the same values give the same file.
            archive.writestr(_entry(f"{name}.npy"), buffer.getvalue())


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def write_map_csv(
    path: Path | str,
    labels: npt.ArrayLike,
    points: npt.ArrayLike | None,
    codes: npt.ArrayLike,
    indices: npt.ArrayLike | None = None,
    sets: Sequence[str] | None = None,
) -> None:
    """Write a map, or some of its points, as CSV: index,label,x,y,z0,z1,…, one row per image (UTF-8).

    Args:
        labels: [N]; below 0 where there is none, which leaves the field empty.
        points: [N, 2], the map; None leaves x and y out.
        codes: [N, D], latent means; nine significant digits keep every bit of a float32.
        indices: [N], the images' places in the data set; by default 0, 1, …
        sets: [N], what each image is of, written as a first column `set` of quoted words; None leaves it out.

    Raises:
        ExportError: the file can't be written; an older one stays as it was.
    """
    classes = ["" if label < 0 else str(label) for label in np.asarray(labels).astype(np.int64).tolist()]
    numbers = range(len(classes)) if indices is None else np.asarray(indices).astype(np.int64).tolist()
    table = np.asarray(codes, np.float64)
    names = [f"z{axis}" for axis in range(table.shape[1])]
    if points is not None:
        table, names = np.hstack([np.asarray(points, np.float64), table]), ["x", "y", *names]
    lines = [",".join(["index", "label", *names])]
    pattern = "%d,%s" + ",%.9g" * table.shape[1]
    lines += [pattern % (*of, *row) for *of, row in zip(numbers, classes, table.tolist())]
    if sets is not None:
        quoted = ("set", *('"' + name.replace('"', '""') + '"' for name in sets))
        lines = [f"{name},{line}" for name, line in zip(quoted, lines, strict=True)]
    with atomic_write(path) as file:
        # A folder's name may be no text at all.
        file.write(("\n".join(lines) + "\n").encode("utf-8", "replace"))


def write_codes_csv(path: Path | str, codes: npt.ArrayLike, columns: int) -> None:
    """Write the codes of a grid as CSV: index,row,column,z0,z1,…, one row per image, all counted from 0.

    Args:
        codes: [N, D]; nine significant digits keep every bit of a float32.
        columns: images in a row of the grid.

    Raises:
        ExportError: the file can't be written; an older one stays as it was.
    """
    table = np.asarray(codes, np.float64)
    lines = [",".join(["index", "row", "column", *(f"z{axis}" for axis in range(table.shape[1]))])]
    pattern = "%d,%d,%d" + ",%.9g" * table.shape[1]
    lines += [pattern % (index, *divmod(index, columns), *row) for index, row in enumerate(table.tolist())]
    with atomic_write(path) as file:
        file.write(("\n".join(lines) + "\n").encode("ascii"))
