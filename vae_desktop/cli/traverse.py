"""`vae-desktop traverse`: what each latent dimension does, or the manifold of two."""

from __future__ import annotations

import argparse
import math

import numpy as np

from vae_desktop.cli.files import check_output
from vae_desktop.cli.views import recipe_settings, view_chunk
from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.export import GridStyle, compose_grid, identity_text
from vae_desktop.core.latent_grids import manifold_codes, traversal_codes, traversal_values
from vae_desktop.core.picture_file import PICTURE_SUFFIXES, write_picture
from vae_desktop.core.records import FloatArray

MAX_COLUMNS = 200
MAX_REACH = 100.0


def run(arguments: argparse.Namespace) -> int:
    """Lay out, decode, write."""
    if not 1 <= arguments.columns <= MAX_COLUMNS:
        raise ConfigurationError(f"The columns must be between 1 and {MAX_COLUMNS}.")
    if not (math.isfinite(arguments.reach) and 0 < arguments.reach <= MAX_REACH):
        raise ConfigurationError(f"The reach must be above 0 and at most {MAX_REACH:g}.")
    rows = arguments.columns if arguments.rows is None else arguments.rows
    if not arguments.manifold and arguments.rows is not None:
        raise ConfigurationError("Without --manifold there is a row for each of the --dimensions.")
    if not 1 <= rows <= MAX_COLUMNS:
        raise ConfigurationError(f"The rows must be between 1 and {MAX_COLUMNS}.")
    style = GridStyle(arguments.scale, arguments.padding, arguments.background)
    out = check_output(arguments.out, *PICTURE_SUFFIXES)

    from vae_desktop.core.checkpoint import load_checkpoint
    from vae_desktop.core.inference import Inference

    checkpoint = load_checkpoint(arguments.model)
    dimensions = _dimensions(arguments, checkpoint.model_config.latent_dim)
    origin = _origin(arguments.around, checkpoint.model_config.latent_dim)
    columns = arguments.columns
    if arguments.manifold:
        codes = manifold_codes(rows, columns, (dimensions[0], dimensions[-1]), origin)
        layout = "prior quantiles"
    else:
        codes = traversal_codes(origin, dimensions, traversal_values(arguments.reach, columns))
        layout = f"{-arguments.reach:g} to {arguments.reach:g}"
    images = Inference(checkpoint.model_config, checkpoint.weights).decode(codes)
    pixels = compose_grid(images, columns, style)
    facts = {"dimensions": ", ".join(map(str, dimensions)), "values": layout}
    if arguments.around is not None:
        facts["around"] = ", ".join(f"{value:.4g}" for value in origin)
    text = identity_text(
        model_id=checkpoint.model_id, dataset=checkpoint.dataset, seed=None, temperature=None, **facts
    )
    axes = (dimensions[0], dimensions[1]) if len(dimensions) == len(set(dimensions)) == 2 else None
    recipe = recipe_settings(
        kind="manifold" if arguments.manifold else "traversal",
        rows=rows if arguments.manifold else len(dimensions),
        columns=columns,
        dimensions=() if arguments.manifold else dimensions,
        reach=arguments.reach,
        around="origin" if arguments.around is None else "cursor",
    )
    view = view_chunk("samples", checkpoint, arguments.model, cursor=origin, axes=axes, settings=recipe)
    write_picture(out, pixels, text | view, arguments.width)
    print(f"Saved {out}: {pixels.shape[1]} × {pixels.shape[0]} pixels; model {checkpoint.model_id}.")
    return 0


def _origin(around: tuple[float, ...] | None, latent_dim: int) -> FloatArray:
    if around is None:
        return np.zeros(latent_dim, np.float32)
    if len(around) != latent_dim or not all(map(math.isfinite, around)):
        raise ConfigurationError(f"A code of this model is {latent_dim} finite numbers.")
    return np.array(around, np.float32)


def _dimensions(arguments: argparse.Namespace, latent_dim: int) -> tuple[int, ...]:
    dimensions: tuple[int, ...] = arguments.dimensions or tuple(range(latent_dim))
    if arguments.manifold:
        if arguments.dimensions is None:
            dimensions = dimensions[:2]
        if len(dimensions) != min(2, latent_dim) or len(set(dimensions)) != len(dimensions):
            raise ConfigurationError("A manifold is laid out along two dimensions.")
    if not all(0 <= dimension < latent_dim for dimension in dimensions):
        raise ConfigurationError(f"The dimensions of this model are 0 to {latent_dim - 1}.")
    return dimensions
