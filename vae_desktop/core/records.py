"""What training and mapping report: frozen figures that travel between layers and into files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
AnyArray = npt.NDArray[Any]
Arrays = Mapping[str, AnyArray]


@dataclass(frozen=True)
class Terms:
    """The negative ELBO and its two parts, in nats per image.

    `negative_elbo` is `reconstruction + kl`, with the KL unweighted whatever beta the training used.
    """

    negative_elbo: float
    reconstruction: float
    kl: float

    @classmethod
    def of(cls, reconstruction: float, kl: float) -> Terms:
        """The terms of an ELBO made of these two parts."""
        return cls(reconstruction + kl, reconstruction, kl)

    def to_json(self) -> dict[str, float]:
        """The three figures by name."""
        return dict(vars(self))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Terms:
        """The terms that `to_json` described."""
        return cls(float(values["negative_elbo"]), float(values["reconstruction"]), float(values["kl"]))


@dataclass(frozen=True)
class EpochRecord:
    """One finished epoch.

    Attributes:
        epoch: counted from 1 over the model's whole life.
        train: mean over the epoch's batches, while the weights changed.
        held_out: over the whole test split, with the epoch's final weights.
        seconds: wall time of training over the model's whole life, this epoch included.
    """

    epoch: int
    train: Terms
    held_out: Terms
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """The record as plain JSON values."""
        # Not by `asdict`, which takes twelve times as long: a long history is written out at each epoch's end.
        return {**vars(self), "train": self.train.to_json(), "held_out": self.held_out.to_json()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> EpochRecord:
        """The record that `to_json` described."""
        return cls(
            int(values["epoch"]),
            Terms.from_json(values["train"]),
            Terms.from_json(values["held_out"]),
            float(values["seconds"]),
        )


@dataclass(frozen=True)
class DatasetInfo:
    """What is remembered of a data set without its images.

    Attributes:
        name: short name, such as "mnist".
        title: name for people, such as "MNIST".
        source: what opens it again: a known name or a path.
        fingerprint: hex digest over all images and labels.
        train_images, test_images: sizes of the two splits.
        class_names: names of the labels 0, 1, ….
        image_shape: channels, height and width in pixels.
    """

    name: str
    title: str
    source: str
    fingerprint: str
    train_images: int
    test_images: int
    class_names: tuple[str, ...]
    image_shape: tuple[int, int, int]

    def to_json(self) -> dict[str, Any]:
        """The fields as plain JSON values."""
        return {**vars(self), "class_names": list(self.class_names), "image_shape": list(self.image_shape)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> DatasetInfo:
        """The description that `to_json` gave."""
        channels, height, width = (int(n) for n in values["image_shape"])
        return cls(
            name=str(values["name"]),
            title=str(values["title"]),
            source=str(values["source"]),
            fingerprint=str(values["fingerprint"]),
            train_images=int(values["train_images"]),
            test_images=int(values["test_images"]),
            class_names=tuple(str(name) for name in values["class_names"]),
            image_shape=(channels, height, width),
        )


@dataclass(frozen=True)
class StepReport:
    """Where a training stands between two epochs.

    Attributes:
        epoch: the epoch under way, counted like `EpochRecord.epoch`.
        step, steps: batches done in this epoch, and in a whole one.
        train: mean over the batches since the last report.
        images_per_second: over the recent past.
        seconds: as `EpochRecord.seconds`.
        seconds_left: until the last epoch asked for ends, estimated.
    """

    epoch: int
    step: int
    steps: int
    train: Terms
    images_per_second: float
    seconds: float
    seconds_left: float


@dataclass(frozen=True, eq=False)
class EpochReport:
    """A finished epoch with what its held-out evaluation found on the way.

    Attributes:
        record: the figures.
        means, logvars: posterior parameters of the test images, each [N, D] float32, read-only.
        seconds_left: as `StepReport.seconds_left`.
    """

    record: EpochRecord
    means: FloatArray
    logvars: FloatArray
    seconds_left: float


@dataclass(frozen=True, eq=False)
class MapFrame:
    """A map at one moment.

    Attributes:
        embedding: [N, 2] float32, read-only.
        iteration, iterations: done, and in the whole run.
        kl: Kullback-Leibler divergence of the map in nats where it is known.
        stage: "PCA"; of t-SNE "early exaggeration" or "refinement"; of UMAP "loading UMAP" or "UMAP".
    """

    embedding: FloatArray
    iteration: int
    iterations: int
    kl: float | None
    stage: str
