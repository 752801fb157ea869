"""Decoding and encoding for the window: one thread with weights of its own, where the newest wish wins."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from types import GeneratorType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from vae_desktop.app.jobs import WorkerThread
from vae_desktop.app.threads import take_one_thread

if TYPE_CHECKING:
    import torch

    from vae_desktop.core.config import ModelConfig
    from vae_desktop.core.inference import Inference

    Weights = Mapping[str, torch.Tensor]
    Work = Callable[[Inference], object]

log = logging.getLogger(__name__)

# In order of priority: what a hand waits for comes first.
SLOTS = ("cursor", "hover", "samples", "reconstructions", "backdrop", "codes")


@dataclass(frozen=True, eq=False)
class DecodeResult:
    """An answer to `DecodingService.request`.

    Attributes:
        slot, tag: of the request.
        value: what its work returned.
        weights_version: counts the weights that this service has worked with.
        seconds: processor time that the work took.
    """

    slot: str
    tag: object
    value: object
    weights_version: int
    seconds: float = 0.0


@dataclass(eq=False)
class _Request:
    """A wish, and how far it has come if it is done in slices."""

    slot: str
    work: Work
    tag: object
    slices: Generator[object, None, object] | None = None
    weights_version: int = 0
    seconds: float = 0.0


@dataclass(eq=False)
class _Delivery:
    """What the worker takes from the desk at once; all None means that the desk is closed."""

    generation: int
    model: tuple[ModelConfig, Weights] | None = None
    weights: Weights | None = None
    request: _Request | None = None


class _Desk:
    """All that the two threads share, under one lock."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._model: tuple[ModelConfig, Weights] | None = None
        self._weights: Weights | None = None
        self._requests: dict[str, _Request] = {}
        self._outcomes: dict[str, DecodeResult | Exception] = {}
        self._awake = False
        self._closed = False
        self._generation = 0

    def set_model(self, config: ModelConfig, weights: Weights) -> None:
        with self._condition:
            self._generation += 1
            self._model = (config, weights)
            self._weights = None
            self._requests.clear()
            self._outcomes.clear()
            self._condition.notify()

    def set_weights(self, weights: Weights) -> None:
        with self._condition:
            if self._generation:
                self._weights = weights
                self._condition.notify()

    def ask(self, request: _Request) -> None:
        with self._condition:
            # Without a model there is nobody to answer.
            if self._generation:
                self._requests[request.slot] = request
                self._condition.notify()

    def forget(self, slot: str | None) -> None:
        with self._condition:
            for name in SLOTS if slot is None else (slot,):
                self._requests.pop(name, None)
                self._outcomes.pop(name, None)

    def close(self) -> None:
        with self._condition:
            self._closed = True
            self._requests.clear()
            self._outcomes.clear()
            self._condition.notify()

    def take(self) -> _Delivery:
        """Sleep until there is something to do."""
        with self._condition:
            while not (self._closed or self._model or self._weights or self._requests):
                self._condition.wait()
            delivery = _Delivery(self._generation)
            if self._closed:
                return delivery
            delivery.model, self._model = self._model, None
            delivery.weights, self._weights = self._weights, None
            for slot in SLOTS:
                if slot in self._requests:
                    delivery.request = self._requests[slot]
                    break
            return delivery

    def done(self, request: _Request, generation: int, outcome: DecodeResult | Exception) -> bool:
        """Hand in an answer.

        Returns:
            Whether the other side has to be woken: it is not when it was woken already and did not look yet.
        """
        with self._condition:
            if self._requests.get(request.slot) is request:
                del self._requests[request.slot]
            if self._closed or generation != self._generation:
                return False
            self._outcomes[request.slot] = outcome
            wake, self._awake = not self._awake, True
            return wake

    def collect(self) -> tuple[int, list[DecodeResult | Exception]]:
        """The newest answer of each slot, and the generation they belong to."""
        with self._condition:
            outcomes = [self._outcomes[slot] for slot in SLOTS if slot in self._outcomes]
            self._outcomes.clear()
            self._awake = False
            return self._generation, outcomes

    @property
    def generation(self) -> int:
        with self._condition:
            return self._generation


class DecodingService(QObject):
    """One worker thread with its own `Inference`; it sleeps when nothing is asked of it.

    Each slot holds one request, the latest; slots are served in the order of `SLOTS`. Work may be a generator
    function: at each of its yields requests of higher slots go first, and what it returns is the result.
    When the weights change half-way, such work starts again, so that no result mixes two sets of weights.
    Answers that belong to an earlier model are dropped.

    Signals:
        ready(object DecodeResult): an answer, on the thread that made the service.
        failed(object exception): a request's work, or building the model, raised this.
    """

    ready = Signal(object)
    failed = Signal(object)
    _wake = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = _Desk()
        self._thread: WorkerThread | None = None
        self._closed = False
        self._wake.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def set_model(self, config: ModelConfig, weights: Weights) -> None:
        """Work with another model from now on; what was asked of the old one is forgotten."""
        self._desk.set_model(config, weights)
        if self._thread is None and not self._closed:
            self._thread = WorkerThread("decoding", self._run)
            self._thread.start()

    def set_weights(self, weights: Weights) -> None:
        """Fresher weights of the same model, from any thread. Nobody may change them afterwards."""
        self._desk.set_weights(weights)

    def request(self, slot: str, work: Work, tag: object = None) -> None:
        """Have `work(inference)` done in the worker thread; replaces the slot's waiting request."""
        if slot not in SLOTS:
            raise ValueError(f"no such slot: {slot}")
        self._desk.ask(_Request(slot, work, tag))

    def clear(self, slot: str | None = None) -> None:
        """Forget what was asked and not answered yet, of one slot or of all."""
        self._desk.forget(slot)

    def close(self, ms: int = 2000) -> bool:
        """End the thread; False if it did not end within `ms`."""
        self._closed = True
        self._desk.close()
        if self._thread is not None and not self._thread.wait(ms):
            return False
        self._thread = None
        return True

    def _deliver(self) -> None:
        generation, outcomes = self._desk.collect()
        for outcome in outcomes:
            # Whoever hears an answer may change the model: the rest then belongs to the old one.
            if generation != self._desk.generation:
                return
            if isinstance(outcome, DecodeResult):
                self.ready.emit(outcome)
            else:
                self.failed.emit(outcome)

    def _run(self) -> None:
        """The worker thread's whole life."""
        inference: Inference | None = None
        version = 0
        while True:
            delivery = self._desk.take()
            if delivery.model is None and delivery.weights is None and delivery.request is None:
                return
            try:
                if delivery.model is not None:
                    inference, version = _make_inference(*delivery.model), version + 1
                if delivery.weights is not None and inference is not None:
                    inference.load(delivery.weights)
                    version += 1
            except Exception as error:
                log.exception("the decoder could not take a model's weights")
                inference = None
                self._hand_in(_Request("cursor", lambda _: None, None), delivery.generation, error)
            if delivery.request is not None:
                self._serve(delivery.request, delivery.generation, inference, version)

    def _serve(self, request: _Request, generation: int, inference: Inference | None, version: int) -> None:
        """Do a request, or its next slice."""
        began = time.thread_time()
        try:
            if inference is None:
                raise RuntimeError("there is no model to decode with")
            if request.slices is None or request.weights_version != version:
                request.weights_version = version
                value = request.work(inference)
                request.slices = value if isinstance(value, GeneratorType) else None
            if request.slices is not None:
                next(request.slices)
                request.seconds += time.thread_time() - began
                return
        except StopIteration as end:
            value = end.value
        except Exception as error:
            self._hand_in(request, generation, error)
            return
        request.seconds += time.thread_time() - began
        result = DecodeResult(request.slot, request.tag, value, version, request.seconds)
        self._hand_in(request, generation, result)

    def _hand_in(self, request: _Request, generation: int, outcome: DecodeResult | Exception) -> None:
        if self._desk.done(request, generation, outcome):
            self._wake.emit()


def _make_inference(config: ModelConfig, weights: Weights) -> Inference:
    from vae_desktop.core.inference import Inference

    # So little work is quicker in one thread, and must not take turns with the threads of a training.
    take_one_thread()
    return Inference(config, weights)
