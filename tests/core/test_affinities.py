"""Affinities of codes."""

from __future__ import annotations

import numpy as np
import pytest

from vae_desktop.core.affinities import affinities
from vae_desktop.core.steps import result_of


def test_affinities_are_a_symmetric_distribution() -> None:
    joint = result_of(affinities(np.random.default_rng(3).normal(size=(400, 5)), 20.0))
    assert joint.shape == (400, 400)
    assert joint.sum() == pytest.approx(1.0)
    assert abs(joint - joint.T).max() < 1e-12
    assert not joint.diagonal().any()


def test_the_perplexity_is_met() -> None:
    # With all other points as neighbours, 2 to the entropy of each conditional distribution is the perplexity.
    codes = np.random.default_rng(4).normal(size=(91, 3))
    joint = result_of(affinities(codes, 30.0)).toarray()
    spread = result_of(affinities(codes, 5.0)).toarray()
    entropy = [-(p[p > 0] * np.log(p[p > 0])).sum() for p in (joint, spread)]
    assert entropy[0] - entropy[1] == pytest.approx(np.log(30 / 5), abs=0.25)


def test_a_second_map_of_the_same_codes_does_not_search_again() -> None:
    codes = np.random.default_rng(5).normal(size=(300, 4))
    first = result_of(affinities(codes, 10.0))
    assert result_of(affinities(codes.copy(), 10.0)) is first
    assert result_of(affinities(codes, 11.0)) is not first
