"""The class that a code's neighbours take it for."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import pytest

from vae_desktop.core.neighbour_vote import neighbour_vote


def result(steps: Generator[None, None, np.ndarray]) -> np.ndarray:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def by_hand(codes: np.ndarray, labels: np.ndarray, count: int) -> np.ndarray:
    """The same, one code at a time."""
    found = []
    for index, code in enumerate(codes):
        distances = ((codes - code) ** 2).sum(axis=1)
        distances[index] = np.inf
        near = labels[np.argsort(distances)[:count]].tolist()
        found.append(max(near, key=lambda label: (near.count(label), -near.index(label))))
    return np.array(found)


@pytest.mark.parametrize("dimensions", [2, 20])
def test_the_commonest_class_among_the_others_wins(dimensions: int) -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 4, 600)
    centres = rng.normal(0, 1.6 / dimensions**0.5, (4, dimensions))
    codes = (centres[labels] + rng.normal(0, 1, (600, dimensions))).astype(np.float32)
    found = result(neighbour_vote(codes, labels))
    expected = by_hand(codes.astype(np.float64), labels, 10)
    np.testing.assert_array_equal(found, expected)
    assert 0.3 < np.mean(found == labels) < 1.0, "some digits are taken for others"
    assert not found.flags.writeable


def test_its_own_class_has_no_vote() -> None:
    codes = np.array([[0.0, 0], [0.1, 0], [0, 0.1], [0.1, 0.1]], np.float32)
    assert result(neighbour_vote(codes, np.array([1, 0, 0, 0]), 3)).tolist() == [0, 0, 0, 0]


def test_of_equally_common_classes_the_nearer_wins() -> None:
    codes = np.array([[0.0, 0], [1, 0], [-2, 0]], np.float32)
    assert result(neighbour_vote(codes, np.array([0, 1, 2]), 2))[0] == 1


def test_few_codes_and_one() -> None:
    assert result(neighbour_vote(np.zeros((1, 2), np.float32), np.array([3]))).tolist() == [3]
    assert result(neighbour_vote(np.zeros((4, 2), np.float32), np.array([1, 1, 1, 1]))).tolist() == [1] * 4
