"""Repulsive forces on a grid, against those between all pairs."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.sparse import random_array

from vae_desktop.core.attraction import Attraction, DeviceAttraction
from vae_desktop.core.repulsion import Repulsion
from vae_desktop.core.side_by_side import helping_threads
from vae_desktop.core.steps import result_of

WIDTHS = [1e-4, 1e-2, 1.0, 3.0, 10.0, 30.0, 60.0, 120.0, 200.0]


def exactly(points: torch.Tensor, at: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Forces and potentials by all pairs, in float64."""
    apart = at.double()[:, None] - points.double()
    close = 1 / (1 + (apart**2).sum(dim=2))
    return ((close**2)[:, :, None] * apart).sum(dim=1), close.sum(dim=1)


def points_of(kind: str, width: float) -> torch.Tensor:
    """1,000 points, more than are done by all pairs, on a map of this width, and not around 0."""
    random = np.random.default_rng(3)
    points = random.normal(size=(1_000, 2))
    if kind == "groups":
        points = 8 * random.normal(size=(10, 2)).repeat(100, axis=0) + points
    if kind == "narrow":
        points[:, 1] *= 0.2
    points = (points - points.min(axis=0)) / np.ptp(points, axis=0).max()
    return torch.from_numpy((points - 0.3) * width).float()


def error(found: torch.Tensor, exact: torch.Tensor) -> float:
    return float((found - exact).norm() / exact.norm())


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", ["one group", "groups", "narrow"])
@pytest.mark.parametrize("way", ["as on the processor", "as on a GPU"])
def test_forces_are_within_three_percent_on_maps_of_any_width(kind: str, width: float, way: str) -> None:
    points = points_of(kind, width)
    exact_forces, exact_potentials = exactly(points, points)
    repulsion = Repulsion(torch.device("cpu"))
    repulsion._on_processor = way == "as on the processor"
    for turn in (0, 1, 7):
        forces, potentials = repulsion.field(points, turn)(points)
        assert error(forces, exact_forces) < 3e-2
        total, exact_total = float(potentials.sum()) - 1_000, float(exact_potentials.sum()) - 1_000
        assert total == pytest.approx(exact_total, rel=1e-2)


def test_errors_of_many_iterations_cancel_out() -> None:
    points = points_of("groups", 120.0)
    repulsion = Repulsion(torch.device("cpu"))
    exact, _ = exactly(points, points)
    found = [repulsion.field(points, turn)(points)[0] for turn in range(30)]
    assert error(sum(found) / 30, exact) < 0.5 * error(found[0], exact)


@pytest.mark.parametrize("pieces", range(1, 10))
def test_whoever_gives_up_in_between_leaves_nothing_half_done(pieces: int) -> None:
    wide, narrow = points_of("groups", 120.0), points_of("groups", 30.0)
    repulsion = Repulsion(torch.device("cpu"))
    repulsion.field(narrow, 0)
    given_up = repulsion.steps(wide, 1)
    for _ in range(pieces):
        next(given_up)
    given_up.close()
    for points in (narrow, wide):
        forces, _ = repulsion.field(points, 2)(points)
        assert torch.equal(forces, Repulsion(torch.device("cpu")).field(points, 2)(points)[0])


def test_forces_elsewhere_than_at_the_maps_points() -> None:
    points = points_of("groups", 30.0)
    low, high = torch.aminmax(points, dim=0)
    at = low + (high - low) * torch.rand(200, 2, generator=torch.Generator().manual_seed(0))
    at = torch.cat((at, low[None], high[None]))
    forces, potentials = Repulsion(torch.device("cpu")).field(points, 3)(at)
    exact_forces, exact_potentials = exactly(points, at)
    assert error(forces, exact_forces) < 3e-2
    assert error(potentials, exact_potentials) < 3e-2


def test_points_on_top_of_each_other_do_not_push() -> None:
    points = torch.full((50, 2), 7.0)
    forces, potentials = Repulsion(torch.device("cpu")).field(points, 1)(points)
    assert forces.abs().max() < 1e-3
    assert torch.allclose(potentials, torch.full((50,), 50.0), rtol=1e-3)


def test_attraction_is_the_same_by_both_ways() -> None:
    joint = random_array((300, 300), density=0.1, format="csr", rng=np.random.default_rng(0))
    joint = (joint / joint.sum()).tocsr()
    points = torch.randn(300, 2, generator=torch.Generator().manual_seed(0)) * 5
    dense = torch.from_numpy(joint.toarray())
    apart = points.double()[:, None] - points.double()
    near = 1 + (apart**2).sum(dim=2)
    exact = ((dense / near)[:, :, None] * apart).sum(dim=1)
    kept = dense > 0
    divergence = float((dense[kept] * (dense[kept] * near[kept]).log()).sum())
    with helping_threads("test") as helpers:
        ways = [Attraction(joint, helpers), DeviceAttraction(joint, torch.device("cpu"))]
        for way in ways:
            forces, found = result_of(way.begin(points, True)())
            assert error(forces, exact) < 1e-5
            assert float(found) == pytest.approx(divergence, rel=1e-5)
            assert result_of(way.begin(points, False)())[1] is None
