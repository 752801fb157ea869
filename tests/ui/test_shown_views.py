"""A picture that is saved while the next one is under way is of what is shown, in its view and its command too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.app.conftest import SMALL as SMALL_MODEL
from vae_desktop.app import decoding
from vae_desktop.app.session import Session
from vae_desktop.cli import main
from vae_desktop.core.config import TrainingConfig
from vae_desktop.core.export import GridStyle
from vae_desktop.core.paths import resource
from vae_desktop.core.view_text import read_view
from vae_desktop.ui.export_source import ExportSource, pixels_of, write_source
from vae_desktop.ui.exports import backdrop_source, picture_source, reconstructions_source, samples_source
from vae_desktop.ui.group_source import region_source

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.view_record import View

PATIENCE = 60_000
MODEL = "models/mnist-16d.safetensors"


@pytest.fixture
def sampled(bundled: Session) -> Session:
    """A session with the bundled model of 16 dimensions, a group, and samples and generated digits looked at."""
    session = bundled
    session.set_group([7, 12, 30, 300])
    session.set_cursor(np.linspace(-1, 1, 16))
    session.samples.active = session.region.active = True
    return session


def draw(qtbot: QtBot, session: Session, **values: object) -> None:
    session.samples.change(**values)
    qtbot.waitUntil(lambda: session.samples.shown == session.samples.recipe, timeout=PATIENCE)


def saved(source: ExportSource | None, path: Path) -> View:
    """The view in the PNG of a source."""
    assert source is not None
    write_source(source, path, "png", GridStyle())
    view = read_view(path)
    assert view is not None
    return view


def reopened(qtbot: QtBot, session: Session, path: Path) -> np.ndarray:
    """The codes of the samples once a picture of them is open again."""
    with qtbot.waitSignal(session.views.restored, timeout=PATIENCE):
        session.open_path(path)
    qtbot.waitUntil(lambda: session.samples.shown == session.samples.recipe, timeout=PATIENCE)
    assert session.samples.codes is not None
    return session.samples.codes


def by_command(source: ExportSource, out: Path) -> np.ndarray:
    """The codes of the command that a source names."""
    name, *words = source.command
    assert main([name, str(resource(MODEL)), *words, "--out", str(out)]) == 0
    with np.load(out) as made:
        return np.array(made["z"])


@pytest.mark.parametrize(
    "values",
    [{"kind": "gmm", "components": 3, "seed": 5}, {"kind": "kde", "bandwidth": 0.25, "class_label": 3}],
)
def test_during_a_fit_a_picture_is_of_the_last_one(
    qtbot: QtBot, sampled: Session, tmp_path: Path, values: dict[str, object]
) -> None:
    draw(qtbot, sampled, rows=3, columns=4, **values)
    codes, path = sampled.samples.codes, tmp_path / "mixture.png"
    sampled.samples.change(kind="gmm", components=60, seed=9, class_label=None)
    assert sampled.samples.fitting and sampled.samples.codes is codes
    source = samples_source(sampled)
    view = saved(source, path)
    for name, value in values.items():
        assert view.settings["samples"][name] == value
    assert source is not None and source.seed == values.get("seed", 0)
    np.testing.assert_allclose(by_command(source, tmp_path / "again.npz"), codes, atol=1e-4)
    draw(qtbot, sampled, kind="prior", seed=1, rows=2)
    np.testing.assert_array_equal(reopened(qtbot, sampled, path), codes)


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "posterior", "seed": 3},
        {"kind": "traversal", "around": "cursor"},
        {"kind": "manifold", "around": "cursor"},
        {"kind": "manifold"},
    ],
)
def test_digits_plane_and_point_are_those_of_the_picture_too(
    qtbot: QtBot, sampled: Session, tmp_path: Path, values: dict[str, object]
) -> None:
    sampled.set_principal_plane()
    draw(qtbot, sampled, rows=3, columns=4, **values)
    codes, path = sampled.samples.codes, tmp_path / "shown.png"
    # The window goes on; nothing of it is there yet.
    sampled.set_group([5, 9])
    sampled.set_axes(3, 6)
    sampled.set_cursor(np.ones(16))
    assert sampled.samples.codes is codes
    saved(samples_source(sampled), path)
    draw(qtbot, sampled, kind="prior")
    np.testing.assert_allclose(reopened(qtbot, sampled, path), codes, atol=1e-6)


def test_a_large_group_stays_chosen_and_its_rows_have_a_command(
    qtbot: QtBot, sampled: Session, tmp_path: Path
) -> None:
    assert sampled.dataset is not None
    everyone = np.arange(len(sampled.dataset.explored))
    sampled.set_group(everyone)
    draw(qtbot, sampled, kind="posterior", rows=5, columns=2, seed=8)
    source, path = samples_source(sampled), tmp_path / "rows.png"
    assert source is not None and len(str(source.facts["digits"]).split(", ")) == 5
    assert len(saved(source, path).group) == len(everyone)
    codes = source.arrays["z"]
    np.testing.assert_allclose(by_command(source, tmp_path / "again.npz"), codes, atol=1e-5)
    draw(qtbot, sampled, kind="prior")
    sampled.set_group([])
    np.testing.assert_array_equal(reopened(qtbot, sampled, path), codes)


@pytest.mark.parametrize("change", ["plane", "cursor"])
def test_a_manifold_is_saved_with_its_own_plane_and_codes(
    qtbot: QtBot, sampled: Session, tmp_path: Path, change: str
) -> None:
    backdrop, path = sampled.backdrop, tmp_path / "manifold.png"
    sampled.set_axes(3, 6)
    backdrop.request([-2.0, 0.0, 2.0], [-1.0, 1.0])
    qtbot.waitUntil(
        lambda: backdrop.shown is not None and backdrop.shown.plane.axes == (3, 6), timeout=PATIENCE
    )
    mosaic, point = backdrop.image, sampled.cursor
    if change == "plane":
        sampled.set_principal_plane()
    else:
        sampled.set_cursor(np.ones(16))
    assert backdrop.image is mosaic
    source = backdrop_source(sampled)
    view = saved(source, path)
    assert source is not None and source.facts == {"latent_axes": "3, 6"}
    assert view.plane.axes == (3, 6) and np.array_equal(view.z, point)
    # Each cell is what its code decodes to.
    sampled.set_cursor(source.arrays["z"][4])
    qtbot.waitUntil(lambda: np.array_equal(sampled.picture_z, source.arrays["z"][4]), timeout=PATIENCE)
    assert sampled.picture is not None
    np.testing.assert_allclose(source.images[4], sampled.picture, atol=0.51 / 255)
    with qtbot.waitSignal(sampled.views.restored, timeout=PATIENCE):
        sampled.open_path(path)
    qtbot.waitUntil(lambda: np.array_equal(backdrop.image, mosaic), timeout=PATIENCE)


def test_along_its_plane_the_cursor_of_a_manifold_is_where_it_is_now(qtbot: QtBot, sampled: Session) -> None:
    sampled.set_axes(3, 6)
    sampled.backdrop.request([-2.0, 0.0, 2.0], [-1.0, 1.0])
    draw(qtbot, sampled, kind="manifold", around="cursor", rows=3, columns=3)
    qtbot.waitUntil(lambda: sampled.backdrop.shown is not None, timeout=PATIENCE)
    moved = np.array(sampled.cursor)
    moved[[3, 6]] = 0.5, -0.25
    sampled.set_cursor(moved)
    for kind in ("manifold", "samples"):
        view = sampled.views.now(kind)
        assert view is not None and np.array_equal(view.z, moved)


def test_the_picture_of_a_slow_model_is_saved_with_its_own_point(
    qtbot: QtBot, sampled: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "LONGEST_HERE", 0.0)
    qtbot.waitUntil(lambda: np.array_equal(sampled.picture_z, sampled.cursor), timeout=PATIENCE)
    there, picture = sampled.cursor, sampled.picture
    sampled.set_cursor(np.ones(16))
    assert sampled.picture is picture
    view = saved(picture_source(sampled), tmp_path / "picture.png")
    assert np.array_equal(view.z, there)


def test_the_picture_of_the_model_before_is_nothing_to_export(
    qtbot: QtBot, sampled: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "LONGEST_HERE", 0.0)
    at_once: list[ExportSource | None] = []
    sampled.model_changed.connect(lambda: at_once.append(picture_source(sampled)))
    sampled.open_bundled("mnist-2d")
    qtbot.waitUntil(lambda: len(at_once) == 1, timeout=PATIENCE)
    assert at_once == [None]
    qtbot.waitUntil(lambda: sampled.picture_z is not None, timeout=PATIENCE)
    view = sampled.views.now("picture")
    assert picture_source(sampled) is not None and view is not None and len(view.cursor) == 2


@pytest.mark.usefixtures("every_epoch_kept")
def test_looking_back_names_the_weights_that_made_the_pictures(qtbot: QtBot, ready: Session) -> None:
    ready.training.start(SMALL_MODEL, TrainingConfig(epochs=2))
    qtbot.waitUntil(lambda: ready.training.active, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not ready.training.active, timeout=PATIENCE)
    assert ready.model is not None
    newest, then = ready.model.model_id, ready.timeline.store.load(1).checkpoint.model_id
    ready.reconstructions.active = True
    ready.backdrop.request([-1.0, 0.0, 1.0], [-1.0, 1.0])

    def sources() -> list[ExportSource]:
        found = (backdrop_source(ready), reconstructions_source(ready, 5))
        return [source for source in found if source is not None]

    def named() -> list[str]:
        return [source.model_id for source in sources()]

    qtbot.waitUntil(lambda: named() == [newest, newest], timeout=PATIENCE)
    before, at_once = sources(), []
    ready.rewound.connect(lambda: at_once.extend(sources()))
    ready.timeline.view(1)
    qtbot.waitUntil(lambda: len(at_once) == 2, timeout=PATIENCE)
    for source, same in zip(at_once, before, strict=True):
        np.testing.assert_array_equal(source.images, same.images)
        assert source.view is not None and source.model_id == source.view.model.model_id == newest
    qtbot.waitUntil(lambda: named() == [then, then], timeout=PATIENCE)
    assert not any(np.array_equal(a.images, b.images) for a, b in zip(sources(), before, strict=True))


def test_a_grid_too_large_for_the_window_is_not_called_samples(
    qtbot: QtBot, sampled: Session, tmp_path: Path
) -> None:
    out = tmp_path / "large.png"
    size = ("--rows", "2", "--columns", "65", "--scale", "1")
    assert main(["generate", str(resource(MODEL)), *size, "--out", str(out)]) == 0
    notices: list[str] = []
    sampled.notice_raised.connect(notices.append)
    with qtbot.waitSignal(sampled.views.restored, timeout=PATIENCE):
        sampled.open_path(out)
    assert notices == ["Back at the view of mnist-16d"] and not sampled.cursor.any()


def test_generated_digits_are_saved_with_the_seed_that_made_them(
    qtbot: QtBot, sampled: Session, tmp_path: Path
) -> None:
    region, path = sampled.region, tmp_path / "region.png"
    region.set_seed(4)
    region.set_sampler("kde")
    qtbot.waitUntil(
        lambda: region.codes is not None and (region.drawn_seed, region.drawn_by) == (4, "kde"),
        timeout=PATIENCE,
    )
    codes = region.codes
    region.set_seed(77)
    region.set_sampler("gaussian")
    assert region.codes is codes
    source = region_source(sampled)
    view = saved(source, path)
    assert view.settings["region"] == {"seed": 4, "sampler": "kde"}
    assert source is not None and source.seed == source.values["seed"] == 4
    assert source.stem.endswith("-seed4") and source.text["Seed"] == "4"
    qtbot.waitUntil(lambda: region.codes is not codes, timeout=PATIENCE)
    with qtbot.waitSignal(sampled.views.restored, timeout=PATIENCE):
        sampled.open_path(path)
    qtbot.waitUntil(lambda: (region.drawn_seed, region.drawn_by) == (4, "kde"), timeout=PATIENCE)
    np.testing.assert_array_equal(region.codes, codes)


@pytest.mark.parametrize(
    "words",
    [
        ("--sampler", "posterior", "--class", "3", "--rows", "6"),
        ("--sampler", "posterior", "--digits", "30,7,12", "--rows", "5"),
        ("--sampler", "posterior", "--split", "train", "--rows", "4"),
        ("--sampler", "gmm", "--components", "3", "--class", "8", "--rows", "4"),
        ("--sampler", "kde", "--bandwidth", "0.3", "--split", "test", "--rows", "4"),
        ("--sampler", "prior", "--rows", "4"),
    ],
)
def test_a_picture_of_the_command_line_shows_the_same_in_the_window(
    qtbot: QtBot, sampled: Session, tmp_path: Path, words: tuple[str, ...]
) -> None:
    data = () if "prior" in words else ("--data", "digits")
    common = (*words, *data, "--columns", "3", "--seed", "11", "--temperature", "0.7")
    png, npz = tmp_path / "made.png", tmp_path / "made.npz"
    for out in (png, npz):
        assert main(["generate", str(resource(MODEL)), *common, "--out", str(out)]) == 0
    with np.load(npz) as made:
        codes, images = np.array(made["z"]), np.array(made["images"])
    np.testing.assert_allclose(reopened(qtbot, sampled, png), codes, atol=1e-5)
    np.testing.assert_allclose(sampled.samples.images, images, atol=1e-4)
    source = samples_source(sampled)
    assert source is not None
    np.testing.assert_allclose(by_command(source, tmp_path / "again.npz"), codes, atol=1e-5)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--dimensions", "3,1", "--reach", "2", f"--around={','.join(['0.5'] * 16)}"),
        ("--manifold", "--rows", "4"),
        ("--manifold", "--dimensions", "5,2", f"--around={','.join(['-0.7'] * 16)}"),
    ],
)
def test_what_the_command_line_lays_out_is_the_same_in_the_window(
    qtbot: QtBot, sampled: Session, tmp_path: Path, words: tuple[str, ...]
) -> None:
    from PIL import Image

    sampled.set_principal_plane()
    path = tmp_path / "laid.png"
    assert main(["traverse", str(resource(MODEL)), *words, "--columns", "5", "--out", str(path)]) == 0
    reopened(qtbot, sampled, path)
    source = samples_source(sampled)
    assert source is not None
    with Image.open(path) as made:
        difference = np.asarray(made, dtype=int) - pixels_of(source, GridStyle())
        assert np.abs(difference).max() <= 1
        assert made.info["Dimensions"] == source.facts["dimensions"]
