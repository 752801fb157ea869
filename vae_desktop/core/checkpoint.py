"""Model files: safetensors with a JSON header, written whole or not at all, read without running anything.

Header fields: `format` and `format_version`, `header` (a JSON object with all settings, data set and history)
and `digest`, a SHA-256 over that JSON and every tensor, so that an altered file is refused.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from vae_desktop import __version__
from vae_desktop.core.atomic import atomic_write
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.errors import CheckpointError, UserError
from vae_desktop.core.models import build
from vae_desktop.core.records import DatasetInfo, EpochRecord, Terms

FORMAT = "vae_desktop"
FORMAT_VERSION = 1
WEIGHTS = "model."
STATE = "training."
PICKLE_MAGIC = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A model with all that is known of it.

    Attributes:
        model_config, training_config: how it is built and how it was trained last.
        dataset: what it was trained on.
        history: its finished epochs.
        weights: by name, on the CPU.
        training_state: what going on needs beside the weights (Adam's moments, generators); None if left out.
        version: of the program that made it.
    """

    model_config: ModelConfig
    training_config: TrainingConfig
    dataset: DatasetInfo
    history: tuple[EpochRecord, ...]
    weights: Mapping[str, torch.Tensor]
    training_state: Mapping[str, torch.Tensor] | None = None
    version: str = field(default=__version__)

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
        return _digest(b"", self.weights)[:12]


def _digest(header: bytes, tensors: Mapping[str, torch.Tensor]) -> str:
    digest = hashlib.sha256(header)
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def save_checkpoint(path: Path | str, checkpoint: Checkpoint) -> None:
    """Write a model file; an older one at `path` is replaced only once the new one is complete.

    Raises:
        ExportError: it can't be written there.
    """
    tensors = {WEIGHTS + name: tensor.contiguous() for name, tensor in checkpoint.weights.items()}
    for name, tensor in (checkpoint.training_state or {}).items():
        tensors[STATE + name] = tensor.contiguous()
    metrics = checkpoint.metrics
    header = json.dumps(
        {
            "model": checkpoint.model_config.to_json(),
            "training": checkpoint.training_config.to_json(),
            "dataset": checkpoint.dataset.to_json(),
            "metrics": metrics.to_json() if metrics else None,
            "history": [record.to_json() for record in checkpoint.history],
            "version": checkpoint.version,
        }
    )
    metadata = {
        "format": FORMAT,
        "format_version": str(FORMAT_VERSION),
        "header": header,
        "digest": _digest(header.encode(), tensors),
    }
    with atomic_write(path) as file:
        file.write(save(tensors, metadata))


def load_checkpoint(path: Path | str) -> Checkpoint:
    """Read a model file; nothing in it is ever run.

    Raises:
        CheckpointError: it is missing, truncated, altered, too new, or no model file of this program.
    """
    metadata, tensors = _read(Path(path))
    name = Path(path).name
    if metadata.get("format") != FORMAT:
        raise CheckpointError(f"{name} is a safetensors file, but not a model of this program.")
    version = metadata.get("format_version", "")
    if not version.isdecimal() or int(version) > FORMAT_VERSION:
        raise CheckpointError(
            f"{name} was made by a newer version of this program.", "Update the program to open it."
        )
    header = metadata.get("header", "")
    if metadata.get("digest") != _digest(header.encode(), tensors):
        raise CheckpointError(
            f"{name} was altered or damaged: its checksum does not match.", "Use another copy of it."
        )
    return _parse(name, header, tensors)


def _read(path: Path) -> tuple[dict[str, str], dict[str, torch.Tensor]]:
    try:
        with path.open("rb") as file:
            start = file.read(16)
        if start.startswith(PICKLE_MAGIC):
            raise CheckpointError(
                f"{path.name} is a pickle (.pt or .pth): opening one can run any program, so it is refused.",
                "Open a .safetensors file that this program saved.",
            )
        with safe_open(path, framework="pt", device="cpu") as opened:
            metadata = dict(opened.metadata() or {})
            tensors = {key: opened.get_tensor(key) for key in opened.keys()}  # noqa: SIM118  # no mapping
    except FileNotFoundError as error:
        raise CheckpointError(f"There is no file {path}.") from error
    except OSError as error:
        raise CheckpointError(f"Can't read {path}: {error.strerror or error}.") from error
    except SafetensorError as error:
        raise CheckpointError(
            f"{path.name} is not a complete safetensors file: it is truncated, damaged or something else.",
            "Open a .safetensors file that this program saved.",
        ) from error
    return metadata, tensors


def _parse(name: str, header: str, tensors: Mapping[str, torch.Tensor]) -> Checkpoint:
    try:
        values: dict[str, Any] = json.loads(header)
        checkpoint = Checkpoint(
            model_config=ModelConfig.from_json(values["model"]),
            training_config=TrainingConfig.from_json(values["training"]),
            dataset=DatasetInfo.from_json(values["dataset"]),
            history=tuple(EpochRecord.from_json(record) for record in values["history"]),
            weights=_part(tensors, WEIGHTS),
            training_state=_part(tensors, STATE) or None,
            version=str(values["version"]),
        )
    except (KeyError, TypeError, ValueError, UserError) as error:
        raise CheckpointError(f"{name} has a header that this program can't read: {error}.") from error
    _check_weights(name, checkpoint)
    return checkpoint


def _part(tensors: Mapping[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {key.removeprefix(prefix): tensor for key, tensor in tensors.items() if key.startswith(prefix)}


def _check_weights(name: str, checkpoint: Checkpoint) -> None:
    config = checkpoint.model_config
    if math.prod(config.image_shape) * max(config.hidden) > 2**31:
        raise CheckpointError(f"{name} describes a model that is too large for this program.")
    with torch.device("meta"):
        expected = {key: tensor.shape for key, tensor in build(config).state_dict().items()}
    if {key: tensor.shape for key, tensor in checkpoint.weights.items()} != expected:
        raise CheckpointError(f"{name} holds weights that do not fit the model it describes.")
    if not all(bool(torch.isfinite(tensor).all()) for tensor in checkpoint.weights.values()):
        raise CheckpointError(f"{name} holds weights that are not numbers.", "Use another copy of it.")
