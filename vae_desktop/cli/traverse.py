"""`vae-desktop traverse`: what each latent dimension does, or the manifold of two."""

from __future__ import annotations

import argparse
import math

import numpy as np

from vae_desktop.cli.files import check_output
from vae_desktop.cli.views import view_chunk
from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.export import GridStyle, compose_grid, identity_text
from vae_desktop.core.latent_grids import manifold_codes, traversal_codes
from vae_desktop.core.picture_file import PICTURE_SUFFIXES, write_picture

MAX_COLUMNS = 200
MAX_REACH = 100.0


def run(arguments: argparse.Namespace) -> int:
    """Lay out, decode, write."""
    if not 1 <= arguments.columns <= MAX_COLUMNS:
        raise ConfigurationError(f"The columns must be between 1 and {MAX_COLUMNS}.")
    if not (math.isfinite(arguments.reach) and 0 < arguments.reach <= MAX_REACH):
        raise ConfigurationError(f"The reach must be above 0 and at most {MAX_REACH:g}.")
    style = GridStyle(arguments.scale, arguments.padding, arguments.background)
    out = check_output(arguments.out, *PICTURE_SUFFIXES)

    from vae_desktop.core.checkpoint import load_checkpoint
    from vae_desktop.core.inference import Inference

    checkpoint = load_checkpoint(arguments.model)
    dimensions = _dimensions(arguments, checkpoint.model_config.latent_dim)
    origin = np.zeros(checkpoint.model_config.latent_dim, np.float32)
    columns = arguments.columns
    if arguments.manifold:
        codes = manifold_codes(columns, columns, (dimensions[0], dimensions[-1]), origin)
        layout = "prior quantiles"
    else:
        values = np.linspace(-arguments.reach, arguments.reach, columns) if columns > 1 else np.zeros(1)
        codes = traversal_codes(origin, dimensions, values)
        layout = f"{-arguments.reach:g} to {arguments.reach:g}"
    images = Inference(checkpoint.model_config, checkpoint.weights).decode(codes)
    pixels = compose_grid(images, columns, style)
    text = identity_text(
        model_id=checkpoint.model_id,
        dataset=checkpoint.dataset,
        dimensions=", ".join(map(str, dimensions)),
        values=layout,
    )
    axes = (dimensions[0], dimensions[-1]) if len(dimensions) == 2 else None
    kind = "manifold" if arguments.manifold else "traversal"
    view = view_chunk(kind, checkpoint, arguments.model, axes=axes)
    write_picture(out, pixels, text | view, arguments.width)
    print(f"Saved {out}: {pixels.shape[1]} × {pixels.shape[0]} pixels; model {checkpoint.model_id}.")
    return 0


def _dimensions(arguments: argparse.Namespace, latent_dim: int) -> tuple[int, ...]:
    dimensions: tuple[int, ...] = arguments.dimensions or tuple(range(latent_dim))
    if arguments.manifold:
        if arguments.dimensions is None:
            dimensions = dimensions[:2]
        if len(dimensions) != min(2, latent_dim):
            raise ConfigurationError("A manifold is laid out along two dimensions.")
    if not all(0 <= dimension < latent_dim for dimension in dimensions):
        raise ConfigurationError(f"The dimensions of this model are 0 to {latent_dim - 1}.")
    return dimensions
