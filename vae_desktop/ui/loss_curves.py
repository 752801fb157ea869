"""The points that the loss plot draws: a training's figures, thinned to what a screen can show and smoothed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vae_desktop.core.curves import smooth
from vae_desktop.core.records import EpochRecord

if TYPE_CHECKING:
    from vae_desktop.app.step_curve import StepCurve

DoubleArray = npt.NDArray[np.float64]

TERMS = ("negative_elbo", "reconstruction", "kl")
SPLITS = ("train", "held_out")
MIN_POINTS, MAX_POINTS = 200, 2000
# The view leaves out this share of the training at its start: the steep first steps would flatten the rest.
WARM_UP = 0.05


@dataclass(frozen=True, eq=False)
class Line:
    """One curve.

    Attributes:
        term: a name of TERMS; split: a name of SPLITS.
        x: epochs or seconds [n], rising.
        y: nats per image [n], smoothed; raw: the same before smoothing (the same array where nothing was).
    """

    term: str
    split: str
    x: DoubleArray
    y: DoubleArray
    raw: DoubleArray


def thin(values: DoubleArray, limit: int) -> tuple[DoubleArray, int]:
    """Means over stretches of equal length, at most `limit` of them.

    The stretch is a power of two, so that points stay where they are while a curve grows.

    Returns:
        the means [n], the last one over what is left, and the length of a stretch.
    """
    count = len(values)
    stretch = 1
    while count > limit * stretch:
        stretch *= 2
    if stretch == 1:
        return values, 1
    whole = count - count % stretch
    means = values[:whole].reshape(-1, stretch).mean(axis=1)
    if whole < count:
        means = np.append(means, values[whole:].mean())
    return means, stretch


def training_lines(
    steps: StepCurve, history: Sequence[EpochRecord], by_time: bool, smoothing: float, limit: int = MAX_POINTS
) -> list[Line]:
    """The training's curves: of every report where there are some, before those of every epoch.

    Args:
        by_time: against seconds of training, else against epochs.
        smoothing: 0 (none) to below 1: weight of the past, from one report to the next.
        limit: points at most in each curve.
    """
    positions = steps.epoch_position
    first = float(positions[0]) if len(positions) else np.inf
    earlier = [record for record in history if record.epoch <= first]
    x, stretch = thin(steps.seconds if by_time else positions, limit)
    x = np.concatenate([_places(earlier, by_time), x])
    # Thinning is a smoothing too: what is left of it to do weighs the past less.
    weight = smoothing**stretch
    lines = []
    for term in TERMS:
        recent, _ = thin(getattr(steps, term), limit)
        # Means over whole epochs need no smoothing.
        means = _values(earlier, "train", term)
        raw = np.concatenate([means, recent])
        y = np.concatenate([means, smooth(recent, weight)]) if weight > 0 and len(recent) else raw
        lines.append(Line(term, "train", x, y, raw))
    return lines


def held_out_lines(history: Sequence[EpochRecord], by_time: bool) -> list[Line]:
    """The held-out curves: one point for each finished epoch, never smoothed."""
    x = _places(history, by_time)
    lines = []
    for term in TERMS:
        y = _values(history, "held_out", term)
        lines.append(Line(term, "held_out", x, y, y))
    return lines


def _places(records: Sequence[EpochRecord], by_time: bool) -> DoubleArray:
    return np.array([record.seconds if by_time else record.epoch for record in records], dtype=np.float64)


def _values(records: Sequence[EpochRecord], split: str, term: str) -> DoubleArray:
    return np.array([getattr(getattr(record, split), term) for record in records], dtype=np.float64)


def fitting_range(lines: Sequence[Line], logarithmic: bool) -> tuple[float, float, float, float] | None:
    """The part of the plane that shows these curves well: x0, x1, y0, y1 (y as common logarithms if asked).

    On a linear axis the first steps, far above all that follows, may leave at the top.

    Returns:
        the range with some air around it, or None where there is nothing to show.
    """
    shown = [line for line in lines if len(line.x)]
    if not shown:
        return None
    x0, x1 = min(float(line.x[0]) for line in shown), max(float(line.x[-1]) for line in shown)
    x0 = min(0.0, x0)
    calm = x0 if logarithmic else x0 + WARM_UP * (x1 - x0)
    extremes = [pair for line in shown if (pair := _extremes(line, calm, logarithmic)) is not None]
    if not extremes:
        return None
    y0, y1 = min(low for low, _ in extremes), max(high for _, high in extremes)
    air = 0.06 * (y1 - y0) or max(abs(y0) * 0.05, 0.05)
    return x0, x1 + 0.02 * (x1 - x0 or 1.0), y0 - air, y1 + air


def _extremes(line: Line, start: float, logarithmic: bool) -> tuple[float, float] | None:
    """Lowest and highest value of a curve from `start` on, without the odd spike before smoothing."""
    late = slice(int(np.searchsorted(line.x, start)), None)
    smoothed, raw = line.y[late], line.raw[late]
    raw = raw[np.isfinite(raw)]
    if len(raw) > 1:
        spikes = len(raw) // 100
        raw = np.partition(raw, (spikes, len(raw) - 1 - spikes))[[spikes, -1 - spikes]]
    values = np.append(smoothed, raw)
    values = values[np.isfinite(values) & ((values > 0) | (not logarithmic))]
    if not len(values):
        return None
    if logarithmic:
        values = np.log10(values)
    return float(values.min()), float(values.max())


def nearest(line: Line, x: float) -> tuple[float, float] | None:
    """The point of a curve nearest to `x` along the x axis."""
    if not len(line.x):
        return None
    place = int(np.searchsorted(line.x, x))
    if place == len(line.x) or (place > 0 and x - line.x[place - 1] < line.x[place] - x):
        place -= 1
    return float(line.x[place]), float(line.y[place])
