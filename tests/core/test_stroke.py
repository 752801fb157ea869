"""A hand's line by its corners."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from vae_desktop.core.stroke import corners_of


def test_a_straight_line_is_its_two_ends() -> None:
    line = np.linspace([0, 0], [3, 4], 200)
    assert corners_of(line, 0.01, 50).tolist() == [0, 199]


def test_corners_stay_and_trembling_goes() -> None:
    shaking = np.random.default_rng(0).uniform(-0.02, 0.02, (60, 2))
    corner = np.concatenate([np.linspace([0, 0], [2, 0], 30), np.linspace([2, 0.1], [2, 3], 30)]) + shaking
    kept = corners_of(corner, 0.1, 50)
    assert len(kept) == 3 and kept[0] == 0 and kept[2] == 59 and abs(kept[1] - 29) <= 2


def test_nothing_lies_farther_off_than_the_tolerance() -> None:
    turns = np.linspace(0, 4 * np.pi, 400)
    spiral = np.stack([turns * np.cos(turns), turns * np.sin(turns)], axis=1)
    kept = corners_of(spiral, 0.2, 400)
    assert 10 < len(kept) < 60
    for first, last in pairwise(kept):
        along = np.linspace(spiral[first], spiral[last], 500)
        for point in spiral[first : last + 1]:
            assert np.linalg.norm(along - point, axis=1).min() <= 0.21


def test_of_too_many_corners_the_least_go() -> None:
    zigzag = np.stack([np.arange(200.0), np.arange(200) % 2], axis=1)
    zigzag[100] = (100, 40)
    kept = corners_of(zigzag, 0.01, 10)
    assert len(kept) <= 10 and {0, 100, 199} <= set(kept.tolist())


def test_lines_of_one_and_two_points_and_ones_that_come_back() -> None:
    assert corners_of([[1, 1]], 0.1, 2).tolist() == [0]
    assert corners_of([[1, 1], [1, 1]], 0.1, 2).tolist() == [0, 1]
    assert corners_of([[0, 0], [5, 0], [0, 0]], 0.1, 9).tolist() == [0, 1, 2]
