"""Adam as the trainer uses it: over one vector that holds all weights, its state as plain tensors for model files."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.optim.adam import adam

from vae_desktop.core.array_shapes import ADAM, ADAM_KEYS, MOMENTS

# Below this a moment moves no weight, but far enough above the denormal numbers (1.2e-38) that it can't get there
# in FLUSH_INTERVAL steps: 1e-30 · 0.9^100 = 2.7e-35.
TINY = 1e-30
FLUSH_INTERVAL = 100
# Each weight matrix begins at a multiple of so many numbers, 64 bytes, as matrix products like it.
ALIGNMENT = 16


class FlatAdam:
    """Adam (Kingma & Ba, ICLR 2015) on a model whose weights and gradients become views of two vectors.

    With models this small, going through the tensors one by one costs as much as some of the arithmetic.

    Args:
        model: its parameters are moved into the vector, and get their `grad`, which is to be written in place.
    """

    def __init__(self, model: nn.Module) -> None:
        self._parameters = dict(model.named_parameters())
        self._places: dict[str, slice] = {}
        end = 0
        for name, parameter in self._parameters.items():
            self._places[name] = slice(end, end + parameter.numel())
            end += -(-parameter.numel() // ALIGNMENT) * ALIGNMENT
        device = next(iter(self._parameters.values())).device
        self._vector = torch.zeros(end, device=device)
        self._gradient = torch.zeros_like(self._vector)
        for name, parameter in self._parameters.items():
            here = self._view(self._vector, name)
            here.copy_(parameter.data)
            parameter.data = here
            parameter.grad = self._view(self._gradient, name)
        # In one pass over memory, where torch can.
        self._fused = device.type != "mps"
        self._moments: dict[str, Tensor] = {}

    @torch.no_grad()
    def step(self, learning_rate: float | Tensor) -> None:
        """Move the weights once, by the gradients that stand in their `grad`.

        Args:
            learning_rate: a number, or on CUDA devices also a tensor [] there.
        """
        if not self._moments:
            self._moments = self._at_rest()
        step, mean, square = (self._moments[key] for key in ADAM_KEYS)
        # Not by way of the class, whose bookkeeping takes a fifth of the time of the arithmetic.
        adam(
            [self._vector],
            [self._gradient],
            [mean],
            [square],
            [],
            [step],
            fused=self._fused,
            capturable=self._vector.is_cuda,
            amsgrad=False,
            beta1=0.9,
            beta2=0.999,
            lr=learning_rate,
            weight_decay=0.0,
            eps=1e-8,
            maximize=False,
        )

    def flush_tiny_moments(self) -> None:
        """Set moments that no longer move anything to zero.

        The moments of weights at pixels that are nearly always dark decay without end. As denormal numbers they
        would cost a processor many times the time of others: a fifth of all training time on MNIST.
        """
        for key in MOMENTS:
            if key in self._moments:
                self._moments[key].masked_fill_(self._moments[key].abs() < TINY, 0.0)

    def state_tensors(self) -> dict[str, Tensor]:
        """A copy on the CPU of all that Adam remembers, by parameter; empty before its first step."""
        if not self._moments:
            return {}
        moments = {key: self._moments[key].to("cpu", copy=True) for key in ADAM_KEYS}
        return {
            f"{ADAM}{key}.{name}": moments[key].clone() if key == "step" else self._view(moments[key], name)
            for name in self._parameters
            for key in ADAM_KEYS
        }

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Put Adam back to what `state_tensors` gave; where that was empty, to before its first step."""
        self._moments = {}
        named = {key: [state.get(f"{ADAM}{key}.{name}") for name in self._parameters] for key in ADAM_KEYS}
        if any(tensor is None for tensors in named.values() for tensor in tensors):
            return
        self._moments = self._at_rest()
        for key in MOMENTS:
            for name, tensor in zip(self._parameters, named[key], strict=True):
                assert tensor is not None
                self._view(self._moments[key], name).copy_(tensor)
        (steps, *_) = named["step"]
        assert steps is not None
        self._moments["step"].copy_(steps)

    def _at_rest(self) -> dict[str, Tensor]:
        """Adam's memory before its first step."""
        # The number of steps lies where the kernel wants it: beside the weights if fused, else here.
        steps = torch.zeros((), device=self._vector.device if self._fused else "cpu")
        return {"step": steps, **{key: torch.zeros_like(self._vector) for key in MOMENTS}}

    def _view(self, vector: Tensor, name: str) -> Tensor:
        """The part of a vector laid out as ours that belongs to a parameter, in its shape."""
        return vector[self._places[name]].view(self._parameters[name].shape)
