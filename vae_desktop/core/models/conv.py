"""A small convolutional pair: each hidden layer halves the image on the way in and doubles it on the way out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from torch import nn

from vae_desktop.core.array_shapes import DENSE_UNITS, halved_sizes


def conv_encoder(image_shape: tuple[int, int, int], hidden: Sequence[int], latent_dim: int) -> nn.Sequential:
    """From images [N, C, H, W] to means and log-variances side by side [N, 2D]."""
    channels, height, width = image_shape
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise([channels, *hidden]):
        layers += [nn.Conv2d(inputs, outputs, kernel_size=3, stride=2, padding=1), nn.ReLU()]
    rows, columns = halved_sizes(height, width, len(hidden))[-1]
    return nn.Sequential(
        *layers,
        nn.Flatten(),
        nn.Linear(hidden[-1] * rows * columns, DENSE_UNITS),
        nn.ReLU(),
        nn.Linear(DENSE_UNITS, 2 * latent_dim),
    )


def conv_decoder(image_shape: tuple[int, int, int], hidden: Sequence[int], latent_dim: int) -> nn.Sequential:
    """From codes [N, D] to logits [N, C, H, W]; `hidden` is the encoder's, mirrored here."""
    channels, height, width = image_shape
    sizes = halved_sizes(height, width, len(hidden))
    rows, columns = sizes[-1]
    layers: list[nn.Module] = [
        nn.Linear(latent_dim, DENSE_UNITS),
        nn.ReLU(),
        nn.Linear(DENSE_UNITS, hidden[-1] * rows * columns),
        nn.ReLU(),
        nn.Unflatten(1, (hidden[-1], rows, columns)),
    ]
    steps = list(pairwise([*reversed(hidden), channels]))
    for number, (inputs, outputs) in enumerate(steps):
        small, large = sizes[-1 - number], sizes[-2 - number]
        extra = (large[0] - 2 * small[0] + 1, large[1] - 2 * small[1] + 1)
        layers.append(nn.ConvTranspose2d(inputs, outputs, 3, stride=2, padding=1, output_padding=extra))
        if number < len(steps) - 1:
            layers.append(nn.ReLU())
    return nn.Sequential(*layers)
