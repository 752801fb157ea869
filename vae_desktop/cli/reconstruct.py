"""`vae-desktop reconstruct`: rows of test images, each above the row of their reconstructions."""

from __future__ import annotations

import argparse

import numpy as np

from vae_desktop.cli.files import check_output, open_data_for
from vae_desktop.cli.views import view_chunk
from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.export import GridStyle, compose_grid, identity_text
from vae_desktop.core.picture_file import PICTURE_SUFFIXES, write_picture
from vae_desktop.core.view_record import MOST_VALUES, Setting, Settings

MAX_SIDE = 200


def run(arguments: argparse.Namespace) -> int:
    """Encode the first test images, decode their latent means, write."""
    rows, columns = arguments.rows, arguments.columns
    if not (1 <= rows <= MAX_SIDE and 1 <= columns <= MAX_SIDE):
        raise ConfigurationError(f"Rows and columns must be between 1 and {MAX_SIDE}.")
    style = GridStyle(arguments.scale, arguments.padding, arguments.background)
    out = check_output(arguments.out, *PICTURE_SUFFIXES)

    from vae_desktop.core.checkpoint import load_checkpoint
    from vae_desktop.core.data.dataset import to_float
    from vae_desktop.core.inference import Inference

    checkpoint = load_checkpoint(arguments.model)
    dataset = open_data_for(checkpoint, arguments.data)
    count = min(rows * columns, len(dataset.test))
    images = dataset.test.images[:count]
    inference = Inference(checkpoint.model_config, checkpoint.weights)
    means, _ = inference.encode(images)
    pairs = zip(*(_rows(part, columns) for part in (to_float(images).numpy(), inference.decode(means))))
    pixels = compose_grid(np.concatenate([row for pair in pairs for row in pair]), columns, style)
    text = identity_text(model_id=checkpoint.model_id, dataset=checkpoint.dataset, images_of=dataset.title)
    shown: dict[str, Setting] = {"digits": [*range(min(count, MOST_VALUES))]}
    if count > MOST_VALUES:
        # Tells a window how many more there are than the view holds.
        shown["count"] = count
    settings: Settings = {"reconstructions": shown}
    view = view_chunk("reconstructions", checkpoint, arguments.model, dataset=dataset, settings=settings)
    write_picture(out, pixels, text | view, arguments.width)
    print(f"Saved {out}: {count} test images of {dataset.title} and their reconstructions.")
    return 0


def _rows(images: np.ndarray, columns: int) -> list[np.ndarray]:
    """Images in rows of equal length, the last filled up with empty ones."""
    columns = min(columns, len(images))
    missing = -len(images) % columns
    filled = np.concatenate([images, np.zeros((missing, *images.shape[1:]), images.dtype)])
    return np.split(filled, len(filled) // columns)
