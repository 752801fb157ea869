"""t-SNE's gradient descent with momentum and gains (van der Maaten & Hinton 2008), resumable at any iteration."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from scipy.sparse import csr_matrix

from vae_desktop.core.attraction import Attraction, DeviceAttraction
from vae_desktop.core.repulsion import Repulsion
from vae_desktop.core.side_by_side import Helpers

# openTSNE's bounds: no step longer than this, no gain smaller.
LONGEST_STEP = 5.0
LEAST_GAIN = 0.01


@dataclass(frozen=True, eq=False)
class Stage:
    """Iterations with the same settings.

    Attributes:
        name: for people.
        iterations: how many.
        exaggeration: factor of the attraction.
        momentum: part of a step that the next one takes over.
        rate: learning rate, for each of the N points.
    """

    name: str
    iterations: int
    exaggeration: float
    momentum: float
    rate: float


@dataclass(frozen=True, eq=False)
class DescentState:
    """All that the next iteration depends on, in tensors [N, 2] that nobody writes to."""

    embedding: torch.Tensor
    velocity: torch.Tensor
    gains: torch.Tensor
    iteration: int

    @classmethod
    def at_rest(cls, embedding: torch.Tensor) -> DescentState:
        """A descent's first state."""
        return cls(embedding, torch.zeros_like(embedding), torch.ones_like(embedding), 0)


class Descent:
    """The optimisation of one map.

    Attributes:
        state: after the last iteration.
        divergence: KL divergence in nats of the last map for which it was wanted, or None. It is of the map that
            the iteration began with.
    """

    def __init__(
        self, joint: csr_matrix, state: DescentState, device: torch.device, helpers: Helpers
    ) -> None:
        self.state = state
        self.divergence: float | None = None
        self._repulsion = Repulsion(device)
        on_processor = device.type == "cpu"
        self._attraction = Attraction(joint, helpers) if on_processor else DeviceAttraction(joint, device)

    def step(self, stage: Stage, *, want_divergence: bool = False) -> Iterator[None]:
        """One iteration. Each yield is a place to give up: then `state` stays as it was."""
        now = self.state
        gradient = yield from self._gradient(now, stage.exaggeration, want_divergence)
        downhill = (now.velocity > 0) != (gradient > 0)
        gains = torch.where(downhill, now.gains + 0.2, now.gains * 0.8 + LEAST_GAIN)
        rate = stage.rate * len(gradient)
        velocity = stage.momentum * now.velocity - rate * gains * gradient
        velocity *= LONGEST_STEP / velocity.norm(dim=1, keepdim=True).clamp_min(LONGEST_STEP)
        embedding = now.embedding + velocity
        embedding -= embedding.mean(dim=0)
        self.state = DescentState(embedding, velocity, gains, now.iteration + 1)

    def measure(self) -> Iterator[None]:
        """Set `divergence` to that of the map as it is now; a generator like `step`."""
        yield from self._gradient(self.state, 1.0, True)

    def _gradient(
        self, now: DescentState, exaggeration: float, want_divergence: bool
    ) -> Generator[None, None, torch.Tensor]:
        """A quarter of the divergence's gradient, as openTSNE has it."""
        attraction = self._attraction.begin(now.embedding, want_divergence)
        field = yield from self._repulsion.steps(now.embedding, now.iteration)
        yield
        repulsive, potentials = field(now.embedding)
        total = potentials.sum() - len(potentials)
        yield
        attractive, error = yield from attraction()
        if error is not None:
            self.divergence = float(error) + float(total.log())
        return exaggeration * attractive - repulsive / total


@contextmanager
def one_thread() -> Iterator[None]:
    """Have torch compute in the calling thread alone, as it is beside `Attraction`; afterwards as it was."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
