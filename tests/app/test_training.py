"""Training in the window: its figures, pause, stop, and going on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.app.conftest import PATIENCE, SMALL
from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.app.threads import take_all_threads
from vae_desktop.core.config import ModelConfig, TrainingConfig

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset

QUICK = TrainingConfig(epochs=3, device="cpu")
ENDLESS = replace(QUICK, epochs=100_000)


def wait_until_idle(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: not session.training.active, timeout=PATIENCE)


def wait_for_epochs(qtbot: QtBot, session: Session, count: int) -> None:
    qtbot.waitUntil(lambda: len(session.training.history) >= count, timeout=PATIENCE)


def train_endlessly(qtbot: QtBot, session: Session, digits: Dataset) -> None:
    """A training past its first epoch."""
    session.show_dataset(digits)
    session.training.start(SMALL, ENDLESS)
    wait_for_epochs(qtbot, session, 1)


def epochs_at(signal: SignalInstance, session: Session) -> list[int]:
    """How many epochs were finished at each signal from now on."""
    told: list[int] = []
    signal.connect(lambda: told.append(len(session.training.history)))
    return told


def test_a_whole_training(qtbot: QtBot, session: Session, digits: Dataset, problems: list[Problem]) -> None:
    from vae_desktop.core.training import Trainer

    session.show_dataset(digits)
    states: list[str] = []
    session.training.state_changed.connect(lambda: states.append(session.training.state))
    session.training.start(SMALL, QUICK)
    wait_until_idle(qtbot, session)
    training = session.training
    assert states[0] == "running" and states[-1] == "idle"
    assert [record.epoch for record in training.history] == [1, 2, 3]
    assert training.total_epochs == 3
    assert training.progress is not None and training.progress.epoch == 3
    assert training.progress.step == training.progress.steps
    # The window's training is the command line's: the same losses to the last digit.
    trainers: list[Trainer] = []

    def train_without_a_window() -> None:
        take_all_threads()
        trainers.append(Trainer(digits, SMALL, QUICK))
        for _ in trainers[0].run():
            pass

    thread = threading.Thread(target=train_without_a_window)
    thread.start()
    thread.join()
    (trainer,) = trainers
    assert [record.train for record in training.history] == [record.train for record in trainer.history]
    assert [record.held_out for record in training.history] == [record.held_out for record in trainer.history]
    assert session.model is not None
    assert session.model.history == training.history
    assert session.model.model_id == trainer.checkpoint().model_id
    assert (session.model.saved, session.model.path) == (False, None)
    assert session.preferences.last_model == SMALL and session.preferences.last_training == QUICK
    assert problems == []


def test_the_codes_come_with_the_last_epoch(qtbot: QtBot, session: Session, digits: Dataset) -> None:
    from vae_desktop.core.inference import Inference

    session.show_dataset(digits)
    session.training.start(SMALL, QUICK)
    wait_until_idle(qtbot, session)
    checkpoint = session.training.checkpoint
    assert session.codes is not None and checkpoint is not None
    means, logvars = Inference(checkpoint.model_config, checkpoint.weights).encode(digits.test.images)
    np.testing.assert_allclose(session.codes.means, means, atol=1e-4)
    np.testing.assert_allclose(session.codes.logvars, logvars, atol=1e-4)


def test_the_curve_reaches_from_the_first_report_to_the_last(
    qtbot: QtBot, session: Session, digits: Dataset
) -> None:
    session.show_dataset(digits)
    session.training.start(SMALL, QUICK)
    wait_until_idle(qtbot, session)
    steps = session.training.steps
    assert len(steps) >= 3
    assert (np.diff(steps.epoch_position) > 0).all()
    assert (np.diff(steps.seconds) > 0).all()
    assert steps.epoch_position[-1] == 3
    np.testing.assert_allclose(steps.negative_elbo, steps.reconstruction + steps.kl)


def test_progress_is_told_at_most_five_times_a_second(
    qtbot: QtBot, session: Session, digits: Dataset
) -> None:
    train_endlessly(qtbot, session, digits)
    told = epochs_at(session.training.progress_changed, session)
    qtbot.wait(1000)
    assert 1 <= len(told) <= 6
    assert told[-1] > told[0], "epochs go on in between"


def test_an_epochs_end_is_told_without_waiting_for_the_next_look(
    qtbot: QtBot, session: Session, digits: Dataset
) -> None:
    session.show_dataset(digits)
    session.training.start(SMALL, ENDLESS)
    session.training._timer.setInterval(2 * PATIENCE)
    # Those that are written beside the training are: not each, with epochs this short.
    wait_for_epochs(qtbot, session, 1)
    seen = len(session.training.history)
    qtbot.waitUntil(lambda: len(session.training.history) > seen, timeout=PATIENCE)
    assert session.training.state == "running"


def test_epochs_are_told_twice_a_second_and_more_rarely_while_the_cursor_moves(
    qtbot: QtBot, session: Session, digits: Dataset
) -> None:
    train_endlessly(qtbot, session, digits)
    told = epochs_at(session.training.epoch_finished, session)
    qtbot.wait(2200)
    calm = len(told)
    assert 2 <= calm <= 5
    assert told[-1] > told[0] + calm, "most epochs are shorter than that; none is left out"
    before, steps = len(told), len(session.training.steps)
    began = time.monotonic()
    while (passed := time.monotonic() - began) < 2.2:
        session.set_cursor([passed, 0.5])
        qtbot.wait(20)
    assert len(told) - before <= 2
    assert len(session.training.steps) > steps, "the figures go on"
    # Whatever waits is told when the training pauses.
    session.training.pause()
    qtbot.waitUntil(lambda: len(told) > before, timeout=PATIENCE)
    progress = session.training.progress
    assert progress is not None
    finished = progress.epoch if progress.step == progress.steps else progress.epoch - 1
    qtbot.waitUntil(lambda: len(session.training.history) >= finished, timeout=PATIENCE)
    assert [record.epoch for record in session.training.history] == list(
        range(1, len(session.training.history) + 1)
    )
    session.training.stop()
    wait_until_idle(qtbot, session)
    assert session.training.checkpoint is not None
    assert session.training.history == session.training.checkpoint.history


def test_pictures_follow_the_training(qtbot: QtBot, session: Session, digits: Dataset) -> None:
    session.show_dataset(digits)
    pictures: list[Any] = []
    session.picture_changed.connect(lambda: pictures.append(session.picture))
    session.training.start(SMALL, ENDLESS)
    qtbot.waitUntil(lambda: len(pictures) >= 4, timeout=PATIENCE)
    assert not np.array_equal(pictures[0], pictures[-1])
    session.hover(0)
    qtbot.waitUntil(
        lambda: session.hovered is not None and session.hovered.reconstruction is not None, timeout=PATIENCE
    )
    assert session.hovered is not None
    first = session.hovered.reconstruction
    qtbot.waitUntil(
        lambda: session.hovered is not None and session.hovered.reconstruction is not first, timeout=PATIENCE
    )


def test_pause_holds_and_resume_goes_on(qtbot: QtBot, session: Session, digits: Dataset) -> None:
    train_endlessly(qtbot, session, digits)
    session.training.pause()
    assert session.training.state == "paused"
    held: list[bool] = []
    assert session.training.with_checkpoint(lambda _: held.append(True))
    qtbot.waitUntil(lambda: bool(held), timeout=PATIENCE)
    qtbot.wait(20)  # what was reported before the pause arrives
    reached = len(session.training.steps)
    qtbot.wait(500)
    assert len(session.training.steps) == reached
    session.set_cursor([1, 1])
    qtbot.waitUntil(lambda: np.array_equal(session.picture_z, [1, 1]), timeout=PATIENCE)
    session.training.resume()
    assert session.training.state == "running"
    qtbot.waitUntil(lambda: len(session.training.steps) > reached, timeout=PATIENCE)


def test_stop_keeps_the_weights_reached_and_going_on_starts_there(
    qtbot: QtBot, session: Session, digits: Dataset
) -> None:
    session.show_dataset(digits)
    session.training.start(SMALL, ENDLESS)
    wait_for_epochs(qtbot, session, 2)
    session.training.stop()
    assert session.training.state == "stopping"
    wait_until_idle(qtbot, session)
    training = session.training
    done = len(training.history)
    assert training.can_continue and training.total_epochs == done
    qtbot.waitUntil(lambda: session.codes is not None, timeout=PATIENCE)
    training.continue_training(2)
    assert training.total_epochs == done + 2
    wait_until_idle(qtbot, session)
    assert [record.epoch for record in training.history] == list(range(1, done + 3))
    before, after = training.history[done - 1], training.history[done]
    assert after.held_out.negative_elbo < before.held_out.negative_elbo + 20, "it did not start afresh"
    assert after.seconds > before.seconds
    assert session.model is not None and session.model.training_config.epochs == 2


def test_an_opened_model_shows_its_history_and_can_be_continued(
    qtbot: QtBot, session: Session, digits: Dataset, tmp_path: Path
) -> None:
    session.show_dataset(digits)
    session.training.start(SMALL, QUICK)
    wait_until_idle(qtbot, session)
    history = session.training.history
    path = tmp_path / "three.safetensors"
    with qtbot.waitSignal(session.notice_raised, timeout=PATIENCE):
        session.save_model(path)
    session.training.start(ModelConfig(latent_dim=3, hidden=(8,)), QUICK)
    wait_until_idle(qtbot, session)
    assert session.training.history != history
    session.open_model(path)
    qtbot.waitUntil(lambda: session.training.history == history, timeout=PATIENCE)
    assert len(session.training.steps) == 0
    session.training.continue_training(1)
    wait_until_idle(qtbot, session)
    assert session.training.history[:3] == history and len(session.training.history) == 4
    assert session.model is not None
    assert (session.model.path, session.model.title, session.model.saved) == (path, "three", False)


@pytest.mark.parametrize("paused", [False, True])
def test_saving_in_the_middle_of_a_training(
    qtbot: QtBot, session: Session, digits: Dataset, tmp_path: Path, paused: bool
) -> None:
    from vae_desktop.core.checkpoint import load_checkpoint

    train_endlessly(qtbot, session, digits)
    if paused:
        session.training.pause()
    with qtbot.waitSignal(session.notice_raised, timeout=PATIENCE):
        session.save_model(tmp_path / "middle.safetensors")
    assert session.training.state == ("paused" if paused else "running")
    assert load_checkpoint(tmp_path / "middle.safetensors").epochs >= 1
    assert session.model is not None and not session.model.saved, "the training goes on from what was saved"


def test_the_cursor_stays_in_a_space_of_as_many_dimensions_and_goes_home_in_another(
    qtbot: QtBot, ready: Session
) -> None:
    ready.set_cursor([1, -2])
    rebuilt: list[int] = []
    ready.model_changed.connect(lambda: rebuilt.append(len(ready.cursor)))
    ready.training.start(SMALL, QUICK)
    wait_until_idle(qtbot, ready)
    assert ready.cursor.tolist() == [1, -2]
    assert rebuilt == [], "a model of the same make needs no rebuilding"
    ready.training.start(ModelConfig(latent_dim=3, hidden=(8,)), QUICK)
    wait_until_idle(qtbot, ready)
    assert ready.cursor.tolist() == [0, 0, 0]
    assert rebuilt == [3]
    qtbot.waitUntil(lambda: np.array_equal(ready.picture_z, [0, 0, 0]), timeout=PATIENCE)


def test_a_fresh_training_of_the_same_make_is_no_continuation(qtbot: QtBot, ready: Session) -> None:
    ready.training.start(SMALL, QUICK)
    wait_until_idle(qtbot, ready)
    ready.training.start(SMALL, QUICK)
    qtbot.waitUntil(lambda: ready.training.history == () or not ready.training.active, timeout=PATIENCE)
    wait_until_idle(qtbot, ready)
    assert len(ready.training.history) == 3


def test_a_training_stopped_before_its_first_step_is_a_model_all_the_same(
    qtbot: QtBot, session: Session, digits: Dataset, tmp_path: Path, problems: list[Problem]
) -> None:
    session.show_dataset(digits)
    session.training.start(SMALL, ENDLESS)
    session.training.stop()
    wait_until_idle(qtbot, session)
    if session.model is not None:  # it may have been stopped before there was one
        qtbot.waitUntil(lambda: session.codes is not None, timeout=PATIENCE)
        with qtbot.waitSignal(session.notice_raised, timeout=PATIENCE):
            session.save_model(tmp_path / "fresh.safetensors")
        assert session.training.can_continue
    assert session.training.total_epochs == len(session.training.history)
    assert problems == []


def test_a_shutdown_before_the_first_step(session: Session, digits: Dataset) -> None:
    session.show_dataset(digits)
    session.training.start(SMALL, ENDLESS)
    assert session.shutdown()


def test_without_data_there_is_nothing_to_train_on(session: Session, problems: list[Problem]) -> None:
    session.training.start(SMALL, QUICK)
    assert session.training.state == "idle"
    assert "no data set" in problems[0].message


def test_continuing_needs_images_that_fit(
    qtbot: QtBot, ready: Session, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    checkpoint = make_checkpoint(ModelConfig(image_shape=(1, 8, 8), hidden=(4,)))
    ready.show_model(checkpoint, checkpoint.model_id, None, "tiny", saved=True)
    assert not ready.training.can_continue
    ready.training.continue_training(1)
    assert ready.training.state == "idle"
