"""A session on a machine with a CUDA device; where there is none, all of this is skipped."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from tests.app.conftest import PATIENCE, SMALL
from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig, TrainingConfig, TsneConfig

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")

LONG = TrainingConfig(epochs=10_000)


@pytest.fixture
def no_memory() -> Iterator[Callable[[float], None]]:
    """Leaves this process so many bytes of the card beside those it has: `no_memory(1e6)`."""
    _, total = torch.cuda.mem_get_info()

    def leave(count: float) -> None:
        gc.collect()
        torch.cuda.empty_cache()
        allowed = torch.cuda.memory_reserved() + count
        torch.cuda.set_per_process_memory_fraction(min(1.0, allowed / total))

    yield leave
    leave(total)


def wait_until_idle(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: not session.training.active and session.map.state == "idle", timeout=PATIENCE)


def test_auto_trains_and_maps_on_the_card_while_weights_reach_the_canvas(
    qtbot: QtBot, ready: Session
) -> None:
    ready.map.follow = True
    torch.cuda.reset_peak_memory_stats()
    ready.training.start(SMALL, LONG)
    qtbot.waitUntil(lambda: len(ready.training.history) > 20, timeout=PATIENCE)
    assert torch.cuda.max_memory_allocated() > 1e6
    pictures: list[bytes] = []
    ready.picture_changed.connect(lambda: pictures.append(ready.picture.tobytes()))  # type: ignore[union-attr]
    ready.map.start(TsneConfig(iterations=100))
    qtbot.waitUntil(lambda: len(set(pictures)) > 3, timeout=PATIENCE)
    qtbot.waitUntil(lambda: ready.map.frame is not None and ready.map.frame.iteration > 0, timeout=PATIENCE)
    ready.training.pause()
    ready.training.resume()
    ready.training.stop()
    wait_until_idle(qtbot, ready)
    assert ready.model is not None and np.isfinite(ready.model.history[-1].held_out.negative_elbo)


def test_a_full_card_offers_the_processor_which_then_trains(
    qtbot: QtBot, ready: Session, problems: list[Problem], no_memory: Callable[[float], None]
) -> None:
    no_memory(3e8)
    large = ModelConfig(hidden=(8192, 4096))
    ready.training.start(large, TrainingConfig(epochs=1, batch_size=1024))
    wait_until_idle(qtbot, ready)
    assert [label for label, _ in problems[0].actions] == ["Halve the batch size", "Train on the CPU"]
    problems[0].actions[1][1]()
    qtbot.waitUntil(lambda: ready.training.progress is not None, timeout=PATIENCE)
    task = ready.training.task
    assert task is not None and task.training_config.device == "cpu"
    ready.training.stop()
    wait_until_idle(qtbot, ready)
    assert len(problems) == 1


def test_a_smaller_batch_trains_on_the_card_that_the_larger_one_filled(
    qtbot: QtBot, ready: Session, problems: list[Problem], no_memory: Callable[[float], None]
) -> None:
    no_memory(2.5e8)
    wide = ModelConfig(hidden=(128, 128), architecture="conv")
    gc.disable()
    try:
        ready.training.start(wide, TrainingConfig(epochs=1, batch_size=1400))
        wait_until_idle(qtbot, ready)
        while problems and ready.training.task is not None:
            problem = problems.pop()
            assert problem.actions, problem.details
            problem.actions[0][1]()
            wait_until_idle(qtbot, ready)
    finally:
        gc.enable()
    assert ready.model is not None and ready.model.history
    assert ready.model.training_config.batch_size < 1400 and ready.model.training_config.device == "auto"
