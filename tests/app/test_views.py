"""Coming back to a view: from a picture, with the model and the data set open, at hand, or missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from tests.app.conftest import PATIENCE, SMALL
from tests.core.data.idx_writer import write_set
from vae_desktop.app.latent_place import LatentPlace
from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig, TrainingConfig, TsneConfig
from vae_desktop.core.export import write_png
from vae_desktop.core.view_record import View
from vae_desktop.core.view_text import CHUNK, chunk_of, read_view

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset

MakeCheckpoint = Callable[..., "Checkpoint"]
PIXELS = np.zeros((28, 28), np.uint8)


def picture(path: Path, view: View | None) -> Path:
    """A PNG that carries this view."""
    write_png(path, PIXELS, {"Software": "x", **chunk_of(view)})
    return path


def taken(session: Session, kind: str = "view") -> View:
    """What the session looks at."""
    view = session.views.now(kind)
    assert view is not None
    return view


def wander(session: Session, qtbot: QtBot) -> View:
    """Go somewhere, set everything, and take the view; then go elsewhere."""
    session.select(5)
    session.set_cursor([0.3, -1.7])
    session.set_axes(1, 0)
    session.set_group([3, 5, 8, 40])
    session.samples.set_layout(3, 4)
    session.samples.set_seed(99)
    session.samples.set_temperature(0.5)
    session.reconstructions.set_count(7)
    session.reconstructions.shuffle()
    session.region.set_seed(4)
    session.views.window = (-1.5, -2.0, 2.5, 2.0)
    view = taken(session)
    session.select(None)
    session.set_cursor([1.0, 1.0])
    session.set_axes(0, 1)
    session.set_group([])
    session.samples.set_layout(8, 8)
    session.samples.set_seed(0)
    session.reconstructions.shuffle()
    session.region.set_seed(0)
    return view


def test_a_picture_brings_everything_back_in_one_step(qtbot: QtBot, ready: Session, tmp_path: Path) -> None:
    view = wander(ready, qtbot)
    before = ready.cursor
    with qtbot.waitSignal(ready.views.restored, timeout=PATIENCE) as back:
        ready.open_path(picture(tmp_path / "mine.png", view))
    assert back.args == [view]
    assert taken(ready) == view
    assert ready.selected == 5 and ready.group.tolist() == [3, 5, 8, 40] and ready.axes == (1, 0)
    assert (ready.samples.rows, ready.samples.seed, ready.samples.temperature) == (3, 99, 0.5)
    assert len(ready.reconstructions.indices) == 7  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: np.array_equal(ready.picture_z, view.z), timeout=PATIENCE)  # type: ignore[arg-type]
    digits = ready.reconstructions.indices
    ready.undo()
    assert np.array_equal(ready.cursor, before) and ready.axes == (0, 1) and not len(ready.group)
    assert ready.region.seed == 0 and ready.reconstructions.indices is not None
    assert not np.array_equal(ready.reconstructions.indices, digits)
    ready.redo()
    assert np.array_equal(ready.cursor, view.z) and len(ready.group) == 4
    assert ready.region.seed == 4 and np.array_equal(ready.reconstructions.indices, digits)
    ready.undo()
    ready.explore("train")
    ready.redo()
    assert ready.region.seed == 4 and not len(ready.group)


def test_principal_planes_and_planes_through_digits_come_back(ready: Session) -> None:
    for choose in (ready.set_principal_plane, lambda: ready.set_plane_through((4, 9, 30))):
        choose()
        view, plane = taken(ready), ready.plane
        ready.set_axes(0, 1)
        ready.views.restore(view)
        assert ready.plane.kind == plane.kind and ready.plane.title == plane.title
        assert np.allclose(ready.plane.directions, plane.directions, atol=1e-5)
        assert np.allclose(ready.cursor, view.z, atol=1e-5)


def test_a_model_at_hand_is_opened_first(
    qtbot: QtBot, ready: Session, make_model_file: Callable[..., Path], problems: list[Problem], tmp_path: Path
) -> None:  # fmt: skip
    other = make_model_file("other", ModelConfig(hidden=(32, 16), latent_dim=3), 1)
    first = ready.model
    ready.open_model(other)
    qtbot.waitUntil(lambda: ready.model is not first and ready.codes is not None, timeout=PATIENCE)
    ready.set_cursor([0.1, 0.2, 0.3])
    view = taken(ready, "samples")
    # In the recent files; and then, by another name, only beside the picture.
    for place in ("recent", "beside"):
        make = make_model_file("small")
        ready.open_model(make)
        qtbot.waitUntil(lambda: ready.model is not None and ready.model.title == "small", timeout=PATIENCE)
        if place == "beside":
            ready.preferences.recent_files = []
        with qtbot.waitSignal(ready.views.restored, timeout=PATIENCE):
            ready.open_path(picture(tmp_path / "mine.png", view))
        assert ready.model is not None and ready.model.title == "other" and ready.model.path == other
        assert np.array_equal(ready.cursor, view.z)
    assert not problems


def test_a_model_that_is_opened_meanwhile_stays(
    qtbot: QtBot, ready: Session, make_model_file: Callable[..., Path]
) -> None:
    view, found, other = taken(ready), make_model_file("small"), make_model_file("other", seed=5)
    ready.open_model(make_model_file("third", seed=3))
    qtbot.waitUntil(lambda: ready.model is not None and ready.model.title == "third", timeout=PATIENCE)
    ready.views.restore(view, [found])
    ready.open_model(other)
    qtbot.waitUntil(lambda: ready.model is not None and ready.model.title == "other", timeout=PATIENCE)
    qtbot.waitUntil(lambda: not ready.loading, timeout=PATIENCE)
    assert ready.model is not None and ready.model.title == "other"


def test_a_bundled_model_is_found(qtbot: QtBot, ready: Session, problems: list[Problem]) -> None:
    mine = taken(ready)
    ready.open_bundled("mnist-16d")
    qtbot.waitUntil(lambda: len(ready.cursor) == 16, timeout=PATIENCE)
    view = taken(ready)
    checkpoint_of_mine = mine.model.model_id
    ready.open_bundled("mnist-2d")
    qtbot.waitUntil(lambda: len(ready.cursor) == 2, timeout=PATIENCE)
    with qtbot.waitSignal(ready.views.restored, timeout=PATIENCE):
        ready.views.restore(view)
    assert ready.model is not None and ready.model.title == "mnist-16d" and ready.model.path is None
    assert not problems and checkpoint_of_mine != view.model.model_id


def test_a_missing_model_is_named_and_nothing_changes(
    qtbot: QtBot, ready: Session, problems: list[Problem], tmp_path: Path
) -> None:
    view = wander(ready, qtbot)
    gone = replace(
        view, model=replace(view.model, model_id="0123456789ab", title="gone", file="gone.safetensors")
    )
    here = taken(ready)
    with qtbot.assertNotEmitted(ready.views.restored):
        ready.open_path(picture(tmp_path / "mine.png", gone))
        qtbot.waitUntil(lambda: len(problems) == 1, timeout=PATIENCE)
    assert "gone (0123456789ab)" in problems[0].message and "gone.safetensors" in problems[0].remedy
    assert taken(ready) == here
    # The same point, plane and seed can be looked at with the open model.
    ((text, use),) = problems[0].actions
    assert text == "Use the open model"
    use()
    assert np.array_equal(ready.cursor, view.z) and ready.samples.seed == 99
    other = replace(gone, model=replace(gone.model, latent_dim=3), cursor=(0.0, 0.0, 0.0))
    ready.views.restore(other)
    qtbot.waitUntil(lambda: len(problems) == 2, timeout=PATIENCE)
    assert problems[1].actions == ()


def test_a_view_in_the_middle_of_a_training_can_not_come_back(
    qtbot: QtBot, ready: Session, problems: list[Problem]
) -> None:
    view = taken(ready)
    ready.views.restore(replace(view, model=replace(view.model, model_id=view.model.model_id + "+")))
    qtbot.waitUntil(lambda: bool(problems), timeout=PATIENCE)
    assert "in the middle of a training" in problems[0].message


def test_an_unsaved_model_is_not_left_without_a_word(
    qtbot: QtBot, ready: Session, make_model_file: Callable[..., Path], problems: list[Problem]
) -> None:
    view, file = taken(ready), make_model_file("small")
    ready.training.start(SMALL, TrainingConfig(epochs=1, batch_size=256))
    qtbot.waitUntil(lambda: len(ready.training.history) == 1 and not ready.training.active, timeout=PATIENCE)
    trained = ready.model
    ready.views.restore(view, [file])
    qtbot.waitUntil(lambda: bool(problems), timeout=PATIENCE)
    assert ready.model is trained and "is not saved" in problems[0].message
    problems[0].actions[0][1]()
    assert ready.model is not None and ready.model.title == "small"


def test_another_split_and_data_set_are_opened(
    qtbot: QtBot, ready: Session, digits: Dataset, problems: list[Problem], tmp_path: Path
) -> None:
    ready.explore("train")
    ready.set_group([1, 2, 900])
    view = taken(ready, "group")
    ready.explore("test")
    ready.views.restore(view)
    assert ready.dataset is not None and ready.dataset.explores == "train" and len(ready.group) == 3
    write_set(tmp_path / "own")
    ready.open_dataset(str(tmp_path / "own"))
    qtbot.waitUntil(
        lambda: ready.dataset is not None and ready.dataset.title != digits.title, timeout=PATIENCE
    )
    # The built-in digits are always at hand.
    with qtbot.waitSignal(ready.views.restored, timeout=PATIENCE):
        ready.views.restore(view)
    assert ready.dataset.fingerprint == digits.fingerprint and ready.group.tolist() == [1, 2, 900]
    assert not problems


def test_a_missing_data_set_takes_only_its_digits_along(
    qtbot: QtBot, ready: Session, problems: list[Problem]
) -> None:
    view = wander(ready, qtbot)
    assert view.dataset is not None
    missing = replace(view, dataset=replace(view.dataset, name="mnist", title="MNIST", fingerprint="0" * 64))
    with qtbot.waitSignal(ready.views.restored, timeout=PATIENCE):
        ready.views.restore(missing)
    assert np.array_equal(ready.cursor, view.z) and ready.axes == (1, 0) and ready.samples.seed == 99
    assert ready.selected is None and not len(ready.group)
    assert "the digits of MNIST" in problems[0].message and problems[0].actions[0][0] == "Download it"


def test_what_this_version_can_not_set_is_told(ready: Session, problems: list[Problem]) -> None:
    view = taken(ready)
    for samples in (
        {"kind": "flow", "rows": 3, "columns": 3, "seed": 1, "temperature": 1.0},
        {"rows": 999},
    ):
        ready.views.restore(replace(view, settings={"samples": samples, "nonsense": {"x": 1}}))
        assert "without the settings of its samples" in problems.pop().message
    assert ready.samples.rows == 8
    ready.views.restore(
        replace(view, settings={"reconstructions": {"digits": [10**6]}, "region": {"seed": -1}})
    )
    assert "its generated digits and without its reconstructions" in problems.pop().message
    for digits in ([10**29], [2.5], ["3"], [True]):
        ready.views.restore(replace(view, settings={"reconstructions": {"digits": digits}}))
        assert "without its reconstructions" in problems.pop().message
    for part in ({"method": ["tsne"]}, {"method": "tsne", "perplexity": [30]}):
        ready.views.restore(replace(view, kind="map", settings={"map": part}))
        assert "without its map" in problems.pop().message
    ready.views.restore(replace(view, selected=10**5))
    assert "its digits and plane" in problems.pop().message
    assert taken(ready).cursor == view.cursor


def test_a_map_is_made_again(qtbot: QtBot, ready: Session, problems: list[Problem]) -> None:
    ready.map.start(TsneConfig(perplexity=12, seed=3, iterations=20), "pca")
    qtbot.waitUntil(lambda: ready.map.quality is not None, timeout=PATIENCE)
    view = taken(ready, "map")
    ready.explore("train")
    ready.views.restore(view)
    # As soon as there are codes again.
    qtbot.waitUntil(lambda: ready.map.method == "pca" and ready.map.frame is not None, timeout=PATIENCE)
    assert ready.map.config is not None and (ready.map.config.perplexity, ready.map.config.seed) == (12, 3)
    qtbot.waitUntil(lambda: ready.map.quality is not None, timeout=PATIENCE)
    frame = ready.map.frame
    ready.views.restore(view)
    assert ready.map.frame is frame, "a map that is there is not made anew"
    ready.views.restore(replace(view, settings={"map": {"method": "tsne", "perplexity": 1e9}}))
    assert "without its map" in problems[0].message


def test_a_path_comes_back_with_all_its_stops(
    qtbot: QtBot, ready: Session, problems: list[Problem], tmp_path: Path
) -> None:
    path = ready.path
    path.set_kind("spherical")
    path.set_frames(9)
    free = LatentPlace(point=np.array([0.25, -1.5], np.float32))
    path.add(LatentPlace(index=3), free, LatentPlace(label=7))
    qtbot.waitUntil(lambda: path.film is not None, timeout=PATIENCE)
    view, plan, film = taken(ready, "path"), path.plan, path.film
    assert "path" not in taken(ready, "map").settings, "another picture leaves a path alone"
    ready.views.restore(view)
    assert path.plan is plan, "a path that is there is not made anew"
    path.set_kind("linear")
    path.set_frames(24)
    path.clear()
    ready.open_path(picture(tmp_path / "path.png", view))
    qtbot.waitUntil(lambda: path.film is not None and not path.busy, timeout=PATIENCE)
    assert (path.plan.kind, path.plan.frames) == ("spherical", 9)
    a, b, c = path.plan.stops
    assert (a.index, c.label) == (3, 7) and np.array_equal(b.point, free.point)  # type: ignore[arg-type]
    assert film is not None and path.film is not None
    np.testing.assert_allclose(path.film.codes, film.codes, atol=1e-6)
    ready.undo()
    assert path.plan.stops == ()
    for wrong in (
        {"stops": [10**5]},
        {"stops": ["mean 99"]},
        {"stops": ["point"], "points": []},
        {"stops": []},
        {"frames": 1},
        {"kind": ["linear"]},
    ):
        settings = {"path": {**view.settings["path"], **wrong}}
        ready.views.restore(replace(view, settings=settings))
        assert "without its path" in problems.pop().message
        assert path.plan.stops == ()


def test_samples_like_digits_bring_their_data_set_along(ready: Session, problems: list[Problem]) -> None:
    ready.explore("train")
    ready.samples.change(kind="kde")
    view = taken(ready, "samples")
    ready.explore("test")
    ready.views.restore(view)
    assert ready.dataset is not None and ready.dataset.explores == "train" and not problems


def test_generated_digits_come_back_by_their_density(ready: Session) -> None:
    ready.set_group([3, 5, 8])
    ready.region.set_sampler("kde")
    view = taken(ready, "region")
    ready.region.set_sampler("gaussian")
    ready.views.restore(view)
    assert ready.region.sampler == "kde"


def test_a_part_in_view_too_small_for_a_record_is_left_out(ready: Session, tmp_path: Path) -> None:
    ready.views.window = (3.0, 0.0, 3.0 + 1e-9, 1e-9)
    assert read_view(picture(tmp_path / "deep.png", taken(ready))) == replace(taken(ready), window=None)


def test_an_old_question_does_not_end_a_new_training(
    qtbot: QtBot, ready: Session, make_model_file: Callable[..., Path], problems: list[Problem]
) -> None:
    view, file = taken(ready), make_model_file("small")
    ready.training.start(SMALL, TrainingConfig(epochs=1, batch_size=256))
    qtbot.waitUntil(lambda: len(ready.training.history) == 1 and not ready.training.active, timeout=PATIENCE)
    ready.views.restore(view, [file])
    qtbot.waitUntil(lambda: bool(problems), timeout=PATIENCE)
    question = problems.pop().actions[0][1]
    ready.training.start(SMALL, TrainingConfig(epochs=1000, batch_size=256))
    qtbot.waitUntil(lambda: len(ready.training.history) > 0, timeout=PATIENCE)
    trained = ready.model
    question()
    assert ready.model is trained and "being trained" in problems[0].message
    assert problems[0].actions[0][0] == "Stop and open"
    problems[0].actions[0][1]()
    qtbot.waitUntil(lambda: ready.model is not None and ready.model.title == "small", timeout=PATIENCE)


@pytest.mark.parametrize("what", ["altered", "bomb"])
def test_a_bad_picture_is_refused_in_words(
    qtbot: QtBot, ready: Session, problems: list[Problem], tmp_path: Path, what: str
) -> None:
    here, path = taken(ready), tmp_path / "bad.png"
    text = chunk_of(here)[CHUNK]
    write_png(
        path, PIXELS, {CHUNK: text.replace('"seed":0', '"seed":1') if what == "altered" else " " * 10**6}
    )
    ready.open_path(path)
    qtbot.waitUntil(lambda: bool(problems), timeout=PATIENCE)
    assert problems[0].message.startswith("bad.png’s description")
    assert problems[0].remedy and not problems[0].message.startswith("Something went wrong")
    assert taken(ready) == here


def test_a_picture_of_a_digit_goes_to_the_pad(
    qtbot: QtBot, ready: Session, digits: Dataset, tmp_path: Path
) -> None:
    path = tmp_path / "seven.png"
    Image.fromarray(np.pad(digits.test.images[5, 0].numpy(), 20)).save(path)
    with qtbot.waitSignal(ready.drawing.picture_read, timeout=PATIENCE):
        ready.open_path(path)


def test_there_is_no_view_without_a_model(session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    assert session.views.now() is None
    assert read_view(picture(tmp_path / "x.png", None)) is None


def view_of_reconstructions(session: Session, digits: list[int], **more: int) -> View:
    """The view of a picture of these digits."""
    view = session.views.now("reconstructions")
    assert view is not None
    return replace(view, settings={"reconstructions": {"digits": digits, **more}})


def test_all_reconstructions_of_a_large_picture_come_back(
    ready: Session, qtbot: QtBot, tmp_path: Path, problems: list[Problem]
) -> None:
    ready.explore("train")
    qtbot.waitUntil(lambda: ready.codes is not None, timeout=PATIENCE)
    wanted = [*range(900)]
    view = read_view(picture(tmp_path / "large.png", view_of_reconstructions(ready, wanted)))
    assert view is not None
    ready.views.restore(view)
    assert ready.reconstructions.indices is not None and not problems
    assert ready.reconstructions.indices.tolist() == wanted


def test_what_is_left_out_of_a_very_large_picture_is_told(
    ready: Session, problems: list[Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vae_desktop.app.view_settings.MAX_COUNT", 50)
    ready.views.restore(view_of_reconstructions(ready, [*range(60)], count=9000))
    assert ready.reconstructions.count == 50
    assert problems.pop().message == (
        "This view came back with 50 of its 9,000 reconstructions, the most that a window shows."
    )


def test_stops_and_frames_of_a_long_path_come_back_or_are_told_of(
    ready: Session, problems: list[Problem]
) -> None:
    view = ready.views.now("path")
    assert view is not None
    path = {"kind": "linear", "frames": 900, "stops": [1, 2], "points": []}
    ready.views.restore(replace(view, settings={"path": path}))
    assert ready.path.plan.frames == 900 and not problems
    path = {**path, "frames": 5000, "stops": [*range(40)]}
    ready.views.restore(replace(view, settings={"path": path}))
    assert ready.path.plan.frames == 1000 and len(ready.path.plan.stops) == 32
    message = problems.pop().message
    assert "with 32 of its 40 stops" in message and "with 1,000 of its 5,000 frames" in message
