"""Codes with labels and pictures for TensorBoard's Embedding Projector."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vae_desktop.core.atomic import atomic_folder
from vae_desktop.core.errors import ExportError
from vae_desktop.core.export import Pixels, png_bytes

# Of the sprite, along each side: what browsers draw, and the projector asks for.
MAX_SPRITE = 8192

CONFIG = """\
embeddings {{
  tensor_name: "{name}"
  tensor_path: "tensors.tsv"
  metadata_path: "metadata.tsv"
  sprite {{
    image_path: "sprite.png"
    single_image_dim: {width}
    single_image_dim: {height}
  }}
}}
"""


def write_projector(
    folder: Path | str,
    codes: npt.ArrayLike,
    labels: npt.ArrayLike,
    images: npt.ArrayLike,
    class_names: Sequence[str],
    name: str = "latent means",
) -> None:
    """Make a folder that `tensorboard --logdir` and the standalone projector read.

    It holds tensors.tsv, metadata.tsv, sprite.png and projector_config.pbtxt.

    Args:
        folder: must not exist yet, or be empty.
        codes: [N, D]; nine significant digits keep every bit of a float32.
        labels: [N], whole numbers from 0.
        images: uint8 [N, C, H, W], C 1 or 3; shown dark on light, as 0 is paper.
        class_names: names of the labels.
        name: of the embedding in the projector.

    Raises:
        ExportError: it can't be written there, or the images are too many for one picture.
    """
    table = np.asarray(codes, dtype=np.float64)
    numbers = np.asarray(labels).astype(np.int64).tolist()
    pictures = np.asarray(images, dtype=np.uint8)
    sprite = _sprite(pictures)
    height, width = pictures.shape[2:]
    pattern = "\t".join(["%.9g"] * table.shape[1])
    tensors = [pattern % tuple(row) for row in table.tolist()]
    names = [class_names[number] if number < len(class_names) else str(number) for number in numbers]
    metadata = ["index\tlabel", *(f"{index}\t{_plain(label)}" for index, label in enumerate(names))]
    config = CONFIG.format(name=name.replace('"', "'"), width=width, height=height)
    with atomic_folder(folder) as place:
        (place / "tensors.tsv").write_bytes(("\n".join(tensors) + "\n").encode("ascii"))
        (place / "metadata.tsv").write_bytes(("\n".join(metadata) + "\n").encode())
        (place / "sprite.png").write_bytes(png_bytes(sprite))
        (place / "projector_config.pbtxt").write_bytes(config.encode())


def _sprite(images: npt.NDArray[np.uint8]) -> Pixels:
    """All images in one square grid, row by row, places left over in white."""
    count, channels, height, width = images.shape
    side = math.ceil(math.sqrt(count))
    if side * max(height, width) > MAX_SPRITE:
        most = (MAX_SPRITE // max(height, width)) ** 2
        raise ExportError(
            f"The projector shows at most {most} images of {height} × {width} pixels.", "Use fewer images."
        )
    cells = np.full((side * side, height, width, channels), 255, dtype=np.uint8)
    cells[:count] = 255 - images.transpose(0, 2, 3, 1)
    grid = cells.reshape(side, side, height, width, channels).swapaxes(1, 2)
    sprite: Pixels = grid.reshape(side * height, side * width, channels)
    return sprite[:, :, 0] if channels == 1 else sprite


def _plain(label: str) -> str:
    return " ".join(label.split())
