"""The map: moves live, can be held and stopped, and knows when it is out of date."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.app.conftest import PATIENCE
from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.core.config import TsneConfig
from vae_desktop.core.records import MapFrame

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset

SHORT = TsneConfig(iterations=10)
LONG = TsneConfig(iterations=50_000)


@pytest.fixture
def frames(ready: Session) -> list[MapFrame | None]:
    shown: list[MapFrame | None] = []
    ready.map.frame_changed.connect(lambda: shown.append(ready.map.frame))
    return shown


def wait_for_movement(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(
        lambda: session.map.frame is not None and session.map.frame.iteration > 0, timeout=PATIENCE
    )


def test_a_whole_map_holds_every_test_digit(
    qtbot: QtBot, ready: Session, digits: Dataset, frames: list[MapFrame | None]
) -> None:
    ready.map.start(SHORT)
    assert ready.map.state == "running"
    qtbot.waitUntil(lambda: ready.map.state == "idle", timeout=PATIENCE)
    frame = ready.map.frame
    assert frame is not None and frame.iteration == frame.iterations
    assert frame.embedding.shape == (len(digits.test), 2)
    assert np.isfinite(frame.embedding).all() and not frame.embedding.flags.writeable
    assert ready.map.labels is not None
    np.testing.assert_array_equal(ready.map.labels, digits.test.labels.numpy())
    first = next(frame for frame in frames if frame is not None)
    assert (first.stage, first.iteration) == ("PCA", 0)
    iterations = [frame.iteration for frame in frames if frame is not None]
    assert iterations == sorted(iterations)


def test_pause_holds_the_map_and_resume_moves_it(qtbot: QtBot, ready: Session) -> None:
    ready.map.start(LONG)
    wait_for_movement(qtbot, ready)
    ready.map.pause()
    assert ready.map.state == "paused"
    held = ready.map.frame
    qtbot.wait(300)
    assert ready.map.frame is held
    ready.map.resume()
    qtbot.waitUntil(lambda: ready.map.frame is not held, timeout=PATIENCE)
    ready.map.stop()
    assert ready.map.state == "idle"


def test_a_stopped_map_stays(qtbot: QtBot, ready: Session, frames: list[MapFrame | None]) -> None:
    ready.map.start(LONG)
    wait_for_movement(qtbot, ready)
    ready.map.stop()
    kept = ready.map.frame
    assert ready.map.wait(2000), "the thread ends within a chunk"
    qtbot.wait(100)
    assert kept is not None and ready.map.frame is kept


def test_starting_again_drops_the_map_under_way(
    qtbot: QtBot, ready: Session, frames: list[MapFrame | None]
) -> None:
    ready.map.start(LONG)
    wait_for_movement(qtbot, ready)
    ready.map.start(TsneConfig(perplexity=10, iterations=3))
    assert ready.map.frame is None
    qtbot.waitUntil(lambda: ready.map.state == "idle", timeout=PATIENCE)
    assert ready.map.frame is not None
    assert ready.map.frame.iterations < 1000, "no frame of the dropped one came late"


def test_other_codes_make_the_map_stale_until_it_is_made_again(
    qtbot: QtBot, ready: Session, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    ready.map.start(SHORT)
    qtbot.waitUntil(lambda: ready.map.state == "idle", timeout=PATIENCE)
    frame = ready.map.frame
    checkpoint = make_checkpoint(seed=5)
    with qtbot.waitSignal(ready.map.state_changed):
        ready.show_model(checkpoint, checkpoint.model_id, None, "other", saved=True)
    assert ready.map.stale and ready.map.frame is frame
    qtbot.waitUntil(lambda: ready.codes is not None, timeout=PATIENCE)
    assert ready.map.stale
    ready.map.start(SHORT)
    assert not ready.map.stale
    qtbot.waitUntil(lambda: ready.map.state == "idle", timeout=PATIENCE)


def test_another_data_set_clears_the_map(qtbot: QtBot, ready: Session, digits: Dataset) -> None:
    ready.map.start(LONG)
    wait_for_movement(qtbot, ready)
    ready.show_dataset(digits)
    assert (ready.map.state, ready.map.frame, ready.map.labels) == ("idle", None, None)
    qtbot.wait(100)
    assert ready.map.frame is None


def test_settings_that_the_codes_do_not_bear_are_told(
    qtbot: QtBot, ready: Session, problems: list[Problem]
) -> None:
    ready.map.start(TsneConfig(perplexity=900))
    qtbot.waitUntil(lambda: ready.map.state == "idle", timeout=PATIENCE)
    assert "perplexity" in problems[0].message and problems[0].remedy


def test_without_codes_there_is_nothing_to_map(session: Session, problems: list[Problem]) -> None:
    session.map.start(SHORT)
    assert session.map.state == "idle"
    assert "no codes" in problems[0].message
