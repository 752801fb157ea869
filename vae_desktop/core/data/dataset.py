"""A data set as everything else sees it: two splits of uint8 images with their labels, held once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import torch

from vae_desktop.core.errors import DataError
from vae_desktop.core.records import DatasetInfo


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Images with their labels.

    Attributes:
        images: [N, C, H, W] uint8; 0 is paper, 255 is ink.
        labels: [N] int64, from 0.

    Raises:
        ValueError: the two tensors are not of these kinds, or not equally long.
    """

    images: torch.Tensor
    labels: torch.Tensor

    def __post_init__(self) -> None:
        if self.images.dtype != torch.uint8 or self.images.ndim != 4:
            raise ValueError(f"images must be uint8 [N, C, H, W], not {_describe(self.images)}")
        if self.labels.dtype != torch.int64 or self.labels.ndim != 1:
            raise ValueError(f"labels must be int64 [N], not {_describe(self.labels)}")
        if len(self.images) != len(self.labels):
            raise ValueError(f"{len(self.images)} images but {len(self.labels)} labels")

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set with its training and its held-out test images.

    Attributes:
        name: short name, such as "mnist".
        title: name for people, such as "MNIST".
        source: what opens it again: a known name or a path.
        train: [0, C, H, W] where the set came with test images only.
        test: never empty.
        class_names: names of the labels 0, 1, ….
        fingerprint: hex SHA-256 over all images and labels.
        explores: the split that is looked at, "test" or "train"; a training always learns from the one and is
            evaluated on the other.
    """

    name: str
    title: str
    source: str
    train: ImageSet
    test: ImageSet
    class_names: tuple[str, ...]
    fingerprint: str
    explores: str = "test"

    @property
    def explored(self) -> ImageSet:
        """The images that are looked at."""
        return self.train if self.explores == "train" else self.test

    @property
    def split_name(self) -> str:
        """What the explored images are called: "test" or "training"."""
        return "training" if self.explores == "train" else "test"

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Channels, height and width."""
        channels, height, width = self.test.images.shape[1:]
        return channels, height, width

    def info(self) -> DatasetInfo:
        """The description that is kept without the images."""
        return DatasetInfo(
            name=self.name,
            title=self.title,
            source=self.source,
            fingerprint=self.fingerprint,
            train_images=len(self.train),
            test_images=len(self.test),
            class_names=self.class_names,
            image_shape=self.image_shape,
        )

    def require_training_images(self) -> None:
        """Check that a model can be trained on this set.

        Raises:
            DataError: it came with test images only.
        """
        if len(self.train) == 0:
            raise DataError(
                f"{self.title} has no training images.",
                "Put train-images-idx3-ubyte and train-labels-idx1-ubyte into the same folder, "
                "or choose another data set.",
            )


def to_float(images: torch.Tensor) -> torch.Tensor:
    """Images of 0…255 as float32 of 0…1, of the same shape and on the same device."""
    return images.to(torch.float32).div_(255.0)


def fingerprint(train: ImageSet, test: ImageSet) -> str:
    """Hex SHA-256 over shapes, images and labels; equal data give equal digests on every machine."""
    digest = hashlib.sha256()
    for split in (train, test):
        digest.update(repr(tuple(split.images.shape)).encode())
        digest.update(split.images.reshape(-1).numpy().data)
        digest.update(split.labels.numpy().astype("<i8", copy=False).data)
    return digest.hexdigest()


def _describe(tensor: torch.Tensor) -> str:
    return f"{tensor.dtype} {list(tensor.shape)}"
