"""What lies inside an outline drawn by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vae_desktop.core.region import points_inside

SQUARE = [(0, 0), (4, 0), (4, 4), (0, 4)]


def winding_by_angles(points: np.ndarray, outline: np.ndarray) -> np.ndarray:
    """How often the outline goes round each point: by adding up angles, one at a time."""
    turns = np.zeros(len(points))
    for start, end in zip(outline, np.roll(outline, -1, axis=0)):
        a, b = start - points, end - points
        turns += np.arctan2(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0], (a * b).sum(axis=1))
    return np.rint(turns / (2 * math.pi)).astype(int)


@pytest.mark.parametrize("corners", [3, 4, 7, 60, 400])
def test_agrees_with_the_sum_of_angles(corners: int) -> None:
    rng = np.random.default_rng(corners)
    points = rng.uniform(-2, 2, (3000, 2))
    # A random walk around the middle crosses itself many times.
    outline = rng.normal(size=(corners, 2)).cumsum(axis=0) / math.sqrt(corners)
    inside = np.flatnonzero(winding_by_angles(points, outline))
    assert points_inside(points, outline).tolist() == inside.tolist()
    assert points_inside(points, outline[::-1]).tolist() == inside.tolist(), "either way round"


def test_a_notch_is_outside_and_a_second_round_is_inside() -> None:
    notched = [(0, 0), (4, 0), (4, 4), (2, 1), (0, 4)]
    assert points_inside([(2, 3), (1, 1), (3.5, 2)], notched).tolist() == [1, 2]
    assert points_inside([(2, 2)], SQUARE + SQUARE).tolist() == [0]


def test_edges_that_lie_level_and_corners_at_a_points_height() -> None:
    points = [(1, 0.5), (2, 2), (5, 2), (-1, 4), (2, 4.5)]
    diamond = [(2, 0), (4, 2), (2, 4), (0, 2)]
    assert points_inside(points, SQUARE).tolist() == [0, 1]
    assert points_inside(points, diamond).tolist() == [1]


def test_nothing_is_enclosed_by_too_little_or_elsewhere() -> None:
    points = np.random.default_rng(0).uniform(0, 4, (50, 2))
    for outline in ([], [(1, 1)], [(0, 0), (4, 4)], [(0, 0), (2, 2), (4, 4)], [(9, 9), (10, 9), (10, 10)]):
        assert points_inside(points, outline).size == 0
    assert points_inside(np.zeros((0, 2)), SQUARE).size == 0
    assert points_inside([(math.nan, 1), (1, math.inf), (1, 1)], SQUARE).tolist() == [2]
    assert points_inside([(1, 1)], [*SQUARE[:3], (math.nan, 4)]).size == 0
