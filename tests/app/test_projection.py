"""The map: moves live, can be held and stopped, and knows when it is out of date."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.app.conftest import PATIENCE, SMALL
from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.core.config import TrainingConfig, TsneConfig
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


@pytest.fixture
def mapped(qtbot: QtBot, ready: Session) -> Session:
    """A session with a finished map."""
    ready.map.start(SHORT)
    qtbot.waitUntil(lambda: ready.map.state == "idle", timeout=PATIENCE)
    return ready


def train(qtbot: QtBot, session: Session, epochs: int) -> None:
    session.training.start(SMALL, TrainingConfig(epochs=epochs, batch_size=64))
    qtbot.waitUntil(lambda: session.training.active, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not session.training.active, timeout=PATIENCE)


def wait_until_settled(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: session.map.state == "idle" and not session.map.stale, timeout=PATIENCE)


def test_a_map_follows_the_training_from_where_its_points_stand(qtbot: QtBot, mapped: Session) -> None:
    assert mapped.map.frame is not None and mapped.map.follow
    before = mapped.map.frame.embedding
    shown: list[MapFrame | None] = []
    mapped.map.frame_changed.connect(lambda: shown.append(mapped.map.frame))
    train(qtbot, mapped, 3)
    wait_until_settled(qtbot, mapped)
    assert mapped.codes is not None and mapped.map.codes is mapped.codes
    after = mapped.map.frame
    assert after is not None and not np.array_equal(after.embedding, before)
    first = next(frame for frame in shown if frame is not None)
    # The first frame stands where the map stood; PCA would begin anew.
    assert first.stage != "PCA"
    along = [np.corrcoef(first.embedding[:, axis], before[:, axis])[0, 1] for axis in (0, 1)]
    assert min(along) > 0.99


def test_a_map_that_is_not_to_follow_only_says_that_it_is_old(qtbot: QtBot, mapped: Session) -> None:
    mapped.map.follow = False
    frame = mapped.map.frame
    train(qtbot, mapped, 2)
    assert mapped.map.stale and mapped.map.frame is frame and mapped.map.state == "idle"
    mapped.map.follow = True
    wait_until_settled(qtbot, mapped)
    assert mapped.map.frame is not frame


def test_stopping_an_update_ends_the_following(qtbot: QtBot, mapped: Session) -> None:
    mapped.training.start(SMALL, TrainingConfig(epochs=100_000))
    qtbot.waitUntil(lambda: mapped.map.updating and mapped.map.state == "running", timeout=PATIENCE)
    mapped.map.stop()
    assert not mapped.map.follow
    epochs = len(mapped.training.history)
    qtbot.waitUntil(lambda: len(mapped.training.history) > epochs + 1, timeout=PATIENCE)
    assert mapped.map.state == "idle"
    mapped.training.stop()


def test_codes_of_a_model_that_was_opened_are_not_followed(
    qtbot: QtBot, mapped: Session, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    frame = mapped.map.frame
    other = make_checkpoint(seed=5)
    mapped.show_model(other, other.model_id, None, "other", saved=True)
    qtbot.waitUntil(lambda: mapped.codes is not None, timeout=PATIENCE)
    assert mapped.map.stale and mapped.map.state == "idle" and mapped.map.frame is frame


@pytest.mark.usefixtures("every_epoch_kept")
def test_the_timeline_brings_the_map_of_then(qtbot: QtBot, mapped: Session) -> None:
    train(qtbot, mapped, 2)
    wait_until_settled(qtbot, mapped)
    newest = mapped.map.frame
    mapped.training.continue_training(1)
    qtbot.waitUntil(lambda: len(mapped.training.history) == 3, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not mapped.training.active, timeout=PATIENCE)
    wait_until_settled(qtbot, mapped)
    assert newest is not None and mapped.map.frame is not None
    final = mapped.map.frame
    qtbot.waitUntil(lambda: mapped.timeline.store.load(3).embedding is not None, timeout=PATIENCE)
    mapped.timeline.view(2)
    qtbot.waitUntil(lambda: mapped.timeline.viewed == 2, timeout=PATIENCE)
    assert not mapped.map.stale
    np.testing.assert_array_equal(mapped.map.frame.embedding, newest.embedding)
    assert mapped.map.codes is mapped.codes
    # An epoch for which no map was made leaves the newest in view, and says that it is not of this epoch.
    if mapped.timeline.store.load(1).embedding is None:
        mapped.timeline.view(1)
        qtbot.waitUntil(lambda: mapped.timeline.viewed == 1, timeout=PATIENCE)
        assert mapped.map.frame is final and mapped.map.stale
    mapped.timeline.view(None)
    qtbot.waitUntil(lambda: mapped.timeline.viewed is None, timeout=PATIENCE)
    assert mapped.map.frame is final and not mapped.map.stale


def test_a_map_that_the_gpu_has_no_room_for_is_made_by_the_processor(
    qtbot: QtBot, ready: Session, problems: list[Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    from vae_desktop.core import projection

    tsne, devices = projection.tsne, []

    def scarce(*given: Any, device: str, **named: Any) -> Iterator[MapFrame]:
        devices.append(device)
        for frame in tsne(*given, device="cpu", **named):
            yield frame
            if device == "cuda":
                raise RuntimeError("cuFFT error: CUFFT_ALLOC_FAILED")

    monkeypatch.setattr(projection, "tsne", scarce)
    monkeypatch.setattr(ready.map, "_device", lambda: "cuda")
    ready.map.start(SHORT)
    qtbot.waitUntil(lambda: ready.map.state == "idle", timeout=PATIENCE)
    assert devices == ["cuda", "cpu"] and not problems
    assert ready.map.frame is not None and ready.map.frame.iteration == ready.map.frame.iterations
