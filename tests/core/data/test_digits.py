"""The built-in digits: all of them, in MNIST's geometry, the same everywhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from vae_desktop.core.data import digits as module
from vae_desktop.core.data.dataset import Dataset, to_float
from vae_desktop.core.errors import DataError


@pytest.fixture(scope="module")
def images(digits: Dataset) -> torch.Tensor:
    return torch.cat([digits.train.images, digits.test.images])[:, 0]


def test_sizes_and_split(digits: Dataset) -> None:
    assert digits.train.images.shape == (1438, 1, 28, 28)
    assert digits.test.images.shape == (359, 1, 28, 28)
    assert digits.class_names == tuple("0123456789")
    assert (digits.name, digits.source, digits.info().image_shape) == ("digits", "digits", (1, 28, 28))
    train, test = digits.train.labels.bincount(), digits.test.labels.bincount()
    assert ((test / (train + test) - 0.2).abs() < 0.005).all()


def test_the_same_on_every_machine(digits: Dataset) -> None:
    assert digits.fingerprint == "4657435aa847035126331fcdc827de443609435cb73fcab9db64dda85dae0b6d"


def test_each_original_appears_once(digits: Dataset) -> None:
    from sklearn.datasets import load_digits

    originals = load_digits()
    drawn = module.draw(originals.images / 16.0)
    wanted = {(image.tobytes(), int(label)) for image, label in zip(drawn, originals.target)}
    got = [
        (image.numpy().tobytes(), int(label))
        for part in (digits.train, digits.test)
        for image, label in zip(part.images[:, 0], part.labels)
    ]
    assert len(got) == 1797
    assert set(got) == wanted


def test_each_digit_fills_a_box_of_twenty_pixels(images: torch.Tensor) -> None:
    inked = images > 60
    height, width = inked.any(2).sum(1), inked.any(1).sum(1)
    longest = torch.maximum(height, width)
    assert int(longest.max()) == 20
    assert float(longest.float().mean()) > 19.5


def test_the_centre_of_mass_is_in_the_middle(images: torch.Tensor) -> None:
    ink, places = to_float(images).double(), torch.arange(28) + 0.5
    mass = ink.sum((1, 2))
    for axis in (1, 2):
        centre = (ink.sum(3 - axis) * places).sum(1) / mass
        assert (centre - 14).abs().max() <= 0.501


def test_ink_and_edges_are_like_mnists(images: torch.Tensor) -> None:
    # MNIST's test images: mean 0.13, 6% of all pixels fully inked, 9% grey.
    assert images.min() == 0
    assert images.max() == 255
    assert 0.11 < float(to_float(images).mean()) < 0.16
    grey = ((images > 25) & (images < 230)).float().mean()
    assert 0.04 < float(grey) < 0.12


def test_proportions_are_kept() -> None:
    tall = np.zeros((1, 8, 8))
    tall[0, 0:8, 3:5] = 1.0
    (image,) = module.draw(tall)
    height, width = (image > 128).any(1).sum(), (image > 128).any(0).sum()
    assert height == 20
    assert 4 <= width <= 6


def test_a_missing_or_damaged_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / "digits.csv.gz"
    damaged.write_bytes(b"not gzip")
    monkeypatch.setattr(module, "digits_file", lambda: damaged)
    with pytest.raises(DataError, match="can't be read"):
        module.load_digits()
    monkeypatch.undo()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(DataError, match="are missing"):
        module.load_digits()


def test_mnist_knows_the_digits(digits: Dataset, mnist_folder: Path) -> None:
    """Named after the likest of MNIST's test images, pixel by pixel, most digits get their right name."""
    from vae_desktop.core.data.idx_folder import load_idx_folder

    mnist = load_idx_folder(mnist_folder).test
    distances = torch.cdist(to_float(digits.test.images).flatten(1), to_float(mnist.images).flatten(1))
    named = mnist.labels[distances.argmin(1)]
    assert (named == digits.test.labels).float().mean() > 0.78  # measured 0.82
