"""Samplers of the aggregate posterior, and the truncated prior."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from vae_desktop.core.errors import ConfigurationError, DataError
from vae_desktop.core.samplers import (
    Mixture,
    aggregate_codes,
    digits_for_rows,
    fit_gaussians,
    kernel_density,
    posterior_mixture,
    truncated_prior_codes,
)
from vae_desktop.core.sampling import prior_codes
from vae_desktop.core.steps import result_of


def two_groups(count: int = 2000) -> np.ndarray:
    """Codes in two groups far apart, three times as many in the first, each long in one direction."""
    random = np.random.default_rng(0)
    first = random.normal(size=(3 * count // 4, 3)) * (0.2, 1.0, 0.1) + (5, 0, 0)
    second = random.normal(size=(count // 4, 3)) * (0.5, 0.1, 0.3) + (-5, 2, 0)
    return np.concatenate([first, second])


def gaussians(codes: np.ndarray) -> Mixture:
    return result_of(fit_gaussians(codes, components=2, seed=0))


MIXTURES: list[Callable[[np.ndarray], Mixture]] = [gaussians, kernel_density]


@pytest.mark.parametrize("fit", MIXTURES, ids=["gmm", "kde"])
def test_draws_are_like_the_data_and_not_like_the_prior(fit: Callable[[np.ndarray], Mixture]) -> None:
    data = two_groups()
    drawn = fit(data).draw(4000, seed=1).astype(np.float64)
    assert (drawn[:, 0] > 0).mean() == pytest.approx(0.75, abs=0.03)
    for side in (1, -1):
        here, there = drawn[side * drawn[:, 0] > 0], data[side * data[:, 0] > 0]
        assert np.abs(here.mean(axis=0) - there.mean(axis=0)).max() < 0.15


def test_a_fitted_mixture_has_the_groups_own_shapes() -> None:
    drawn = gaussians(two_groups(8000)).draw(20_000, seed=2)
    assert np.allclose(drawn[drawn[:, 0] > 0].std(axis=0), (0.2, 1.0, 0.1), rtol=0.1)
    assert np.allclose(drawn[drawn[:, 0] < 0].std(axis=0), (0.5, 0.1, 0.3), rtol=0.1)


def test_kernels_are_as_wide_as_asked() -> None:
    data = np.random.default_rng(3).normal(size=(500, 2)) * (4.0, 1.0)
    estimate = kernel_density(data, bandwidth=0.5)
    moved = estimate.draw(20_000, seed=0) - estimate.draw(20_000, seed=0, temperature=0.0)
    assert np.allclose(np.cov(moved.T), 0.25 * np.cov(data.T), rtol=0.05, atol=0.02)


@pytest.mark.parametrize("fit", MIXTURES, ids=["gmm", "kde"])
def test_the_seed_decides(fit: Callable[[np.ndarray], Mixture]) -> None:
    one, other = fit(two_groups()), fit(two_groups())
    assert np.array_equal(one.draw(50, seed=7), other.draw(50, seed=7))
    assert not np.array_equal(one.draw(50, seed=7), one.draw(50, seed=8))
    assert np.array_equal(one.draw(200, seed=7)[:50], one.draw(50, seed=7))


@pytest.mark.parametrize("fit", MIXTURES, ids=["gmm", "kde"])
def test_temperature_scales_the_spread(fit: Callable[[np.ndarray], Mixture]) -> None:
    mixture = fit(two_groups())
    middle = mixture.draw(100, seed=3, temperature=0.0).astype(np.float64)
    plain = mixture.draw(100, seed=3).astype(np.float64)
    assert np.allclose(mixture.draw(100, seed=3, temperature=2.0) - middle, 2 * (plain - middle), atol=1e-5)
    distances = np.linalg.norm(middle[:, None] - mixture.means, axis=2).min(axis=1)
    assert distances.max() < 1e-5


def test_the_posterior_of_chosen_digits() -> None:
    means = np.array([[1.0, -2.0], [5.0, 5.0]])
    logvars = np.log(np.array([[0.25, 0.01], [1.0, 4.0]]))
    mixture = posterior_mixture(means, logvars)
    each = mixture.draw_each(5000, seed=4).reshape(2, 5000, 2)
    assert np.allclose(each.mean(axis=1), means, atol=0.1)
    assert np.allclose(each.std(axis=1), np.exp(logvars / 2), rtol=0.05)
    assert np.array_equal(mixture.draw_each(1, temperature=0.0), means.astype(np.float32))
    drawn = mixture.draw(2000, seed=4)
    assert (drawn[:, 0] > 3).mean() == pytest.approx(0.5, abs=0.05)


def test_the_digits_that_have_a_row_get_the_same_rows_without_the_others() -> None:
    many = np.arange(3, 3000, 7)
    for seed in range(5):
        rows = digits_for_rows(many, 8, seed)
        assert len(set(rows.tolist())) == 8 and np.isin(rows, many).all()
        assert np.array_equal(digits_for_rows(np.sort(rows), 8, seed), rows)
        assert np.array_equal(digits_for_rows(many, 20, seed)[:8], rows), "more rows go on from these"
    assert not np.array_equal(digits_for_rows(many, 8, 0), digits_for_rows(many, 8, 1))
    few = digits_for_rows([9, 4], 5)
    assert set(few.tolist()) == {4, 9} and np.array_equal(few[:3], few[2:])
    assert not len(digits_for_rows([], 5))


def test_the_aggregate_posterior_has_its_images_spread_and_their_noise() -> None:
    means = np.random.default_rng(5).normal(size=(20_000, 2)) * (2.0, 0.0)
    codes = aggregate_codes(means, np.log(np.full_like(means, 0.09)), seed=6)
    assert np.allclose(codes.var(axis=0), (4.09, 0.09), rtol=0.05)
    assert np.array_equal(codes, aggregate_codes(means, np.log(np.full_like(means, 0.09)), seed=6))


@pytest.mark.parametrize("dimensions", [1, 2, 20])
@pytest.mark.parametrize("quantile", [0.1, 0.9])
def test_a_truncated_prior_is_the_prior_within_a_radius(dimensions: int, quantile: float) -> None:
    whole = prior_codes(20_000, dimensions, seed=1)
    cut = truncated_prior_codes(20_000, dimensions, seed=1, quantile=quantile)
    radii = np.linalg.norm(whole, axis=1)
    inner = radii[radii <= np.quantile(radii, quantile)]
    found = np.linalg.norm(cut, axis=1)
    for share in (0.1, 0.5, 0.9, 1.0):
        assert np.quantile(found, share) == pytest.approx(np.quantile(inner, share), rel=0.1, abs=0.01)
    # Each code keeps its direction.
    cosines = (whole * cut).sum(axis=1) / (radii * found)
    assert cosines.min() > 0.999


def test_a_prior_that_is_not_cut_is_the_prior() -> None:
    assert np.array_equal(truncated_prior_codes(64, 5, seed=3), prior_codes(64, 5, seed=3))
    assert np.allclose(
        truncated_prior_codes(64, 5, seed=3, quantile=1 - 1e-9), prior_codes(64, 5, seed=3), atol=1e-4
    )


def test_one_dimension_and_few_codes() -> None:
    line = np.array([[1.0], [2.0], [4.0]])
    assert np.isfinite(kernel_density(line).draw(10)).all()
    assert np.isfinite(result_of(fit_gaussians(line, components=10)).draw(10)).all()
    same = np.ones((6, 3))
    assert np.allclose(kernel_density(same).draw(4), 1.0)
    assert np.allclose(result_of(fit_gaussians(same, components=2)).draw(4), 1.0, atol=0.1)


@pytest.mark.parametrize("codes", [np.zeros((0, 2)), np.zeros((1, 2)), np.full((9, 2), np.nan)])
def test_too_little_to_learn_from_is_told(codes: np.ndarray) -> None:
    with pytest.raises(DataError):
        kernel_density(codes)
    with pytest.raises(DataError):
        result_of(fit_gaussians(codes))


@pytest.mark.parametrize(
    "draw",
    [
        lambda: kernel_density(two_groups()).draw(0),
        lambda: kernel_density(two_groups()).draw(3, seed=-1),
        lambda: kernel_density(two_groups()).draw(3, temperature=math.nan),
        lambda: kernel_density(two_groups(), bandwidth=0.0),
        lambda: result_of(fit_gaussians(two_groups(), components=0)),
        lambda: truncated_prior_codes(3, 2, quantile=0.0),
        lambda: truncated_prior_codes(3, 2, quantile=1.1),
        lambda: truncated_prior_codes(3, 2, quantile=math.nan),
    ],
)
def test_numbers_outside_their_range_are_refused(draw: Callable[[], object]) -> None:
    with pytest.raises(ConfigurationError):
        draw()
