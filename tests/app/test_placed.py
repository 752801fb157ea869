"""Digits of another data set in the map that stands."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.app.conftest import PATIENCE
from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.core.config import TsneConfig
from vae_desktop.core.placement import place

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset


@pytest.fixture
def mapped(qtbot: QtBot, ready: Session) -> Session:
    """A session with a finished map."""
    ready.map.start(TsneConfig(), "pca")
    qtbot.waitUntil(lambda: ready.map.state == "idle", timeout=PATIENCE)
    return ready


def wait_until_placed(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: session.placed.placed is not None, timeout=PATIENCE)
    assert session.placed.busy == ""


def write_set(folder: Path, side: int, count: int = 20) -> Path:
    """A data set of test images alone, `side` pixels wide."""
    folder.mkdir()
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (count, side, side), dtype=np.uint8)
    labels = np.arange(count, dtype=np.uint8) % 3
    with gzip.open(folder / "t10k-images-idx3-ubyte.gz", "wb") as file:
        file.write(struct.pack(">IIII", 0x803, count, side, side) + images.tobytes())
    with gzip.open(folder / "t10k-labels-idx1-ubyte.gz", "wb") as file:
        file.write(struct.pack(">II", 0x801, count) + labels.tobytes())
    return folder


def test_the_other_split_comes_into_the_map(qtbot: QtBot, mapped: Session, digits: Dataset) -> None:
    busy: list[str] = []
    mapped.placed.changed.connect(lambda: busy.append(mapped.placed.busy))
    mapped.placed.place("digits", "train")
    assert mapped.placed.placed is None, "nobody waits for it here"
    wait_until_placed(qtbot, mapped)
    placed = mapped.placed.placed
    assert placed is not None and placed.title == "Digits, training images"
    np.testing.assert_array_equal(placed.labels, digits.train.labels.numpy())
    assert mapped.map.frame is not None and mapped.codes is not None
    expected = place(mapped.map.frame.embedding, mapped.codes.means, placed.means)
    np.testing.assert_allclose(placed.points, expected, atol=1e-5)
    assert not placed.points.flags.writeable
    assert any("Encoding" in words for words in busy) and any("Placing" in words for words in busy)
    # The data set that is explored is the same as before, and so are its codes.
    assert mapped.dataset is digits and len(mapped.codes.means) == len(digits.test)


def test_a_placed_digit_is_the_image_that_it_is(qtbot: QtBot, mapped: Session, digits: Dataset) -> None:
    mapped.placed.place("digits", "train")
    wait_until_placed(qtbot, mapped)
    digit = mapped.placed.digit(7)
    assert digit.label == int(digits.train.labels[7])
    np.testing.assert_array_equal(np.rint(digit.image * 255), digits.train.images[7].numpy())
    assert digit.split_name == "Digits, training"
    mapped.placed.choose(7)
    placed = mapped.placed.placed
    assert placed is not None
    np.testing.assert_array_equal(mapped.cursor, placed.means[7])
    with pytest.raises(ValueError, match="no such placed digit"):
        mapped.placed.digit(len(placed.points))


def test_built_in_digits_come_among_their_kind_on_a_map_of_mnist(
    qtbot: QtBot, session: Session, mnist_folder: Path
) -> None:
    session.open_bundled("mnist-2d")
    session.open_dataset(str(mnist_folder))
    qtbot.waitUntil(lambda: session.codes is not None, timeout=PATIENCE)
    session.map.start(TsneConfig(), "latent")
    qtbot.waitUntil(lambda: session.map.state == "idle", timeout=PATIENCE)
    session.placed.place("digits")
    wait_until_placed(qtbot, session)
    placed, labels = session.placed.placed, session.map.labels
    assert placed is not None and labels is not None and session.map.frame is not None
    assert len(placed.points) == 359
    apart = np.linalg.norm(placed.points[:, None] - session.map.frame.embedding, axis=2)
    alike = labels[apart.argmin(axis=1)] == placed.labels
    assert alike.mean() > 0.3, (
        "three times what chance gives, in two dimensions and by a model that never saw them"
    )


def test_images_of_another_size_are_refused(
    qtbot: QtBot, mapped: Session, problems: list[Problem], tmp_path: Path
) -> None:
    mapped.placed.place(str(write_set(tmp_path / "small", 8)))
    qtbot.waitUntil(lambda: bool(problems), timeout=PATIENCE)
    assert "8 × 8" in problems[0].message and "28 × 28" in problems[0].remedy
    assert mapped.placed.placed is None and mapped.placed.busy == ""


def test_a_folder_of_ones_own_is_placed(qtbot: QtBot, mapped: Session, tmp_path: Path) -> None:
    mapped.placed.place(str(write_set(tmp_path / "mine", 28)))
    wait_until_placed(qtbot, mapped)
    assert mapped.placed.placed is not None and len(mapped.placed.placed.points) == 20


def test_a_set_without_the_split_or_that_is_not_there_is_refused(
    qtbot: QtBot, mapped: Session, problems: list[Problem], tmp_path: Path
) -> None:
    mapped.placed.place(str(write_set(tmp_path / "mine", 28)), "train")
    qtbot.waitUntil(lambda: bool(problems), timeout=PATIENCE)
    assert "no training images" in problems[0].message
    mapped.placed.place(str(tmp_path / "nowhere"))
    qtbot.waitUntil(lambda: len(problems) == 2, timeout=PATIENCE)
    assert "nowhere" in problems[1].message and mapped.placed.busy == ""


def test_without_a_standing_map_nothing_is_placed(
    qtbot: QtBot, ready: Session, problems: list[Problem]
) -> None:
    ready.placed.place("digits", "train")
    assert "no map" in problems[0].message and ready.placed.busy == ""


def test_stopping_leaves_nothing_behind(qtbot: QtBot, mapped: Session) -> None:
    mapped.placed.place("digits", "train")
    assert mapped.placed.busy
    mapped.placed.stop()
    assert mapped.placed.busy == ""
    qtbot.wait(500)
    assert mapped.placed.placed is None
    mapped.placed.place("digits", "train")
    wait_until_placed(qtbot, mapped)


def test_placed_digits_go_with_their_map(
    qtbot: QtBot, mapped: Session, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    mapped.placed.place("digits", "train")
    wait_until_placed(qtbot, mapped)
    # Of another model the map only becomes stale; it and its guests still belong together.
    checkpoint = make_checkpoint(seed=5)
    mapped.show_model(checkpoint, checkpoint.model_id, None, "other", saved=True)
    assert mapped.map.stale and mapped.placed.placed is not None and not mapped.placed.possible
    before = mapped.cursor
    mapped.placed.choose(3)
    assert mapped.cursor is before, "its code is no point of this model's latent space"
    qtbot.waitUntil(lambda: mapped.codes is not None, timeout=PATIENCE)
    mapped.map.start(TsneConfig(), "pca")
    assert mapped.placed.placed is None
    qtbot.waitUntil(lambda: mapped.map.state == "idle", timeout=PATIENCE)


def test_another_data_set_takes_them_away(qtbot: QtBot, mapped: Session, digits: Dataset) -> None:
    mapped.placed.place("digits", "train")
    wait_until_placed(qtbot, mapped)
    mapped.show_dataset(digits)
    assert mapped.placed.placed is None


def test_another_model_meanwhile_ends_the_placing(
    qtbot: QtBot, mapped: Session, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    mapped.placed.place("digits", "train")
    checkpoint = make_checkpoint(seed=5)
    mapped.show_model(checkpoint, checkpoint.model_id, None, "other", saved=True)
    assert mapped.placed.busy == ""
    qtbot.waitUntil(lambda: mapped.codes is not None, timeout=PATIENCE)
    qtbot.wait(200)
    assert mapped.placed.placed is None


def test_a_decoder_that_fails_is_not_waited_for(
    qtbot: QtBot, mapped: Session, problems: list[Problem]
) -> None:
    def damaged(_inference: object) -> None:
        raise RuntimeError("out of memory")

    mapped.placed.place("digits", "train")
    mapped.decoding.request("placed", damaged)  # in place of the encoding
    qtbot.waitUntil(lambda: bool(problems), timeout=PATIENCE)
    qtbot.waitUntil(lambda: mapped.placed.busy == "", timeout=PATIENCE)
