"""Models in files: all that is known of a model, written whole or not at all, and checked before it is used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from vae_desktop import __version__
from vae_desktop.core.array_shapes import Shapes, adam_shapes, weight_shapes
from vae_desktop.core.atlas import Atlas
from vae_desktop.core.atomic import atomic_path
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.errors import CheckpointError, UserError
from vae_desktop.core.records import AnyArray, Arrays, DatasetInfo, EpochRecord, Terms
from vae_desktop.core.sealed_file import USE_ANOTHER, digest, seal, unseal

WEIGHTS = "model."
STATE = "training."
ATLAS = "atlas."


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A model with all that is known of it.

    Attributes:
        model_config, training_config: how it is built and how it was trained last.
        dataset: what it was trained on.
        history: its finished epochs.
        weights: by name; nobody may change them.
        training_state: what going on needs beside the weights (Adam's moments, generators); None if left out.
        version: of the program that made it.
        atlas: where these weights put some of the training digits; None in older files, and while training.
    """

    model_config: ModelConfig
    training_config: TrainingConfig
    dataset: DatasetInfo
    history: tuple[EpochRecord, ...]
    weights: Arrays
    training_state: Arrays | None = None
    version: str = field(default=__version__)
    atlas: Atlas | None = None

    @property
    def epochs(self) -> int:
        """Finished epochs."""
        return len(self.history)

    @property
    def metrics(self) -> Terms | None:
        """Held-out terms after the last epoch, in nats per image."""
        return self.history[-1].held_out if self.history else None

    @cached_property
    def model_id(self) -> str:
        """12 hex digits of SHA-256 over the weights."""
        return digest("", self.weights)[:12]


def save_checkpoint(path: Path | str, checkpoint: Checkpoint) -> None:
    """Write a model file; an older one at `path` is replaced only once the new one is complete.

    Raises:
        ExportError: it can't be written there.
    """
    arrays = {WEIGHTS + name: array for name, array in checkpoint.weights.items()}
    for name, array in (checkpoint.training_state or {}).items():
        arrays[STATE + name] = array
    if checkpoint.atlas is not None:
        arrays.update({ATLAS + name: array for name, array in checkpoint.atlas.arrays().items()})
    metrics = checkpoint.metrics
    header = {
        "model": checkpoint.model_config.to_json(),
        "training": checkpoint.training_config.to_json(),
        "dataset": checkpoint.dataset.to_json(),
        "metrics": metrics.to_json() if metrics else None,
        "history": [record.to_json() for record in checkpoint.history],
        "version": checkpoint.version,
    }
    with atomic_path(path) as place:
        seal(place, json.dumps(header), arrays)


def load_checkpoint(path: Path | str) -> Checkpoint:
    """Read a model file; nothing in it is ever run.

    Raises:
        CheckpointError: it is missing, cut, altered, too new, or no model file of this program.
    """
    header, arrays = unseal(Path(path))
    name = Path(path).name
    try:
        checkpoint = _parse(json.loads(header), arrays)
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError, UserError) as error:
        raise CheckpointError(
            f"{name} describes a model that this program can't read: {error}.", USE_ANOTHER
        ) from error
    _check_arrays(name, checkpoint)
    return checkpoint


def _parse(values: Mapping[str, Any], arrays: Arrays) -> Checkpoint:
    config, dataset = ModelConfig.from_json(values["model"]), DatasetInfo.from_json(values["dataset"])
    atlas = _part(arrays, ATLAS)
    return Checkpoint(
        model_config=config,
        training_config=TrainingConfig.from_json(values["training"]),
        dataset=dataset,
        history=tuple(EpochRecord.from_json(record) for record in values["history"]),
        weights=_part(arrays, WEIGHTS),
        training_state=_part(arrays, STATE) or None,
        version=str(values["version"]),
        atlas=Atlas.from_arrays(atlas, config.latent_dim, len(dataset.class_names)) if atlas else None,
    )


def _part(arrays: Arrays, prefix: str) -> dict[str, AnyArray]:
    return {key.removeprefix(prefix): array for key, array in arrays.items() if key.startswith(prefix)}


def _check_arrays(name: str, checkpoint: Checkpoint) -> None:
    """Whoever uses a model relies on its arrays being what its configuration says."""
    expected = weight_shapes(checkpoint.model_config)
    if not _fit(checkpoint.weights, expected):
        raise CheckpointError(f"{name} holds weights that do not fit the model it describes.", USE_ANOTHER)
    state = dict(checkpoint.training_state or {})
    generators = [state.pop(key) for key in ("rng.order", "rng.noise") if key in state]
    # Adam has no state before its first step.
    state_fits = not state or _fit(state, adam_shapes(expected))
    if not state_fits or any(rng.dtype != np.uint8 or rng.ndim != 1 for rng in generators):
        raise CheckpointError(f"{name} holds a training state that does not fit its model.", USE_ANOTHER)
    if not all(bool(np.isfinite(array).all()) for array in (*checkpoint.weights.values(), *state.values())):
        raise CheckpointError(f"{name} holds weights that are not finite numbers.", USE_ANOTHER)


def _fit(arrays: Arrays, shapes: Shapes) -> bool:
    return {key: (array.shape, array.dtype) for key, array in arrays.items()} == {
        key: (shape, np.dtype(np.float32)) for key, shape in shapes.items()
    }
