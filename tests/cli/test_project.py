"""`vae-desktop project`."""

from __future__ import annotations

import csv
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import Run
from tests.core.test_umap_projection import library
from vae_desktop.core.checkpoint import load_checkpoint
from vae_desktop.core.inference import Inference
from vae_desktop.core.projection import pca

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


def test_values_and_a_vector_picture_by_the_endings(
    run: Run, model: Path, digits: Dataset, tmp_path: Path
) -> None:
    out, svg = tmp_path / "map.NPZ", tmp_path / "map.svg"
    result = run("project", model, "--out", out, "--svg", svg, "--seed", "2", "--perplexity", "20", "--quiet")
    assert result.status == 0, result.err
    assert f"Saved {out} and {svg}: 359 test images" in result.out
    with np.load(out) as values:
        assert values["labels"].tolist() == digits.test.labels.tolist()
        assert values["embedding"].shape == values["z"].shape == (359, 2)
        assert (int(values["seed"]), float(values["perplexity"])) == (2, 20)
        assert str(values["model"]) == load_checkpoint(model).model_id
        embedding = values["embedding"].astype(np.float64)
    circles = ET.parse(svg).getroot().findall(".//{*}circle")
    assert len(circles) == 359
    # Drawn class by class, so in the order of the labels.
    places = np.array([[float(circle.get(axis, "")) for axis in ("cx", "cy")] for circle in circles])
    drawn = embedding[np.argsort(digits.test.labels.numpy(), kind="stable")]
    assert np.corrcoef(places[:, 0], drawn[:, 0])[0, 1] > 0.9999
    assert np.corrcoef(places[:, 1], drawn[:, 1])[0, 1] < -0.9999


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--out", "map.txt"), "should end in .csv or .npz"),
        (("--out", "map.csv", "--svg", "map.png"), "should end in .svg"),
        (("--out", "map.csv", "--svg", "nowhere/map.svg"), "folder does not exist"),
    ],
)
def test_what_cannot_be_written_is_refused_before_the_work(
    run: Run,
    model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    complaint: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert complaint in run("project", model, *options).complaint
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


def test_pca_is_a_map_too(run: Run, model: Path, digits: Dataset, tmp_path: Path) -> None:
    out, png = tmp_path / "map.npz", tmp_path / "map.png"
    result = run("project", model, "--method", "pca", "--out", out, "--png", png)
    assert result.status == 0, result.err
    assert "359 test images" in result.out and "KL" not in result.out
    with np.load(out) as values:
        assert str(values["method"]) == "PCA"
        assert not {"perplexity", "seed", "divergence"} & set(values.files)
        assert np.allclose(values["embedding"], pca(values["z"]), atol=1e-5)
    with Image.open(png) as image:
        text = image.text  # type: ignore[attr-defined]
    assert text["Method"] == "PCA" and "Perplexity" not in text


def test_umap_without_its_library_is_refused_in_one_line(
    run: Run, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "umap", None)
    complaint = run("project", model, "--method", "umap", "--out", tmp_path / "map.csv").complaint
    assert "umap-learn, which is not installed" in complaint
    assert "pip install 'vae_desktop[umap]'" in complaint
    assert list(tmp_path.iterdir()) == []


@library
def test_umap_by_its_library(run: Run, model: Path, digits: Dataset, tmp_path: Path) -> None:
    out, svg = tmp_path / "map.npz", tmp_path / "map.svg"
    result = run("project", model, "--method", "umap", "--seed", "5", "--out", out, "--svg", svg)
    assert result.status == 0, result.err
    assert "UMAP" in result.err and "359 test images" in result.out
    with np.load(out) as values:
        assert str(values["method"]) == "UMAP"
        assert (int(values["seed"]), int(values["neighbours"])) == (5, 15)
        places, codes = values["embedding"], values["z"]
    # Near in latent space, near on the map.
    nearest = (np.linalg.norm(codes[:, None] - codes, axis=2) + 1e9 * np.eye(359)).argmin(axis=1)
    on_map = np.linalg.norm(places - places[nearest], axis=1)
    assert np.median(on_map) < 0.1 * np.median(np.linalg.norm(places - places[::-1], axis=1))
    assert "UMAP with 15 neighbours, seed 5" in svg.read_text(encoding="utf-8")
