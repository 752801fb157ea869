"""How the learning rate goes over a training."""

from __future__ import annotations

import math

# The one-cycle schedule: the share of the training in which the rate rises, and its first and last value as
# shares of the peak.
RISE = 0.3
FIRST = 1 / 25
LAST = FIRST / 10_000


def rate_share(schedule: str, progress: float) -> float:
    """The learning rate as a share of the configured one.

    "one-cycle" rises along a cosine and then falls along one, to next to nothing (L. N. Smith & N. Topin,
    Super-Convergence, 2018; the fall to a ten-thousandth of the start is PyTorch's form of it).

    Args:
        schedule: one of `config.SCHEDULES`.
        progress: the share of the training's steps that are done, 0 to 1.
    """
    if schedule == "constant":
        return 1.0
    if progress < RISE:
        return _cosine(FIRST, 1.0, progress / RISE)
    return _cosine(1.0, LAST, (progress - RISE) / (1 - RISE))


def _cosine(start: float, end: float, share: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2
