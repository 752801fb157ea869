"""Encoder and decoder of dense layers with ReLU."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from torch import nn


def _stack(sizes: Sequence[int]) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return layers


def dense_encoder(image_shape: tuple[int, int, int], hidden: Sequence[int], latent_dim: int) -> nn.Sequential:
    """From images [N, C, H, W] to means and log-variances side by side [N, 2D]."""
    pixels = math.prod(image_shape)
    return nn.Sequential(nn.Flatten(), *_stack([pixels, *hidden]), nn.Linear(hidden[-1], 2 * latent_dim))


def dense_decoder(image_shape: tuple[int, int, int], hidden: Sequence[int], latent_dim: int) -> nn.Sequential:
    """From codes [N, D] to logits [N, C, H, W]; `hidden` is the encoder's, mirrored here."""
    pixels = math.prod(image_shape)
    mirrored = list(reversed(hidden))
    return nn.Sequential(
        *_stack([latent_dim, *mirrored]), nn.Linear(mirrored[-1], pixels), nn.Unflatten(1, image_shape)
    )


def dense_layers(layers: nn.Sequential) -> list[nn.Linear]:
    """The dense layers of a stack, once it is sure that there is nothing between them but ReLU.

    Raises:
        TypeError: there is something else.
    """
    kinds = [type(layer) for layer in layers if not isinstance(layer, nn.Flatten | nn.Unflatten)]
    if kinds != ([nn.Linear, nn.ReLU] * len(kinds))[: len(kinds)] or kinds[-1:] != [nn.Linear]:
        raise TypeError(f"not a stack of dense layers with ReLU between them: {kinds}")
    return [layer for layer in layers if isinstance(layer, nn.Linear)]
