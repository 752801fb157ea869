"""`vae-desktop interpolate`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import Run
from tests.mp4_file import read_mp4
from vae_desktop.core.checkpoint import load_checkpoint
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.inference import Inference


def reconstructions(model: Path, digits: Dataset, *indices: int) -> np.ndarray:
    """The decoded latent means of test images, as grey levels [N, 28, 28]."""
    checkpoint = load_checkpoint(model)
    inference = Inference(checkpoint.model_config, checkpoint.weights)
    images = inference.decode(inference.encode(digits.test.images[list(indices)])[0])
    return np.rint(images[:, 0] * 255).astype(int)


@pytest.mark.parametrize("kind", ["linear", "spherical", "spline", "geodesic"])
def test_a_film_strip_from_one_digit_to_another(
    run: Run, model: Path, digits: Dataset, tmp_path: Path, kind: str
) -> None:
    out = tmp_path / "strip.png"
    options = ["--from", "3", "--to", "8", "--kind", kind, "--frames", "9", "--scale", "1"]
    result = run("interpolate", model, *options, "--out", out)
    assert (result.status, result.err) == (0, "")
    assert f"{kind} path" in result.out
    with Image.open(out) as image:
        strip = np.asarray(image).astype(int)
        text = image.text  # type: ignore[attr-defined]
    assert (text["Path"], text["Test images"]) == (kind, "3, 8")
    assert strip.shape == (32, 9 * 30 + 2)
    first, last = reconstructions(model, digits, 3, 8)
    assert np.abs(strip[2:30, 2:30] - first).max() <= 1
    assert np.abs(strip[2:30, -30:-2] - last).max() <= 1


def test_an_animation_through_several(run: Run, model: Path, digits: Dataset, tmp_path: Path) -> None:
    out = tmp_path / "path.webp"
    options = ["--from", "3", "--via", "20,8", "--to", "5", "--kind", "spline", "--frames", "61"]
    result = run("interpolate", model, *options, "--scale", "2", "--out", out)
    assert result.status == 0
    assert "100%" in result.err
    assert "61 frames at 25 a second" in result.out
    with Image.open(out) as image:
        assert image.n_frames == 61  # type: ignore[attr-defined]
        assert image.size == (56, 56)
        frames = []
        for number in range(61):
            image.seek(number)
            frames.append(np.asarray(image.convert("L"))[::2, ::2].astype(int))
    nearest = [
        np.abs(np.stack(frames) - picture).mean(axis=(1, 2))
        for picture in reconstructions(model, digits, 3, 20, 8, 5)
    ]
    places = [int(distances.argmin()) for distances in nearest]
    assert places == sorted(places)
    assert (places[0], places[-1]) == (0, 60)
    assert max(distances.min() for distances in nearest) < 5


def test_a_video_there_and_back(run: Run, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "path.mp4"
    options = ["--frames", "10", "--ping-pong", "--fps", "30", "--quiet"]
    result = run("interpolate", model, *options, "--out", out)
    assert (result.status, result.err) == (0, "")
    video = read_mp4(out)
    assert video.fps == 30 and len(video.frames) == 18
    # It comes back the way it went.
    assert np.abs(video.frames[11].astype(int) - video.frames[7]).mean() < 3


def test_the_same_command_gives_the_same_file(run: Run, model: Path, tmp_path: Path) -> None:
    for name in ("a.gif", "b.gif"):
        options = ["--kind", "geodesic", "--frames", "8", "--once"]
        assert run("interpolate", model, *options, "--out", tmp_path / name).status == 0
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()


@pytest.mark.parametrize("options", [["--from", "-1"], ["--to", "359"], ["--via", "3,1000"]])
def test_an_image_that_is_not_there(run: Run, model: Path, tmp_path: Path, options: list[str]) -> None:
    complaint = run("interpolate", model, *options, "--out", tmp_path / "a.gif").complaint
    assert "are 0 to 358" in complaint
    assert not (tmp_path / "a.gif").exists()
