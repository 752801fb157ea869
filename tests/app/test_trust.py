"""Surveys of the canvas's plane: what is looked at, and when."""

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

VIEW = (-3.0, -2.0, 3.0, 2.0)


@pytest.fixture
def looking(qtbot: QtBot, ready: Session) -> Session:
    """A session that somebody looks at, its data known."""
    ready.trust.active = True
    qtbot.waitUntil(lambda: ready.trust.found is not None, timeout=PATIENCE)
    return ready


def test_without_layers_only_the_data_is_known(looking: Session) -> None:
    found = looking.trust.found
    assert found.density is None and found.speed is None and found.regions is None
    assert looking.trust.quantile() < 0.99
    looking.set_cursor([9.0, 9.0])
    assert looking.trust.quantile() == 1.0


def test_layers_cover_the_view(
    qtbot: QtBot, looking: Session, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    from vae_desktop.core.inference import Inference

    trust = looking.trust
    trust.look(VIEW)
    for layer in ("density", "speed", "regions"):
        trust.set_layer(layer, True)
    qtbot.waitUntil(lambda: trust.found is not None and trust.found.regions is not None, timeout=PATIENCE)
    found = trust.found
    assert len(found.density) == 3 and all(len(pieces) for pieces in found.density)
    np.testing.assert_allclose(found.extent, VIEW, atol=0.1)
    rows, columns = found.speed.shape
    assert found.regions.classes.shape == (rows, columns) and columns > rows
    # By hand at one place: differences of what is decoded on either side.
    checkpoint = make_checkpoint()
    inference = Inference(checkpoint.model_config, checkpoint.weights)
    x0, _, x1, y1 = found.extent
    step = (x1 - x0) / columns
    place = np.array([x0 + 10.5 * step, y1 - 7.5 * step], np.float32)
    slopes = [
        (inference.decode((place + d)[None]) - inference.decode((place - d)[None])) / (2 * step)
        for d in np.eye(2, dtype=np.float32) * np.float32(step)
    ]
    assert found.speed[7, 10] == pytest.approx(np.sqrt(sum((s**2).sum() for s in slopes)), rel=1e-2)


def test_another_view_is_looked_at_once_it_stands_still(qtbot: QtBot, looking: Session) -> None:
    trust = looking.trust
    trust.set_layer("speed", True)
    for right in range(1, 20):
        trust.look((0.0, 0.0, float(right), 1.0))
    surveys = []
    trust.changed.connect(lambda: surveys.append(trust.found.extent))
    qtbot.waitUntil(lambda: bool(surveys) and surveys[-1] is not None, timeout=PATIENCE)
    assert len(surveys) <= 2 and surveys[-1][2] == pytest.approx(19, abs=0.3)


def test_nothing_moves_during_a_drag(qtbot: QtBot, looking: Session) -> None:
    trust = looking.trust
    trust.look(VIEW)
    looking.begin_gesture()
    with qtbot.assertNotEmitted(trust.changed, wait=500):
        trust.set_layer("speed", True)
    looking.end_gesture()
    qtbot.waitUntil(lambda: trust.found.speed is not None, timeout=PATIENCE)


def test_only_leaving_the_plane_asks_again(
    qtbot: QtBot, looking: Session, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    checkpoint = make_checkpoint(ModelConfig(latent_dim=4, hidden=(8,)))
    looking.show_model(checkpoint, checkpoint.model_id, None, "four", saved=True)
    assert looking.trust.found is None, "what is known of another model is nothing of this one"
    trust = looking.trust
    trust.look(VIEW)
    trust.set_layer("speed", True)
    qtbot.waitUntil(lambda: trust.found is not None and trust.found.speed is not None, timeout=PATIENCE)
    before = trust.found.speed
    with qtbot.assertNotEmitted(trust.changed, wait=400):
        looking.move_cursor(1.0, 1.0)
    with qtbot.waitSignal(trust.changed, timeout=PATIENCE):
        looking.set_cursor([0, 0, 2, 0])
    assert not np.array_equal(trust.found.speed, before)
    looking.set_axes(2, 3)
    assert trust.found.speed is None
    qtbot.waitUntil(lambda: trust.found.speed is not None, timeout=PATIENCE)
    # Switched off on one plane, on again on another.
    trust.set_layer("speed", False)
    looking.set_axes(0, 3)
    trust.set_layer("speed", True)
    assert trust.found.speed is None


def test_nothing_is_computed_while_nobody_looks(qtbot: QtBot, ready: Session) -> None:
    with qtbot.assertNotEmitted(ready.trust.changed, wait=300):
        ready.trust.set_layer("density", True)
    ready.trust.active = True
    qtbot.waitUntil(lambda: ready.trust.found is not None, timeout=PATIENCE)
    assert ready.trust.found.density is not None
