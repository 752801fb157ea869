"""Animations in files, read back frame by frame."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.mp4_file import read_mp4
from vae_desktop.core.animation import SUFFIXES, AnimationStyle, write_animation
from vae_desktop.core.errors import ExportError

PLAIN = AnimationStyle(scale=1)


def grey_frames(count: int = 7, size: tuple[int, int] = (20, 31)) -> np.ndarray:
    """Frames of all levels of grey, each unlike the one before."""
    height, width = size
    ramp = np.linspace(0, 255, width) + np.zeros((height, 1))
    return np.stack([np.roll(ramp, 4 * number, axis=1) for number in range(count)]).astype(np.uint8)


def coloured_frames() -> np.ndarray:
    """Frames of few colours: a GIF has room for them all."""
    frames = np.zeros((3, 12, 16, 3), np.uint8)
    frames[0, :, :8], frames[1, :6], frames[2, :, 8:] = (255, 0, 0), (0, 128, 255), (20, 200, 40)
    return frames


def stills(path: Path) -> tuple[np.ndarray, list[int], Image.Image]:
    """All frames of a GIF or WebP, how many milliseconds each is shown, and the file's image."""
    shown, frames = [], []
    with Image.open(path) as image:
        for number in range(image.n_frames):  # type: ignore[attr-defined]
            image.seek(number)
            image.load()
            shown.append(image.info["duration"])
            frames.append(np.asarray(image.convert("RGB")))
        return np.stack(frames), shown, image


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_every_level_of_grey_is_kept(tmp_path: Path, suffix: str) -> None:
    frames = grey_frames()
    steps = list(write_animation(tmp_path / f"a{suffix}", frames, PLAIN))
    assert steps == [1, 2, 3, 4, 5, 6, 7]
    found, _, image = stills(tmp_path / f"a{suffix}")
    assert image.format == suffix[1:].upper()
    assert np.array_equal(found, frames[..., None].repeat(3, axis=3))


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_colours_are_kept(tmp_path: Path, suffix: str) -> None:
    list(write_animation(tmp_path / f"a{suffix}", coloured_frames(), PLAIN))
    assert np.array_equal(stills(tmp_path / f"a{suffix}")[0], coloured_frames())


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_each_frame_is_there_even_if_it_is_like_the_one_before(tmp_path: Path, suffix: str) -> None:
    list(write_animation(tmp_path / f"a{suffix}", np.zeros((5, 8, 8), np.uint8), PLAIN))
    assert len(stills(tmp_path / f"a{suffix}")[0]) == 5


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
@pytest.mark.parametrize("fps", [1, 24, 30, 50])
def test_it_takes_as_long_as_it_should(tmp_path: Path, suffix: str, fps: int) -> None:
    list(write_animation(tmp_path / f"a{suffix}", grey_frames(60), AnimationStyle(fps=fps, scale=1)))
    _, shown, _ = stills(tmp_path / f"a{suffix}")
    assert sum(shown) == pytest.approx(60_000 / fps, abs=10)
    assert max(shown) - min(shown) <= 10


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
@pytest.mark.parametrize("loop", [True, False])
def test_it_plays_for_ever_or_once(tmp_path: Path, suffix: str, loop: bool) -> None:
    list(write_animation(tmp_path / f"a{suffix}", grey_frames(), AnimationStyle(scale=1, loop=loop)))
    _, _, image = stills(tmp_path / f"a{suffix}")
    endless = image.info.get("loop") == 0
    assert endless is loop


def error_of(found: np.ndarray, frames: np.ndarray) -> float:
    """The signal-to-noise ratio of what comes back, at its peak, in decibels."""
    expected = frames if frames.ndim == 4 else frames[..., None]
    return float(10 * np.log10(255**2 / np.mean((found.astype(float) - expected) ** 2)))


@pytest.mark.parametrize("count", [1, 2, 23, 24, 25, 49])
def test_a_video_shows_the_frames_in_time(tmp_path: Path, count: int) -> None:
    frames = grey_frames(count, (32, 48))
    steps = list(write_animation(tmp_path / "a.mp4", frames, AnimationStyle(fps=20, scale=2)))
    assert steps == list(range(1, count + 1))
    video = read_mp4(tmp_path / "a.mp4")
    assert video.frames.shape == (count, 64, 96, 3)
    assert video.fps == 20
    assert np.allclose(video.times, np.arange(count) / 20)
    # A player can jump to every second of it, about.
    assert video.keys == list(range(0, count, 24))
    assert error_of(video.frames, frames.repeat(2, axis=1).repeat(2, axis=2)) > 35


def test_a_video_of_enlarged_digits_is_sharp(tmp_path: Path) -> None:
    digits = np.kron(np.random.default_rng(4).random((1, 7, 7)) > 0.5, np.ones((1, 4, 4)))
    fading = (np.linspace(0.2, 1, 30)[:, None, None] * digits * 255).astype(np.uint8)
    list(write_animation(tmp_path / "a.mp4", fading, AnimationStyle(scale=8)))
    found = read_mp4(tmp_path / "a.mp4").frames
    assert error_of(found, fading.repeat(8, axis=1).repeat(8, axis=2)) > 40


def test_the_same_frames_give_the_same_video(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        list(write_animation(tmp_path / name, grey_frames(30), PLAIN))
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_a_video_in_colour_with_odd_sides(tmp_path: Path) -> None:
    list(write_animation(tmp_path / "a.mp4", coloured_frames()[:, :11, :15], AnimationStyle(scale=5)))
    found = read_mp4(tmp_path / "a.mp4").frames
    assert found.shape == (3, 56, 76, 3)
    assert np.abs(found[0, 20, 20].astype(int) - (255, 0, 0)).max() < 12
    assert np.abs(found[1, 20, 20].astype(int) - (0, 128, 255)).max() < 12


def test_a_video_of_large_frames_is_coded_in_short_runs(tmp_path: Path) -> None:
    list(write_animation(tmp_path / "a.mp4", grey_frames(3, (1000, 1500)), AnimationStyle(scale=2)))
    assert read_mp4(tmp_path / "a.mp4").keys == [0, 2]


def test_a_video_that_finds_no_room_is_told(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    target = tmp_path / "a.mp4"
    target.write_bytes(b"old")
    noise = np.random.default_rng(0).integers(0, 256, (20, 64, 64), np.uint8)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limit[1]))
    try:
        with pytest.raises(ExportError, match=r"Can't write .*a\.mp4"):
            list(write_animation(target, noise, AnimationStyle(scale=2)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert target.read_bytes() == b"old"
    assert [path for path in tmp_path.iterdir() if path.is_file()] == [target]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_one_frame_is_enough(tmp_path: Path, suffix: str) -> None:
    assert list(write_animation(tmp_path / f"a{suffix}", grey_frames(1))) == [1]
    assert (tmp_path / f"a{suffix}").stat().st_size > 100


def test_ping_pong_comes_back_without_a_stutter() -> None:
    assert AnimationStyle(ping_pong=True).order(4) == [0, 1, 2, 3, 2, 1]
    assert AnimationStyle(ping_pong=True).order(2) == [0, 1]
    assert AnimationStyle(ping_pong=True).order(1) == [0]
    assert AnimationStyle().order(3) == [0, 1, 2]


def test_ping_pong_and_scale_in_a_file(tmp_path: Path) -> None:
    frames = grey_frames(4)
    list(write_animation(tmp_path / "a.gif", frames, AnimationStyle(scale=3, ping_pong=True)))
    found = stills(tmp_path / "a.gif")[0][..., 0]
    assert np.array_equal(found, frames[[0, 1, 2, 3, 2, 1]].repeat(3, axis=1).repeat(3, axis=2))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_given_up_it_leaves_the_older_file_and_nothing_else(tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"a{suffix}"
    target.write_bytes(b"old")
    steps = write_animation(target, grey_frames(50))
    for _ in range(3):
        next(steps)
    steps.close()
    assert target.read_bytes() == b"old"
    assert [path for path in tmp_path.iterdir() if path.is_file()] == [target]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_place_that_takes_no_file_is_told(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(ExportError, match="folder does not exist"):
        list(write_animation(tmp_path / "missing" / f"a{suffix}", grey_frames()))


def test_without_an_encoder_a_video_is_refused_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PIL._avif", None)
    with pytest.raises(ExportError, match="AV1 encoder, which this installation lacks") as refusal:
        list(write_animation(tmp_path / "a.mp4", grey_frames()))
    assert ".gif" in refusal.value.remedy
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []


@pytest.mark.parametrize(
    ("name", "frames", "words"),
    [
        ("a.avi", grey_frames(), "should end in .gif or .webp or .mp4"),
        ("a", grey_frames(), "should end in"),
        ("a.gif", grey_frames()[:0], "no images"),
        ("a.gif", grey_frames().astype(np.float32), "no images"),
        ("a.gif", np.zeros((2, 3, 3, 4), np.uint8), "no images"),
        ("a.mp4", np.zeros((1, 1000, 10), np.uint8), "8000 pixels"),
        ("a.gif", np.zeros((30_000, 1, 1), np.uint8), "20000 frames"),
    ],
)
def test_what_makes_no_animation_is_refused(
    tmp_path: Path, name: str, frames: np.ndarray, words: str
) -> None:
    with pytest.raises(ExportError, match=words):
        list(write_animation(tmp_path / name, frames))


@pytest.mark.parametrize("style", [{"fps": 0}, {"fps": 51}, {"scale": 0}, {"scale": 65}])
def test_a_style_that_makes_no_sense_is_refused(style: dict[str, int]) -> None:
    with pytest.raises(ExportError):
        AnimationStyle(**style)  # type: ignore[arg-type]
