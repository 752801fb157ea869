"""Paths and exports without a window: what exploring a latent space waits for."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from tests.benchmarks.rows import Row, Skipped
from vae_desktop.core.animation import AnimationStyle, write_animation
from vae_desktop.core.checkpoint import load_checkpoint
from vae_desktop.core.export import GridStyle, compose_grid, write_png
from vae_desktop.core.inference import Inference
from vae_desktop.core.latent_paths import latent_path
from vae_desktop.core.paths import resource
from vae_desktop.core.sampling import prior_codes
from vae_desktop.core.steps import result_of


def run() -> list[Row]:
    """Measure with the bundled two-dimensional model and one thread of torch, as the window's workers have."""
    import torch

    torch.set_num_threads(1)
    try:
        checkpoint = load_checkpoint(resource("models/mnist-2d.safetensors"))
    except FileNotFoundError as error:
        raise Skipped(str(error)) from error
    inference = Inference(checkpoint.model_config, checkpoint.weights)
    inference.decode(np.zeros((2, 2), np.float32))
    with tempfile.TemporaryDirectory() as folder:
        return [
            *_geodesics(inference),
            *_files(inference, Path(folder)),
        ]


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _geodesics(inference: Inference) -> list[Row]:
    """20 paths between codes of the prior, the first of them with all that is loaded only then."""
    ends = prior_codes(40, 2, seed=1).reshape(20, 2, 2)
    times = [_seconds(partial(result_of, latent_path(pair, "geodesic", 32, inference))) for pair in ends]
    return [
        Row("geodesic of 32 points in 2 dimensions, median", statistics.median(times), 1, "s"),
        Row("geodesic of 32 points in 2 dimensions, slowest of 20", max(times), 1, "s"),
    ]


def _files(inference: Inference, folder: Path) -> list[Row]:
    images = inference.decode(prior_codes(1600, 2, seed=2))

    def grid() -> None:
        write_png(folder / "grid.png", compose_grid(images, 40, GridStyle(scale=4)), {"Seed": "2"})

    path = result_of(latent_path(prior_codes(4, 2, seed=3), "spline", 240, inference))
    levels = np.rint(255 * inference.decode(path)[:, 0]).astype(np.uint8)
    # 32 × 32 pixels at a scale of 16 make 512.
    frames = np.pad(levels, [(0, 0), (2, 2), (2, 2)])

    def animation(name: str) -> float:
        return _seconds(lambda: list(write_animation(folder / name, frames, AnimationStyle(scale=16))))

    return [
        Row(
            "PNG of a 40 × 40 grid at scale 4", statistics.median(_seconds(grid) for _ in range(5)), 0.5, "s"
        ),
        Row("MP4 of 240 frames of 512 × 512", animation("a.mp4"), 5, "s"),
        Row("GIF of the same", animation("a.gif"), None, "s"),
        Row("WebP of the same", animation("a.webp"), None, "s"),
    ]
