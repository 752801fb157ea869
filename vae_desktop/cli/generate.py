"""`vae-desktop generate`: a grid of samples from the prior, as a picture or as values."""

from __future__ import annotations

import argparse

from vae_desktop.cli.files import check_output
from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.export import GridStyle, compose_grid, identity_text, write_npz, write_png
from vae_desktop.core.sampling import prior_codes

MAX_SIDE = 200
MAX_SAMPLES = 10_000


def run(arguments: argparse.Namespace) -> int:
    """Draw, decode, write."""
    rows, columns = arguments.rows, arguments.columns
    if not (1 <= rows <= MAX_SIDE and 1 <= columns <= MAX_SIDE and rows * columns <= MAX_SAMPLES):
        raise ConfigurationError(
            f"Rows and columns must be between 1 and {MAX_SIDE}, and their product at most {MAX_SAMPLES}."
        )
    style = GridStyle(arguments.scale, arguments.padding, arguments.background)
    out = check_output(arguments.out, ".png", ".npz")

    from vae_desktop.core.checkpoint import load_checkpoint
    from vae_desktop.core.inference import Inference

    checkpoint = load_checkpoint(arguments.model)
    codes = prior_codes(
        rows * columns, checkpoint.model_config.latent_dim, arguments.seed, arguments.temperature
    )
    images = Inference(checkpoint.model_config, checkpoint.weights).decode(codes)
    if out.suffix.lower() == ".npz":
        write_npz(
            out,
            images=images,
            z=codes,
            rows=rows,
            columns=columns,
            seed=arguments.seed,
            temperature=arguments.temperature,
            model=checkpoint.model_id,
        )
        kind = f"{len(images)} images and their codes"
    else:
        pixels = compose_grid(images, columns, style)
        text = identity_text(
            model_id=checkpoint.model_id,
            dataset=checkpoint.dataset,
            seed=arguments.seed,
            temperature=arguments.temperature,
        )
        write_png(out, pixels, text)
        kind = f"{pixels.shape[1]} × {pixels.shape[0]} pixels"
    print(f"Saved {out}: {kind}; seed {arguments.seed}, model {checkpoint.model_id}.")
    return 0
