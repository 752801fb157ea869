"""Adam as the trainer uses it: over one vector that holds all weights, its state as plain tensors for model files."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.optim.adam import adam

from vae_desktop.core.array_shapes import ADAM, ADAM_KEYS, MOMENTS

# Adam's β1, β2 and ε, as its authors have them.
MEAN_DECAY, SQUARE_DECAY, EPSILON = 0.9, 0.999, 1e-8
# Below this a moment moves no weight, but far enough above the denormal numbers (1.2e-38) that it can't get there
# in FLUSH_INTERVAL steps: 1e-30 · 0.9^100 = 2.7e-35.
TINY = 1e-30
FLUSH_INTERVAL = 100
# Each weight matrix begins at a multiple of so many numbers, 64 bytes, as matrix products like it.
ALIGNMENT = 16
# A parameter of so many numbers is moved by itself. All threads share it, each has the rows that it also has in
# products with it, and finds them in its processor's cache: where two processors share none, that is felt.
LARGE = 2**16


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
        # Where the moved part of a parameter ends, if not at its own end.
        self._ends: dict[str, int] = {}
        # The parts of the vectors that a step works on; made when first wanted.
        self._operands: list[list[Tensor]] = []

    @torch.no_grad()
    def step(self, learning_rate: float | Tensor) -> None:
        """Move the weights once, by the gradients that stand in their `grad`.

        Args:
            learning_rate: a number, or on CUDA devices also a tensor [] there.
        """
        if not self._operands:
            self._operands = self._lay_out()
        weights, gradients, steps, means, squares = self._operands
        # Not by way of the class, whose bookkeeping takes a fifth of the time of the arithmetic.
        adam(
            weights,
            gradients,
            means,
            squares,
            [],
            steps,
            fused=self._fused,
            capturable=self._vector.is_cuda,
            amsgrad=False,
            beta1=MEAN_DECAY,
            beta2=SQUARE_DECAY,
            lr=learning_rate,
            weight_decay=0.0,
            eps=EPSILON,
            maximize=False,
        )

    def at_rest(self, name: str, learning_rate: float) -> Tensor:
        """Which rows of a parameter stay as they are for as long as they get no gradient, [rows] bool.

        A step that is lost in the weights' rounding moves none of them, and without gradients each step is smaller
        than the one before: momentum fades faster than the root of the squares.

        Args:
            name: of the parameter.
            learning_rate: none of the steps to come has a higher one.
        """
        weights = self._view(self._vector, name)
        if not self._moments:
            return torch.zeros(len(weights), dtype=torch.bool, device=weights.device)
        step, mean, square = (self._moments[key] for key in ADAM_KEYS)
        # No smaller than Adam's, which also makes up for the squares' start at zero.
        rate = learning_rate / (1.0 - MEAN_DECAY ** max(1.0, float(step)))
        size = self._view(mean, name).abs().mul_(rate).div_(self._view(square, name).sqrt().add_(EPSILON))
        stays = (weights + size == weights) & (weights - size == weights)
        return stays.view(len(weights), -1).all(dim=1)

    def reorder(self, name: str, dim: int, order: Tensor) -> None:
        """Put a parameter's rows or columns into another order, and what Adam remembers of them."""
        for vector in (self._vector, *(self._moments[key] for key in MOMENTS if key in self._moments)):
            here = self._view(vector, name)
            here.copy_(here.index_select(dim, order))

    def narrow(self, name: str, rows: int) -> None:
        """Spend no time on a large parameter but for its first rows; the others are at rest and get no gradient."""
        self._ends[name] = self._places[name].start + rows * self._parameters[name][0].numel()
        self._operands = []

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
        self._moments, self._operands = {}, []
        named = {key: [state.get(f"{ADAM}{key}.{name}") for name in self._parameters] for key in ADAM_KEYS}
        if any(tensor is None for tensors in named.values() for tensor in tensors):
            return
        self._moments = self._afresh()
        for key in MOMENTS:
            for name, tensor in zip(self._parameters, named[key], strict=True):
                assert tensor is not None
                self._view(self._moments[key], name).copy_(tensor)
        (steps, *_) = named["step"]
        assert steps is not None
        self._moments["step"].copy_(steps)

    def _parts(self) -> list[slice]:
        """What is moved of the vector: each large parameter by itself, and all between two of them."""
        parts, begin = [], 0
        for name, place in self._places.items():
            if place.stop - place.start >= LARGE:
                parts += [slice(begin, place.start), slice(place.start, self._ends.get(name, place.stop))]
                begin = place.stop
        parts.append(slice(begin, len(self._vector)))
        return [part for part in parts if part.start < part.stop]

    def _lay_out(self) -> list[list[Tensor]]:
        """The parts that are moved: weights, gradients, numbers of steps, means and squares."""
        self._moments = self._moments or self._afresh()
        step, mean, square = (self._moments[key] for key in ADAM_KEYS)
        # Each part counts its steps by itself; the first one's number is the one that is kept.
        parts = self._parts()
        steps = [step, *(step.clone() for _ in parts[1:])]
        vectors = (self._vector, self._gradient, mean, square)
        weights, gradients, means, squares = ([vector[part] for part in parts] for vector in vectors)
        return [weights, gradients, steps, means, squares]

    def _afresh(self) -> dict[str, Tensor]:
        """Adam's memory before its first step."""
        # The number of steps lies where the kernel wants it: beside the weights if fused, else here.
        steps = torch.zeros((), device=self._vector.device if self._fused else "cpu")
        return {"step": steps, **{key: torch.zeros_like(self._vector) for key in MOMENTS}}

    def _view(self, vector: Tensor, name: str) -> Tensor:
        """The part of a vector laid out as ours that belongs to a parameter, in its shape."""
        return vector[self._places[name]].view(self._parameters[name].shape)
