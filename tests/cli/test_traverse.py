"""`vae-desktop traverse`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import Run
from vae_desktop.core.checkpoint import load_checkpoint
from vae_desktop.core.inference import Inference
from vae_desktop.core.latent_grids import normal_quantiles

TIGHT = ["--scale", "1", "--padding", "0"]


def cells(path: Path) -> np.ndarray:
    """The images of a picture without padding, [rows, columns, 28, 28]."""
    with Image.open(path) as image:
        pixels = np.asarray(image).astype(int)
    rows, columns = pixels.shape[0] // 28, pixels.shape[1] // 28
    return pixels.reshape(rows, 28, columns, 28).swapaxes(1, 2)


def decoded(model: Path, codes: list[list[float]]) -> np.ndarray:
    """Grey levels [N, 28, 28]."""
    checkpoint = load_checkpoint(model)
    images = Inference(checkpoint.model_config, checkpoint.weights).decode(np.array(codes, np.float32))
    return np.rint(images[:, 0] * 255).astype(int)


def test_a_row_for_each_dimension(run: Run, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.png"
    result = run("traverse", model, *TIGHT, "--columns", "5", "--reach", "2", "--out", out)
    assert (result.status, result.err) == (0, "")
    grid = cells(out)
    assert grid.shape == (2, 5, 28, 28)
    expected = decoded(model, [[2, 0], [0, -1], [0, 0]])
    for place, picture in zip([(0, 4), (1, 1), (1, 2)], expected, strict=True):
        assert np.abs(grid[place] - picture).max() <= 1


def test_chosen_dimensions(run: Run, model: Path, tmp_path: Path) -> None:
    assert run("traverse", model, *TIGHT, "--dimensions", "1", "--out", tmp_path / "a.png").status == 0
    run("traverse", model, *TIGHT, "--out", tmp_path / "b.png")
    assert np.array_equal(cells(tmp_path / "a.png")[0], cells(tmp_path / "b.png")[1])


def test_one_dimension_twice(run: Run, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "twice.png"
    result = run("traverse", model, "--dimensions", "1,1", "--columns", 3, "--out", out)
    assert result.status == 0 and out.exists()


def test_the_manifold(run: Run, model: Path, tmp_path: Path) -> None:
    result = run("traverse", model, *TIGHT, "--manifold", "--columns", "6", "--out", tmp_path / "a.png")
    assert result.status == 0
    grid, quantiles = cells(tmp_path / "a.png"), normal_quantiles(6)
    assert grid.shape == (6, 6, 28, 28)
    expected = decoded(model, [[quantiles[5], quantiles[4]]])[0]
    assert np.abs(grid[1, 5] - expected).max() <= 1


def test_around_another_code(run: Run, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.png"
    options = ["--around=-0.5,1.5", "--columns", "3", "--reach", "1"]
    assert run("traverse", model, *TIGHT, *options, "--out", out).status == 0
    expected = decoded(model, [[-1, 1.5], [-0.5, 0]])
    for place, picture in zip([(0, 0), (1, 1)], expected, strict=True):
        assert np.abs(cells(out)[place] - picture).max() <= 1


def test_a_manifold_of_other_rows_than_columns(run: Run, model: Path, tmp_path: Path) -> None:
    options = ["--manifold", "--rows", "2", "--columns", "5"]
    assert run("traverse", model, *TIGHT, *options, "--out", tmp_path / "a.png").status == 0
    grid = cells(tmp_path / "a.png")
    assert grid.shape == (2, 5, 28, 28)
    expected = decoded(model, [[normal_quantiles(5)[1], normal_quantiles(2)[1]]])[0]
    assert np.abs(grid[0, 1] - expected).max() <= 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--dimensions", "2"], "are 0 to 1"),
        (["--dimensions", "0,-1"], "are 0 to 1"),
        (["--manifold", "--dimensions", "0"], "two dimensions"),
        (["--manifold", "--dimensions", "1,1"], "two dimensions"),
        (["--rows", "3"], "Without --manifold"),
        (["--manifold", "--rows", "0"], "between 1 and 200"),
        (["--around=1"], "2 finite numbers"),
        (["--around=1,nan"], "2 finite numbers"),
        (["--around=1;2"], "list of numbers"),
        (["--columns", "200", "--scale", "64"], "too large"),
    ],
)
def test_what_can_not_be_laid_out(
    run: Run, model: Path, tmp_path: Path, options: list[str], words: str
) -> None:
    assert words in run("traverse", model, *options, "--out", tmp_path / "a.png").complaint
    assert not (tmp_path / "a.png").exists()
