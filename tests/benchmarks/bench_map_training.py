"""A map beside a training: what the training keeps of its rate, and how long the window's thread is held up."""

from __future__ import annotations

import statistics

from tests.benchmarks.harness import main_window, steps_done, wait, wait_until
from tests.benchmarks.rows import Row, Skipped
from tests.places import find_mnist
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig, TrainingConfig, TsneConfig

SECONDS = 8.0
ROUNDS = 3
# More than any map takes: it is stopped.
LONG = TsneConfig(iterations=100_000)


def _rate(session: Session) -> float:
    """Batches a second over a while."""
    before, began = steps_done(session)
    wait(SECONDS)
    after, ended = steps_done(session)
    return (after - before) / (ended - began)


def _epochs(session: Session) -> int:
    """The epoch under way."""
    return session.training.progress.epoch if session.training.progress is not None else 0


def run() -> list[Row]:
    """Rates in turn without and with a map under way."""
    mnist = find_mnist()
    if mnist is None:
        raise Skipped("no MNIST on this machine")
    with main_window(str(mnist)) as window:
        session = window.session
        session.map.follow = False
        session.training.start(ModelConfig(latent_dim=20), TrainingConfig(epochs=1000, device="cpu"))
        # The opened model has a history and codes too, until the training begins.
        wait_until(lambda: session.training.state == "running" and _epochs(session) > 1, "the first epoch")
        wait_until(lambda: session.codes is not None, "its codes")
        calm, busy, frames = [], [], []
        for _ in range(ROUNDS):
            calm.append(_rate(session))
            session.map.start(LONG)
            wait_until(lambda: session.map.frame is not None and session.map.frame.iteration > 0, "the map")
            count = 0

            def painted() -> None:
                nonlocal count
                count += 1

            session.map.frame_changed.connect(painted)
            busy.append(_rate(session))
            session.map.frame_changed.disconnect(painted)
            frames.append(count / SECONDS)
            session.map.stop()
            wait(1.0)
        session.training.stop()
    kept = statistics.median(with_map / without for with_map, without in zip(busy, calm, strict=True))
    return [
        Row("training beside a map that forms, of its rate", 100 * kept, 45.0, "%", at_least=True),
        Row("frames of that map", statistics.median(frames), None, "/s"),
        Row("training, hands off", statistics.median(calm), None, "steps/s"),
    ]
