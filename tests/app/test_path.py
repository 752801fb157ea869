"""A path through latent space: its stops, its kinds, what is decoded along it, and what becomes of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.app.conftest import PATIENCE, SMALL
from vae_desktop.app.latent_place import LatentPlace
from vae_desktop.app.path import MAX_STOPS, Film
from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.inference import Inference
from vae_desktop.core.latent_path_kinds import PATH_KINDS, PathKind

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset

MakeCheckpoint = Callable[..., "Checkpoint"]


def point(*values: float) -> LatentPlace:
    return LatentPlace(point=np.array(values, np.float32))


def film_of(qtbot: QtBot, session: Session) -> Film:
    """The film of the plan, once it is there."""
    qtbot.waitUntil(lambda: not session.path.busy, timeout=PATIENCE)
    assert session.path.film is not None
    return session.path.film


def open_model(qtbot: QtBot, session: Session, checkpoint: Checkpoint) -> None:
    session.show_model(checkpoint, checkpoint.model_id, None, "other", saved=True)
    qtbot.waitUntil(lambda: session.codes is not None, timeout=PATIENCE)


@pytest.mark.parametrize("kind", PATH_KINDS)
def test_every_kind_is_decoded_evenly_from_stop_to_stop(
    qtbot: QtBot, ready: Session, make_checkpoint: MakeCheckpoint, kind: PathKind
) -> None:
    path = ready.path
    path.add(point(-1.5, 0.5), point(0.5, 2.0), LatentPlace(index=7))
    path.set_kind(kind)
    path.set_frames(9)
    film = film_of(qtbot, ready)
    assert ready.codes is not None and ready.model is not None
    np.testing.assert_array_equal(film.codes[[0, -1]], [[-1.5, 0.5], ready.codes.means[7]])
    assert film.plan.kind == kind and film.images.shape == (9, 1, 28, 28)
    assert film.model_id == ready.model.model_id
    step = (len(film.line) - 1) // 8
    np.testing.assert_array_equal(film.line[::step], film.codes)
    checkpoint = make_checkpoint()
    inference = Inference(checkpoint.model_config, checkpoint.weights)
    np.testing.assert_allclose(film.images, inference.decode(film.codes), atol=1e-6)
    np.testing.assert_allclose(film.stop_images, inference.decode(film.stops), atol=1e-6)
    fine = inference.decode(film.line).reshape(len(film.line), -1)
    lengths = np.linalg.norm(np.diff(fine, axis=0), axis=1).reshape(8, step).sum(axis=1)
    assert lengths.max() < 1.1 * lengths.min(), "one frame is as far from the next everywhere"


def test_the_newest_wish_wins(qtbot: QtBot, ready: Session) -> None:
    heard: list[object] = []
    ready.decoding.ready.connect(lambda it: heard.append(it) if isinstance(it.value, Film) else None)
    ready.path.set_kind("geodesic")
    for number in range(30):
        ready.path.add(point(number / 10, 1.0))
    ready.path.set_kind("linear")
    film = film_of(qtbot, ready)
    assert film.plan is ready.path.plan and len(film.stops) == 30
    assert len(heard) < 31, "nobody waited for all of them"


def test_a_long_search_does_not_hold_up_the_cursor(qtbot: QtBot, ready: Session) -> None:
    """Whatever the path's work, a request for the cursor is answered before it is done."""
    order: list[str] = []
    ready.decoding.ready.connect(lambda it: order.append(it.slot))
    gate = threading.Event()
    ready.decoding.request("cursor", lambda _: gate.wait(), None)
    ready.path.set_kind("geodesic")
    ready.path.add(*(point(x, x * x) for x in np.linspace(-2, 2, 12)))
    gate.set()
    qtbot.waitUntil(lambda: "cursor" in order, timeout=PATIENCE)
    ready.decoding.request(
        "cursor", lambda it: it.decode(np.zeros((1, 2), np.float32))[0], (9**9, ready.cursor)
    )
    qtbot.waitUntil(lambda: order.count("cursor") == 2, timeout=PATIENCE)
    assert "path" not in order and ready.path.busy
    film_of(qtbot, ready)


def test_one_stop_is_no_path_yet(qtbot: QtBot, ready: Session) -> None:
    ready.path.add_cursor()
    film = film_of(qtbot, ready)
    assert film.stop_images.shape == (1, 1, 28, 28) and len(film.codes) == len(film.line) == 0
    ready.path.player.play()
    assert not ready.path.player.playing
    ready.path.player.seek(0.5)
    ready.path.player.show_frame(0)
    assert ready.cursor.tolist() == [0, 0]


@pytest.mark.parametrize("kind", PATH_KINDS)
def test_stops_that_are_one_and_the_same(
    qtbot: QtBot, ready: Session, problems: list[Problem], kind: PathKind
) -> None:
    ready.path.set_kind(kind)
    for _ in range(3):
        ready.path.add_cursor()
    film = film_of(qtbot, ready)
    np.testing.assert_array_equal(film.line, np.zeros_like(film.line))
    ready.path.player.play()
    qtbot.wait(60)
    ready.path.player.pause()
    assert problems == [] and ready.undo_name == "change of the path", "the cursor stayed where it was"


def test_many_dimensions(qtbot: QtBot, ready: Session, make_checkpoint: MakeCheckpoint) -> None:
    open_model(qtbot, ready, make_checkpoint(ModelConfig(latent_dim=200, hidden=(32,))))
    for kind in PATH_KINDS:
        ready.path.set_kind(kind)
        ready.path.set_stops([LatentPlace(index=3), LatentPlace(index=4), LatentPlace(index=5)])
        film = film_of(qtbot, ready)
        assert film.codes.shape == (24, 200) and np.isfinite(film.codes).all()


def test_stops_are_added_moved_removed_and_brought_back(ready: Session) -> None:
    path = ready.path
    ready.select(8)
    path.add_selected()
    path.add_cursor()
    path.add(point(1, 1))
    a, b, c = path.plan.stops
    assert a.index == 8 and b.point is not None and np.array_equal(b.point, ready.cursor)
    assert path.move(2, -1) == 1 and path.plan.stops == (a, c, b)
    assert path.move(0, -1) == 0 and path.plan.stops == (a, c, b)
    path.remove(0)
    assert path.plan.stops == (c, b)
    path.clear()
    assert path.plan.stops == () and path.film is None
    for stops in ((c, b), (a, c, b), (a, b, c), (a, b), (a,), ()):
        ready.undo()
        assert path.plan.stops == stops
    assert ready.undo_name == "selection"
    ready.select(None)
    path.add_selected()
    assert path.plan.stops == (), "without a selected digit there is nothing to add"


def test_a_group_is_a_path_and_a_large_one_its_beginning(ready: Session) -> None:
    notices: list[str] = []
    ready.notice_raised.connect(notices.append)
    ready.path.take_group()
    assert ready.path.plan.stops == ()
    ready.set_group([9, 3, 200])
    ready.path.take_group()
    assert [stop.index for stop in ready.path.plan.stops] == [3, 9, 200] and notices == []
    ready.set_group(range(100))
    ready.path.take_group()
    assert [stop.index for stop in ready.path.plan.stops] == list(range(MAX_STOPS))
    assert len(notices) == 1 and str(MAX_STOPS) in notices[0]


def test_what_is_not_possible_is_refused(ready: Session) -> None:
    with pytest.raises(ValueError, match="kind"):
        ready.path.set_kind("winding")  # type: ignore[arg-type]
    for frames in (1, 1001):
        with pytest.raises(ValueError, match="frames"):
            ready.path.set_frames(frames)


def test_digits_follow_a_training_and_points_stay(qtbot: QtBot, ready: Session) -> None:
    ready.path.set_kind("geodesic")
    ready.path.add(LatentPlace(index=3), point(2.0, 2.0))
    before = film_of(qtbot, ready)
    ready.training.start(SMALL, TrainingConfig(epochs=3, batch_size=32))
    qtbot.waitUntil(lambda: not ready.training.active, timeout=PATIENCE)
    qtbot.waitUntil(lambda: ready.codes is not None and ready.model is not None, timeout=PATIENCE)
    assert ready.codes is not None and ready.model is not None

    def caught_up() -> bool:
        film = ready.path.film
        return film is not None and ready.model is not None and film.model_id == ready.model.model_id

    qtbot.waitUntil(caught_up, timeout=PATIENCE)
    film = film_of(qtbot, ready)
    np.testing.assert_array_equal(film.codes[-1], [2.0, 2.0])
    np.testing.assert_allclose(film.codes[0], ready.codes.means[3], atol=1e-5)
    assert not np.array_equal(film.codes[0], before.codes[0])


def test_a_path_is_found_in_the_middle_of_a_training(qtbot: QtBot, ready: Session) -> None:
    """Fresh weights several times a second do not start the search over and over."""
    ready.training.start(SMALL, TrainingConfig(epochs=500, batch_size=32))
    qtbot.waitUntil(lambda: len(ready.training.history) > 0, timeout=PATIENCE)
    ready.path.set_kind("geodesic")
    ready.path.add(*(point(x, x * x / 2) for x in np.linspace(-2, 2, 8)))
    film_of(qtbot, ready)
    assert ready.training.active
    ready.training.stop()


def test_another_latent_space_drops_it_and_the_like_keeps_it(
    qtbot: QtBot, ready: Session, make_checkpoint: MakeCheckpoint
) -> None:
    path = ready.path
    path.add(LatentPlace(index=3), point(1.0, 1.0))
    before = film_of(qtbot, ready)
    open_model(qtbot, ready, make_checkpoint(seed=3))
    after = film_of(qtbot, ready)
    assert len(path.plan.stops) == 2 and not np.array_equal(before.codes[0], after.codes[0])
    path.player.play()
    assert path.player.playing
    open_model(qtbot, ready, make_checkpoint(ModelConfig(latent_dim=5, hidden=(16,))))
    assert path.plan.stops == () and path.film is None and not ready.can_undo
    assert not path.player.playing and path.player.position == 0.0


def test_another_data_set_takes_its_digits_along(qtbot: QtBot, ready: Session, digits: Dataset) -> None:
    free = point(1.0, 1.0)
    ready.path.add(LatentPlace(index=300), free, LatentPlace(index=2))
    film_of(qtbot, ready)
    few = replace(digits.test, images=digits.test.images[:100], labels=digits.test.labels[:100])
    ready.show_dataset(replace(digits, name="few", test=few))
    assert ready.path.plan.stops == (free,)
    assert len(film_of(qtbot, ready).stops) == 1
    ready.undo()
    assert ready.path.plan.stops == (), "what there was before had no point in it"


def test_digits_of_the_other_split_and_back_are_the_same_ones(ready: Session) -> None:
    ready.path.add(LatentPlace(index=3), LatentPlace(index=4))
    ready.explore("train")
    assert ready.path.plan.stops == ()
    ready.undo()
    ready.redo()
    assert ready.path.plan.stops == (), "training digits are others"
    ready.explore("test")
    ready.undo()
    ready.redo()
    assert [stop.index for stop in ready.path.plan.stops] == [3, 4]


def test_codes_that_went_astray_are_no_stops(qtbot: QtBot, ready: Session, problems: list[Problem]) -> None:
    assert ready.codes is not None
    means = ready.codes.means.copy()
    means[3] = np.nan
    ready._set_codes(means)
    ready.path.add(LatentPlace(index=3), LatentPlace(index=4))
    qtbot.wait(50)
    assert ready.path.busy and problems == []
    ready.path.remove(0)
    film_of(qtbot, ready)


def test_without_a_model_there_is_no_film(session: Session) -> None:
    session.path.add_cursor()
    session.path.add(point(1.0, 1.0))
    assert session.path.film is None and session.path.busy
