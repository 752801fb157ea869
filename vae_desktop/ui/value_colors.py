"""Colours for values: an even, colour-blind-safe scale (viridis), and one for differences around nothing."""

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


def scale_numbers(scale: Scale) -> tuple[str, str, str]:
    """The lowest, the middle and the highest value of a scale, as they are written."""
    middle = (scale.low + scale.high) / 2
    digits = 0 if max(abs(scale.low), abs(scale.high)) >= 30 else 1 if scale.high - scale.low >= 1 else 2
    low, between, high = (
        f"{value:z.{digits}f}".replace("-", "−") for value in (scale.low, middle, scale.high)
    )
    return f"≤ {low}" if scale.below else low, between, f"≥ {high}" if scale.above else high


def columns_of(values: FloatArray, scale: Scale) -> npt.NDArray[np.intp]:
    """The place of each value in the palette, [N]; values that are none count as low."""
    span = max(scale.high - scale.low, 1e-12)
    places = np.nan_to_num((values - scale.low) / span * STEPS, nan=0.0, posinf=STEPS, neginf=0.0)
    columns: npt.NDArray[np.intp] = np.clip(places, 0, STEPS - 1).astype(np.intp)
    return columns


# Blue and orange, which colour-blind people tell apart, of equal weight on a light and on a dark ground.
LIGHT_DIFFERENCES = ("#0b6bb8", "#c85200")
DARK_DIFFERENCES = ("#4fa8f0", "#ff9040")


def difference_colors(dark: bool) -> tuple[str, str]:
    """The colours of the largest negative and the largest positive difference as "#rrggbb"."""
    return DARK_DIFFERENCES if dark else LIGHT_DIFFERENCES


def difference_picture(differences: FloatArray, ground: str, dark: bool) -> FloatArray:
    """Differences [C, H, W], −1 to 1, as a coloured picture [3, H, W]; where there is none, the ground shows.

    Of several channels their mean is shown.
    """
    values = np.clip(differences.mean(axis=0), -1.0, 1.0)
    # The square root lets small differences be seen.
    share = np.sqrt(np.abs(values))
    less, more, nothing = (_rgb(color)[:, None, None] for color in (*difference_colors(dark), ground))
    picture: FloatArray = (nothing + share * (np.where(values < 0, less, more) - nothing)).astype(np.float32)
    return picture


def _rgb(color: str) -> FloatArray:
    parts: FloatArray = np.array([int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)], np.float32)
    return parts
