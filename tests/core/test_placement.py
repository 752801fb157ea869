"""New points in a standing map."""

from __future__ import annotations

import numpy as np
import pytest

from vae_desktop.core.config import TsneConfig
from vae_desktop.core.errors import ProjectionError
from vae_desktop.core.placement import place
from vae_desktop.core.projection import tsne


def groups(size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Codes of four groups, which are the same for every seed."""
    centres = 6 * np.random.default_rng(0).normal(size=(4, 6))
    names = np.arange(4).repeat(size)
    return (centres[names] + np.random.default_rng(seed).normal(size=(4 * size, 6))).astype(np.float32), names


@pytest.fixture(scope="module")
def standing() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    codes, names = groups(75, 1)
    *_, last = tsne(codes, TsneConfig(perplexity=15))
    return last.embedding, codes, names


@pytest.mark.parametrize("count", [1, 10, 300], ids=["one", "by all pairs", "by interpolation"])
def test_new_points_come_among_their_own_group(standing, count: int) -> None:
    embedding, codes, names = standing
    new, new_names = groups(300, 2)
    chosen = np.random.default_rng(3).choice(len(new), count if count < 300 else 1_000, replace=False)
    placed = place(embedding, codes, new[chosen])
    assert placed.shape == (len(chosen), 2)
    assert placed.dtype == np.float32
    nearest = np.linalg.norm(placed[:, None] - embedding, axis=2).argmin(axis=1)
    assert (names[nearest] == new_names[chosen]).mean() > 0.97


def test_a_code_of_the_map_comes_near_where_it_is(standing) -> None:
    embedding, codes, _ = standing
    placed = place(embedding, codes, codes[::7])
    away = np.linalg.norm(placed - embedding[::7], axis=1)
    assert np.median(away) < 0.02 * np.ptp(embedding, axis=0).max()


def test_far_codes_and_equal_codes_stay_on_the_map(standing) -> None:
    embedding, codes, _ = standing
    placed = place(embedding, codes, np.array([[1e6] * 6, [0.0] * 6]))
    assert (placed >= embedding.min(axis=0)).all()
    assert (placed <= embedding.max(axis=0)).all()
    same = place(np.zeros((3, 2)), np.ones((3, 4)), np.ones((2, 4)))
    assert np.abs(same).max() < 1e-6
    assert place(embedding, codes, np.empty((0, 6))).shape == (0, 2)


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (np.zeros((2, 5)), "do not belong"),
        (np.full((1, 6), np.nan), "not a number"),
        (np.zeros(6), "do not belong"),
    ],
)
def test_what_does_not_fit_is_refused(standing, new: np.ndarray, words: str) -> None:
    embedding, codes, _ = standing
    with pytest.raises(ProjectionError, match=words):
        place(embedding, codes, new)
