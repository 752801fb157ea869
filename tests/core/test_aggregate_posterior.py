"""Where the encoded data lies, and how far a place is off it."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

import numpy as np
import pytest

from vae_desktop.core.aggregate_posterior import AggregatePosterior, aggregate_posterior, nearest_draws
from vae_desktop.core.terrain import class_regions, decoder_speed

T = TypeVar("T")


def finish(work: Generator[None, None, T]) -> T:
    """What a generator returns."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def two_clouds(dimensions: int, logvar: float | None = -2.0) -> AggregatePosterior:
    """800 digits around −3 and +3 of the first dimension, two classes."""
    rng = np.random.default_rng(0)
    labels = np.arange(800) % 2
    means = rng.normal(size=(800, dimensions)).astype(np.float32) * 0.3
    means[:, 0] += 6 * labels - 3
    logvars = None if logvar is None else np.full_like(means, logvar)
    return finish(aggregate_posterior(means, logvars, labels))


@pytest.mark.parametrize("dimensions", [2, 12])
def test_a_place_among_the_data_and_one_between(dimensions: int) -> None:
    posterior = two_clouds(dimensions)
    inside, between = np.zeros((2, dimensions), np.float32)
    inside[0] = -3
    assert posterior.quantile(inside) < 0.3
    assert posterior.quantile(between) == 1.0


def test_quantiles_are_those_of_the_data_itself() -> None:
    posterior = two_clouds(3)
    quantiles = [posterior.quantile(place) for place in posterior.draws[1::2]]
    # A draw itself counts among its ten nearest here, so it is a little nearer than its own kind.
    assert np.mean(np.array(quantiles) >= 0.9) == pytest.approx(0.08, abs=0.04)
    assert posterior.reach(0.5) < posterior.reach(0.99)


def test_draws_are_as_wide_as_the_posteriors_and_always_the_same() -> None:
    wide, narrow = two_clouds(2, 1.0), two_clouds(2, None)
    spread = np.sqrt(0.3**2 + np.exp(1.0))
    assert wide.draws[:, 1].std() == pytest.approx(spread, rel=0.1)
    assert narrow.draws[:, 1].std() == pytest.approx(0.3, rel=0.1)
    np.testing.assert_array_equal(wide.draws, two_clouds(2, 1.0).draws)


def test_codes_that_went_astray_do_not_count() -> None:
    means, logvars = np.full((40, 2), np.nan, np.float32), np.full((40, 2), 400, np.float32)
    means[20:] = 0
    posterior = finish(aggregate_posterior(means, logvars, np.zeros(40, np.int64)))
    assert len(posterior.draws) == 0 and posterior.quantile(np.zeros(2, np.float32)) == 0.0
    assert finish(class_regions(posterior, np.zeros((4, 2), np.float32), (2, 2))) is None


@pytest.mark.parametrize("by_tree", [True, False])
def test_nearest_draws_are_exact(by_tree: bool) -> None:
    rng = np.random.default_rng(1)
    draws, places = (rng.normal(size=(n, 4)).astype(np.float32) for n in (3000, 700))
    rows, distances = finish(nearest_draws(draws, places, 5, by_tree))
    every = np.linalg.norm(places[:, None] - draws[None], axis=2)
    np.testing.assert_allclose(np.sort(distances, axis=1), np.sort(every, axis=1)[:, :5], atol=1e-3)
    np.testing.assert_allclose(np.take_along_axis(every, rows, axis=1), distances, atol=1e-3)


@pytest.mark.parametrize("dimensions", [2, 12])
def test_regions_are_of_the_class_nearby(dimensions: int) -> None:
    posterior = two_clouds(dimensions)
    places = np.zeros((6, dimensions), np.float32)
    places[:, 0] = [-3, 0, 3, -3.2, 20, 2.8]
    regions = finish(class_regions(posterior, places, (2, 3)))
    assert regions is not None and regions.classes.shape == (2, 3)
    assert regions.classes[:, [0, 2]].tolist() == [[0, 1], [0, 1]]
    assert (regions.shares[:, [0, 2]] > 0.9).all()
    assert regions.distances[1, 1] > posterior.reach(0.99) > regions.distances[0, 0]
    middles = regions.middles(posterior.reach(0.99))
    assert middles[0] in {(0, 0), (1, 0)} and middles[1] in {(0, 2), (1, 2)}
    assert regions.distances[0, 0] == pytest.approx(
        np.sort(np.linalg.norm(posterior.draws - places[0], axis=1))[9], abs=1e-3
    )


def test_speed_is_the_norm_of_the_jacobian() -> None:
    xs, ys = np.arange(8) * 0.1, np.arange(5)[::-1] * 0.2
    # f(x, y) = (3x, 4y, x + y): its Jacobian is the same everywhere, of norm √(9 + 16 + 2).
    rows = [np.stack([3 * xs, np.full(8, 4 * y), xs + y], axis=1).astype(np.float32) for y in ys]
    speed = finish(decoder_speed(rows, (0.1, 0.2)))
    np.testing.assert_allclose(speed, np.full((5, 8), np.sqrt(27)), rtol=1e-4)
