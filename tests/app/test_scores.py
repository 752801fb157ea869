"""What the test digits' negative ELBOs say of another digit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from tests.app.conftest import PATIENCE
from vae_desktop.app.session import Session

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint


def test_nothing_is_computed_until_somebody_wants_to_know(qtbot: QtBot, ready: Session) -> None:
    qtbot.wait(200)
    assert ready.scores.values is None and ready.scores.stranger_than(100.0) is None
    ready.scores.watch("test", True)
    qtbot.waitUntil(lambda: ready.scores.values is not None, timeout=PATIENCE)


def test_the_share_counts_the_digits_that_the_model_knows_better(qtbot: QtBot, ready: Session) -> None:
    ready.scores.watch("test", True)
    qtbot.waitUntil(lambda: ready.scores.values is not None, timeout=PATIENCE)
    values = ready.scores.values
    assert values is not None and len(values) == 359
    for bound in (values.min() - 1, float(np.median(values)), values.max() + 1):
        assert ready.scores.stranger_than(bound) == (values < bound).mean()


def test_another_model_has_other_scores(
    qtbot: QtBot, ready: Session, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    ready.scores.watch("test", True)
    qtbot.waitUntil(lambda: ready.scores.values is not None, timeout=PATIENCE)
    before = ready.scores.values
    other = make_checkpoint(seed=5)
    ready.show_model(other, other.model_id, None, "other", saved=True)
    assert ready.scores.values is None
    qtbot.waitUntil(lambda: ready.scores.values is not None, timeout=PATIENCE)
    assert not np.array_equal(ready.scores.values, before)
