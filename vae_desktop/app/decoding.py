"""Decoding and encoding for the window: one thread with weights of its own, where the newest wish wins."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from types import GeneratorType
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from vae_desktop.app.desk import SLOTS, DecodeResult, Delivery, Desk, Front, Request
from vae_desktop.app.jobs import WorkerThread
from vae_desktop.app.threads import take_one_thread

if TYPE_CHECKING:
    from vae_desktop.app.desk import Work
    from vae_desktop.core.config import ModelConfig
    from vae_desktop.core.inference import Inference
    from vae_desktop.core.records import Arrays, FloatArray

__all__ = ["SLOTS", "DecodeResult", "DecodingService"]

log = logging.getLogger(__name__)

# A picture that takes longer than this is not decoded in the window's thread. Measured beside a training on two
# processors: there the default model takes 0.4 ms, at worst 0.6; by way of the worker 0.6 ms, at worst 8.
LONGEST_HERE = 0.002


class DecodingService(QObject):
    """One worker thread with its own copies of the model; it sleeps when nothing is asked of it.

    Each slot holds one request, the latest; slots are served in the order of `SLOTS`. Work may be a generator
    function: at each of its yields requests of higher slots go first, and what it returns is the result.
    When the weights change half-way, such work starts again, so that no result mixes two sets of weights; steady
    work, which a training would never let come to its end, goes on with those it began with.
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
        self._desk = Desk()
        self._thread: WorkerThread | None = None
        self._closed = False
        self._took_one_thread = False
        self._wake.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def set_model(self, config: ModelConfig, weights: Arrays) -> None:
        """Work with another model from now on; what was asked of the old one is forgotten."""
        self._desk.set_model(config, weights)
        if self._thread is None and not self._closed:
            self._thread = WorkerThread("decoding", _Worker(self._desk, self._wake.emit).run)
            self._thread.start()

    def set_weights(self, weights: Arrays) -> None:
        """Fresher weights of the same model, from any thread. Nobody may change them afterwards."""
        self._desk.set_weights(weights)

    def request(self, slot: str, work: Work, tag: object = None, steady: bool = False) -> None:
        """Have `work(inference)` done in the worker thread; replaces the slot's waiting request."""
        if slot not in SLOTS:
            raise ValueError(f"no such slot: {slot}")
        self._desk.ask(Request(slot, work, tag, steady))

    def clear(self, slot: str | None = None) -> None:
        """Forget what was asked and not answered yet, of one slot or of all."""
        self._desk.forget(slot)

    def decode_here(self, z: FloatArray) -> tuple[FloatArray | None, bool]:
        """Decode a point [D] at once, in the window's thread, where that is the quicker way.

        Returns:
            The picture [C, H, W], or None where it has to be requested: while the model is being built, or
            where it is a slow one. And whether the picture is final: False while fresher weights wait.
        """
        front, final = self._desk.front()
        if front is None or front.seconds > LONGEST_HERE:
            return None, False
        if not (front.inference.decodes_one_without_torch or self._took_one_thread):
            take_one_thread()
            self._took_one_thread = True
        with front.lock:
            return front.inference.decode(z[None])[0], final

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


class _Worker:
    """The worker thread's side: takes from the desk, works, hands in.

    Of the two copies of the model one is published and never changed; fresher weights go into the other, and
    then the two change places.
    """

    def __init__(self, desk: Desk, wake: Callable[[], None]) -> None:
        self._desk = desk
        self._wake = wake
        self._front: Front | None = None
        self._spare: Front | None = None
        self._took_one_thread = False

    def run(self) -> None:
        """The thread's whole life."""
        while True:
            delivery = self._desk.take()
            if delivery.model is None and delivery.weights is None and delivery.request is None:
                return
            try:
                self._take_over(delivery)
            except Exception as error:
                log.exception("the decoder could not take a model's weights")
                self._front = None
                self._hand_in(Request("cursor", lambda _: None, None), delivery, error)
            if delivery.request is not None:
                self._serve(delivery.request, delivery)

    def _take_over(self, delivery: Delivery) -> None:
        """Make the model, or bring it up to date."""
        if delivery.model is None and delivery.weights is None:
            return
        from vae_desktop.core.inference import Inference

        if delivery.model is not None:
            config, weights = delivery.model
            self._front, self._spare = Front(Inference(config, delivery.weights or weights)), None
            if not self._front.inference.decodes_one_without_torch:
                self._take_one_thread()
            self._front.seconds = _seconds_to_decode(self._front.inference)
        elif delivery.weights is not None and self._front is not None:
            old = self._front
            fresh = self._spare or Front(Inference(old.inference.config, delivery.weights))
            with fresh.lock:
                fresh.inference.load(delivery.weights)
            fresh.seconds = old.seconds
            self._front, self._spare = fresh, old
        if self._front is not None:
            self._front.version = delivery.version
            self._desk.publish(self._front, delivery.generation)

    def _serve(self, request: Request, delivery: Delivery) -> None:
        """Do a request, or its next slice."""
        began = time.thread_time()
        try:
            if self._front is None:
                raise RuntimeError("there is no model to decode with")
            version = self._front.version
            # The first picture under the cursor does not wait for torch to be loaded.
            if not (request.slot == "cursor" and self._front.inference.decodes_one_without_torch):
                self._take_one_thread()
            if request.steady and request.slices is not None:
                version = request.weights_version
            elif request.slices is None or request.weights_version != version:
                request.weights_version = version
                inference = self._front.inference
                value = request.work(inference.copy() if request.steady else inference)
                request.slices = value if isinstance(value, GeneratorType) else None
            if request.slices is not None:
                next(request.slices)
                request.seconds += time.thread_time() - began
                return
        except StopIteration as end:
            value = end.value
        except Exception as error:
            self._hand_in(request, delivery, error)
            return
        seconds = request.seconds + time.thread_time() - began
        self._hand_in(request, delivery, DecodeResult(request.slot, request.tag, value, version, seconds))

    def _take_one_thread(self) -> None:
        """So little work is quicker in one thread, and must not take turns with the threads of a training."""
        if not self._took_one_thread:
            take_one_thread()
            self._took_one_thread = True

    def _hand_in(self, request: Request, delivery: Delivery, outcome: DecodeResult | Exception) -> None:
        if self._desk.done(request, delivery.generation, outcome):
            self._wake()


def _seconds_to_decode(inference: Inference) -> float:
    """What one picture takes, at best of a few: the first ones warm the caches."""
    z = np.zeros((1, inference.config.latent_dim), dtype=np.float32)
    taken = []
    for _ in range(4):
        began = time.perf_counter()
        inference.decode(z)
        taken.append(time.perf_counter() - began)
    return min(taken)
