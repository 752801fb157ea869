"""Grids, pictures, values and maps as files."""

from __future__ import annotations

import csv
import errno
import io
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vae_desktop import __version__
from vae_desktop.core.errors import ExportError
from vae_desktop.core.export import (
    GridStyle,
    compose_grid,
    identity_text,
    png_bytes,
    write_map_csv,
    write_npz,
    write_png,
)
from vae_desktop.core.records import DatasetInfo

INFO = DatasetInfo("mnist", "MNIST", "mnist", "ab" * 32, 60_000, 10_000, tuple("0123456789"), (1, 28, 28))


def flat(*levels: float, size: tuple[int, int] = (2, 3)) -> np.ndarray:
    """Images [N, 1, H, W], each of one grey level."""
    return np.array(levels, np.float32)[:, None, None, None] * np.ones((1, 1, *size), np.float32)


def test_a_grid_is_filled_row_by_row() -> None:
    grid = compose_grid(flat(0, 0.2, 0.4, 0.6, 0.8), 3, GridStyle(scale=1, padding=1, background="#ffffff"))
    assert grid.dtype == np.uint8
    assert grid.shape == (2 * 2 + 3, 3 * 3 + 4)
    assert grid[1::3, 1::4].tolist() == [[0, 51, 102], [153, 204, 255]]  # the last place stays empty
    assert grid[1:3, 1:4].max() == 0
    assert (grid[0] == 255).all()
    assert (grid[:, -1] == 255).all()


def test_without_padding_images_touch() -> None:
    grid = compose_grid(flat(0, 1), 2, GridStyle(scale=1, padding=0))
    assert grid.tolist() == [[0, 0, 0, 255, 255, 255]] * 2


def test_the_scale_repeats_pixels() -> None:
    random = np.random.default_rng(0).random((4, 1, 5, 5))
    small = compose_grid(random, 2, GridStyle(scale=1, padding=2))
    large = compose_grid(random, 2, GridStyle(scale=3, padding=2))
    assert large.shape == (small.shape[0] * 3, small.shape[1] * 3)
    for row in range(3):
        for column in range(3):
            assert np.array_equal(large[row::3, column::3], small)


def test_fewer_images_than_columns_leave_no_room_empty() -> None:
    assert compose_grid(flat(0.5), 8, GridStyle(scale=1, padding=0)).shape == (2, 3)


def test_levels_are_rounded_and_clipped() -> None:
    grid = compose_grid(flat(-1, 0.499, 0.5, 7, size=(1, 1)), 4, GridStyle(scale=1, padding=0))
    assert grid.tolist() == [[0, 127, 128, 255]]


def test_a_coloured_background_makes_a_coloured_picture() -> None:
    grid = compose_grid(flat(0.2), 1, GridStyle(scale=1, padding=1, background="#336699"))
    assert grid.shape == (4, 5, 3)
    assert grid[0, 0].tolist() == [0x33, 0x66, 0x99]
    assert grid[1, 1].tolist() == [51, 51, 51]


def test_coloured_images() -> None:
    images = np.zeros((1, 3, 2, 2), np.float32)
    images[0, 1] = 1
    grid = compose_grid(images, 1, GridStyle(scale=1, padding=0))
    assert grid.shape == (2, 2, 3)
    assert grid[0, 0].tolist() == [0, 255, 0]


@pytest.mark.parametrize("shape", [(0, 1, 2, 2), (3, 2, 2, 2), (3, 28, 28)])
def test_what_is_no_image_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ExportError):
        compose_grid(np.zeros(shape), 1)


def test_a_picture_that_would_fill_the_memory_is_refused_at_once() -> None:
    with pytest.raises(ExportError, match="30976 × 41216") as refusal:
        compose_grid(np.zeros((300, 1, 28, 28)), 15, GridStyle(scale=64, padding=4))
    assert "smaller scale" in refusal.value.remedy


@pytest.mark.parametrize(
    "style", [{"scale": 0}, {"scale": 65}, {"padding": -1}, {"background": "white"}, {"background": "#12345"}]
)
def test_a_style_that_makes_no_sense_is_refused(style: dict[str, object]) -> None:
    with pytest.raises(ExportError):
        GridStyle(**style)  # type: ignore[arg-type]


def test_a_png_keeps_every_pixel_and_says_what_made_it() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (9, 7), dtype=np.uint8)
    text = identity_text(
        model_id="0123456789ab", dataset=INFO, seed=7, temperature=0.5, perplexity=30.0, rows=None
    )
    with Image.open(io.BytesIO(png_bytes(pixels, {**text, "Comment": "β = 4"}))) as image:
        assert image.mode == "L"
        assert np.array_equal(np.asarray(image), pixels)
        assert image.text == {  # type: ignore[attr-defined]
            "Software": f"vae-desktop {__version__}",
            "Model": "0123456789ab",
            "Data set": "MNIST",
            "Seed": "7",
            "Temperature": "0.5",
            "Perplexity": "30",
            "Comment": "β = 4",
        }


def test_what_is_not_known_is_not_written() -> None:
    assert set(identity_text()) == {"Software"}


def test_the_same_picture_gives_the_same_file(tmp_path: Path) -> None:
    pixels = np.zeros((3, 3, 3), np.uint8)
    for name in ("one.png", "two.png"):
        write_png(tmp_path / name, pixels, {"Seed": "1"})
        write_npz(tmp_path / name.replace("png", "npz"), images=pixels, seed=1)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_values_are_read_back_without_pickle(tmp_path: Path) -> None:
    images = np.random.default_rng(2).random((5, 1, 28, 28), dtype=np.float32)
    write_npz(tmp_path / "values.npz", images=images, z=images[:, 0, 0, :2], seed=3, model="ab", labels=None)
    with np.load(tmp_path / "values.npz", allow_pickle=False) as values:
        assert set(values) == {"images", "z", "seed", "model"}
        assert values["images"].dtype == np.float32
        assert np.array_equal(values["images"], images)
        assert values["seed"] == 3
        assert str(values["model"]) == "ab"


def test_a_map_as_a_table_keeps_every_bit(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    labels = random.integers(0, 10, 50)
    points = random.normal(size=(50, 2)).astype(np.float32)
    codes = (random.normal(size=(50, 3)) * 1e-7).astype(np.float32)
    write_map_csv(tmp_path / "map.csv", labels, points, codes)
    with (tmp_path / "map.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["index", "label", "x", "y", "z0", "z1", "z2"]
    assert [int(row[0]) for row in rows] == list(range(50))
    assert [int(row[1]) for row in rows] == labels.tolist()
    values = np.array([row[2:] for row in rows], dtype=np.float32)
    assert np.array_equal(values, np.hstack([points, codes]))


def test_some_digits_as_a_table_without_a_map(tmp_path: Path) -> None:
    write_map_csv(tmp_path / "group.csv", [4, 9], None, [[0.5, -1], [2, 3]], indices=[17, 1234])
    text = (tmp_path / "group.csv").read_text()
    assert text == "index,label,z0,z1\n17,4,0.5,-1\n1234,9,2,3\n"


def test_a_table_of_several_sets_names_them_whatever_their_names(tmp_path: Path) -> None:
    names = ('a "b", c', "Ziffern – Übung", "\udcff")
    write_map_csv(tmp_path / "map.csv", [4, 9, -1], np.eye(3)[:, :2], [[0.5], [2], [3]], [17, 0, 0], names)
    with (tmp_path / "map.csv").open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert head == ["set", "index", "label", "x", "y", "z0"]
    assert [row[0] for row in rows] == ['a "b", c', "Ziffern – Übung", "?"]
    assert [row[1:] for row in rows] == [
        ["17", "4", "1", "0", "0.5"],
        ["0", "9", "0", "1", "2"],
        ["0", "", "0", "0", "3"],
    ]


def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "grid.png"
    target.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError, match="the disk is full"):
        write_png(target, np.zeros((2, 2), np.uint8))
    with pytest.raises(ExportError, match="the disk is full"):
        write_npz(tmp_path / "values.npz", images=np.zeros(3))
    assert target.read_bytes() == b"old"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [target]


@pytest.mark.parametrize("place", ["missing/grid.png", "file/grid.png", "folder"])
def test_a_place_that_takes_no_file_is_told_in_plain_words(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ExportError, match="Can't write") as refusal:
        write_png(tmp_path / place, np.zeros((2, 2), np.uint8))
    assert refusal.value.remedy


@pytest.mark.skipif(sys.platform == "win32", reason="modes are a Unix matter")
def test_a_new_file_can_be_read_by_others(tmp_path: Path) -> None:
    write_png(tmp_path / "grid.png", np.zeros((2, 2), np.uint8))
    (tmp_path / "plain").write_bytes(b"")
    assert (tmp_path / "grid.png").stat().st_mode == (tmp_path / "plain").stat().st_mode
