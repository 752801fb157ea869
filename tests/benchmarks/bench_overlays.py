"""Dragging with every layer of the canvas on, class regions among them, idle and beside a training; what the layers
cost after an epoch; and how soon they are there by what the model's file keeps of its data."""

from __future__ import annotations

import statistics
import time

from tests.benchmarks.harness import drag, main_window, wait, wait_until
from tests.benchmarks.rows import Row, Skipped
from tests.places import find_mnist
from vae_desktop.app.decoding import DecodeResult
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.ui.main_window import MainWindow

SECONDS = 8.0
ROUNDS = 3
SURVEYS = 5


def _switch_on(window: MainWindow) -> None:
    """Every layer, and all of them painted."""
    toolbar, trust = window.canvas.toolbar, window.session.trust
    for action in toolbar.switches:
        if not action.isChecked():
            action.trigger()

    def complete() -> bool:
        found = trust.found
        layers = () if found is None else (found.density, found.speed, found.regions)
        return bool(layers) and all(layer is not None for layer in layers)

    wait_until(complete, "all layers")
    wait(0.5)


def _survey_seconds(session: Session) -> list[float]:
    """Processor time of the layers, from codes that are not known yet, as after an epoch."""
    seconds: list[float] = []

    def note(result: DecodeResult) -> None:
        if result.slot == "trust":
            seconds.append(result.seconds)

    session.decoding.ready.connect(note)
    for _ in range(SURVEYS):
        count = len(seconds)
        assert session.codes is not None
        session._set_codes(session.codes.means, session.codes.logvars)
        # However soon after the last time.
        session.trust._refresher.now()
        wait_until(lambda count=count: len(seconds) > count, "another survey")
        wait(0.3)
    session.decoding.ready.disconnect(note)
    return seconds


def _seconds_without_own_data() -> float:
    """From asking for the bundled 2-D model, its own data not there, to its density and regions on the canvas."""
    with main_window("digits") as window:
        session = window.session
        for action in (window.canvas.toolbar.density, window.canvas.toolbar.regions):
            action.trigger()
        seconds = []
        for _ in range(ROUNDS):
            _open_and_see(session, "mnist-16d", 16)
            seconds.append(_open_and_see(session, "mnist-2d", 2))
    return statistics.median(seconds)


def _open_and_see(session: Session, name: str, dimensions: int) -> float:
    def seen() -> bool:
        found = session.trust.found
        return (
            found is not None
            and found.posterior.draws.shape[1] == dimensions
            and found.regions is not None
            and found.density is not None
        )

    began = time.perf_counter()
    session.open_bundled(name)
    wait_until(seen, f"the layers of {name}")
    took = time.perf_counter() - began
    wait(0.5)
    return took


def run() -> list[Row]:
    """Measure with the bundled 2-D model and the real MNIST test digits."""
    mnist = find_mnist()
    if mnist is None:
        raise Skipped("no MNIST on this machine")
    with main_window(str(mnist)) as window:
        session = window.session
        _switch_on(window)
        drag(window, 1.0)
        idle = drag(window, SECONDS)
        wait(1.0)
        surveys = _survey_seconds(session)
        session.training.start(ModelConfig(), TrainingConfig(epochs=1000, device="cpu"))
        wait_until(lambda: session.training.progress is not None, "the training's first steps")
        wait(2.0)
        busy = [drag(window, SECONDS) for _ in range(ROUNDS)]
        session.training.stop()
    opened = _seconds_without_own_data()
    p50, p99 = (statistics.median(each.milliseconds(percent) for each in busy) for percent in (50, 99))
    return [
        Row("mouse move to canvas and picture, every layer on, p50", idle.milliseconds(50), None, "ms"),
        Row("the same, p99", idle.milliseconds(99), 10.0, "ms"),
        Row("mouse move while training on the CPU, every layer on, p50", p50, None, "ms"),
        Row("the same, p99", p99, 16.0, "ms"),
        Row(
            "layers of a 2-D model after an epoch, processor time",
            1000 * statistics.median(surveys),
            300,
            "ms",
        ),
        Row(
            "the bundled model's density and class regions without its data, from opening", opened, None, "s"
        ),
    ]
