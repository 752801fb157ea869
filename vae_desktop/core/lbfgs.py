"""L-BFGS in steps: minimises a smooth function of many variables, and can be left at each step.

torch's own loads its compiler when it is first made, two seconds in which nobody sees anything; SciPy's gives no
way out in between.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Pairs = deque[tuple[Vector, Vector]]

MEMORY = 10
# A step is good enough if it gains this share of what the slope promises (Armijo).
LEAST_SHARE = 1e-4
MAX_HALVINGS = 20
# Steps over which the gain is watched.
PATIENCE = 5
MAX_STEPS = 500


def minimise(
    function: Callable[[Vector], tuple[float, Vector]], start: Vector, tolerance: float = 1e-9
) -> Generator[float, None, Vector]:
    """Limited-memory BFGS (Nocedal & Wright, Numerical Optimization, algorithm 7.4) with halved steps.

    A generator: yields the function's value after each step, which is a place to give up. Its return value is the
    place with the least value that was found, [N].

    Args:
        function: from a place [N] to its value, 0 or more, and its gradient [N].
        start: [N].
        tolerance: it ends when 5 steps together gain less than this share of the value.
    """
    place, pairs = start, Pairs(maxlen=MEMORY)
    value, gradient = function(place)
    values = [value]
    while gradient.any() and len(values) <= MAX_STEPS:
        direction = -_newton_like(gradient, pairs)
        slope = float(gradient @ direction)
        step = 1.0 if pairs else min(1.0, 1.0 / float(np.abs(gradient).sum()))
        for _ in range(MAX_HALVINGS):
            candidate = place + step * direction
            reached, its_gradient = function(candidate)
            if reached <= value + LEAST_SHARE * step * slope:
                break
            step /= 2
        else:
            break
        move, change = candidate - place, its_gradient - gradient
        # Elsewhere the function is not curved like a bowl, and the pair would mislead.
        if move @ change > 1e-10 * (change @ change):
            pairs.append((move, change))
        place, value, gradient = candidate, reached, its_gradient
        values.append(value)
        yield value
        if len(values) > PATIENCE and values[-1 - PATIENCE] - value <= tolerance * value:
            break
    return place


def _newton_like(gradient: Vector, pairs: Pairs) -> Vector:
    """The gradient times an estimate of the inverse Hessian (there, algorithm 7.4's two loops)."""
    result = gradient.copy()
    shares = []
    for move, change in reversed(pairs):
        share = (move @ result) / (move @ change)
        shares.append(share)
        result -= share * change
    if pairs:
        move, change = pairs[-1]
        result *= (move @ change) / (change @ change)
    for (move, change), share in zip(pairs, reversed(shares)):
        result += (share - (change @ result) / (move @ change)) * move
    return result
