"""Exact neighbours in latent space, and how much of the data lies as lonely as a place."""

from __future__ import annotations

import numpy as np
import pytest

from vae_desktop.core.errors import DataError
from vae_desktop.core.latent_density import NearestCodes, Support, measure_support
from vae_desktop.core.steps import result_of


def support_of(codes: np.ndarray, seed: int = 0) -> Support:
    return result_of(measure_support(NearestCodes(codes), seed))


@pytest.mark.parametrize("dimensions", [1, 2, 6, 20, 200])
@pytest.mark.parametrize("offset", [0.0, 1000.0])
def test_neighbours_are_the_exact_ones(dimensions: int, offset: float) -> None:
    random = np.random.default_rng(0)
    codes = (random.normal(size=(3000, dimensions)) + offset).astype(np.float32)
    places = random.normal(size=(20, dimensions)) * 2 + offset
    found, distances = NearestCodes(codes).nearest(places, 10)
    every = np.linalg.norm(codes.astype(np.float64)[None] - places[:, None], axis=2)
    assert np.allclose(distances, np.sort(every, axis=1)[:, :10], rtol=1e-9)
    assert np.allclose(np.take_along_axis(every, found, axis=1), distances, rtol=1e-9)
    # One place at a time it is the same.
    for place, those, far in zip(places, found, distances, strict=True):
        alone, its_far = NearestCodes(codes).nearest(place, 10)
        assert np.array_equal(alone[0], those)
        assert np.allclose(its_far[0], far, rtol=1e-9)


@pytest.mark.parametrize("dimensions", [2, 20])
def test_a_code_is_its_own_nearest_among_many_near_ones(dimensions: int) -> None:
    codes = 5 + 1e-4 * np.random.default_rng(1).normal(size=(2000, dimensions)).astype(np.float32)
    codes = codes.astype(np.float32)
    found, distances = NearestCodes(codes).nearest(codes[:50], 1)
    assert (distances == 0).all()
    assert np.array_equal(codes[found[:, 0]], codes[:50])


@pytest.mark.parametrize("dimensions", [2, 20])
def test_no_more_neighbours_than_there_are(dimensions: int) -> None:
    found, distances = NearestCodes(np.zeros((3, dimensions))).nearest(np.ones(dimensions), 10)
    assert sorted(found[0]) == [0, 1, 2]
    assert np.allclose(distances, np.sqrt(dimensions))


@pytest.mark.parametrize("codes", [np.zeros((0, 2)), np.zeros(3), np.full((4, 2), np.inf)])
def test_no_codes_no_neighbours(codes: np.ndarray) -> None:
    with pytest.raises(DataError):
        NearestCodes(codes)


@pytest.mark.parametrize("dimensions", [2, 20])
def test_support_of_data_is_spread_evenly_over_the_shares(dimensions: int) -> None:
    random = np.random.default_rng(2)
    support = support_of(random.normal(size=(8000, dimensions)))
    shares = support.shares(random.normal(size=(4000, dimensions)))
    for share in (0.1, 0.5, 0.9):
        assert np.mean(shares <= share) == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize("dimensions", [2, 20])
def test_support_falls_from_the_middle_of_the_data_to_nothing(dimensions: int) -> None:
    codes = np.random.default_rng(3).normal(size=(5000, dimensions))
    outwards = np.outer(np.linspace(0, 40, 30), np.eye(dimensions)[0])
    shares = support_of(codes).shares(outwards)
    assert shares[0] > 0.8
    assert shares[-1] == 0
    assert (np.diff(shares) <= 0.02).all()


def test_a_gap_between_two_groups_is_off_the_data() -> None:
    random = np.random.default_rng(4)
    codes = np.concatenate([random.normal(size=(1000, 2)) - 20, random.normal(size=(1000, 2)) + 20])
    between, inside = support_of(codes).shares([[0.0, 0.0], [20.0, 20.0]])
    assert between == 0
    assert inside > 0.5


def test_the_seed_decides_and_few_codes_suffice() -> None:
    codes = np.random.default_rng(5).normal(size=(6000, 2))
    places = codes[:200] * 1.5
    assert np.array_equal(support_of(codes).shares(places), support_of(codes).shares(places))
    assert np.abs(support_of(codes, 1).shares(places) - support_of(codes, 2).shares(places)).max() < 0.06
    assert support_of(codes[:3]).shares([[100.0, 0.0]]).tolist() == [0.0]
