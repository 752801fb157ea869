"""Playing a path: where the cursor is when, who ends it, and how it is undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.app.conftest import PATIENCE, SMALL
from vae_desktop.app.latent_place import LatentPlace
from vae_desktop.app.path import PathController
from vae_desktop.app.session import Session
from vae_desktop.core.config import TrainingConfig

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def path(qtbot: QtBot, ready: Session) -> PathController:
    """A straight path of five frames from (−1, 0) to (1, 1), played in half a second."""
    path = ready.path
    path.set_frames(5)
    for place in ((-1.0, 0.0), (1.0, 1.0)):
        path.add(LatentPlace(point=np.array(place, np.float32)))
    path.player.set_seconds(0.5)
    qtbot.waitUntil(lambda: not path.busy, timeout=PATIENCE)
    return path


def share(session: Session) -> float:
    """How far the cursor is between the first and the last stop."""
    x, y = session.cursor.tolist()
    assert y == pytest.approx((x + 1) / 2, abs=1e-5), "off the path"
    return y


def test_it_plays_once_from_start_to_end(qtbot: QtBot, ready: Session, path: PathController) -> None:
    player, places = path.player, []
    ready.cursor_changed.connect(lambda: places.append(share(ready)))
    player.set_loop("once")
    player.play()
    assert player.playing and player.position == 0.0
    qtbot.waitUntil(lambda: not player.playing, timeout=PATIENCE)
    assert places == sorted(places) and places[0] == 0.0 and places[-1] == 1.0 and len(places) >= 3
    assert player.position == 1.0 and player.frame == 4
    player.play()
    assert share(ready) == 0.0, "from the start again"
    player.pause()


def test_it_comes_back_or_starts_anew(qtbot: QtBot, ready: Session, path: PathController) -> None:
    player, positions = path.player, []
    player.moved.connect(lambda: positions.append(player.position))
    player.set_loop("ping-pong")
    player.play()
    for wanted in (1, -1, 1):
        positions.clear()
        qtbot.waitUntil(lambda wanted=wanted: any((np.diff(positions) * wanted) > 0), timeout=PATIENCE)
    player.pause()
    player.set_loop("loop")
    player.seek(0.9)
    positions.clear()
    player.play()
    qtbot.waitUntil(lambda: any(np.diff(positions) < 0), timeout=PATIENCE)
    steps = np.diff(positions)
    assert (steps < 0).sum() == 1 and steps.min() < -0.4, "from the end to the start, not backwards"
    player.pause()


def test_a_ride_is_one_step_for_undo(qtbot: QtBot, ready: Session, path: PathController) -> None:
    ready.set_cursor([2.0, 2.0])
    path.player.play()
    qtbot.waitUntil(lambda: path.player.position > 0.3, timeout=PATIENCE)
    path.player.pause()
    where = ready.cursor.tolist()
    ready.undo()
    assert ready.cursor.tolist() == [2.0, 2.0]
    ready.redo()
    assert ready.cursor.tolist() == where
    ready.undo()
    ready.undo()
    assert ready.cursor.tolist() == [0.0, 0.0] and ready.undo_name == "change of the path"


def test_who_moves_the_cursor_ends_the_ride(qtbot: QtBot, ready: Session, path: PathController) -> None:
    player = path.player
    player.play()
    qtbot.waitUntil(lambda: player.position > 0.1, timeout=PATIENCE)
    ready.undo()
    assert not player.playing and ready.cursor.tolist() == [0, 0]
    player.play()
    # A drag begins where the cursor happens to be, and is a step of its own.
    qtbot.waitUntil(lambda: player.position > 0.2, timeout=PATIENCE)
    ready.begin_gesture()
    held = ready.cursor.tolist()
    qtbot.waitUntil(lambda: not player.playing, timeout=PATIENCE)
    assert ready.cursor.tolist() == held
    for x in (1.0, 1.5, 2.0):
        ready.move_cursor(x, 0.0)
    ready.end_gesture()
    ready.undo()
    assert ready.cursor.tolist() == held
    ready.undo()
    assert ready.cursor.tolist() == [0, 0]


def test_frames_and_places_can_be_sought(qtbot: QtBot, ready: Session, path: PathController) -> None:
    assert path.film is not None
    for number in (3, 0, 4):
        path.player.show_frame(number)
        assert np.array_equal(ready.cursor, path.film.codes[number]) and path.player.frame == number
    path.player.show_frame(5)
    assert path.player.frame == 4
    path.player.seek(7.0)
    assert path.player.position == 1.0
    path.player.play()
    path.player.show_frame(1)
    assert path.player.playing and path.player.frame == 1, "it goes on from there"
    path.player.pause()
    ready.undo()
    ready.undo()
    assert np.array_equal(ready.cursor, path.film.codes[0])


def test_other_stops_while_it_plays(qtbot: QtBot, ready: Session, path: PathController) -> None:
    path.player.play()
    path.add(LatentPlace(point=np.array([2.0, -1.0], np.float32)))
    qtbot.waitUntil(lambda: not path.busy, timeout=PATIENCE)
    assert path.player.playing
    path.clear()
    assert not path.player.playing and path.player.position == 0.0


def test_it_goes_on_while_a_training_runs(qtbot: QtBot, ready: Session) -> None:
    ready.training.start(SMALL, TrainingConfig(epochs=500, batch_size=32))
    qtbot.waitUntil(lambda: len(ready.training.history) > 0, timeout=PATIENCE)
    path = ready.path
    path.add(LatentPlace(index=3), LatentPlace(index=40))
    qtbot.waitUntil(lambda: not path.busy, timeout=PATIENCE)
    path.player.set_seconds(0.5)
    path.player.play()
    epochs, cursors = len(ready.training.history), set()
    pictures: list[object] = []
    ready.picture_changed.connect(lambda: pictures.append(ready.picture))
    ready.cursor_changed.connect(lambda: cursors.add(tuple(ready.cursor.tolist())))
    qtbot.waitUntil(lambda: len(ready.training.history) > epochs + 2 and len(cursors) > 20, timeout=PATIENCE)
    assert path.player.playing and ready.training.active and len(pictures) >= 20
    path.player.pause()
    ready.training.stop()
