"""Names and shapes of a model's arrays, known from its configuration alone: no file is checked with torch's help."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import pairwise

from vae_desktop.core.config import ModelConfig

Shape = tuple[int, ...]
Shapes = dict[str, Shape]

# Units of the dense layer between a convolutional model's images and its codes.
DENSE_UNITS = 256
KERNEL = (3, 3)

ADAM = "adam."
MOMENTS = ("exp_avg", "exp_avg_sq")
ADAM_KEYS = ("step", *MOMENTS)


def weight_shapes(config: ModelConfig) -> Shapes:
    """What the weights of such a model are called (as in `VAE.state_dict`), and their shapes."""
    encoder, decoder = (_dense if config.architecture == "dense" else _conv)(config)
    shapes: Shapes = {}
    for part, layers in (("encoder", encoder), ("decoder", decoder)):
        for place, weight, units in layers:
            shapes[f"{part}.{place}.weight"] = weight
            shapes[f"{part}.{place}.bias"] = (units,)
    return shapes


def adam_shapes(weights: Mapping[str, Shape]) -> Shapes:
    """What Adam remembers of weights of these names and shapes (as in `FlatAdam.state_tensors`)."""
    return {
        f"{ADAM}{key}.{name}": () if key == "step" else shape
        for name, shape in weights.items()
        for key in ADAM_KEYS
    }


def halved_sizes(height: int, width: int, layers: int) -> list[tuple[int, int]]:
    """Height and width before each convolution and after the last; odd sizes are rounded up when halved."""
    sizes = [(height, width)]
    for _ in range(layers):
        height, width = (height + 1) // 2, (width + 1) // 2
        sizes.append((height, width))
    return sizes


# Of each layer with weights: its place in the stack, its weight's shape, its units.
_Layers = Iterable[tuple[int, Shape, int]]


def _dense(config: ModelConfig) -> tuple[_Layers, _Layers]:
    pixels = math.prod(config.image_shape)
    into = [pixels, *config.hidden, 2 * config.latent_dim]
    out = [config.latent_dim, *reversed(config.hidden), pixels]
    # The encoder begins with the layer that flattens; between two dense layers lies a ReLU.
    encoder = [(1 + 2 * i, (units, inputs), units) for i, (inputs, units) in enumerate(pairwise(into))]
    return encoder, [(2 * i, (units, inputs), units) for i, (inputs, units) in enumerate(pairwise(out))]


def _conv(config: ModelConfig) -> tuple[_Layers, _Layers]:
    channels, height, width = config.image_shape
    hidden, count = config.hidden, len(config.hidden)
    rows, columns = halved_sizes(height, width, count)[-1]
    flat = hidden[-1] * rows * columns
    # Behind the convolutions the encoder flattens; before its own the decoder unflattens.
    encoder = [
        *((2 * i, (out, into, *KERNEL), out) for i, (into, out) in enumerate(pairwise([channels, *hidden]))),
        (2 * count + 1, (DENSE_UNITS, flat), DENSE_UNITS),
        (2 * count + 3, (2 * config.latent_dim, DENSE_UNITS), 2 * config.latent_dim),
    ]
    back = pairwise([*reversed(hidden), channels])
    decoder = [
        (0, (DENSE_UNITS, config.latent_dim), DENSE_UNITS),
        (2, (flat, DENSE_UNITS), flat),
        *((5 + 2 * i, (into, out, *KERNEL), out) for i, (into, out) in enumerate(back)),
    ]
    return encoder, decoder
