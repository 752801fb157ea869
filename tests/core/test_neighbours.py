"""The nearest codes, found exactly."""

from __future__ import annotations

import numpy as np
import pytest

from vae_desktop.core.neighbours import BLOCK, nearest_codes, vote


@pytest.mark.parametrize(("count", "dimensions"), [(300, 1), (300, 2), (2 * BLOCK + 17, 20)])
def test_they_are_those_that_sorting_all_finds(count: int, dimensions: int) -> None:
    codes = np.random.default_rng(1).normal(size=(count, dimensions)).astype(np.float32)
    for index in (0, count // 2, count - 1):
        rows, distances = nearest_codes(codes, codes[index], 7, without=index)
        exact = np.linalg.norm(codes.astype(np.float64) - codes[index], axis=1)
        exact[index] = np.inf
        assert rows.tolist() == np.argsort(exact, kind="stable")[:7].tolist()
        np.testing.assert_allclose(distances, exact[rows], rtol=1e-5)


def test_of_equal_ones_the_first_and_never_more_than_there_are() -> None:
    codes = np.zeros((5, 3), np.float32)
    rows, distances = nearest_codes(codes, codes[2], 3, without=2)
    assert rows.tolist() == [0, 1, 3] and distances.tolist() == [0, 0, 0]
    assert nearest_codes(codes, codes[2], 9, without=2)[0].tolist() == [0, 1, 3, 4]
    assert nearest_codes(codes, codes[2], 9)[0].tolist() == [0, 1, 2, 3, 4]
    assert nearest_codes(codes[:1], codes[0], 3, without=0)[0].tolist() == []
    assert nearest_codes(codes[:0], codes[0], 3)[0].tolist() == []


def test_the_commonest_class_wins_and_of_equally_common_ones_the_nearer() -> None:
    assert vote(np.array([3, 1, 1, 1])) == (1, 0.75)
    assert vote(np.array([7, 2, 2, 7])) == (7, 0.5)
    assert vote(np.array([5])) == (5, 1.0)
    random = np.random.default_rng(0)
    for _ in range(50):
        labels = random.integers(0, 3, 10)
        winner, share = vote(labels)
        counts = np.bincount(labels, minlength=3)
        assert counts[winner] == counts.max() and share == counts.max() / 10
        rivals = np.flatnonzero(counts == counts.max())
        assert labels.tolist().index(winner) == min(labels.tolist().index(rival) for rival in rivals)
