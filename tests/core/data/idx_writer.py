"""Writes small data sets in IDX files for the tests of reading and downloading them."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

TRAIN_IMAGES = "train-images-idx3-ubyte"
TRAIN_LABELS = "train-labels-idx1-ubyte"
TEST_IMAGES = "t10k-images-idx3-ubyte"
TEST_LABELS = "t10k-labels-idx1-ubyte"
FOUR = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def idx_bytes(values: npt.ArrayLike, kind: str = "u1") -> bytes:
    """The contents of an IDX file of these values."""
    array = np.asarray(values)
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, CODES[kind], array.ndim, *array.shape)
    return header + array.astype(f">{kind}").tobytes()


def some_images(count: int, seed: int = 0, size: int = 28) -> npt.NDArray[np.uint8]:
    """Images [N, H, W] of noise."""
    return np.random.default_rng(seed).integers(0, 256, (count, size, size), dtype=np.uint8)


def some_labels(count: int) -> npt.NDArray[np.uint8]:
    """Labels 0, 1, …, 9, 0, 1, …"""
    return (np.arange(count) % 10).astype(np.uint8)


def contents(train: int = 40, test: int = 20) -> dict[str, bytes]:
    """The four files of a small set."""
    return {
        TRAIN_IMAGES: idx_bytes(some_images(train, 1)),
        TRAIN_LABELS: idx_bytes(some_labels(train)),
        TEST_IMAGES: idx_bytes(some_images(test, 2)),
        TEST_LABELS: idx_bytes(some_labels(test)),
    }


def write_set(folder: Path, *, zipped: bool = True, names: tuple[str, ...] = FOUR, prefix: str = "") -> Path:
    """Put a small set into a folder, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in contents().items():
        if name in names:
            path = folder / f"{prefix}{name}{'.gz' if zipped else ''}"
            path.write_bytes(gzip.compress(data, mtime=0) if zipped else data)
    return folder
