"""A training's history as a table, and the smoothing of its curves."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vae_desktop.core.atomic import atomic_write
from vae_desktop.core.records import EpochRecord

SPLITS = ("train", "held_out")
TERMS = ("negative_elbo", "reconstruction", "kl")


def smooth(values: npt.NDArray[np.float64], weight: float) -> npt.NDArray[np.float64]:
    """Exponential moving average, corrected for its start like Adam's moments (Kingma & Ba 2015, section 3).

    Args:
        values: [N].
        weight: of the past, 0 ≤ weight < 1; 0 leaves the values as they are.

    Raises:
        ValueError: the weight is outside its range.
    """
    if not 0 <= weight < 1:
        raise ValueError(f"weight must be in [0, 1), not {weight}")
    smoothed = np.empty(len(values), dtype=np.float64)
    average, share = 0.0, 0.0
    for i, value in enumerate(values.tolist()):
        average = weight * average + (1 - weight) * value
        share = weight * share + (1 - weight)
        smoothed[i] = average / share
    return smoothed


def write_history_csv(path: Path | str, history: Sequence[EpochRecord]) -> None:
    """Write a row per epoch: epoch, seconds, then the three terms of both splits in nats per image.

    Raises:
        ExportError: the file can't be written.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["epoch", "seconds", *(f"{split}_{term}" for split in SPLITS for term in TERMS)])
    for record in history:
        terms = [getattr(getattr(record, split), term) for split in SPLITS for term in TERMS]
        writer.writerow([record.epoch, f"{record.seconds:.3f}", *terms])
    with atomic_write(path) as file:
        file.write(text.getvalue().encode())
