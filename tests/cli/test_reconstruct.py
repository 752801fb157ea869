"""`vae-desktop reconstruct`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import Run
from vae_desktop.core.checkpoint import load_checkpoint
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.inference import Inference


def test_images_above_their_reconstructions(run: Run, model: Path, digits: Dataset, tmp_path: Path) -> None:
    options = ["--rows", "2", "--columns", "5", "--scale", "1", "--padding", "0"]
    result = run("reconstruct", model, *options, "--out", tmp_path / "a.png")
    assert (result.status, result.err) == (0, "")
    with Image.open(tmp_path / "a.png") as image:
        grid = np.asarray(image).astype(int).reshape(4, 28, 5, 28).swapaxes(1, 2)
    originals = digits.test.images[:10, 0].numpy().astype(int)
    checkpoint = load_checkpoint(model)
    inference = Inference(checkpoint.model_config, checkpoint.weights)
    decoded = np.rint(inference.decode(inference.encode(digits.test.images[:10])[0])[:, 0] * 255)
    for row in (0, 1):
        assert np.abs(grid[2 * row] - originals[5 * row : 5 * row + 5]).max() <= 1
        assert np.abs(grid[2 * row + 1] - decoded[5 * row : 5 * row + 5]).max() <= 1


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_more_room_than_images(run: Run, model: Path, tmp_path: Path, suffix: str) -> None:
    options = ["--rows", "9", "--columns", "50", "--scale", "1"]
    result = run("reconstruct", model, *options, "--out", tmp_path / f"a.{suffix}")
    assert result.status == 0
    assert "359 test images" in result.out
