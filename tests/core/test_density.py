"""Lines around the dense parts of the plane."""

from __future__ import annotations

import numpy as np
import pytest

from vae_desktop.core.density import SHARES, density_contours, level_lines


def loops(pieces: np.ndarray) -> list[np.ndarray]:
    """The closed lines that pieces [M, 2, 2] make up, each [m, 2]; fails where an end meets no other."""
    ends: dict[tuple[float, float], list[int]] = {}
    keys = [[tuple(np.round(end, 3).tolist()) for end in piece] for piece in pieces]
    for number, (begin, end) in enumerate(keys):
        ends.setdefault(begin, []).append(number)
        ends.setdefault(end, []).append(number)
    assert all(len(meeting) % 2 == 0 for meeting in ends.values()), "an open line"
    left, found = set(range(len(pieces))), []
    while left:
        number = left.pop()
        line, here = [keys[number][0], keys[number][1]], keys[number][1]
        while following := [other for other in ends[here] if other in left]:
            number = following[0]
            left.discard(number)
            here = keys[number][1] if keys[number][0] == here else keys[number][0]
            line.append(here)
        found.append(np.array(line))
    return found


def inside(line: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Which points a closed line goes around: a ray to the right crosses it an odd number of times."""
    a, b = line[:-1], line[1:]
    y = points[:, 1:2]
    crosses = (a[:, 1] > y) != (b[:, 1] > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = a[:, 0] + (y - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0])
    return (crosses & (points[:, 0:1] < at)).sum(axis=1) % 2 == 1


def test_each_line_encloses_its_share_of_the_points() -> None:
    rng = np.random.default_rng(0)
    points = np.concatenate((rng.normal(0, 3, (4000, 2)), rng.normal((30, 5), 4, (3000, 2)))).astype(
        np.float32
    )
    for share, pieces in zip(SHARES, density_contours(points), strict=True):
        enclosed = np.zeros(len(points), int)
        for line in loops(pieces.astype(np.float64)):
            enclosed += inside(line, points)
        assert np.mean(enclosed % 2) == pytest.approx(share, abs=0.03)


def test_a_circle_is_found_where_it_is() -> None:
    x, y = np.meshgrid(np.arange(40), np.arange(50), indexing="ij")
    pieces = level_lines(-np.hypot(x - 18.0, y - 22.0), -9.3)
    radii = np.hypot(*(pieces.reshape(-1, 2) - (18, 22)).T)
    assert np.abs(radii - 9.3).max() < 0.05
    assert len(loops(pieces)) == 1


def test_a_saddle_has_two_lines() -> None:
    pieces = level_lines(np.array([[1.0, 0.0], [0.0, 1.0]]), 0.5)
    assert len(pieces) == 2


def test_few_points_points_on_a_line_and_none_that_are_finite() -> None:
    line = np.stack((np.arange(50.0), np.zeros(50)), axis=1).astype(np.float32)
    for points in (np.zeros((0, 2)), np.zeros((500, 2)), line, np.full((50, 2), np.nan), np.eye(2)):
        assert [len(pieces) for pieces in density_contours(points.astype(np.float32))] == [0] * len(SHARES)
    rng = np.random.default_rng(0)
    good = rng.normal(size=(200, 2)).astype(np.float32)
    bad = np.concatenate((good, [[np.nan, 0], [np.inf, 1]])).astype(np.float32)
    for a, b in zip(density_contours(good), density_contours(bad), strict=True):
        np.testing.assert_array_equal(a, b)
