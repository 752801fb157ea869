"""The nearest neighbours of every code, against sorting all distances."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from numpy.typing import NDArray

from vae_desktop.core import neighbour_search
from vae_desktop.core.neighbour_search import nearest_neighbours
from vae_desktop.core.steps import result_of

both_ways = pytest.mark.parametrize("dimensions", [2, 20], ids=["by a tree", "by all pairs"])


def check(codes: NDArray[np.float64], count: int, every: int = 1) -> None:
    """Compare with all distances from some rows."""
    indices, distances = result_of(nearest_neighbours(codes, count))
    assert indices.shape == distances.shape == (len(codes), count)
    for row in range(0, len(codes), every):
        lengths = np.linalg.norm(codes - codes[row], axis=1)
        lengths[row] = np.inf
        order = np.argsort(lengths)[:count]
        assert indices[row].tolist() == order.tolist()
        assert np.allclose(distances[row], lengths[order], rtol=1e-9)


@both_ways
def test_neighbours_are_exact(dimensions: int) -> None:
    # Far from the origin, where products of coordinates say little about differences.
    check(np.random.default_rng(1).normal(size=(3_000, dimensions)) + 100.0, 7, every=97)


def test_they_are_so_where_the_sample_misleads(monkeypatch: pytest.MonkeyPatch) -> None:
    # The nearest of the sample is taken for a bound, within which most rows have too few codes.
    monkeypatch.setattr(neighbour_search, "_sample", lambda total, count: (total // 8, 0))
    check(np.random.default_rng(2).normal(size=(300, 10)), 40)


@both_ways
@pytest.mark.parametrize("count", [1, 11])
def test_few_codes_and_all_of_them(dimensions: int, count: int) -> None:
    check(np.random.default_rng(3).normal(size=(12, dimensions)), count)


@both_ways
def test_no_code_is_its_own_neighbour_among_equals(dimensions: int) -> None:
    codes = np.repeat(np.random.default_rng(2).normal(size=(5, dimensions)), 40, axis=0)
    indices, distances = result_of(nearest_neighbours(codes, 9))
    assert (indices != np.arange(200)[:, None]).all()
    assert all(len(set(row)) == 9 for row in indices.tolist())
    assert np.abs(distances).max() < 1e-6


@both_ways
def test_giving_up_leaves_no_thread_behind(dimensions: int) -> None:
    work = nearest_neighbours(np.random.default_rng(4).normal(size=(5_000, dimensions)), 30)
    next(work)
    work.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("neighbours")]
