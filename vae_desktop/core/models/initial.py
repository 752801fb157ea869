"""The weights that a training begins with."""

from __future__ import annotations

import math

import torch
from torch import nn


@torch.no_grad()
def initialise(model: nn.Module, generator: torch.Generator | None = None) -> None:
    """Draw all weights and biases anew, uniformly within ±1/√(inputs of one unit), PyTorch's own habit.

    Wider starts (He et al. 2015) were tried on MNIST and ended no better.

    Args:
        generator: on the CPU, like the model; torch's global one if not given.
    """
    for layer in model.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            # Of a transposed convolution's weight the second axis is taken, as PyTorch does.
            inputs = layer.weight[0].numel()
            bound = 1.0 / math.sqrt(inputs)
            layer.weight.uniform_(-bound, bound, generator=generator)
            if layer.bias is not None:
                layer.bias.uniform_(-bound, bound, generator=generator)
