"""Folders of IDX files: the layouts that are found, what a set becomes, and what is refused in which words."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.core.data.idx_writer import (
    FOUR,
    TEST_IMAGES,
    TEST_LABELS,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    idx_bytes,
    some_images,
    some_labels,
    write_set,
)
from vae_desktop.core.data.idx_folder import find_idx_files, load_idx_folder
from vae_desktop.core.errors import DataError


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("below", [".", "raw", "mine", "mine/raw", "MNIST/raw"])
def test_a_set_is_found_in_every_layout(tmp_path: Path, zipped: bool, below: str) -> None:
    root = tmp_path / "root"
    write_set(root / below, zipped=zipped)
    (root / "notes.txt").write_text("not a data set")
    (root / "pictures").mkdir()

    dataset = load_idx_folder(root)

    assert dataset.train.images.dtype == torch.uint8
    assert dataset.train.images.shape == (40, 1, 28, 28)
    assert dataset.test.images.shape == (20, 1, 28, 28)
    np.testing.assert_array_equal(dataset.train.images[:, 0].numpy(), some_images(40, 1))
    np.testing.assert_array_equal(dataset.test.labels.numpy(), some_labels(20))
    assert Path(dataset.source) == root / below
    again = load_idx_folder(dataset.source)
    assert (again.fingerprint, again.name) == (dataset.fingerprint, dataset.name)
    assert dataset.name == {"MNIST/raw": "mnist", "mine": "mine", "mine/raw": "mine"}.get(below, "root")


def test_the_name_is_the_folders(tmp_path: Path) -> None:
    dataset = load_idx_folder(write_set(tmp_path / "my letters"))
    assert (dataset.name, dataset.title) == ("my letters", "my letters")
    assert dataset.class_names == tuple("0123456789")
    assert dataset.info().train_images == 40


def test_a_folder_called_like_a_known_set_gets_its_class_names(tmp_path: Path) -> None:
    dataset = load_idx_folder(write_set(tmp_path / "FashionMNIST" / "raw"))
    assert (dataset.name, dataset.title) == ("fashion-mnist", "Fashion-MNIST")
    assert dataset.class_names[9] == "Ankle boot"


@pytest.mark.parametrize("name", FOUR)
@pytest.mark.parametrize("ending", ["", ".gz"])
def test_any_of_the_files_stands_for_its_folder(tmp_path: Path, name: str, ending: str) -> None:
    write_set(tmp_path, zipped=bool(ending))
    dataset = load_idx_folder(tmp_path / (name + ending))
    assert (len(dataset.train), len(dataset.test)) == (40, 20)
    assert Path(dataset.source) == tmp_path


def test_a_dot_before_idx_is_taken_too(tmp_path: Path) -> None:
    write_set(tmp_path, zipped=False)
    for name in FOUR:
        (tmp_path / name).rename(tmp_path / name.replace("-idx", ".idx"))
    assert len(load_idx_folder(tmp_path).train) == 40


def test_one_of_several_sets_in_a_folder_is_chosen_by_file(tmp_path: Path) -> None:
    write_set(tmp_path, prefix="emnist-letters-")
    write_set(tmp_path, prefix="emnist-digits-", names=(TEST_IMAGES, TEST_LABELS))
    with pytest.raises(DataError, match="emnist-digits, emnist-letters"):
        load_idx_folder(tmp_path)
    dataset = load_idx_folder(tmp_path / f"emnist-letters-{TRAIN_LABELS}.gz")
    assert dataset.name == "emnist-letters"
    assert load_idx_folder(dataset.source).fingerprint == dataset.fingerprint


def test_several_folders_with_sets_are_named(tmp_path: Path) -> None:
    write_set(tmp_path / "MNIST" / "raw")
    write_set(tmp_path / "other")
    with pytest.raises(DataError, match="more than one data set: MNIST, other") as caught:
        load_idx_folder(tmp_path)
    assert caught.value.remedy


def test_test_images_alone_can_be_evaluated_but_not_trained_on(tmp_path: Path) -> None:
    dataset = load_idx_folder(write_set(tmp_path / "held", names=(TEST_IMAGES, TEST_LABELS)))
    assert (len(dataset.train), len(dataset.test)) == (0, 20)
    assert dataset.image_shape == (1, 28, 28)
    assert "test images only" in dataset.title
    with pytest.raises(DataError, match="no training images"):
        dataset.require_training_images()


def test_training_images_alone_are_split_and_the_title_says_so(tmp_path: Path) -> None:
    dataset = load_idx_folder(write_set(tmp_path / "held", names=(TRAIN_IMAGES, TRAIN_LABELS)))
    assert (len(dataset.train), len(dataset.test)) == (36, 4)
    assert "1 in 10 held out" in dataset.title
    dataset.require_training_images()
    together = torch.cat([dataset.train.images, dataset.test.images])[:, 0].numpy()
    assert {image.tobytes() for image in together} == {image.tobytes() for image in some_images(40, 1)}
    assert load_idx_folder(tmp_path / "held").fingerprint == dataset.fingerprint


def test_the_fingerprint_tells_images_labels_and_splits_apart(tmp_path: Path) -> None:
    def print_of(name: str, **files: bytes) -> str:
        folder = write_set(tmp_path / name, zipped=False)
        for key, data in files.items():
            (folder / {"images": TEST_IMAGES, "labels": TEST_LABELS}[key]).write_bytes(data)
        return load_idx_folder(folder).fingerprint

    same, images, labels = some_images(20, 2), some_images(20, 2), some_labels(20)
    images[3, 4, 5] ^= 1
    labels[0] = 5
    plain = print_of("a")
    assert plain == print_of("b", images=idx_bytes(same))
    assert plain == print_of("c", labels=idx_bytes(some_labels(20), "i4"))
    changed = [print_of("d", images=idx_bytes(images)), print_of("e", labels=idx_bytes(labels))]
    assert len({plain, *changed}) == 3


def test_colour_images_keep_their_channels(tmp_path: Path) -> None:
    folder = write_set(tmp_path)
    colours = np.random.default_rng(0).integers(0, 256, (20, 3, 16, 12), dtype=np.uint8)
    for split in ("train", "t10k"):
        (folder / f"{split}-images-idx3-ubyte.gz").unlink()
        (folder / f"{split}-images-idx4-ubyte").write_bytes(idx_bytes(colours))
        (folder / f"{split}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx_bytes(some_labels(20))))
    assert load_idx_folder(folder).image_shape == (3, 16, 12)


def refused(path: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        load_idx_folder(path)
    assert "\n" not in str(caught.value)
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize("name", FOUR)
def test_a_missing_partner_is_named(tmp_path: Path, name: str) -> None:
    write_set(tmp_path)
    (tmp_path / f"{name}.gz").unlink()
    error = refused(tmp_path)
    assert "has no" in str(error)
    assert name in error.remedy


def test_more_images_than_labels_are_told(tmp_path: Path) -> None:
    (write_set(tmp_path) / f"{TEST_LABELS}.gz").write_bytes(gzip.compress(idx_bytes(some_labels(19))))
    assert "20 images" in str(refused(tmp_path))
    assert "19 labels" in str(refused(tmp_path))


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        (TRAIN_IMAGES, idx_bytes(some_images(40), "i4"), "8-bit pixels"),
        (TRAIN_IMAGES, idx_bytes(some_labels(40)), "8-bit pixels"),
        (TRAIN_IMAGES, idx_bytes(np.zeros((0, 28, 28))), "0 images"),
        (TRAIN_IMAGES, idx_bytes(np.zeros((40, 0, 28))), "0×28"),
        (TRAIN_IMAGES, idx_bytes(np.zeros((40, 2, 2, 2))), "2 channels"),
        (TRAIN_LABELS, idx_bytes(some_images(40)), "does not hold labels"),
        (TRAIN_LABELS, idx_bytes(np.full(40, 0.5), "f4"), "does not hold labels"),
        (TRAIN_LABELS, idx_bytes(np.full(40, -1), "i2"), "outside 0 to 255"),
        (TRAIN_IMAGES, idx_bytes(some_images(40, size=20)), "20×20 pixels, its test images 28×28"),
    ],
)  # fmt: skip
def test_files_that_do_not_fit_are_told(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    write_set(tmp_path, zipped=False)
    (tmp_path / name).write_bytes(data)
    with pytest.raises(DataError) as caught:
        load_idx_folder(tmp_path)
    assert words in str(caught.value)


def test_folders_and_files_without_a_set_are_told(tmp_path: Path) -> None:
    assert "holds no data set" in str(refused(tmp_path))
    assert "There is no folder or file" in str(refused(tmp_path / "nowhere"))
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG")
    assert "picture.png is not a file of a data set" in str(refused(picture))


def test_half_a_download_is_not_taken_for_a_set(tmp_path: Path) -> None:
    write_set(tmp_path)
    for name in FOUR:
        (tmp_path / f"{name}.gz").rename(tmp_path / f"{name}.gz.part")
    assert "holds no data set" in str(refused(tmp_path))


def test_finding_reads_nothing(tmp_path: Path) -> None:
    for name in FOUR:
        (tmp_path / name).write_bytes(b"")
    files = find_idx_files(tmp_path)
    assert files.complete
    assert files.train is not None
    assert files.train.images == tmp_path / TRAIN_IMAGES


def test_real_mnist_is_whole_and_quick(mnist_folder: Path) -> None:
    start = time.thread_time()  # not the clock: other programs may be busy
    dataset = load_idx_folder(mnist_folder)
    seconds = time.thread_time() - start

    assert dataset.train.images.shape == (60_000, 1, 28, 28)
    assert dataset.test.images.shape == (10_000, 1, 28, 28)
    assert dataset.train.images.dtype == torch.uint8
    # The published counts of the digits (http://yann.lecun.com/exdb/mnist).
    assert dataset.train.labels.bincount().tolist() == [
        5923,
        6742,
        5958,
        6131,
        5842,
        5421,
        5918,
        6265,
        5851,
        5949,
    ]
    assert dataset.test.labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert (dataset.name, dataset.title, dataset.class_names) == ("mnist", "MNIST", tuple("0123456789"))
    assert seconds < 1  # measured 0.25 s
