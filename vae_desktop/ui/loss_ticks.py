"""Where the ticks of the loss curves' axes stand, and what is written at them."""

from __future__ import annotations

import math
from itertools import pairwise

TIME_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18_000, 36_000, 86_400)
LOG_MANTISSAS = ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 2.0, 3.0, 5.0, 7.0))
MODES = ("linear", "log", "time", "epochs")


def _nice_step(span: float, count: int) -> float:
    """The smallest of 1, 2, 5 × 10^n that cuts `span` into at most `count` pieces."""
    rough = span / max(1, count)
    power = 10.0 ** math.floor(math.log10(rough))
    for factor in (1, 2, 5):
        if factor * power >= rough * (1 - 1e-9):
            return factor * power
    return 10 * power


def _multiples(low: float, high: float, step: float) -> list[float]:
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


def linear_ticks(low: float, high: float, count: int) -> list[float]:
    """At most about `count` round numbers between two others."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return []
    return _multiples(low, high, _nice_step(high - low, count))


def epoch_ticks(low: float, high: float, count: int) -> list[float]:
    """Round numbers of epochs: whole ones wherever the range holds two."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return []
    step = _nice_step(high - low, count)
    return _multiples(low, high, max(1.0, step) if high - low >= 2 else step)


def time_ticks(low: float, high: float, count: int) -> list[float]:
    """Round times in seconds."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return []
    rough = (high - low) / max(1, count)
    if rough < 1:
        return linear_ticks(low, high, count)
    step = next((step for step in TIME_STEPS if step >= rough), None)
    if step is None:
        step = math.ceil(rough / TIME_STEPS[-1]) * TIME_STEPS[-1]
    return _multiples(low, high, float(step))


def log_ticks(low: float, high: float, count: int) -> list[float]:
    """Common logarithms of round numbers, for a range that is given in common logarithms too."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low or abs(low) > 300 or abs(high) > 300:
        return []
    if high - low < 0.7:
        return [math.log10(value) for value in linear_ticks(10**low, 10**high, count) if value > 0]
    decades = range(math.floor(low), math.ceil(high) + 1)
    for mantissas in reversed(LOG_MANTISSAS):
        found = [math.log10(m) + decade for decade in decades for m in mantissas]
        found = [value for value in found if low - 1e-9 <= value <= high + 1e-9]
        if len(found) <= count:
            return found
    step = math.ceil((high - low) / max(1, count))
    return [float(decade) for decade in decades if decade % step == 0 and low <= decade <= high]


def ticks(mode: str, low: float, high: float, count: int) -> list[float]:
    """Ticks of an axis in this mode; for "log" all values are common logarithms."""
    functions = {"linear": linear_ticks, "log": log_ticks, "time": time_ticks, "epochs": epoch_ticks}
    return functions[mode](low, high, count)


def tick_texts(mode: str, values: list[float]) -> list[str]:
    """What is written at these ticks."""
    if mode == "time" and (len(values) < 2 or values[1] - values[0] >= 1):
        return [_clock(value) for value in values]
    if mode == "log":
        values = [10**value for value in values]
    if not values:
        return []
    steps = [abs(b - a) for a, b in pairwise(values)]
    step = min(steps) if steps else abs(values[0]) or 1.0
    digits = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
    if mode == "log" and max(abs(value) for value in values) >= 10 * step:
        return [f"{value:g}" for value in (float(f"{value:.4g}") for value in values)]
    suffix = " s" if mode == "time" else ""
    return [f"{value + 0.0:.{min(digits, 6)}f}{suffix}" for value in values]


def _clock(seconds: float) -> str:
    minutes, second = divmod(round(abs(seconds)), 60)
    hours, minute = divmod(minutes, 60)
    sign = "−" if seconds < 0 else ""
    return f"{sign}{hours}:{minute:02d}:{second:02d}" if hours else f"{sign}{minute}:{second:02d}"
