"""A training beside a hand: it leaves a processor, and comes to the same."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QTimer

from tests.app.conftest import PATIENCE
from vae_desktop.app import elbow_room, threads
from vae_desktop.app.elbow_room import ElbowRoom, same_by_one_thread
from vae_desktop.app.session import Session
from vae_desktop.app.threads import take_all_threads
from vae_desktop.app.training_worker import TrainingTask
from vae_desktop.core.config import ModelConfig, TrainingConfig

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.data.dataset import Dataset

# The last batch of 1,438 images is one of 30.
TRAINING = TrainingConfig(epochs=20, batch_size=128, device="cpu")


def in_a_thread(work: Callable[[], None]) -> None:
    """Each thread has a number of torch's threads of its own."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]


def test_a_hand_changes_nothing_in_a_training(qtbot: QtBot, session: Session, digits: Dataset) -> None:
    from vae_desktop.core.training import Trainer

    session.show_dataset(digits)
    random = np.random.default_rng(0)
    hand = QTimer()
    # It rests now and then, so that the training takes the processor back.
    moves = iter(range(1_000_000))

    def move() -> None:
        if next(moves) // 40 % 3:
            session.set_cursor(random.normal(size=len(session.cursor)))

    hand.timeout.connect(move)
    hand.start(10)
    session.training.start(ModelConfig(), TRAINING)
    qtbot.waitUntil(lambda: not session.training.active, timeout=PATIENCE)
    hand.stop()
    assert next(moves) > 40

    trainers: list[Trainer] = []

    def train_without_a_hand() -> None:
        take_all_threads()
        trainers.append(Trainer(digits, ModelConfig(), TRAINING))
        for _ in trainers[0].run():
            pass

    in_a_thread(train_without_a_hand)
    assert session.model is not None
    assert session.model.model_id == trainers[0].checkpoint().model_id
    ours, theirs = session.training.history, trainers[0].history
    assert [record.train for record in ours] == [record.train for record in theirs]
    assert [record.held_out for record in ours] == [record.held_out for record in theirs]


def test_a_processor_is_left_while_the_cursor_moves(digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elbow_room, "REST", 0.1)
    moving = threading.Event()
    still = object()

    def look() -> None:
        import torch

        take_all_threads()
        if threads.processors() != 2:
            pytest.skip("this machine has not two processors")
        room = ElbowRoom(
            TrainingTask(digits, ModelConfig(), TRAINING), lambda: object() if moving.is_set() else still
        )
        room.look()
        assert torch.get_num_threads() == 2
        moving.set()
        room.look()
        assert torch.get_num_threads() == 1
        moving.clear()
        room.look()
        assert torch.get_num_threads() == 1
        moving.wait(0.15)
        room.look()
        assert torch.get_num_threads() == 2

    in_a_thread(look)


@pytest.mark.parametrize(
    ("model", "training", "same"),
    [
        (ModelConfig(), TRAINING, True),
        (ModelConfig(architecture="conv", hidden=(8, 16)), TRAINING, False),
        (ModelConfig(), replace(TRAINING, device="cuda"), False),
        # 101 images of 784 pixels: the halves are no whole vectors.
        (ModelConfig(), replace(TRAINING, batch_size=101), False),
        # Two threads would share the sum of the KL terms.
        (ModelConfig(latent_dim=256), TRAINING, False),
    ],
)
def test_where_a_training_would_come_to_something_else_it_keeps_both(
    digits: Dataset, model: ModelConfig, training: TrainingConfig, same: bool
) -> None:
    assert same_by_one_thread(TrainingTask(digits, model, training)) is same
