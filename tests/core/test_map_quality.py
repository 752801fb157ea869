"""The figures of a map."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from tests.core.test_placement import groups
from vae_desktop.core import map_quality as module
from vae_desktop.core.config import TsneConfig
from vae_desktop.core.errors import ProjectionError
from vae_desktop.core.map_quality import MapQuality, map_quality
from vae_desktop.core.projection import tsne


def finish(work) -> MapQuality:
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def test_a_good_map_and_a_shuffled_one() -> None:
    codes, names = groups(100, 1)
    *_, last = tsne(codes, TsneConfig(perplexity=15))
    good = finish(map_quality(last.embedding, codes, names, perplexity=15))
    assert good.kl == pytest.approx(last.kl, rel=2e-3)
    assert good.map_accuracy > 0.98
    assert good.code_accuracy == 1.0
    assert good.trustworthiness == pytest.approx(
        trustworthiness(codes, last.embedding, n_neighbors=10), abs=1e-6
    )
    assert (good.points, good.sampled) == (400, 400)

    shuffled = np.random.default_rng(2).permutation(last.embedding)
    bad = finish(map_quality(shuffled, codes, names, perplexity=15))
    assert bad.map_accuracy < 0.5
    assert bad.code_accuracy == 1.0
    assert bad.preserved < 0.1 < 0.3 < good.preserved
    assert bad.trustworthiness < 0.6
    assert bad.kl > good.kl + 1


def test_what_a_plane_shows_of_itself_is_perfect() -> None:
    plane = np.random.default_rng(3).normal(size=(200, 2))
    found = finish(map_quality(plane, plane))
    assert found.preserved == found.trustworthiness == 1.0
    assert found.map_accuracy is None


def test_of_many_points_a_sample_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    codes, names = groups(200, 1)
    *_, last = tsne(codes, TsneConfig(perplexity=15, iterations=100))
    whole = finish(map_quality(last.embedding, codes, names, perplexity=15))
    monkeypatch.setattr(module, "PAIRS", 400 * 800)
    part = finish(map_quality(last.embedding, codes, names, perplexity=15))
    assert (part.points, part.sampled) == (800, 400)
    assert part.kl == pytest.approx(whole.kl, rel=0.03)
    assert part.preserved == pytest.approx(whole.preserved, abs=0.03)
    assert part.trustworthiness == pytest.approx(whole.trustworthiness, abs=0.01)


def test_it_can_be_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    codes, names = groups(100, 4)
    monkeypatch.setattr(module, "PAIRS_PER_SLICE", 4_000)
    work = map_quality(codes[:, :2], codes, names, perplexity=15)
    assert sum(1 for _ in work) > 40
    work = map_quality(codes[:, :2], codes, names, perplexity=15)
    next(work)
    work.close()


def test_what_does_not_fit_is_refused() -> None:
    codes, _ = groups(100, 5)
    with pytest.raises(ProjectionError, match="do not belong"):
        finish(map_quality(codes[:50, :2], codes))
    with pytest.raises(ProjectionError, match="too few"):
        finish(map_quality(codes[:90, :2], codes[:90]))
