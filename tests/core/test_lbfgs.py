"""L-BFGS finds the least value of smooth functions."""

from __future__ import annotations

import numpy as np

from vae_desktop.core.lbfgs import Vector, minimise
from vae_desktop.core.steps import result_of


def rosenbrock(place: Vector) -> tuple[float, Vector]:
    """The banana-shaped valley whose bottom is at (1, 1, …)."""
    low, high = place[:-1], place[1:]
    gap = high - low**2
    gradient = np.zeros_like(place)
    gradient[:-1] = -400 * low * gap - 2 * (1 - low)
    gradient[1:] += 200 * gap
    return float((100 * gap**2 + (1 - low) ** 2).sum()), gradient


def test_the_bottom_of_a_curved_valley() -> None:
    found = result_of(minimise(rosenbrock, np.full(8, -0.5), tolerance=1e-12))
    assert np.allclose(found, 1.0, atol=1e-4)


def test_a_badly_scaled_bowl() -> None:
    scales = np.logspace(-1, 3, 40)
    found = result_of(
        minimise(lambda x: (float((scales * x**2).sum()) / 2, scales * x), np.ones(40), tolerance=1e-14)
    )
    assert (scales * found**2).sum() < 1e-6


def test_no_step_makes_it_worse() -> None:
    values = list(minimise(rosenbrock, np.array([-1.2, 1.0])))
    assert len(values) > 5
    assert (np.diff(values) <= 0).all()


def test_where_it_is_flat_nothing_moves() -> None:
    start = np.array([3.0, 4.0])
    steps = minimise(lambda x: (0.0, np.zeros_like(x)), start)
    assert np.array_equal(result_of(steps), start)
