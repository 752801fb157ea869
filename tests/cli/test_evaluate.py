"""`vae-desktop evaluate`."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Run
from tests.core.data.idx_writer import (
    TEST_IMAGES,
    TEST_LABELS,
    idx_bytes,
    some_images,
    some_labels,
    write_set,
)
from tests.places import ROOT
from vae_desktop.core.checkpoint import load_checkpoint, save_checkpoint


def test_the_figures_are_those_that_training_held_out(run: Run, model: Path) -> None:
    result = run("evaluate", model, "--data", "digits", "--json")
    assert (result.status, result.err) == (0, "")
    figures = json.loads(result.out)
    assert list(figures) == ["negative_elbo", "reconstruction", "kl", "images"]
    held_out = load_checkpoint(model).history[-1].held_out
    assert figures.pop("images") == 359
    assert figures == pytest.approx(held_out.to_json(), rel=1e-6)
    assert figures["negative_elbo"] == pytest.approx(figures["reconstruction"] + figures["kl"])


def test_another_seed_draws_other_codes(run: Run, model: Path) -> None:
    first = json.loads(run("evaluate", model, "--json").out)
    other = json.loads(run("evaluate", model, "--json", "--seed", "9").out)
    assert other["kl"] == pytest.approx(first["kl"])  # in closed form
    assert other["reconstruction"] != first["reconstruction"]
    assert other["reconstruction"] == pytest.approx(first["reconstruction"], rel=0.05)


def test_for_people(run: Run, model: Path) -> None:
    result = run("evaluate", model)
    terms = load_checkpoint(model).history[-1].held_out
    assert f"{terms.negative_elbo:.3f}" in result.out
    assert "359 test images" in result.out
    assert "nats per image" in result.out


def test_other_data_than_the_models_is_noted(run: Run, model: Path, tmp_path: Path) -> None:
    folder = write_set(tmp_path / "noise")
    result = run("evaluate", model, "--data", folder, "--json")
    assert json.loads(result.out)["images"] == 20
    assert "trained on other data" in result.err
    assert result.err.count("\n") == 1


def test_images_of_another_shape_are_refused(run: Run, model: Path, tmp_path: Path) -> None:
    (tmp_path / TEST_IMAGES).write_bytes(idx_bytes(some_images(4, size=9)))
    (tmp_path / TEST_LABELS).write_bytes(idx_bytes(some_labels(4)))
    complaint = run("evaluate", model, "--data", tmp_path).complaint
    assert "28 × 28" in complaint
    assert "9 × 9" in complaint


@pytest.mark.parametrize("kind", ["pickle", "truncated", "altered", "text", "empty"])
def test_files_that_are_no_models_are_refused(run: Run, model: Path, tmp_path: Path, kind: str) -> None:
    whole = model.read_bytes()
    contents = {
        "pickle": b"PK\x03\x04" + bytes(200),
        "truncated": whole[:-1000],
        "altered": whole[:-9] + bytes([whole[-9] ^ 255]) + whole[-8:],
        "text": b"hello",
        "empty": b"",
    }
    path = tmp_path / "bad.safetensors"
    path.write_bytes(contents[kind])
    assert "bad.safetensors" in run("evaluate", path).complaint


def test_a_model_that_went_wrong_is_told_of(run: Run, model: Path, tmp_path: Path) -> None:
    checkpoint = load_checkpoint(model)
    huge = {name: weight * 1e15 for name, weight in checkpoint.weights.items()}
    path = tmp_path / "huge.safetensors"
    save_checkpoint(path, replace(checkpoint, weights=huge, training_state=None))
    assert "not a finite number" in run("evaluate", path, "--json").complaint
    assert run("generate", path, "--out", tmp_path / "grid.png").status == 0


def test_nobody_reading_the_output_is_no_failure_to_tell_of(model: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "vae_desktop", "evaluate", str(model)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    complaints = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 1
    assert complaints == ""


def test_real_digits_from_training_to_samples(run: Run, mnist_folder: Path, tmp_path: Path) -> None:
    model = tmp_path / "mnist.safetensors"
    options = ["--hidden", "128", "--batch-size", "500", "--lr", "3e-3", "--epochs", "2", "--out", model]
    trained = run("train", "--data", mnist_folder, *options, "--json", "--quiet")
    assert trained.status == 0, trained.err
    evaluated = run("evaluate", model, "--data", mnist_folder, "--json")
    figures = json.loads(evaluated.out)
    assert figures["images"] == 10_000
    assert figures["negative_elbo"] == pytest.approx(
        json.loads(trained.out)["held_out"]["negative_elbo"], rel=1e-6
    )
    # An untrained decoder, one half for each of 784 pixels, has 543 nats; the best 2-D models reach some 136.
    assert 140 < figures["negative_elbo"] < 195
    assert run("generate", model, "--rows", "4", "--columns", "4", "--out", tmp_path / "grid.npz").status == 0
    with np.load(tmp_path / "grid.npz") as values:
        assert 0.05 < values["images"].mean() < 0.3  # ink on paper, as real digits have it (0.13)
