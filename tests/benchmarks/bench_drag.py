"""Dragging through latent space: how soon a move of the mouse is seen, and what it costs a training.

The window is the real one with all its panels; its platform is Qt's offscreen one unless $VAE_DESKTOP_TEST_PLATFORM
names another, so the time from Qt's own picture to the screen is not in the figures.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

from tests.benchmarks.harness import drag, main_window, steps_done, wait, wait_until
from tests.benchmarks.rows import Row, Skipped
from tests.places import find_mnist
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.ui.main_window import MainWindow

SECONDS = 8.0
ROUNDS = 3
PANS = 60


def _pan_times(window: MainWindow) -> list[float]:
    """Seconds that the window's thread takes to move the canvas's view and to repaint it with all points."""
    canvas, times = window.canvas.canvas, []
    for step in range(PANS):
        began = time.perf_counter()
        canvas.pan(3 if step % 2 else -3, 2)
        canvas.viewport().repaint()
        times.append(time.perf_counter() - began)
        wait(0.0)
    canvas.fit()
    return times


@dataclass(frozen=True)
class Beside:
    """A training and a hand at the same time.

    Attributes:
        p50, p99: from a mouse move to the repainted canvas and picture, in milliseconds.
        shown: share of the moves whose own picture was shown.
        rate: steps of the training a second, hands off.
        kept: share of that rate during a constant drag.
    """

    p50: float
    p99: float
    shown: float
    rate: float
    kept: float


def beside_training(window: MainWindow, device: str) -> Beside:
    """Drags and rests in turn while the default model is trained on a device."""
    session = window.session
    session.training.start(ModelConfig(), TrainingConfig(epochs=10_000, device=device))
    wait_until(lambda: session.training.progress is not None, "the training's first steps")
    wait(2.0)
    calm_rates, busy_rates, delays = [], [], []
    for _ in range(ROUNDS):
        for rates, busy in ((calm_rates, False), (busy_rates, True)):
            before, began = steps_done(session)
            if busy:
                delays.append(drag(window, SECONDS))
            else:
                wait(SECONDS)
            after, ended = steps_done(session)
            rates.append((after - before) / (ended - began))
    session.training.stop()
    return Beside(
        statistics.median(each.milliseconds(50) for each in delays),
        statistics.median(each.milliseconds(99) for each in delays),
        statistics.median(each.shown for each in delays),
        statistics.median(calm_rates),
        statistics.median(busy / calm for busy, calm in zip(busy_rates, calm_rates, strict=True)),
    )


def run() -> list[Row]:
    """Delays with hands only, and with a training on the same processor; rates with and without a hand."""
    mnist = find_mnist()
    if mnist is None:
        raise Skipped("no MNIST on this machine")
    with main_window(str(mnist)) as window:
        drag(window, 1.0)
        idle = drag(window, SECONDS)
        pan = statistics.median(_pan_times(window))
        wait(1.0)
        beside = beside_training(window, "cpu")
    return [
        Row("mouse move to canvas and picture, p50", idle.milliseconds(50), 4.0, "ms"),
        Row("mouse move to canvas and picture, p99", idle.milliseconds(99), 8.0, "ms"),
        Row("moves whose own picture was shown", 100 * idle.shown, None, "%"),
        Row("move of the canvas's view with 10,000 digits, repainted", 1000 * pan, 8.0, "ms"),
        Row("mouse move while training on the CPU, p50", beside.p50, 5.0, "ms"),
        Row("mouse move while training on the CPU, p99", beside.p99, 10.0, "ms"),
        Row("moves whose own picture was shown while training", 100 * beside.shown, None, "%"),
        Row("training, hands off", beside.rate, None, "steps/s"),
        Row("training during a constant drag, of hands off", 100 * beside.kept, 55.0, "%", at_least=True),
    ]
