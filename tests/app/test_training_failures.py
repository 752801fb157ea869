"""A training that fails: what is told, what is kept, and what the message offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.app.conftest import PATIENCE, SMALL
from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.core.config import TrainingConfig

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


QUICK = TrainingConfig(epochs=3, device="cpu")


def wait_until_idle(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: not session.training.active, timeout=PATIENCE)


def wait_for_epochs(qtbot: QtBot, session: Session, count: int) -> None:
    qtbot.waitUntil(lambda: len(session.training.history) >= count, timeout=PATIENCE)


def test_settings_that_this_machine_cannot_serve_are_told(
    qtbot: QtBot, ready: Session, problems: list[Problem]
) -> None:
    model = ready.model
    ready.training.start(SMALL, replace(QUICK, device="cuda:7"))
    wait_until_idle(qtbot, ready)
    assert len(problems) == 1 and not problems[0].details
    assert ready.model is model and ready.training.can_continue


def test_a_loss_that_leaves_the_numbers_stops_and_keeps_the_last_good_weights(
    qtbot: QtBot, ready: Session, problems: list[Problem]
) -> None:
    ready.training.start(SMALL, QUICK)
    wait_until_idle(qtbot, ready)
    good = ready.training.history
    ready.training.continue_training(5, replace(QUICK, learning_rate=1e9))
    wait_until_idle(qtbot, ready)
    assert len(problems) == 1 and "finite" in problems[0].message and problems[0].remedy
    checkpoint = ready.training.checkpoint
    assert checkpoint is not None
    assert all(bool(np.isfinite(array).all()) for array in checkpoint.weights.values())
    qtbot.waitUntil(lambda: ready.codes is not None, timeout=PATIENCE)
    assert ready.picture is not None and np.isfinite(ready.picture).all()
    assert ready.training.history[:3] == good
    # The kept weights can be trained on.
    ready.training.continue_training(1, QUICK)
    wait_until_idle(qtbot, ready)
    assert len(problems) == 1
    assert np.isfinite(ready.training.history[-1].held_out.negative_elbo)


def test_the_message_of_a_broken_loss_offers_a_smaller_learning_rate(
    qtbot: QtBot, ready: Session, problems: list[Problem]
) -> None:
    ready.training.start(SMALL, replace(QUICK, learning_rate=1e9))
    wait_until_idle(qtbot, ready)
    (label, act), *_ = problems[0].actions
    assert "learning rate" in label
    act()
    assert ready.training.active
    assert ready.training.task is not None
    assert ready.training.task.training_config.learning_rate == pytest.approx(1e8)
    ready.training.stop()
    wait_until_idle(qtbot, ready)


@pytest.fixture
def scarce_memory(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Makes the device run out of memory for batches above a size."""
    import torch

    from vae_desktop.core.training import Trainer

    step = Trainer._step

    def limit(images: int) -> None:
        def scarce(self: Trainer, batch: torch.Tensor, *rest: Any) -> None:
            if len(batch) > images:
                raise torch.OutOfMemoryError("CUDA out of memory")
            step(self, batch, *rest)

        monkeypatch.setattr(Trainer, "_step", scarce)

    return limit


def test_out_of_memory_offers_a_smaller_batch_which_then_trains(
    qtbot: QtBot, ready: Session, problems: list[Problem], scarce_memory: Callable[[int], None]
) -> None:
    scarce_memory(64)
    ready.training.start(SMALL, replace(QUICK, device="auto"))
    wait_until_idle(qtbot, ready)
    assert "memory" in problems[0].message
    assert [label for label, _ in problems[0].actions] == ["Halve the batch size", "Train on the CPU"]
    problems[0].actions[0][1]()
    wait_until_idle(qtbot, ready)
    assert len(problems) == 1
    assert ready.model is not None and ready.model.training_config.batch_size == 64
    assert len(ready.training.history) == 3


def test_out_of_memory_in_the_middle_keeps_the_epochs_and_trains_the_rest(
    qtbot: QtBot, ready: Session, problems: list[Problem], scarce_memory: Callable[[int], None]
) -> None:
    ready.training.start(SMALL, replace(QUICK, epochs=400, device="auto"))
    wait_for_epochs(qtbot, ready, 2)
    ready.training.pause()
    held: list[int] = []
    ready.training.with_checkpoint(lambda checkpoint: held.append(checkpoint.epochs))
    qtbot.waitUntil(lambda: bool(held), timeout=PATIENCE)
    scarce_memory(0)
    ready.training.resume()
    wait_until_idle(qtbot, ready)
    done = len(ready.training.history)
    assert done in (held[0], held[0] + 1), "at most the evaluation of a whole epoch was left to do"
    scarce_memory(1000)
    problems[0].actions[1][1]()
    task = ready.training.task
    assert task is not None and task.training_config.device == "cpu"
    assert (task.training_config.epochs, task.total_epochs) == (400 - done, 400)
    wait_for_epochs(qtbot, ready, done + 1)
    ready.training.stop()
    wait_until_idle(qtbot, ready)


def test_a_fault_of_the_program_is_told_and_the_weights_are_kept(
    qtbot: QtBot, ready: Session, problems: list[Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    from vae_desktop.core.training import Trainer

    def broken(*_: Any) -> None:
        raise IndexError("off by one")

    monkeypatch.setattr(Trainer, "_step", broken)
    ready.training.start(SMALL, QUICK)
    wait_until_idle(qtbot, ready)
    assert "off by one" in problems[0].details
    assert ready.training.can_continue


def test_a_training_without_room_for_its_autosave_goes_on_and_says_so_once(
    qtbot: QtBot, ready: Session, problems: list[Problem], home: Path
) -> None:
    (home / "state").parent.mkdir(parents=True, exist_ok=True)
    (home / "state").write_text("a file where the folder should be")
    ready.training.start(SMALL, QUICK)
    wait_until_idle(qtbot, ready)
    assert len(ready.training.history) == 3
    assert len(problems) == 1
