"""Work for the decoding thread: explored digits through the encoder and back."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from vae_desktop.core.records import FloatArray, IntArray

if TYPE_CHECKING:
    from vae_desktop.core.data.dataset import Dataset
    from vae_desktop.core.inference import Inference

# A few milliseconds of work each: no hand waits longer than for one of them.
ENCODE_SLICE = 128
DECODE_SLICE = 64
ELBO_SLICE = 48


def frozen(array: FloatArray) -> FloatArray:
    """The array itself, made read-only."""
    array.flags.writeable = False
    return array


def encode_all(
    inference: Inference, dataset: Dataset
) -> Generator[None, None, tuple[FloatArray, FloatArray]]:
    """Posterior means and log-variances, each [N, D], of all explored digits, read-only, slice by slice."""
    images = dataset.explored.images
    means = np.empty((len(images), inference.config.latent_dim), dtype=np.float32)
    logvars = np.empty_like(means)
    for start in range(0, len(images), ENCODE_SLICE):
        if start:
            yield
        part = slice(start, start + ENCODE_SLICE)
        means[part], logvars[part] = inference.encode(images[part])
    return frozen(means), frozen(logvars)


def negative_elbo_all(inference: Inference, dataset: Dataset) -> Generator[None, None, FloatArray]:
    """The negative ELBO [N] of each explored digit in nats, read-only, slice by slice."""
    from vae_desktop.core.evaluation import posterior_noise

    images = dataset.explored.images
    noise = posterior_noise(len(images), inference.config.latent_dim)
    values = np.empty(len(images), dtype=np.float32)
    for start in range(0, len(images), ELBO_SLICE):
        if start:
            yield
        part = slice(start, start + ELBO_SLICE)
        values[part] = inference.negative_elbos(images[part], noise[part])
    return frozen(values)


def decode_all(inference: Inference, codes: FloatArray) -> Generator[None, None, FloatArray]:
    """Pictures [N, C, H, W] of the codes [N, D], read-only, slice by slice."""
    pictures = np.empty((len(codes), *inference.config.image_shape), dtype=np.float32)
    for start in range(0, len(codes), DECODE_SLICE):
        if start:
            yield
        pictures[start : start + DECODE_SLICE] = inference.decode(codes[start : start + DECODE_SLICE])
    return frozen(pictures)


def reconstruct(
    inference: Inference, dataset: Dataset, indices: Sequence[int] | IntArray
) -> Generator[None, None, FloatArray]:
    """Pictures [n, C, H, W] of the latent means of some explored digits, read-only, slice by slice."""
    images = dataset.explored.images
    pictures = np.empty((len(indices), *inference.config.image_shape), dtype=np.float32)
    for start in range(0, len(indices), DECODE_SLICE):
        if start:
            yield
        chosen = [int(index) for index in indices[start : start + DECODE_SLICE]]
        means, _ = inference.encode(images[chosen])
        pictures[start : start + DECODE_SLICE] = inference.decode(means)
    return frozen(pictures)


def digit_images(dataset: Dataset, indices: Sequence[int] | IntArray) -> FloatArray:
    """Some explored digits [n, C, H, W] as float32 in [0, 1], read-only; by numpy alone, see `threads`."""
    pixels = dataset.explored.images.numpy()[np.asarray(indices, dtype=np.int64)]
    return frozen(pixels.astype(np.float32) / np.float32(255))
