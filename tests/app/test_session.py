"""Cursor, axes, digits and codes: what the session tells when a user moves about."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.app.conftest import PATIENCE, SMALL
from vae_desktop.app import decoding
from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig, TrainingConfig

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset
    from vae_desktop.core.inference import Inference

MakeCheckpoint = Callable[..., "Checkpoint"]


def inference_of(checkpoint: Checkpoint) -> Inference:
    from vae_desktop.core.inference import Inference

    return Inference(checkpoint.model_config, checkpoint.weights)


def show(session: Session, checkpoint: Checkpoint) -> None:
    session.show_model(checkpoint, checkpoint.model_id, None, "shown", saved=True)


def test_a_session_without_anything_bears_every_intent(
    qtbot: QtBot, session: Session, problems: list[Problem]
) -> None:
    session.set_cursor([1, 2])
    session.undo()
    session.redo()
    session.hover(None)
    session.select(None)
    session.samples.active = session.reconstructions.active = True
    session.samples.reroll()
    session.reconstructions.shuffle()
    session.backdrop.request([0, 1], [0, 1])
    session.training.pause()
    session.training.stop()
    session.map.stop()
    session.downloads.cancel()
    assert session.codes is None and session.picture is None
    assert not session.training.can_continue
    assert problems == []


@pytest.mark.parametrize("longest", [0.0, 60.0], ids=["in the decoder thread", "in the window's thread"])
def test_a_drag_ends_on_the_exact_picture_of_where_it_ended(
    qtbot: QtBot,
    ready: Session,
    make_checkpoint: MakeCheckpoint,
    monkeypatch: pytest.MonkeyPatch,
    longest: float,
) -> None:
    monkeypatch.setattr(decoding, "LONGEST_HERE", longest)
    ready.begin_gesture()
    for step in range(200):
        ready.move_cursor(step / 100, -step / 50)
        qtbot.wait(0)
    ready.end_gesture()
    final = np.array([1.99, -3.98], dtype=np.float32)
    qtbot.waitUntil(lambda: np.array_equal(ready.picture_z, final), timeout=PATIENCE)
    expected = inference_of(make_checkpoint()).decode(final[None])[0]
    np.testing.assert_array_equal(ready.picture, expected)
    np.testing.assert_array_equal(ready.cursor, final)
    ready.undo()
    np.testing.assert_array_equal(ready.cursor, [0, 0])
    assert not ready.can_undo
    ready.redo()
    np.testing.assert_array_equal(ready.cursor, final)
    qtbot.waitUntil(lambda: np.array_equal(ready.picture_z, final), timeout=PATIENCE)


def test_the_cursor_is_read_only_and_tells_only_of_changes(qtbot: QtBot, ready: Session) -> None:
    with pytest.raises(ValueError, match="read-only"):
        ready.cursor[0] = 1
    with qtbot.assertNotEmitted(ready.cursor_changed):
        ready.set_cursor([0, 0])
    with qtbot.waitSignal(ready.cursor_changed):
        ready.set_cursor([0, 1])


@pytest.mark.parametrize("z", [[1], [1, 2, 3], [float("nan"), 0], [0, float("inf")]])
def test_what_is_no_point_is_refused(ready: Session, z: list[float]) -> None:
    with pytest.raises(ValueError, match="2-D latent space"):
        ready.set_cursor(z)
    np.testing.assert_array_equal(ready.cursor, [0, 0])


def test_axes_of_a_wide_latent_space(qtbot: QtBot, ready: Session, make_checkpoint: MakeCheckpoint) -> None:
    show(ready, make_checkpoint(ModelConfig(latent_dim=5, hidden=(8,))))
    assert ready.axes == (0, 1)
    assert ready.cursor.shape == (5,)
    with qtbot.waitSignal(ready.plane_changed):
        ready.set_axes(4, 2)
    ready.move_cursor(1, 2)
    np.testing.assert_array_equal(ready.cursor, [0, 0, 2, 0, 1])
    for i, j in ((0, 5), (-1, 0), (3, 3)):
        with pytest.raises(ValueError, match="5-D"):
            ready.set_axes(i, j)
    assert ready.axes == (4, 2)


def test_the_cursor_stays_where_the_new_model_has_as_many_dimensions(
    qtbot: QtBot, ready: Session, make_checkpoint: MakeCheckpoint
) -> None:
    ready.set_cursor([1, -1])
    other = make_checkpoint(seed=9)
    show(ready, other)
    np.testing.assert_array_equal(ready.cursor, [1, -1])
    expected = inference_of(other).decode(np.array([[1, -1]], dtype=np.float32))[0]
    qtbot.waitUntil(lambda: np.array_equal(ready.picture, expected), timeout=PATIENCE)
    show(ready, make_checkpoint(ModelConfig(latent_dim=1, hidden=(8,))))
    assert ready.cursor.tolist() == [0]
    assert ready.axes == (0, 0)
    assert not ready.can_undo


def test_codes_are_the_latent_means_of_all_test_digits(
    ready: Session, digits: Dataset, make_checkpoint: MakeCheckpoint
) -> None:
    assert ready.codes is not None
    means, logvars = inference_of(make_checkpoint()).encode(digits.test.images)
    np.testing.assert_allclose(ready.codes.means, means, atol=1e-5)
    assert ready.codes.logvars is not None
    np.testing.assert_allclose(ready.codes.logvars, logvars, atol=1e-5)
    np.testing.assert_array_equal(ready.codes.labels, digits.test.labels.numpy())
    assert not ready.codes.means.flags.writeable


def test_another_model_has_other_codes(qtbot: QtBot, ready: Session, make_checkpoint: MakeCheckpoint) -> None:
    seen: list[bool] = []
    ready.codes_changed.connect(lambda: seen.append(ready.codes is not None))
    other = make_checkpoint(seed=4)
    show(ready, other)
    assert seen == [False], "codes of the model before are no codes of this one"
    qtbot.waitUntil(lambda: seen == [False, True], timeout=PATIENCE)
    assert ready.codes is not None and ready.dataset is not None
    means, _ = inference_of(other).encode(ready.dataset.test.images)
    np.testing.assert_allclose(ready.codes.means, means, atol=1e-5)


def test_a_model_of_other_images_still_decodes(
    qtbot: QtBot, ready: Session, make_checkpoint: MakeCheckpoint, problems: list[Problem]
) -> None:
    ready.hover(3)
    qtbot.waitUntil(
        lambda: ready.hovered is not None and ready.hovered.reconstruction is not None, timeout=PATIENCE
    )
    show(ready, make_checkpoint(ModelConfig(image_shape=(1, 8, 9), hidden=(8,))))
    assert ready.hovered is not None and ready.hovered.reconstruction is None
    qtbot.waitUntil(lambda: ready.picture is not None and ready.picture.shape == (1, 8, 9), timeout=PATIENCE)
    ready.hover(5)
    ready.select(6)
    assert ready.codes is None
    assert ready.hovered is not None and ready.hovered.reconstruction is None
    np.testing.assert_array_equal(ready.cursor, [0, 0])
    assert problems == []


def test_choosing_a_digit_puts_the_cursor_on_its_latent_mean(qtbot: QtBot, ready: Session) -> None:
    with qtbot.waitSignals([ready.selection_changed, ready.cursor_changed]):
        ready.select(42)
    assert ready.codes is not None and ready.selected == 42
    np.testing.assert_array_equal(ready.cursor, ready.codes.means[42])
    ready.select(None)
    assert ready.selected is None
    np.testing.assert_array_equal(ready.cursor, ready.codes.means[42])
    ready.undo()
    assert ready.selected == 42
    np.testing.assert_array_equal(ready.cursor, ready.codes.means[42])
    ready.undo()
    assert ready.selected is None
    np.testing.assert_array_equal(ready.cursor, [0, 0])


def test_hovering_shows_the_digit_at_once_and_its_reconstruction_soon(
    qtbot: QtBot, ready: Session, digits: Dataset, make_checkpoint: MakeCheckpoint
) -> None:
    ready.hover(7)
    assert ready.hovered is not None
    assert (ready.hovered.index, ready.hovered.label) == (7, int(digits.test.labels[7]))
    assert ready.hovered.class_name == digits.class_names[ready.hovered.label]
    np.testing.assert_allclose(ready.hovered.image, digits.test.images[7].numpy() / 255, atol=1e-6)
    qtbot.waitUntil(
        lambda: ready.hovered is not None and ready.hovered.reconstruction is not None, timeout=PATIENCE
    )
    inference = inference_of(make_checkpoint())
    expected = inference.decode(inference.encode(digits.test.images[7:8])[0])[0]
    np.testing.assert_allclose(ready.hovered.reconstruction, expected, atol=1e-6)
    ready.hover(None)
    assert ready.hovered is None


def test_hovering_over_many_ends_on_the_last(qtbot: QtBot, ready: Session) -> None:
    for index in range(100):
        ready.hover(index)
        qtbot.wait(0)
    qtbot.waitUntil(
        lambda: ready.hovered is not None and ready.hovered.reconstruction is not None, timeout=PATIENCE
    )
    assert ready.hovered is not None and ready.hovered.index == 99


@pytest.mark.parametrize("index", [-1, 100_000])
def test_a_digit_that_is_not_there_is_a_mistake(ready: Session, index: int) -> None:
    with pytest.raises(ValueError, match="no such digit"):
        ready.hover(index)
    with pytest.raises(ValueError, match="no such digit"):
        ready.select(index)


def test_classes_are_switched_off_and_on(qtbot: QtBot, ready: Session, digits: Dataset) -> None:
    with qtbot.waitSignal(ready.hidden_classes_changed):
        ready.set_class_hidden(3, True)
    with qtbot.assertNotEmitted(ready.hidden_classes_changed):
        ready.set_class_hidden(3, True)
    ready.set_class_hidden(5, True)
    ready.set_class_hidden(3, False)
    assert ready.hidden_classes == {5}
    ready.show_dataset(digits)
    assert ready.hidden_classes == frozenset()


def test_another_data_set_forgets_the_digits_of_the_one_before(
    qtbot: QtBot, ready: Session, digits: Dataset
) -> None:
    ready.select(1)
    ready.hover(2)
    ready.show_dataset(digits)
    assert ready.selected is None and ready.hovered is None and ready.codes is None
    qtbot.waitUntil(lambda: ready.codes is not None, timeout=PATIENCE)


def test_the_training_digits_can_be_explored_instead(qtbot: QtBot, ready: Session, digits: Dataset) -> None:
    checkpoint = ready.training.checkpoint
    assert checkpoint is not None
    ready.explore("train")
    assert ready.dataset is not None and ready.dataset.fingerprint == digits.fingerprint
    qtbot.waitUntil(lambda: ready.codes is not None, timeout=PATIENCE)
    assert ready.codes is not None
    means, _ = inference_of(checkpoint).encode(digits.train.images)
    np.testing.assert_allclose(ready.codes.means, means, atol=1e-5)
    np.testing.assert_array_equal(ready.codes.labels, digits.train.labels.numpy())
    last = len(digits.train) - 1
    ready.hover(last)
    assert ready.hovered is not None and ready.hovered.split_name == "training"
    np.testing.assert_allclose(ready.hovered.image, digits.train.images[last].numpy() / 255, atol=1e-6)
    ready.explore("test")
    qtbot.waitUntil(lambda: ready.codes is not None, timeout=PATIENCE)
    assert len(ready.codes.means) == len(digits.test)
    with pytest.raises(ValueError, match="no such digit"):
        ready.hover(len(digits.test))


def test_a_training_brings_codes_of_what_is_explored(qtbot: QtBot, ready: Session, digits: Dataset) -> None:
    ready.explore("train")
    ready.training.start(SMALL, TrainingConfig(epochs=2))
    qtbot.waitUntil(lambda: ready.training.active, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not ready.training.active, timeout=PATIENCE)
    final = ready.training.checkpoint
    assert final is not None
    expected, _ = inference_of(final).encode(digits.train.images)
    qtbot.waitUntil(
        lambda: (
            ready.codes is not None
            and ready.codes.means.shape == expected.shape
            and np.allclose(ready.codes.means, expected, atol=1e-5)
        ),
        timeout=PATIENCE,
    )
