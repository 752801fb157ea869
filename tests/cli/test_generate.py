"""`vae-desktop generate`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import Run
from vae_desktop.core.checkpoint import load_checkpoint
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.inference import Inference
from vae_desktop.core.sampling import prior_codes


def test_a_picture_of_the_grid(run: Run, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "grid.png"
    options = [
        "--rows",
        "2",
        "--columns",
        "5",
        "--seed",
        "3",
        "--temperature",
        "0.5",
        "--scale",
        "1",
        "--padding",
        "0",
    ]
    result = run("generate", model, *options, "--out", out)
    assert (result.status, result.err) == (0, "")
    checkpoint = load_checkpoint(model)
    images = Inference(checkpoint.model_config, checkpoint.weights).decode(prior_codes(10, 2, 3, 0.5))
    expected = np.rint(images.reshape(2, 5, 28, 28).swapaxes(1, 2).reshape(56, 140) * 255)
    with Image.open(out) as image:
        assert image.mode == "L"
        assert np.array_equal(np.asarray(image), expected)
        text = image.text  # type: ignore[attr-defined]
    assert text["Seed"] == "3"
    assert text["Temperature"] == "0.5"
    assert text["Model"] == checkpoint.model_id
    assert "140 × 56 pixels" in result.out
    assert checkpoint.model_id in result.out


def test_style_and_background(run: Run, model: Path, tmp_path: Path) -> None:
    options = ["--rows", "1", "--columns", "2", "--scale", "2", "--padding", "3", "--background", "#ff8000"]
    assert run("generate", model, *options, "--out", tmp_path / "grid.png").status == 0
    with Image.open(tmp_path / "grid.png") as image:
        assert image.mode == "RGB"
        assert image.size == ((2 * 28 + 3 * 3) * 2, (28 + 2 * 3) * 2)
        assert image.getpixel((0, 0)) == (255, 128, 0)


def test_values_with_their_codes(run: Run, model: Path, tmp_path: Path) -> None:
    assert run("generate", model, "--rows", "3", "--columns", "3", "--out", tmp_path / "grid.npz").status == 0
    checkpoint = load_checkpoint(model)
    with np.load(tmp_path / "grid.npz", allow_pickle=False) as values:
        decoded = Inference(checkpoint.model_config, checkpoint.weights).decode(values["z"])
        assert np.allclose(values["images"], decoded, atol=1e-6)
        assert values["images"].shape == (9, 1, 28, 28)
        assert int(values["seed"]) == 0
        assert str(values["model"]) == checkpoint.model_id


def test_the_same_seed_gives_the_same_file(run: Run, model: Path, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        run("generate", model, "--seed", seed, "--out", tmp_path / f"{name}.png")
    a, b, c = ((tmp_path / f"{name}.png").read_bytes() for name in "abc")
    assert a == b != c


@pytest.mark.parametrize("sampler", ["posterior", "gmm", "kde"])
def test_samples_like_encoded_data(
    run: Run, model: Path, digits: Dataset, tmp_path: Path, sampler: str
) -> None:
    options = ["--sampler", sampler, "--class", "3", "--rows", "6", "--columns", "50", "--seed", "4"]
    result = run("generate", model, *options, "--out", tmp_path / "a.npz")
    assert (result.status, result.err) == (0, "")
    run("generate", model, *options, "--out", tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    checkpoint = load_checkpoint(model)
    inference = Inference(checkpoint.model_config, checkpoint.weights)
    threes = inference.encode(digits.train.images[digits.train.labels == 3])[0].astype(np.float64)
    with np.load(tmp_path / "a.npz", allow_pickle=False) as values:
        z = values["z"].astype(np.float64)
        assert (str(values["sampler"]), str(values["class"])) == (sampler, "3")
    assert z.shape == (300, 2)
    # Around that class's codes, which lie far from the middle of the prior.
    apart = np.linalg.norm(z.mean(axis=0) - threes.mean(axis=0))
    assert apart < np.linalg.norm(threes.mean(axis=0)) / 3


def test_a_row_of_the_posterior_is_one_digit(run: Run, model: Path, tmp_path: Path) -> None:
    options = ["--sampler", "posterior", "--rows", "5", "--columns", "40", "--temperature", "0"]
    assert run("generate", model, *options, "--out", tmp_path / "a.npz").status == 0
    with np.load(tmp_path / "a.npz") as values:
        z = values["z"].reshape(5, 40, 2)
    assert (z == z[:, :1]).all()
    assert len(np.unique(z[:, 0], axis=0)) == 5


def test_a_truncated_prior(run: Run, model: Path, tmp_path: Path) -> None:
    options = ["--truncation", "0.5", "--rows", "10", "--columns", "20"]
    assert run("generate", model, *options, "--out", tmp_path / "a.npz").status == 0
    with np.load(tmp_path / "a.npz") as values:
        radii = np.linalg.norm(values["z"], axis=1)
    # Half of the plane's normal distribution lies within √(2 ln 2).
    assert 1.0 < radii.max() < np.sqrt(2 * np.log(2)) + 1e-6


@pytest.mark.parametrize(("suffix", "start"), [(".svg", b"<svg "), (".pdf", b"%PDF-")])
def test_other_kinds_of_picture(run: Run, model: Path, tmp_path: Path, suffix: str, start: bytes) -> None:
    assert run("generate", model, "--out", tmp_path / f"grid{suffix}").status == 0
    assert (tmp_path / f"grid{suffix}").read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--rows", "0"], "between 1 and 200"),
        (["--columns", "201"], "between 1 and 200"),
        (["--rows", "150", "--columns", "150"], "at most 10000"),
        (["--seed", "-1"], "seed"),
        (["--temperature", "-1"], "temperature"),
        (["--temperature", "nan"], "temperature"),
        (["--scale", "0"], "scale"),
        (["--padding", "-1"], "padding"),
        (["--background", "red"], "#ffffff"),
        (["--sampler", "magic"], "--sampler"),
        (["--class", "3"], "--sampler"),
        (["--sampler", "gmm", "--class", "cat"], "classes of"),
        (["--sampler", "gmm", "--components", "0"], "1 to 200 components"),
        (["--sampler", "kde", "--truncation", "0.5"], "Only the prior"),
        (["--sampler", "kde", "--seed", "-1"], "seed"),
        (["--truncation", "0"], "truncation"),
        (["--digits", "3"], "Only the posterior"),
        (["--sampler", "posterior", "--digits", "3,99999"], "numbered from 0"),
        (["--sampler", "posterior", "--digits", "-1"], "numbered from 0"),
        (["--sampler", "kde", "--bandwidth", "0"], "bandwidth"),
        (["--rows", "100", "--columns", "100", "--scale", "64"], "too large"),
    ],
)
def test_settings_out_of_range(run: Run, model: Path, tmp_path: Path, options: list[str], words: str) -> None:
    assert words in run("generate", model, *options, "--out", tmp_path / "grid.png").complaint
    assert not (tmp_path / "grid.png").exists()


def test_of_chosen_digits_of_a_split(run: Run, model: Path, digits: Dataset, tmp_path: Path) -> None:
    options = ["--sampler", "posterior", "--split", "train", "--digits", "7,3", "--temperature", "0"]
    result = run("generate", model, *options, "--rows", "3", "--columns", "2", "--out", tmp_path / "a.npz")
    assert (result.status, result.err) == (0, "")
    checkpoint = load_checkpoint(model)
    means, _ = Inference(checkpoint.model_config, checkpoint.weights).encode(digits.train.images[[3, 7]])
    with np.load(tmp_path / "a.npz") as values:
        rows = values["z"].reshape(3, 2, 2)[:, 0]
        assert str(values["split"]) == "train"
    nearest = np.linalg.norm(rows[:, None] - means, axis=2)
    assert nearest.min(axis=1).max() < 1e-4
    # Two digits in three rows: the first one again.
    assert nearest.argmin(axis=1).tolist() in ([0, 1, 0], [1, 0, 1])


def test_kernels_as_wide_as_asked(run: Run, model: Path, tmp_path: Path) -> None:
    options = ["--sampler", "kde", "--rows", "2", "--columns", "30", "--split", "test"]
    spreads = []
    for width in ("0.001", "1"):
        for temperature in ("0", "1"):
            more = ["--bandwidth", width, "--temperature", temperature]
            assert run("generate", model, *options, *more, "--out", tmp_path / "a.npz").status == 0
            with np.load(tmp_path / "a.npz") as values:
                spreads.append(values["z"].astype(np.float64))
    narrow, wide = spreads[1] - spreads[0], spreads[3] - spreads[2]
    assert np.allclose(wide, narrow * 1000, atol=0.05 * np.abs(wide).max())
