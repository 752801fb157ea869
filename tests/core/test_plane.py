"""Planes through latent space: there and back, and where the three kinds lie."""

from __future__ import annotations

import numpy as np
import pytest

from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.plane import Plane, axes_plane, plane_through, principal_plane, remade
from vae_desktop.core.records import FloatArray


@pytest.fixture
def codes() -> FloatArray:
    """300 codes of six dimensions that vary most along two directions askew, 5 and 2 wide."""
    rng = np.random.default_rng(3)
    turn, _ = np.linalg.qr(rng.normal(size=(6, 6)))
    spread = np.diag([5, 2, 0.3, 0.2, 0.1, 0.1])
    return (rng.normal(size=(300, 6)) @ spread @ turn + rng.normal(size=6)).astype(np.float32)


def askew(codes: FloatArray) -> list[Plane]:
    return [principal_plane(codes), plane_through(codes, (4, 90, 7))]


def test_axes_pass_coordinates_through_exactly() -> None:
    plane = axes_plane(5, 4, 2)
    point = np.array([0.1, 0.2, 0.3, 0.4, 0.5], np.float32)
    assert plane.to_plane(point).tolist() == point[[4, 2]].tolist()
    moved = plane.at(point, 7, -1)
    assert moved.tolist() == [*point[:2].tolist(), -1, point[3].item(), 7]
    assert plane.nearest(point).tolist() == [0, 0, point[2].item(), 0, point[4].item()]
    assert plane.level(point, moved) and not plane.level(point, plane.nearest(point))
    assert axes_plane(1, 0, 0).to_plane(np.array([2.5], np.float32)).tolist() == [2.5, 0]


def test_a_coordinate_that_is_no_number_spoils_no_other() -> None:
    point = np.array([np.nan, 1, 2], np.float32)
    assert axes_plane(3, 1, 2).to_plane(point).tolist() == [1, 2]


@pytest.mark.parametrize("pair", [(0, 5), (-1, 0), (3, 3)])
def test_no_pair_of_axes(pair: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="5-D"):
        axes_plane(5, *pair)


def test_a_plane_askew_goes_there_and_back(codes: FloatArray) -> None:
    for plane in askew(codes):
        np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-5)
        places = np.array([[0, 0], [1.5, -2], [-3, 0.25]], np.float32)
        np.testing.assert_allclose(plane.to_plane(plane.to_latent(places)), places, atol=1e-5)
        assert plane.holds(plane.to_latent([2.0, 1.0]))


def test_what_moves_along_a_plane_stays_as_far_beside_it(codes: FloatArray) -> None:
    for plane in askew(codes):
        point = codes[33]
        moved = point
        for step in range(500):
            moved = plane.at(moved, step / 100, -step / 70)
        np.testing.assert_allclose(plane.to_plane(moved), [4.99, -499 / 70], atol=1e-4)
        assert plane.level(point, moved)
        np.testing.assert_allclose(moved - plane.nearest(moved), point - plane.nearest(point), atol=1e-4)
        assert not plane.holds(point)


def test_a_grid_is_laid_out_like_a_picture_beside_the_plane_too(codes: FloatArray) -> None:
    xs, ys = [-1.0, 0.0, 2.0], [0.5, -0.5]
    for plane in [axes_plane(6, 3, 1), *askew(codes)]:
        grid = plane.grid(codes[5], xs, ys)
        assert grid.shape == (6, 6) and grid.dtype == np.float32
        wanted = [(x, y) for y in (0.5, -0.5) for x in xs]
        np.testing.assert_allclose(plane.to_plane(grid), wanted, atol=1e-5)
        assert all(plane.level(codes[5], code) for code in grid)


def test_principal_components_are_where_the_codes_vary_most(codes: FloatArray) -> None:
    plane = principal_plane(codes)
    spreads = plane.to_plane(codes).std(axis=0)
    assert spreads[0] > 4 and 1.5 < spreads[1] < 2.5
    np.testing.assert_allclose(plane.to_plane(codes).mean(axis=0), 0, atol=1e-4)
    rest = codes - codes.mean(axis=0)
    beside = rest - plane.to_plane(codes) @ plane.directions
    share = 1 - (beside**2).sum() / (rest**2).sum()
    first, second = (100 * spreads**2 / (rest**2).sum(axis=1).mean()).round()
    assert share > 0.98
    assert plane.title == f"Principal components: {first:.0f} % and {second:.0f} % of the codes’ variance"


def test_three_digits_lie_on_their_plane_around_its_origin(codes: FloatArray) -> None:
    digits = (4, 90, 7)
    plane = plane_through(codes, digits)
    places = plane.to_plane(codes[list(digits)])
    np.testing.assert_allclose(plane.to_latent(places), codes[list(digits)], atol=1e-4)
    np.testing.assert_allclose(places.mean(axis=0), 0, atol=1e-5)
    # The first two side by side, the third above them.
    assert places[0, 1] == pytest.approx(places[1, 1], abs=1e-5)
    assert places[1, 0] > places[0, 0] and places[2, 1] > places[0, 1]


def test_three_digits_on_a_line_have_no_plane_of_their_own(codes: FloatArray) -> None:
    lined = codes.copy()
    lined[2] = lined[0] + 0.25 * (lined[1] - lined[0])
    for digits in ((0, 1, 2), (0, 0, 1), (5, 5, 5)):
        with pytest.raises(ConfigurationError, match="on one line"):
            plane_through(lined, digits)
    with pytest.raises(ConfigurationError, match="one direction"):
        principal_plane(np.outer(np.arange(9), np.ones(4)).astype(np.float32))
    with pytest.raises(ConfigurationError):
        principal_plane(np.full((9, 4), np.nan, np.float32))


def test_a_plane_follows_other_codes_without_turning_over(codes: FloatArray) -> None:
    principal = principal_plane(codes)
    later = codes * np.float32(1.1) + np.float32(0.01)
    again = remade(principal, later)
    assert not again.same_as(principal)
    assert (again.directions * principal.directions).sum(axis=1).tolist() == pytest.approx([1, 1], abs=1e-3)
    # The other way round is as good a pair of components; it goes on as it was.
    turned = Plane(
        "principal", principal.origin, -principal.directions, "", principal.names, principal.spoken
    )
    assert ((remade(turned, later).directions * turned.directions).sum(axis=1) > 0.99).all()
    digits = plane_through(codes, (4, 90, 7))
    np.testing.assert_array_equal(remade(digits, later).origin, plane_through(later, (4, 90, 7)).origin)
    assert remade(digits, np.zeros_like(codes)) is digits
    axes = axes_plane(6, 0, 1)
    assert remade(axes, later) is axes


def test_points_beside_a_plane_have_a_distance_from_it() -> None:
    codes = np.random.default_rng(3).normal(size=(200, 6)).astype(np.float32)
    for plane in (axes_plane(6, 1, 4), principal_plane(codes), plane_through(codes, (3, 8, 40))):
        cursor = codes[7]
        distances = plane.beside(cursor, codes)
        moved = np.stack([plane.at(cursor, *plane.to_plane(code).tolist()) for code in codes])
        assert np.allclose(distances, np.linalg.norm(codes - moved, axis=1), atol=1e-4)
        along = plane.at(cursor, 2.5, -1.0)
        assert plane.beside(cursor, along[np.newaxis]).tolist() == [0.0]
    assert axes_plane(2, 0, 1).beside(codes[0, :2], codes[:, :2]).max() == 0
