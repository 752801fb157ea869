"""Adam as the trainer uses it: over one vector that holds all weights, its state as plain tensors for model files."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

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
        learning_rate: until `step` is told another.
    """

    def __init__(self, model: nn.Module, learning_rate: float) -> None:
        self._parameters = dict(model.named_parameters())
        self._places: dict[str, slice] = {}
        end = 0
        for name, parameter in self._parameters.items():
            self._places[name] = slice(end, end + parameter.numel())
            end += -(-parameter.numel() // ALIGNMENT) * ALIGNMENT
        device = next(iter(self._parameters.values())).device
        self._vector = nn.Parameter(torch.zeros(end, device=device))
        self._vector.grad = torch.zeros_like(self._vector)
        for name, parameter in self._parameters.items():
            here = self._view(self._vector.data, name)
            here.copy_(parameter.data)
            parameter.data = here
            parameter.grad = self._view(self._vector.grad, name)
        # Fused: in one pass over memory, where torch can.
        self._adam = torch.optim.Adam([self._vector], lr=learning_rate, fused=device.type != "mps")

    def step(self, learning_rate: float) -> None:
        """Move the weights once, by the gradients that stand in their `grad`."""
        self._adam.param_groups[0]["lr"] = learning_rate
        self._adam.step()

    def flush_tiny_moments(self) -> None:
        """Set moments that no longer move anything to zero.

        The moments of weights at pixels that are nearly always dark decay without end. As denormal numbers they
        would cost a processor many times the time of others: a fifth of all training time on MNIST.
        """
        state = self._adam.state.get(self._vector, {})
        for key in MOMENTS:
            if key in state:
                state[key].masked_fill_(state[key].abs() < TINY, 0.0)

    def state_tensors(self) -> dict[str, Tensor]:
        """A copy on the CPU of all that Adam remembers, by parameter; empty before its first step."""
        state = self._adam.state.get(self._vector)
        if not state:
            return {}
        moments = {key: state[key].detach().to("cpu", copy=True) for key in ADAM_KEYS}
        return {
            f"{ADAM}{key}.{name}": moments[key].clone() if key == "step" else self._view(moments[key], name)
            for name in self._parameters
            for key in ADAM_KEYS
        }

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Put Adam back to what `state_tensors` gave; where that was empty, to before its first step."""
        self._adam.state.clear()
        named = {key: [state.get(f"{ADAM}{key}.{name}") for name in self._parameters] for key in ADAM_KEYS}
        if any(tensor is None for tensors in named.values() for tensor in tensors):
            return
        for key in MOMENTS:
            moment = self._adam.state[self._vector][key] = torch.zeros_like(self._vector.data)
            for name, tensor in zip(self._parameters, named[key], strict=True):
                assert tensor is not None
                self._view(moment, name).copy_(tensor)
        (steps, *_) = named["step"]
        assert steps is not None
        # Adam keeps the number of steps where its kernel wants it: beside the weights if fused, else here.
        fused = bool(self._adam.param_groups[0]["fused"])
        self._adam.state[self._vector]["step"] = steps.to(self._vector.device if fused else "cpu", copy=True)

    def _view(self, vector: Tensor, name: str) -> Tensor:
        """The part of a vector laid out as ours that belongs to a parameter, in its shape."""
        return vector[self._places[name]].view(self._parameters[name].shape)
