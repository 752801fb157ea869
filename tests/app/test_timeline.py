"""Back over the epochs: picture, codes and samples rewind together, and the training goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.app.conftest import PATIENCE, SMALL
from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.core.config import TrainingConfig
from vae_desktop.core.inference import Inference

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.data.dataset import Dataset


pytestmark = pytest.mark.usefixtures("every_epoch_kept")


@pytest.fixture
def trained(qtbot: QtBot, ready: Session) -> Session:
    """A session that has trained for four epochs."""
    ready.training.start(SMALL, TrainingConfig(epochs=4))
    qtbot.waitUntil(lambda: ready.training.active, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not ready.training.active, timeout=PATIENCE)
    return ready


def view(qtbot: QtBot, session: Session, epoch: int | None) -> None:
    session.timeline.view(epoch)
    qtbot.waitUntil(lambda: session.timeline.viewed == epoch, timeout=PATIENCE)


def test_everything_is_as_it_was_then(qtbot: QtBot, trained: Session, digits: Dataset) -> None:
    trained.samples.active = True
    assert trained.timeline.epochs == (1, 2, 3, 4)
    newest = trained.model
    assert newest is not None and trained.codes is not None
    final = trained.codes.means
    view(qtbot, trained, 2)
    checkpoint = trained.timeline.store.load(2).checkpoint
    assert trained.model is not None and trained.model.model_id == checkpoint.model_id != newest.model_id
    assert [record.epoch for record in trained.model.history] == [1, 2]
    assert len(trained.training.history) == 4
    then = Inference(checkpoint.model_config, checkpoint.weights)
    assert trained.codes is not None
    means, logvars = then.encode(digits.test.images)
    np.testing.assert_allclose(trained.codes.means, means, atol=1e-5)
    np.testing.assert_allclose(trained.codes.logvars, logvars, atol=1e-5)
    trained.set_cursor([0.5, -0.5])
    expected = then.decode(trained.cursor[None])[0]
    qtbot.waitUntil(lambda: np.allclose(trained.picture, expected, atol=1e-6), timeout=PATIENCE)
    qtbot.waitUntil(lambda: trained.samples.model_id == checkpoint.model_id, timeout=PATIENCE)
    np.testing.assert_allclose(trained.samples.images, then.decode(trained.samples.codes), atol=1e-5)

    view(qtbot, trained, None)
    assert trained.model == newest
    np.testing.assert_array_equal(trained.codes.means, final)
    qtbot.waitUntil(lambda: not np.allclose(trained.picture, expected, atol=1e-6), timeout=PATIENCE)


def test_a_training_goes_on_unseen_and_is_there_afterwards(qtbot: QtBot, ready: Session) -> None:
    ready.training.start(SMALL, TrainingConfig(epochs=100_000))
    qtbot.waitUntil(lambda: len(ready.timeline.epochs) >= 2, timeout=PATIENCE)
    view(qtbot, ready, 1)
    codes, model = ready.codes, ready.model
    ready.set_cursor([1.0, 1.0])
    qtbot.waitUntil(lambda: ready.picture_z is not None and (ready.picture_z == 1).all(), timeout=PATIENCE)
    picture = ready.picture
    epochs = len(ready.training.history)
    qtbot.waitUntil(lambda: len(ready.training.history) > epochs + 2, timeout=PATIENCE)
    assert ready.codes is codes and ready.model is model
    np.testing.assert_array_equal(ready.picture, picture)
    ready.training.stop()
    qtbot.waitUntil(lambda: not ready.training.active, timeout=PATIENCE)
    assert ready.codes is codes and ready.model is model and ready.timeline.viewed == 1
    view(qtbot, ready, None)
    checkpoint = ready.training.checkpoint
    assert checkpoint is not None and ready.model is not None
    assert ready.model.model_id == checkpoint.model_id and ready.model.history == checkpoint.history
    expected = Inference(checkpoint.model_config, checkpoint.weights).decode(ready.cursor[None])[0]
    qtbot.waitUntil(lambda: np.allclose(ready.picture, expected, atol=1e-6), timeout=PATIENCE)


def test_only_the_last_wish_counts_and_steps_end_at_the_ends(qtbot: QtBot, trained: Session) -> None:
    seen: list[int | None] = []
    trained.rewound.connect(lambda: seen.append(trained.timeline.viewed))
    for epoch in (1, 2, 3, 1, 4, 2):
        trained.timeline.view(epoch)
    qtbot.waitUntil(lambda: trained.timeline.viewed == 2, timeout=PATIENCE)
    assert len(seen) <= 3
    trained.timeline.step(-1)
    trained.timeline.step(-1)
    qtbot.waitUntil(lambda: trained.timeline.viewed == 1, timeout=PATIENCE)
    for _ in range(9):
        trained.timeline.step(1)
    qtbot.waitUntil(lambda: trained.timeline.viewed is None, timeout=PATIENCE)
    trained.timeline.view(1000)
    assert trained.timeline.wanted == 4


def test_going_on_keeps_the_past_and_another_training_forgets_it(qtbot: QtBot, trained: Session) -> None:
    view(qtbot, trained, 2)
    trained.training.continue_training(1)
    qtbot.waitUntil(lambda: trained.timeline.viewed is None, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not trained.training.active, timeout=PATIENCE)
    assert trained.timeline.epochs == (1, 2, 3, 4, 5)
    assert trained.model is not None and len(trained.model.history) == 5
    trained.training.start(SMALL, TrainingConfig(epochs=1))
    qtbot.waitUntil(lambda: trained.training.active, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not trained.training.active, timeout=PATIENCE)
    assert trained.timeline.epochs in ((), (1,))


def test_an_epoch_that_cannot_be_read_is_told_and_the_view_stays(
    qtbot: QtBot, trained: Session, problems: list[Problem]
) -> None:
    (file,) = trained.timeline.store._own_folder().rglob("2.safetensors")
    file.write_bytes(b"damaged")
    trained.timeline.view(2)
    qtbot.waitUntil(lambda: bool(problems), timeout=PATIENCE)
    assert trained.timeline.viewed is None and trained.timeline.wanted is None
    view(qtbot, trained, 3)


def test_another_data_set_is_encoded_by_the_model_of_then(qtbot: QtBot, trained: Session) -> None:
    assert trained.dataset is not None
    other = replace(trained.dataset, fingerprint="00" * 32)
    view(qtbot, trained, 2)
    trained.show_dataset(other)
    qtbot.waitUntil(lambda: trained.codes is not None, timeout=PATIENCE)
    checkpoint = trained.timeline.store.load(2).checkpoint
    means, _ = Inference(checkpoint.model_config, checkpoint.weights).encode(other.test.images)
    assert trained.codes is not None
    np.testing.assert_allclose(trained.codes.means, means, atol=1e-5)
    view(qtbot, trained, None)
    qtbot.waitUntil(lambda: trained.codes is not None, timeout=PATIENCE)
    final = trained.training.checkpoint
    assert final is not None and trained.codes is not None
    newest, _ = Inference(final.model_config, final.weights).encode(other.test.images)
    qtbot.waitUntil(
        lambda: trained.codes is not None and np.allclose(trained.codes.means, newest, atol=1e-5),
        timeout=PATIENCE,
    )


def test_nothing_is_left_on_the_disk(qtbot: QtBot, trained: Session) -> None:
    folder = trained.timeline.store._own_folder()
    assert list(folder.iterdir())
    assert trained.shutdown()
    assert not folder.exists()


def test_a_training_of_another_shape_gives_the_decoder_nothing_that_does_not_fit(
    qtbot: QtBot, ready: Session, problems: list[Problem], caplog: pytest.LogCaptureFixture
) -> None:
    for hidden in ((8,), (24, 12)):
        ready.training.start(replace(SMALL, hidden=hidden), TrainingConfig(epochs=1))
        qtbot.waitUntil(lambda: ready.training.active, timeout=PATIENCE)
        qtbot.waitUntil(lambda: not ready.training.active, timeout=PATIENCE)
    qtbot.waitUntil(lambda: ready.codes is not None, timeout=PATIENCE)
    assert problems == []
    assert "could not take" not in caplog.text
