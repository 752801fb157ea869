"""The desk between the window and its decoder thread: requests on one side, answers on the other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vae_desktop.core.config import ModelConfig
    from vae_desktop.core.inference import Inference
    from vae_desktop.core.records import Arrays

    Work = Callable[[Inference], object]

# In order of priority: what a hand waits for comes first.
SLOTS = (
    "cursor",
    "drawing",
    "hover",
    "likeness",
    "digit",
    "posterior",
    "path",
    "analogy",
    "samples",
    "region",
    "reconstructions",
    "backdrop",
    "codes",
    "trust",
    "scores",
    "placed",
)


@dataclass(frozen=True, eq=False)
class DecodeResult:
    """An answer to `DecodingService.request`.

    Attributes:
        slot, tag: of the request.
        value: what its work returned.
        weights_version: counts the weights that the service was given.
        seconds: processor time that the work took.
    """

    slot: str
    tag: object
    value: object
    weights_version: int
    seconds: float = 0.0


@dataclass(eq=False)
class Request:
    """A wish, and how far it has come if it is done in slices.

    Attributes:
        steady: whether it keeps to the weights that it began with, in a copy of its own.
        wave: counts how often the slot was forgotten before; None for what nobody asked for.
    """

    slot: str
    work: Work
    tag: object
    steady: bool = False
    wave: int | None = None
    slices: Generator[object, None, object] | None = None
    weights_version: int = 0
    seconds: float = 0.0


@dataclass(eq=False)
class Delivery:
    """What the worker takes from the desk at once; without anything in it, the desk is closed."""

    generation: int
    version: int
    model: tuple[ModelConfig, Arrays] | None = None
    weights: Arrays | None = None
    request: Request | None = None


class Front:
    """A copy of the model that is ready to be used from the window's thread.

    Attributes:
        inference: used and loaded only by who holds `lock`.
        version: of its weights.
        seconds: what decoding one point takes.
    """

    def __init__(self, inference: Inference) -> None:
        self.inference = inference
        self.lock = threading.Lock()
        self.version = 0
        self.seconds = 0.0


class Desk:
    """All that the two threads share, under one lock."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._model: tuple[ModelConfig, Arrays] | None = None
        self._weights: Arrays | None = None
        self._requests: dict[str, Request] = {}
        self._outcomes: dict[str, DecodeResult | Exception] = {}
        self._waves = dict.fromkeys(SLOTS, 0)
        self._front: Front | None = None
        self._awake = False
        self._closed = False
        self._generation = 0
        self._version = 0

    # The window's side

    def set_model(self, config: ModelConfig, weights: Arrays) -> None:
        """Another model: forget all that was asked of the one before."""
        with self._condition:
            self._generation += 1
            self._version += 1
            self._model = (config, weights)
            self._weights = None
            self._front = None
            self._requests.clear()
            self._outcomes.clear()
            self._condition.notify()

    def set_weights(self, weights: Arrays) -> None:
        """Fresher weights of the same model."""
        with self._condition:
            if self._generation:
                self._version += 1
                self._weights = weights
                self._condition.notify()

    def ask(self, request: Request) -> None:
        """Put a request where the slot's earlier one was."""
        with self._condition:
            # Without a model there is nobody to answer.
            if self._generation:
                request.wave = self._waves[request.slot]
                self._requests[request.slot] = request
                self._condition.notify()

    def forget(self, slot: str | None) -> None:
        """Take back what was asked, in one slot or in all; also what the worker is about to answer."""
        with self._condition:
            for name in SLOTS if slot is None else (slot,):
                self._waves[name] += 1
                self._requests.pop(name, None)
                self._outcomes.pop(name, None)

    def close(self) -> None:
        """Send the worker home."""
        with self._condition:
            self._closed = True
            self._front = None
            self._requests.clear()
            self._outcomes.clear()
            self._condition.notify()

    def collect(self) -> tuple[int, list[DecodeResult | Exception]]:
        """The newest answer of each slot, and the generation that they belong to."""
        with self._condition:
            outcomes = [self._outcomes[slot] for slot in SLOTS if slot in self._outcomes]
            self._outcomes.clear()
            self._awake = False
            return self._generation, outcomes

    def front(self) -> tuple[Front | None, bool]:
        """The model's published copy, if there is one yet, and whether no fresher weights wait."""
        with self._condition:
            front = self._front
            return front, front is not None and front.version == self._version

    @property
    def generation(self) -> int:
        """Counts the models."""
        with self._condition:
            return self._generation

    # The worker's side

    def take(self) -> Delivery:
        """Sleep until there is something to do."""
        with self._condition:
            while not (self._closed or self._model or self._weights or self._requests):
                self._condition.wait()
            delivery = Delivery(self._generation, self._version)
            if self._closed:
                return delivery
            delivery.model, self._model = self._model, None
            delivery.weights, self._weights = self._weights, None
            delivery.request = next((self._requests[slot] for slot in SLOTS if slot in self._requests), None)
            return delivery

    def publish(self, front: Front, generation: int) -> None:
        """Lay out a copy of the model for the window's thread."""
        with self._condition:
            if generation == self._generation and not self._closed:
                self._front = front

    def done(self, request: Request, generation: int, outcome: DecodeResult | Exception) -> bool:
        """Hand in an answer.

        Returns:
            Whether the other side has to be woken: not where it was woken already and did not look yet.
        """
        with self._condition:
            if self._requests.get(request.slot) is request:
                del self._requests[request.slot]
            forgotten = request.wave not in (None, self._waves[request.slot])
            if self._closed or generation != self._generation or forgotten:
                return False
            self._outcomes[request.slot] = outcome
            wake, self._awake = not self._awake, True
            return wake
