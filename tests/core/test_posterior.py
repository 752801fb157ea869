"""What the encoder is unsure of."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vae_desktop.core.losses import kl_divergence
from vae_desktop.core.plane import axes_plane, principal_plane
from vae_desktop.core.posterior import dimension_kl, inactive_dimensions, posterior_draws, posterior_outline
from vae_desktop.core.region import points_inside


def test_the_dimensions_share_the_kl_among_them() -> None:
    rng = np.random.default_rng(0)
    means = rng.normal(size=(50, 4)).astype(np.float32)
    logvars = rng.normal(size=(50, 4)).astype(np.float32)
    whole = kl_divergence(torch.from_numpy(means), torch.from_numpy(logvars)).mean().item()
    assert dimension_kl(means, logvars).sum() == pytest.approx(whole, rel=1e-4)


def test_a_dimension_whose_posterior_is_the_prior_is_inactive() -> None:
    rng = np.random.default_rng(1)
    means = rng.normal(size=(500, 3)).astype(np.float32)
    logvars = np.full((500, 3), -3, np.float32)
    means[:, 1] *= 0.05
    logvars[:, 1] = 0.01
    # Of the mean alone nobody could tell: this one says as little of each digit, but is narrow.
    means[:, 2] = 0
    assert inactive_dimensions(means, logvars) == {1}


def test_draws_of_one_posterior_have_its_mean_and_width() -> None:
    mean, logvar = np.array([1.0, -2.0, 0.5], np.float32), np.array([0.0, -4.0, 1.0], np.float32)
    draws = posterior_draws(mean, logvar, 4000, seed=3)
    assert draws.dtype == np.float32 and draws.shape == (4000, 3)
    np.testing.assert_allclose(draws.mean(axis=0), mean, atol=0.1)
    np.testing.assert_allclose(draws.std(axis=0), np.exp(logvar / 2), rtol=0.05)
    np.testing.assert_array_equal(draws[:5], posterior_draws(mean, logvar, 5, seed=3))
    assert not np.array_equal(draws[:5], posterior_draws(mean, logvar, 5, seed=4))


def test_the_ellipse_is_the_shadow_of_the_posterior() -> None:
    rng = np.random.default_rng(0)
    mean, logvar = rng.normal(size=6).astype(np.float32), rng.normal(size=6).astype(np.float32)
    codes = rng.normal(size=(40, 6)).astype(np.float32)
    draws = posterior_draws(mean, logvar, 20_000, seed=0)
    for plane in (axes_plane(6, 4, 1), principal_plane(codes)):
        outline = posterior_outline(plane, mean, logvar, 2.0)
        places = plane.to_plane(draws)
        # Of a normal distribution of two dimensions, 1 − e⁻² lie within two standard deviations.
        assert len(points_inside(places, outline)) / len(places) == pytest.approx(1 - np.exp(-2), abs=0.01)
        np.testing.assert_allclose(outline.mean(axis=0), plane.to_plane(mean), atol=1e-4)


def test_the_ellipse_along_two_axes_is_as_wide_as_their_deviations() -> None:
    logvar = np.log(np.array([0.25, 9.0, 0.04], np.float32))
    outline = posterior_outline(axes_plane(3, 2, 0), np.zeros(3, np.float32), logvar, 1.0)
    np.testing.assert_allclose(outline.max(axis=0), [0.2, 0.5], rtol=1e-2)
    line = posterior_outline(axes_plane(1, 0, 0), np.array([2.0], np.float32), logvar[:1], 1.0)
    assert np.abs(line[:, 1]).max() < 1e-6 and line[:, 0].max() == pytest.approx(2.5, rel=1e-2)


def test_what_went_astray_is_answered_without_a_word() -> None:
    means, logvars = np.full((3, 2), np.nan, np.float32), np.full((3, 2), 500, np.float32)
    assert inactive_dimensions(means, logvars) == frozenset()
    assert not np.isfinite(posterior_draws(means[0], logvars[0], 4, seed=0)).any()
