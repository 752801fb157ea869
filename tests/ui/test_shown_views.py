"""A picture that is saved while the next one is under way is of what is shown, in its view and its command too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from vae_desktop.app.session import Session
from vae_desktop.cli import main
from vae_desktop.core.export import GridStyle
from vae_desktop.core.paths import resource
from vae_desktop.core.view_text import read_view
from vae_desktop.ui.export_source import ExportSource, write_source
from vae_desktop.ui.exports import samples_source
from vae_desktop.ui.group_source import region_source

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.data.dataset import Dataset
    from vae_desktop.core.view_record import View

PATIENCE = 60_000
MODEL = "models/mnist-16d.safetensors"


@pytest.fixture
def sampled(qtbot: QtBot, session: Session, digits: Dataset) -> Session:
    """A session with the bundled model of 16 dimensions, a group, and samples and generated digits looked at."""
    session.show_dataset(digits)
    session.open_bundled("mnist-16d")
    qtbot.waitUntil(
        lambda: session.codes is not None and session.codes.means.shape[1] == 16, timeout=PATIENCE
    )
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
