"""Colours for values: an even, colour-blind-safe scale (viridis), and the place of each value on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg

from vae_desktop.core.records import FloatArray

STEPS = 64
# The scale ends where its colours would be lost on a light or on a dark plot.
LIGHT_ENDS = (0.0, 0.93)
DARK_ENDS = (0.17, 1.0)
# A few extreme values must not leave one colour to all others.
TAIL = 2.0


@dataclass(frozen=True)
class Scale:
    """What the colours stand for.

    Attributes:
        low, high: the values of the first and of the last colour.
        below, above: whether there are values beyond them, which have the same colours.
    """

    low: float
    high: float
    below: bool = False
    above: bool = False


@lru_cache
def value_palette(dark: bool) -> tuple[str, ...]:
    """The scale's colours from low to high as "#rrggbb", for a light or a dark plot."""
    first, last = DARK_ENDS if dark else LIGHT_ENDS
    table = pg.colormap.get("viridis").map(np.linspace(first, last, STEPS), mode="byte")
    return tuple(f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue, *_ in table.tolist())


def scale_of(values: FloatArray) -> Scale:
    """A scale for values [N], without the most extreme two in a hundred at either end."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return Scale(0.0, 1.0)
    low, high = (float(edge) for edge in np.percentile(finite, (TAIL, 100 - TAIL)))
    return Scale(low, high, bool(finite.min() < low), bool(finite.max() > high))


def columns_of(values: FloatArray, scale: Scale) -> npt.NDArray[np.intp]:
    """The place of each value in the palette, [N]; values that are none count as low."""
    span = max(scale.high - scale.low, 1e-12)
    places = np.nan_to_num((values - scale.low) / span * STEPS, nan=0.0, posinf=STEPS, neginf=0.0)
    columns: npt.NDArray[np.intp] = np.clip(places, 0, STEPS - 1).astype(np.intp)
    return columns
