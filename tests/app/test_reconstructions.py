"""Test digits over their reconstructions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.app.conftest import PATIENCE
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset


def test_ten_digits_show_each_class_once_with_what_the_model_makes_of_them(
    qtbot: QtBot, ready: Session, digits: Dataset, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    from vae_desktop.core.inference import Inference

    grid = ready.reconstructions
    assert grid.labels is not None and grid.labels.tolist() == list(range(10))
    assert grid.reconstructions is None, "nobody looks yet"
    grid.active = True
    qtbot.waitUntil(lambda: grid.reconstructions is not None, timeout=PATIENCE)
    assert grid.indices is not None and grid.originals is not None and grid.reconstructions is not None
    images = digits.test.images[grid.indices.tolist()]
    np.testing.assert_allclose(grid.originals, images.numpy() / 255, atol=1e-6)
    checkpoint = make_checkpoint()
    inference = Inference(checkpoint.model_config, checkpoint.weights)
    np.testing.assert_allclose(grid.reconstructions, inference.decode(inference.encode(images)[0]), atol=1e-6)


def test_shuffle_and_count_and_leafing(qtbot: QtBot, ready: Session, digits: Dataset) -> None:
    grid = ready.reconstructions
    grid.active = True
    first = grid.indices
    grid.shuffle()
    assert first is not None and grid.indices is not None and grid.labels is not None
    assert grid.indices.tolist() != first.tolist()
    assert sorted(grid.labels.tolist()) == list(range(10))
    grid.set_count(100)
    assert len(grid.indices) == len(set(grid.indices.tolist())) == 100
    qtbot.waitUntil(
        lambda: grid.reconstructions is not None and len(grid.reconstructions) == 100, timeout=PATIENCE
    )
    with pytest.raises(ValueError, match="show 0 digits"):
        grid.set_count(0)


def test_a_model_that_does_not_fit_leaves_the_originals_alone(
    qtbot: QtBot, ready: Session, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    grid = ready.reconstructions
    grid.active = True
    qtbot.waitUntil(lambda: grid.reconstructions is not None, timeout=PATIENCE)
    checkpoint = make_checkpoint(ModelConfig(image_shape=(1, 8, 8), hidden=(4,)))
    ready.show_model(checkpoint, checkpoint.model_id, None, "tiny", saved=True)
    assert grid.reconstructions is None
    assert grid.originals is not None
    grid.shuffle()
    assert ready.codes is None
