"""`vae-desktop interpolate`: a path through latent space from one test image to another."""

from __future__ import annotations

import argparse

import numpy as np

from vae_desktop.cli.files import check_output, open_data_for
from vae_desktop.cli.progress import progress_bar
from vae_desktop.cli.views import view_chunk
from vae_desktop.core.animation import SUFFIXES, AnimationStyle, write_animation
from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.export import GridStyle, Pixels, compose_grid, identity_text
from vae_desktop.core.latent_path_kinds import MAX_FRAMES
from vae_desktop.core.picture_file import PICTURE_SUFFIXES, write_picture
from vae_desktop.core.view_record import MOST_VALUES, Settings

FRAMES, STRIP_FRAMES = 60, 12


def run(arguments: argparse.Namespace) -> int:
    """Encode, find the path, decode, write."""
    out = check_output(arguments.out, *SUFFIXES, *PICTURE_SUFFIXES)
    moving = out.suffix.lower() in SUFFIXES
    frames = arguments.frames if arguments.frames is not None else FRAMES if moving else STRIP_FRAMES
    if not 2 <= frames <= MAX_FRAMES:
        raise ConfigurationError(f"A path can have 2 to {MAX_FRAMES} frames.")
    animation = AnimationStyle(arguments.fps, arguments.scale or 8, arguments.ping_pong, not arguments.once)
    strip = GridStyle(arguments.scale or 4)

    from vae_desktop.core.checkpoint import load_checkpoint
    from vae_desktop.core.inference import Inference
    from vae_desktop.core.latent_paths import latent_path
    from vae_desktop.core.steps import result_of

    checkpoint = load_checkpoint(arguments.model)
    dataset = open_data_for(checkpoint, arguments.data)
    chosen = [arguments.start, *arguments.via, arguments.end]
    if not all(0 <= index < len(dataset.test) for index in chosen):
        raise ConfigurationError(f"The test images of {dataset.title} are 0 to {len(dataset.test) - 1}.")
    inference = Inference(checkpoint.model_config, checkpoint.weights)
    means, _ = inference.encode(dataset.test.images[chosen])
    images = inference.decode(result_of(latent_path(means, arguments.kind, frames, inference)))
    if moving:
        pixels = _pixels(images)
        with progress_bar(len(animation.order(frames)), "frames", quiet=arguments.quiet) as bar:
            for done in write_animation(out, pixels, animation):
                bar.update(done - bar.n)
        played = f"{len(animation.order(frames))} frames at {animation.fps} a second"
    else:
        text = identity_text(
            model_id=checkpoint.model_id,
            dataset=checkpoint.dataset,
            path=arguments.kind,
            test_images=", ".join(map(str, chosen)),
        )
        stops: list[str | int | float] = list(chosen)
        path: Settings = {"path": {"kind": arguments.kind, "frames": frames, "stops": stops, "points": []}}
        text |= view_chunk(
            "path",
            checkpoint,
            arguments.model,
            dataset=dataset,
            cursor=means[0],
            selected=chosen[0],
            group=tuple(chosen),
            settings=path if len(stops) <= MOST_VALUES else {},
        )
        write_picture(out, compose_grid(images, frames, strip), text)
        played = f"{frames} frames"
    print(f"Saved {out}: {played}, {arguments.kind} path, model {checkpoint.model_id}.")
    return 0


def _pixels(images: np.ndarray) -> Pixels:
    """Decoded means [N, C, H, W] as the frames of an animation."""
    levels = np.rint(np.clip(images, 0, 1) * 255).astype(np.uint8).transpose(0, 2, 3, 1)
    frames: Pixels = levels[..., 0] if levels.shape[3] == 1 else levels
    return frames
