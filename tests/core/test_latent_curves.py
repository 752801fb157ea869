"""Curves through codes: straight, spherical, spline."""

from __future__ import annotations

import numpy as np
import pytest

from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.latent_curves import Curve, linear_curve, spherical_curve, spline_curve

CURVES = [linear_curve, spherical_curve, spline_curve]
PLACES = np.linspace(0, 1, 101)


@pytest.mark.parametrize("make", CURVES)
@pytest.mark.parametrize("dimensions", [1, 2, 20])
def test_a_curve_begins_and_ends_where_it_should(make: type[Curve], dimensions: int) -> None:
    points = np.random.default_rng(0).normal(size=(5, dimensions))
    codes = make(points)(np.array([0.0, 1.0]))  # type: ignore[call-arg]
    assert np.allclose(codes, points[[0, -1]], atol=1e-12)


@pytest.mark.parametrize("make", CURVES)
def test_a_curve_meets_every_point_in_order(make: type[Curve]) -> None:
    points = np.array([[0.5, 2.0], [1.0, 0.5], [-1.0, 1.0], [-2.0, -2.0]])
    codes = make(points)(np.linspace(0, 1, 20_001))  # type: ignore[call-arg]
    distances = np.linalg.norm(codes[:, None] - points, axis=2)
    assert distances.min(axis=0).max() < 1e-3
    assert (np.diff(distances.argmin(axis=0)) > 0).all()


def test_a_line_is_straight_and_even() -> None:
    codes = linear_curve([[0.0, 1.0, 2.0], [4.0, 1.0, 0.0]])(PLACES)
    assert np.allclose(codes, np.stack([4 * PLACES, np.ones(101), 2 - 2 * PLACES], axis=1))


def test_an_arc_turns_evenly_while_its_radius_goes_evenly() -> None:
    codes = spherical_curve([[2.0, 0.0], [0.0, 4.0]])(PLACES)
    assert np.allclose(np.linalg.norm(codes, axis=1), 2 + 2 * PLACES)
    assert np.allclose(np.arctan2(codes[:, 1], codes[:, 0]), PLACES * np.pi / 2)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ([0.0, 0.0], [1.0, 2.0]),
        ([1.0, 2.0], [-2.0, -4.0]),
        ([1.0, 2.0], [2.0, 4.0]),
        ([1.0, 2.0], [1.0, 2.0]),
        ([1e-9, 0.0], [1.0, 2.0]),
    ],
    ids=["from the origin", "opposite", "in one direction", "equal", "from almost the origin"],
)
def test_an_arc_that_nothing_determines_is_straight(start: list[float], end: list[float]) -> None:
    assert np.allclose(spherical_curve([start, end])(PLACES), linear_curve([start, end])(PLACES))


def test_almost_opposite_codes_still_make_an_arc() -> None:
    codes = spherical_curve([[1.0, 0.0], [-1.0, 0.001]])(PLACES)
    assert np.allclose(np.linalg.norm(codes, axis=1), 1, atol=1e-5)


def test_a_spline_is_smooth_where_lines_have_corners() -> None:
    points = [[0.0, 0.0], [1.0, 1.0], [2.0, 0.0], [3.0, 1.0]]
    places = np.linspace(0, 1, 3001)

    def sharpest_turn(curve: Curve) -> float:
        steps = np.diff(curve(places), axis=0)
        angles = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
        return float(np.abs(np.diff(angles)).max())

    assert sharpest_turn(linear_curve(points)) > 1.5
    assert sharpest_turn(spline_curve(points)) < 0.01


def test_a_spline_through_equal_points() -> None:
    through = [[0.0, 0.0], [1.0, 1.0], [1.0, 1.0], [2.0, 0.0]]
    assert np.allclose(spline_curve(through)(PLACES), spline_curve([through[0], *through[2:]])(PLACES))
    assert np.allclose(spline_curve([[3.0], [3.0], [3.0]])(PLACES), 3.0)


@pytest.mark.parametrize("make", CURVES)
@pytest.mark.parametrize("points", [[[1.0, 2.0]], [], [1.0, 2.0], [[0.0, 0.0], [np.nan, 1.0]]])
def test_what_is_no_path_is_refused(make: type[Curve], points: list[object]) -> None:
    with pytest.raises(ConfigurationError):
        make(points)  # type: ignore[call-arg]
