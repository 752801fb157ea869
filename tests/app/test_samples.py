"""The sample grid: the same seed gives the same pictures, and nobody's panel costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.app.conftest import PATIENCE, SMALL
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.sampling import prior_codes

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint


def wait_for_images(qtbot: QtBot, session: Session, count: int) -> None:
    samples = session.samples
    qtbot.waitUntil(lambda: samples.images is not None and len(samples.images) == count, timeout=PATIENCE)


def test_pictures_are_the_decoded_codes_of_the_seed(
    qtbot: QtBot, ready: Session, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    from vae_desktop.core.inference import Inference

    samples = ready.samples
    samples.active = True
    samples.set_seed(5)
    samples.set_temperature(0.5)
    samples.set_layout(10, 13)
    wait_for_images(qtbot, ready, 130)
    assert samples.codes is not None and samples.images is not None
    np.testing.assert_array_equal(samples.codes, prior_codes(130, 2, 5, 0.5))
    checkpoint = make_checkpoint()
    expected = Inference(checkpoint.model_config, checkpoint.weights).decode(samples.codes)
    np.testing.assert_allclose(samples.images, expected, atol=1e-6)
    assert samples.model_id == checkpoint.model_id
    assert not samples.images.flags.writeable


def test_nothing_is_computed_until_somebody_looks(qtbot: QtBot, ready: Session) -> None:
    samples = ready.samples
    samples.set_layout(1, 5)
    with qtbot.assertNotEmitted(samples.changed, wait=50):
        pass
    assert samples.images is None
    samples.active = True
    wait_for_images(qtbot, ready, 5)


def test_reroll_changes_the_seed_and_the_pictures(qtbot: QtBot, ready: Session) -> None:
    samples = ready.samples
    samples.active = True
    wait_for_images(qtbot, ready, 64)
    seed, codes = samples.seed, samples.codes
    samples.reroll()
    assert samples.seed != seed
    qtbot.waitUntil(lambda: samples.codes is not codes, timeout=PATIENCE)
    assert codes is not None and not np.array_equal(samples.codes, codes)


def test_a_sample_puts_the_cursor_on_its_code(qtbot: QtBot, ready: Session) -> None:
    ready.samples.active = True
    wait_for_images(qtbot, ready, 64)
    assert ready.samples.codes is not None
    ready.samples.set_cursor_from(17)
    np.testing.assert_array_equal(ready.cursor, ready.samples.codes[17])
    ready.undo()
    np.testing.assert_array_equal(ready.cursor, [0, 0])


def test_another_model_empties_the_grid_and_fills_it_again(
    qtbot: QtBot, ready: Session, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    samples = ready.samples
    samples.active = True
    wait_for_images(qtbot, ready, 64)
    checkpoint = make_checkpoint(ModelConfig(latent_dim=7, hidden=(8,)))
    ready.show_model(checkpoint, checkpoint.model_id, None, "seven", saved=True)
    assert samples.codes is None and samples.images is None
    wait_for_images(qtbot, ready, 64)
    assert samples.codes is not None and samples.codes.shape == (64, 7)


def test_an_impossible_grid_is_a_mistake(ready: Session) -> None:
    with pytest.raises(ConfigurationError, match="0 × 5"):
        ready.samples.set_layout(0, 5)


@pytest.mark.parametrize("follows", [True, False])
def test_samples_follow_a_training_if_asked_and_end_on_its_weights(
    qtbot: QtBot, ready: Session, follows: bool
) -> None:
    samples = ready.samples
    samples.set_layout(1, 5)
    samples.active = True
    wait_for_images(qtbot, ready, 5)
    samples.refresh_while_training = follows
    assert ready.preferences.refresh_samples is follows
    while_training: list[bool] = []
    samples.changed.connect(lambda: while_training.append(ready.training.active))
    ready.training.start(SMALL, TrainingConfig(epochs=1000, device="cpu"))
    if follows:
        qtbot.waitUntil(lambda: while_training.count(True) >= 2, timeout=PATIENCE)
    else:
        qtbot.waitUntil(lambda: len(ready.training.history) >= 5, timeout=PATIENCE)
        assert True not in while_training
    ready.training.stop()
    qtbot.waitUntil(lambda: not ready.training.active, timeout=PATIENCE)
    assert ready.model is not None
    qtbot.waitUntil(lambda: samples.model_id == ready.model.model_id, timeout=PATIENCE)
