"""The built-in data set: scikit-learn's 1,797 handwritten digits in the geometry of MNIST.

The originals (E. Alpaydin & C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning
Repository, 1998) are 8×8 counts of inked pixels, 0 to 16. Each is drawn again the way MNIST's images were made:
the digit, its proportions kept, in a box of 20×20 pixels, that box in a field of 28×28 with the digit's centre of
mass in the middle, edges anti-aliased. So one model fits both sets.
"""

from __future__ import annotations

import gzip
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vae_desktop.core.data import catalog
from vae_desktop.core.errors import DataError

if TYPE_CHECKING:
    from vae_desktop.core.data.dataset import Dataset

TITLE = "Digits"

SOURCE_SIZE = 8
FIELD = 28
BOX = 20

# Chosen by eye and by number: with these, MNIST models give the digits the ELBO nearest to MNIST's own, and the
# mean ink is like MNIST's (0.15 against 0.13).
THRESHOLD = 0.6  # ink in a source pixel, 0…1, at the edge of a stroke
SHARPENING = 1.0  # how much of what a 3×3 blur takes away is added: opens the loops of 6, 8 and 9
SAMPLES = 3  # per pixel and axis, averaged for smooth edges
EDGE_GAIN = 3.0  # how steeply ink turns into black about the threshold

TEST_SHARE = 0.2
SPLIT_SEED = 0

Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]


def digits_file() -> Path:
    """scikit-learn's own file of the digits, found without importing scikit-learn (that takes over a second).

    Raises:
        DataError: scikit-learn, or this file of it, is not installed.
    """
    spec = importlib.util.find_spec("sklearn")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "datasets" / "data" / "digits.csv.gz"
        if path.is_file():
            return path
    raise DataError(
        "The built-in digits are missing.", "Install scikit-learn again (pip install scikit-learn)."
    )


def load_digits() -> Dataset:
    """The digits, split once and for all into 1,438 training and 359 test images.

    A fifth of each class, drawn with a fixed seed, is held out.

    Raises:
        DataError: scikit-learn's file is missing or damaged.
    """
    import torch

    from vae_desktop.core.data.dataset import Dataset, ImageSet, fingerprint

    ink, labels = _read(digits_file())
    images = torch.from_numpy(draw(ink)).unsqueeze(1)
    held_out = torch.from_numpy(_held_out(labels))
    targets = torch.from_numpy(labels)
    train = ImageSet(images[~held_out], targets[~held_out])
    test = ImageSet(images[held_out], targets[held_out])
    names = tuple(str(digit) for digit in range(10))
    return Dataset(catalog.DIGITS, TITLE, catalog.DIGITS, train, test, names, fingerprint(train, test))


def draw(ink: Floats) -> Bytes:
    """Digits in MNIST's geometry: [N, 28, 28] uint8.

    Args:
        ink: [N, 8, 8], the inked share of each source pixel, 0…1.

    Computed in float64: rounding to bytes then gives the same images on every machine.
    """
    sharp = _sharpen(ink)
    top, left, height, width = _bounds(sharp)
    side = np.maximum(height, width)  # one scale for both axes keeps the proportions
    steps = (np.arange(BOX * SAMPLES) + 0.5) / (BOX * SAMPLES) - 0.5
    rows = _weights((top + height / 2)[:, None] + side[:, None] * steps)
    columns = _weights((left + width / 2)[:, None] + side[:, None] * steps)
    boxes = np.empty((len(ink), BOX, BOX))
    for start in range(0, len(ink), 256):  # a few MB at a time
        part = slice(start, start + 256)
        field = rows[part] @ sharp[part] @ columns[part].transpose(0, 2, 1)
        black = np.clip((field - THRESHOLD) * EDGE_GAIN + 0.5, 0.0, 1.0)
        boxes[part] = black.reshape(-1, BOX, SAMPLES, BOX, SAMPLES).mean(axis=(2, 4))
    return centred_by_mass(np.floor(boxes * 255 + 0.5).astype(np.uint8))


def _read(path: Path) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Ink [N, 8, 8] of 0…1 and labels [N] of scikit-learn's table."""
    try:
        with gzip.open(path, "rt", encoding="ascii") as file:
            table = np.loadtxt(file, delimiter=",", dtype=np.int64, ndmin=2)
    except (OSError, EOFError, ValueError) as error:
        raise DataError(
            f"The built-in digits can't be read: {error}.", "Install scikit-learn again."
        ) from error
    if table.shape[1] != SOURCE_SIZE**2 + 1:
        raise DataError("The built-in digits are not in the form expected.", "Install scikit-learn again.")
    return table[:, :-1].reshape(-1, SOURCE_SIZE, SOURCE_SIZE) / 16.0, table[:, -1].copy()


def _held_out(labels: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which digits are the test split: [N]."""
    # RandomState, unlike default_rng, promises the same stream in every numpy to come.
    random = np.random.RandomState(SPLIT_SEED)
    chosen = np.zeros(len(labels), dtype=bool)
    for label in range(10):
        members = np.flatnonzero(labels == label)
        chosen[random.permutation(members)[: round(TEST_SHARE * len(members))]] = True
    return chosen


def _sharpen(ink: Floats) -> Floats:
    blur = (2 * np.eye(SOURCE_SIZE) + np.eye(SOURCE_SIZE, k=1) + np.eye(SOURCE_SIZE, k=-1)) / 4
    return ink + SHARPENING * (ink - blur @ ink @ blur.T)


def _weights(positions: Floats) -> Floats:
    """What each source pixel gives to points between them: [..., P] -> [..., P, 8].

    Catmull-Rom interpolation (R. Keys, Cubic convolution interpolation, 1981, a = −1/2), white paper all round.

    Args:
        positions: along one axis, in source pixels, 0 at the image's edge.
    """
    t = np.abs(positions[..., None] - 0.5 - np.arange(SOURCE_SIZE))
    near = (1.5 * t - 2.5) * t * t + 1
    far = ((-0.5 * t + 2.5) * t - 4) * t + 2
    weights: Floats = np.where(t <= 1, near, np.where(t < 2, far, 0.0))
    return weights


def _bounds(ink: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Top, left, height and width of each digit's black part, in source pixels, each [N]."""
    fine = 8  # points per source pixel
    points = np.arange(-fine, (SOURCE_SIZE + 1) * fine) / fine  # left edges; strokes may swell past the image
    weights = _weights(points + 0.5 / fine)
    black: npt.NDArray[np.bool_] = np.greater(weights @ ink @ weights.T, THRESHOLD)

    def extent(hit: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
        first, last = hit.argmax(axis=1), hit.shape[1] - hit[:, ::-1].argmax(axis=1)
        return points[first], (last - first) / fine

    top, height = extent(np.asarray(black.any(axis=2)))
    left, width = extent(np.asarray(black.any(axis=1)))
    return top, left, height, width


def centred_by_mass(boxes: Bytes) -> Bytes:
    """Each box [N, 20, 20] moved by whole pixels in its field, [N, 28, 28], so that its mass is in the middle."""
    mass = boxes.sum(axis=(1, 2), dtype=np.int64)
    places = np.arange(BOX) + 0.5
    count = len(boxes)
    fields = np.zeros((count, FIELD, FIELD), dtype=np.uint8)
    corners = []
    for other_axis in (2, 1):
        centre = boxes.sum(axis=other_axis, dtype=np.int64) @ places / mass
        # The tiny term takes exact halves the same way on every machine.
        corners.append(np.clip(np.floor(FIELD / 2 - centre + 0.5 + 1e-9), 0, FIELD - BOX).astype(np.int64))
    steps = np.arange(BOX)
    rows = (corners[0][:, None] + steps)[:, :, None]
    columns = (corners[1][:, None] + steps)[:, None, :]
    fields[np.arange(count)[:, None, None], rows, columns] = boxes
    return fields
