"""Which point a pointer means."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vae_desktop.core.picking import PointIndex


def by_hand(points: np.ndarray, x: float, y: float, radius_x: float, radius_y: float) -> int | None:
    distances = ((points[:, 0] - x) / radius_x) ** 2 + ((points[:, 1] - y) / radius_y) ** 2
    best = int(distances.argmin())
    return best if distances[best] <= 1 else None


@pytest.mark.parametrize("radii", [(0.05, 0.05), (0.2, 0.01), (0.01, 0.3), (4.0, 4.0)])
def test_finds_what_a_search_of_all_points_finds(radii: tuple[float, float]) -> None:
    random = np.random.default_rng(0)
    points = random.normal(size=(2_000, 2)).astype(np.float32)
    index = PointIndex(points)
    places = random.uniform(-3, 3, size=(200, 2))
    expected = [by_hand(points, x, y, *radii) for x, y in places]
    assert [index.nearest(x, y, *radii) for x, y in places] == expected
    assert any(found is not None for found in expected)


def test_nearness_is_meant_as_on_the_screen() -> None:
    # The axes' scales differ tenfold: on the screen, the first point is farther from (0, 0) than the second.
    index = PointIndex([[0.0, 0.5], [4.0, 0.0]])
    assert index.nearest(0, 0, radius_x=10, radius_y=1) == 1
    assert index.nearest(0, 0, radius_x=1, radius_y=10) == 0


def test_nothing_in_reach() -> None:
    index = PointIndex([[0.0, 0.0]])
    assert index.nearest(2, 0, 1, 5) is None
    assert index.nearest(0, 2, 5, 1) is None
    assert index.nearest(0.9, 0.9, 1, 1) is None  # in the square around the circle
    assert index.nearest(1, 0, 1, 1) == 0


def test_of_equal_points_the_first_counts() -> None:
    assert PointIndex([[5.0, 5.0], [1.0, 1.0], [1.0, 1.0]]).nearest(1, 1, 2, 2) == 1


def test_no_points() -> None:
    assert PointIndex(np.zeros((0, 2))).nearest(0, 0, 1, 1) is None


@pytest.mark.parametrize(
    "place", [(math.nan, 0, 1, 1), (0, math.inf, 1, 1), (0, 0, 0, 1), (0, 0, math.nan, 1)]
)
def test_a_place_that_is_none_finds_nothing(place: tuple[float, float, float, float]) -> None:
    assert PointIndex([[0.0, 0.0]]).nearest(*place) is None
