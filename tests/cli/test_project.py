"""`vae-desktop project`."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import Run
from vae_desktop.core.checkpoint import load_checkpoint
from vae_desktop.core.inference import Inference

if TYPE_CHECKING:
    from vae_desktop.core.data.dataset import Dataset


def read(path: Path) -> tuple[list[str], np.ndarray]:
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return header, np.array(rows, dtype=np.float64)


def test_one_row_for_each_test_image(run: Run, model: Path, digits: Dataset, tmp_path: Path) -> None:
    out, png = tmp_path / "map.csv", tmp_path / "map.png"
    result = run("project", model, "--out", out, "--png", png, "--seed", "2", "--perplexity", "20")
    assert result.status == 0, result.err
    header, table = read(out)
    assert header == ["index", "label", "x", "y", "z0", "z1"]
    assert table[:, 0].tolist() == list(range(359))
    assert table[:, 1].tolist() == digits.test.labels.tolist()
    checkpoint = load_checkpoint(model)
    means, _ = Inference(checkpoint.model_config, checkpoint.weights).encode(digits.test.images)
    assert np.allclose(table[:, 4:], means, atol=1e-6)
    # Near in latent space, near on the map: nearest neighbours share far more of the map's short distances.
    codes, places = table[:, 4:], table[:, 2:4]
    nearest = (np.linalg.norm(codes[:, None] - codes, axis=2) + 1e9 * np.eye(359)).argmin(axis=1)
    on_map = np.linalg.norm(places - places[nearest], axis=1)
    assert np.median(on_map) < 0.1 * np.median(np.linalg.norm(places - places[::-1], axis=1))

    assert "359 test images" in result.out
    assert "100%" in result.err
    with Image.open(png) as image:
        text = image.text  # type: ignore[attr-defined]
    assert (text["Seed"], text["Perplexity"], text["Model"]) == ("2", "20", checkpoint.model_id)


def test_a_perplexity_that_is_too_high_leaves_no_file(run: Run, model: Path, tmp_path: Path) -> None:
    result = run("project", model, "--perplexity", "200", "--out", tmp_path / "map.csv", "--quiet")
    assert "Choose a perplexity of at most 119." in result.complaint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_all_of_mnist(run: Run, mnist_folder: Path, tmp_path: Path) -> None:
    model, out = tmp_path / "mnist.safetensors", tmp_path / "map.csv"
    options = [
        "--hidden",
        "256",
        "--latent-dim",
        "10",
        "--batch-size",
        "500",
        "--lr",
        "3e-3",
        "--epochs",
        "3",
    ]
    assert run("train", "--data", mnist_folder, *options, "--out", model, "--quiet").status == 0
    assert run("project", model, "--data", mnist_folder, "--out", out, "--quiet").status == 0
    header, table = read(out)
    assert len(header) == 14
    assert table.shape == (10_000, 14)
    # A digit's nearest neighbour on the map is mostly the same digit.
    from scipy.spatial import cKDTree

    _, near = cKDTree(table[:, 2:4]).query(table[:, 2:4], 2)
    assert (table[near[:, 1], 1] == table[:, 1]).mean() > 0.85
