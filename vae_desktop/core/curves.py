"""A training's history as a table for other programs, and the smoothing of its curves."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vae_desktop.core.atomic import atomic_write
from vae_desktop.core.records import EpochRecord, Terms

TERMS = ("negative_elbo", "reconstruction", "kl")
HEADER = ("epoch", "seconds", *(f"{split}_{term}" for split in ("train", "held_out") for term in TERMS))


def history_csv(records: Sequence[EpochRecord]) -> str:
    """One line for each epoch under a line of names; seconds of training, and nats per image."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(HEADER)
    for record in records:
        writer.writerow(
            [record.epoch, f"{record.seconds:.3f}", *_cells(record.train), *_cells(record.held_out)]
        )
    return table.getvalue()


def write_history_csv(path: Path | str, records: Sequence[EpochRecord]) -> None:
    """Write `history_csv` to a file (UTF-8).

    Raises:
        ExportError: it can't be written there.
    """
    text = history_csv(records)
    with atomic_write(path) as file:
        file.write(text.encode())


def smooth(values: npt.ArrayLike, weight: float) -> npt.NDArray[np.float64]:
    """The exponential moving average of a curve, corrected for its start.

    Each point is the mean of all points up to it, with weights that fall by the factor `weight` a point into
    the past (the bias correction of Kingma & Ba, Adam, ICLR 2015, section 3). Points that are no numbers weigh
    nothing and stay as they are.

    Args:
        values: [n].
        weight: 0 (no smoothing) to below 1.

    Raises:
        ValueError: `weight` is outside that range.
    """
    if not 0 <= weight < 1:
        raise ValueError(f"the weight must be 0 or more and below 1, not {weight}")
    curve = np.array(values, dtype=np.float64)
    finite = np.isfinite(curve)
    numbers = curve[finite]
    if weight > 0 and len(numbers):
        # Whatever weighs less is lost in a double's digits.
        reach = min(len(numbers), 1 + math.ceil(math.log(np.finfo(np.float64).eps) / math.log(weight)))
        weights = weight ** np.arange(reach)
        masses = np.cumsum(weights)[np.minimum(np.arange(len(numbers)), reach - 1)]
        curve[finite] = np.convolve(numbers, weights)[: len(numbers)] / masses
    return curve


def _cells(terms: Terms) -> list[float]:
    return [getattr(terms, term) for term in TERMS]
