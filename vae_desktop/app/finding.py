"""Finds the model and the data set that a view was of, among what is at hand. For worker threads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from vae_desktop.core.errors import UserError
from vae_desktop.core.paths import resource

if TYPE_CHECKING:
    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset
    from vae_desktop.core.view_tags import DataTag, ModelTag

SUFFIX = ".safetensors"


def bundled_models() -> list[Path]:
    """The models that come with the program."""
    try:
        return sorted(resource("models").glob(f"*{SUFFIX}"))
    except FileNotFoundError:
        return []


def find_model(tag: ModelTag, places: Iterable[Path]) -> tuple[Path, Checkpoint] | None:
    """The first of these files, and of the bundled models, that holds the very weights; None where none does.

    Args:
        places: files that may be missing or no models at all; those named as the tag says are opened first.
    """
    from vae_desktop.core.checkpoint import load_checkpoint

    if not tag.exact:
        return None
    files = [path for path in dict.fromkeys((*places, *bundled_models())) if path.suffix == SUFFIX]
    for path in sorted(files, key=lambda path: path.name != tag.file):
        try:
            checkpoint = load_checkpoint(path) if path.is_file() else None
        except (UserError, OSError):
            continue
        if checkpoint is not None and checkpoint.model_id == tag.model_id:
            return path, checkpoint
    return None


def find_dataset(tag: DataTag, specs: Iterable[str], data_dir: Path | None) -> Dataset | None:
    """The data set, opened from one of these names or paths, its right split to be explored; None where none is it."""
    from vae_desktop.core.data.open import open_dataset

    for spec in dict.fromkeys(specs):
        try:
            dataset = open_dataset(spec, data_dir)
        except (UserError, OSError):
            continue
        if dataset.fingerprint == tag.fingerprint:
            return replace(dataset, explores=tag.split)
    return None
