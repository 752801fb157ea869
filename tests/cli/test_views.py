"""Pictures of the command line carry views that the window comes back to."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run
from vae_desktop.core.checkpoint import load_checkpoint
from vae_desktop.core.sample_recipe import SampleRecipe
from vae_desktop.core.view_record import View
from vae_desktop.core.view_text import read_view


def made(run: Run, model: Path, out: Path, *arguments: object) -> View:
    """The view in the picture that a command writes."""
    assert run(arguments[0], model, *arguments[1:], "--out", out).status == 0
    view = read_view(out)
    assert view is not None and view.model.model_id == load_checkpoint(model).model_id
    assert view.model.file == model.name and str(model.parent) not in out.read_bytes().decode("latin-1")
    return view


def test_samples_with_their_seed(run: Run, model: Path, tmp_path: Path) -> None:
    options = ("--rows", 2, "--columns", 5, "--seed", 3, "--temperature", 0.5)
    view = made(run, model, tmp_path / "grid.png", "generate", *options)
    recipe = SampleRecipe(kind="prior", rows=2, columns=5, seed=3, temperature=0.5)
    assert (view.kind, view.settings) == ("samples", {"samples": recipe.to_json()})
    view = made(
        run, model, tmp_path / "gmm.png", "generate", "--sampler", "gmm", "--components", 3, "--class", 4
    )
    recipe = SampleRecipe.from_json(view.settings["samples"])
    assert (recipe.kind, recipe.components, recipe.class_label, recipe.split) == ("gmm", 3, 4, "train")
    assert view.dataset is not None and view.dataset.split == "train"


def test_reconstructions_with_their_digits(run: Run, model: Path, tmp_path: Path) -> None:
    view = made(run, model, tmp_path / "pairs.png", "reconstruct", "--rows", 2, "--columns", 3)
    assert view.kind == "reconstructions" and view.dataset is not None and view.dataset.name == "digits"
    assert view.settings == {"reconstructions": {"digits": [0, 1, 2, 3, 4, 5]}}


def test_a_manifold_with_its_plane(run: Run, model: Path, tmp_path: Path) -> None:
    view = made(run, model, tmp_path / "plane.png", "traverse", "--manifold", "--dimensions", "1,0")
    assert (view.kind, view.plane.axes) == ("samples", (1, 0))
    assert view.settings["samples"]["kind"] == "manifold"


def test_a_traversal_with_its_point(run: Run, model: Path, tmp_path: Path) -> None:
    around = ("--around", "0.5,-1", "--columns", 7)
    view = made(run, model, tmp_path / "rows.png", "traverse", *around)
    recipe = SampleRecipe.from_json(view.settings["samples"])
    assert (recipe.kind, recipe.rows, recipe.columns, recipe.around) == ("traversal", 2, 7, "cursor")
    assert view.cursor == (0.5, -1.0)


def test_a_path_with_its_digits(run: Run, model: Path, tmp_path: Path) -> None:
    path = ("--from", 3, "--to", 9)
    view = made(run, model, tmp_path / "path.png", "interpolate", *path)
    assert view.kind == "path" and view.group == (3, 9) and view.selected == 3
    wanted = {"kind": "linear", "frames": 12, "stops": [3, 9], "points": []}
    assert view.settings["path"] == wanted
