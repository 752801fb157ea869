"""What the session tells about its model, its codes and a digit: frozen views, safe to hold on to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.plane import Plane, axes_plane
from vae_desktop.core.posterior import inactive_dimensions
from vae_desktop.core.records import DatasetInfo, EpochRecord, FloatArray, IntArray, Terms

if TYPE_CHECKING:
    from vae_desktop.core.atlas import Atlas


@dataclass(frozen=True)
class ModelInfo:
    """The model under the cursor, without its weights.

    Attributes:
        config, training_config: how it is built, and how it was last trained.
        dataset: what it was trained on.
        history: its finished epochs.
        path: the file it was opened from or last saved to; None before that.
        model_id: 12 hex digits over its weights; a "+" behind them while training has gone further since.
        title: name for people.
        saved: whether the file at `path` holds these very weights (True also for a model that comes with the
            program).
        atlas: where these weights put some of the training digits; None while that is not known.
    """

    config: ModelConfig
    training_config: TrainingConfig
    dataset: DatasetInfo
    history: tuple[EpochRecord, ...]
    path: Path | None
    model_id: str
    title: str
    saved: bool
    atlas: Codes | None = None

    @property
    def metrics(self) -> Terms | None:
        """Held-out terms of the last finished epoch, in nats per image."""
        return self.history[-1].held_out if self.history else None


@dataclass(frozen=True, eq=False)
class Codes:
    """Where the encoder puts the explored digits; or some of the training digits, where it is a model's atlas.

    Attributes:
        means: latent means [N, D] float32, read-only, in the data set's order.
        labels: classes [N] int64, read-only.
        logvars: log-variances of the posteriors [N, D] float32, read-only; None where only the means were kept.
    """

    means: FloatArray
    labels: IntArray
    logvars: FloatArray | None = None

    @cached_property
    def inactive(self) -> frozenset[int]:
        """The dimensions that tell nothing of the digits; none where that is not known."""
        return inactive_dimensions(self.means, self.logvars) if self.logvars is not None else frozenset()

    @classmethod
    def of_atlas(cls, atlas: Atlas | None) -> Codes | None:
        """What a model file keeps of its training digits, in numbers that one can compute with."""
        if atlas is None:
            return None
        codes = cls(
            atlas.means.astype(np.float32), atlas.labels.astype(np.int64), atlas.logvars.astype(np.float32)
        )
        for array in (codes.means, codes.labels, codes.logvars):
            assert array is not None
            array.flags.writeable = False
        return codes


@dataclass(frozen=True, eq=False)
class Standpoint:
    """What undo brings back.

    Attributes:
        cursor: the point in latent space [D].
        selected: the chosen digit, or None.
        group: the digits chosen together, those of hidden classes included.
        hidden_classes: labels that are switched off.
        plane: what the canvas shows.
    """

    cursor: FloatArray
    selected: int | None
    group: IntArray
    hidden_classes: frozenset[int]
    plane: Plane

    def same_as(self, other: Standpoint) -> bool:
        """Whether nothing differs."""
        return (
            np.array_equal(self.cursor, other.cursor)
            and self.selected == other.selected
            and np.array_equal(self.group, other.group)
            and self.hidden_classes == other.hidden_classes
            and self.plane.same_as(other.plane)
        )

    def way_to(self, other: Standpoint) -> str:
        """What a move from here to another standpoint is called, as in "Undo selection"."""
        if not self.plane.same_as(other.plane):
            return "plane"
        if self.hidden_classes != other.hidden_classes:
            return "shown classes"
        if not np.array_equal(self.group, other.group):
            return "group"
        # To move the cursor by hand lets go of the selected digit: what the hand did is the move.
        moved = not np.array_equal(self.cursor, other.cursor)
        if self.selected != other.selected and (other.selected is not None or not moved):
            return "selection"
        return "move of the cursor"

    def without_digits(self) -> Standpoint:
        """What is left of it in another data set, which has other digits and classes."""
        plane = axes_plane(self.plane.dimensions, 0, 1) if self.plane.digits else self.plane
        return Standpoint(self.cursor, None, np.zeros(0, np.int64), frozenset(), plane)


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The explored digits nearest to one in latent space, nearest first.

    Attributes:
        indices: their places [k] in the explored split; distances: [k], between latent means.
        labels, class_names: their classes.
        images: [k, C, H, W] float32 in [0, 1], read-only.
    """

    indices: IntArray
    distances: FloatArray
    labels: IntArray
    class_names: tuple[str, ...]
    images: FloatArray


@dataclass(frozen=True, eq=False)
class Digit:
    """One of the explored digits.

    Attributes:
        index: its place in the explored split.
        label, class_name: its class.
        image: [C, H, W] float32 in [0, 1], read-only.
        reconstruction: decoded latent mean, shaped like `image`; None until known, or where the model's image
            shape does not fit.
        neighbours: the digits nearest to it; None until known.
        split_name: "test" or "training".
    """

    index: int
    label: int
    class_name: str
    image: FloatArray
    reconstruction: FloatArray | None = None
    neighbours: Neighbours | None = None
    split_name: str = "test"
