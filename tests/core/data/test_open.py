"""Opening by name or path: where a known set is looked for, and in which order."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.data.idx_writer import FOUR, TEST_IMAGES, TEST_LABELS, write_set
from tests.places import ROOT
from vae_desktop.core import paths
from vae_desktop.core.data import catalog
from vae_desktop.core.data.open import default_spec, find_dataset, open_dataset
from vae_desktop.core.errors import DataError, NotDownloadedError


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that $VAE_DESKTOP_DATA points at."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    monkeypatch.setenv("VAE_DESKTOP_DATA", str(folder))
    return folder


@pytest.mark.parametrize("spec", ["digits", " Digits "])
def test_the_digits_need_nothing(spec: str) -> None:
    assert open_dataset(spec).name == "digits"
    assert find_dataset("digits") is not None


def test_a_known_set_is_opened_by_its_name(tmp_path: Path) -> None:
    write_set(tmp_path / "fashion-mnist")
    dataset = open_dataset("Fashion-MNIST", tmp_path)
    assert (dataset.name, dataset.title, dataset.source) == (
        "fashion-mnist",
        "Fashion-MNIST",
        "fashion-mnist",
    )
    assert dataset.class_names[0] == "T-shirt/top"


def test_the_platforms_own_folder_is_looked_at(home: Path) -> None:
    assert paths.data_dir() == home / "data"
    write_set(home / "data" / "kmnist")
    assert find_dataset("kmnist") == home / "data" / "kmnist"
    assert open_dataset("kmnist").class_names[9] == "wo"


@pytest.mark.parametrize("name", list(catalog.CATALOG))
def test_a_known_set_that_is_not_here_is_told(name: str, tmp_path: Path) -> None:
    assert find_dataset(name, tmp_path) is None
    with pytest.raises(NotDownloadedError, match="not on this machine yet") as caught:
        open_dataset(name, tmp_path)
    assert caught.value.remedy


def test_a_path_is_opened_and_a_name_wins_over_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_set(tmp_path / "mnist")
    assert open_dataset("./mnist", tmp_path / "elsewhere").source == str(tmp_path / "mnist")
    with pytest.raises(NotDownloadedError):
        open_dataset("mnist", tmp_path / "elsewhere")


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(DataError, match="'minst'") as caught:
        open_dataset("minst")
    for name in ("digits", "mnist", "fashion-mnist", "kmnist"):
        assert name in caught.value.remedy


@pytest.mark.parametrize("below", ["mnist", "mnist/raw", "MNIST/raw", "MNIST"])
def test_the_variable_comes_before_the_data_folder(shelf: Path, tmp_path: Path, below: str) -> None:
    write_set(tmp_path / "own" / "mnist")
    assert find_dataset("mnist", tmp_path / "own") == tmp_path / "own" / "mnist"
    write_set(shelf / below)
    found = find_dataset("mnist", tmp_path / "own")
    assert found is not None
    assert found.is_relative_to(shelf)
    assert len(open_dataset("mnist", tmp_path / "own").train) == 40


@pytest.mark.parametrize("below", ["mnist", "MNIST/raw", "MNIST"])
def test_the_variable_may_be_the_set_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    monkeypatch.setenv("VAE_DESKTOP_DATA", str(write_set(tmp_path / below)))
    assert find_dataset("mnist", tmp_path / "own") == tmp_path / below
    assert find_dataset("kmnist", tmp_path / "own") is None
    assert default_spec(tmp_path / "own") == "mnist"


def test_an_incomplete_set_is_not_found(shelf: Path, tmp_path: Path) -> None:
    write_set(shelf / "mnist", names=(TEST_IMAGES, TEST_LABELS))
    assert find_dataset("mnist", tmp_path) is None
    for name in FOUR:
        write_set(shelf / "mnist")
        (shelf / "mnist" / f"{name}.gz").unlink()
        assert find_dataset("mnist", tmp_path) is None
    write_set(shelf / "mnist")
    assert find_dataset("mnist", tmp_path) == shelf / "mnist"


def test_default_is_mnist_where_it_is_and_digits_where_it_is_not(tmp_path: Path) -> None:
    assert default_spec(tmp_path) == "digits"
    write_set(tmp_path / "mnist")
    assert default_spec(tmp_path) == "mnist"


def test_default_follows_the_variable(shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_set(tmp_path / "own" / "mnist")
    assert default_spec(tmp_path / "own") == "mnist"  # nothing on the shelf
    write_set(shelf)
    assert default_spec(tmp_path / "own") == str(shelf)
    assert open_dataset(default_spec()).name == "shelf"
    monkeypatch.setenv("VAE_DESKTOP_DATA", str(shelf / TEST_IMAGES) + ".gz")
    assert open_dataset(default_spec()).source == str(shelf)
    monkeypatch.setenv("VAE_DESKTOP_DATA", "digits")
    assert default_spec(tmp_path / "own") == "digits"


def test_default_finds_known_sets_on_the_shelf(shelf: Path, tmp_path: Path) -> None:
    write_set(shelf / "FashionMNIST" / "raw")
    assert default_spec(tmp_path) == "fashion-mnist"
    write_set(shelf / "MNIST" / "raw")
    assert default_spec(tmp_path) == "mnist"


def test_looking_for_sets_is_light(tmp_path: Path) -> None:
    """The window asks before it is on the screen: none of the heavy libraries may be loaded for that."""
    code = (
        "import sys, pathlib, vae_desktop.core.data.download\n"
        "from vae_desktop.core.data import catalog, open\n"
        "[open.find_dataset(name, pathlib.Path('.')) for name in catalog.names()]; open.default_spec()\n"
        "heavy = 'torch torchvision sklearn scipy openTSNE PIL requests PySide6'.split()\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
