"""Neighbours and affinities of codes."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import pytest

from vae_desktop.core.affinities import affinities, nearest_neighbours


def finish(generator: Generator[None, None, Any]) -> Any:
    while True:
        try:
            next(generator)
        except StopIteration as end:
            return end.value


@pytest.mark.parametrize("dimensions", [2, 20], ids=["by a tree", "by all pairs"])
def test_neighbours_are_exact(dimensions: int) -> None:
    codes = np.random.default_rng(1).normal(size=(3_000, dimensions)) + 100.0
    indices, distances = finish(nearest_neighbours(codes, 7))
    for row in range(0, 3_000, 97):
        all_distances = np.linalg.norm(codes - codes[row], axis=1)
        order = np.argsort(all_distances)
        assert indices[row].tolist() == order[1:8].tolist()
        assert np.allclose(distances[row], all_distances[order[1:8]], atol=1e-6)


@pytest.mark.parametrize("dimensions", [2, 20])
def test_no_code_is_its_own_neighbour_among_equals(dimensions: int) -> None:
    codes = np.repeat(np.random.default_rng(2).normal(size=(5, dimensions)), 40, axis=0)
    indices, distances = finish(nearest_neighbours(codes, 9))
    assert (indices != np.arange(200)[:, None]).all()
    assert all(len(set(row)) == 9 for row in indices.tolist())
    assert np.abs(distances).max() < 1e-6


def test_affinities_are_a_symmetric_distribution() -> None:
    joint = finish(affinities(np.random.default_rng(3).normal(size=(400, 5)), 20.0))
    assert joint.shape == (400, 400)
    assert joint.sum() == pytest.approx(1.0)
    assert abs(joint - joint.T).max() < 1e-12
    assert not joint.diagonal().any()


def test_the_perplexity_is_met() -> None:
    # With all other points as neighbours, 2 to the entropy of each conditional distribution is the perplexity.
    codes = np.random.default_rng(4).normal(size=(91, 3))
    joint = finish(affinities(codes, 30.0)).toarray()
    spread = finish(affinities(codes, 5.0)).toarray()
    entropy = [-(p[p > 0] * np.log(p[p > 0])).sum() for p in (joint, spread)]
    assert entropy[0] - entropy[1] == pytest.approx(np.log(30 / 5), abs=0.25)


def test_a_second_map_of_the_same_codes_does_not_search_again() -> None:
    codes = np.random.default_rng(5).normal(size=(300, 4))
    first = finish(affinities(codes, 10.0))
    assert finish(affinities(codes.copy(), 10.0)) is first
    assert finish(affinities(codes, 11.0)) is not first
    with pytest.raises(ValueError, match="read-only"):
        first.data[:] = 0
