"""The two terms of the ELBO against other ways to compute them."""

from __future__ import annotations

import pytest
import torch
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence

from vae_desktop.core import losses


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def test_kl_is_that_of_two_normal_distributions() -> None:
    mean, logvar = draw(6, 5), draw(6, 5, seed=1)
    posterior = Independent(Normal(mean, torch.exp(0.5 * logvar)), 1)
    prior = Independent(Normal(torch.zeros(6, 5), torch.ones(6, 5)), 1)
    torch.testing.assert_close(losses.kl_divergence(mean, logvar), kl_divergence(posterior, prior))


def test_kl_is_the_mean_log_ratio_of_samples() -> None:
    mean, logvar = draw(1, 3), draw(1, 3, seed=1)
    posterior = Normal(mean, torch.exp(0.5 * logvar))
    codes = mean + torch.exp(0.5 * logvar) * draw(200_000, 3, seed=2)
    ratios = (posterior.log_prob(codes) - Normal(0.0, 1.0).log_prob(codes)).sum(dim=1)
    error = 5 * ratios.std().item() / len(ratios) ** 0.5
    assert losses.kl_divergence(mean, logvar).item() == pytest.approx(ratios.mean().item(), abs=error)


def test_a_posterior_like_the_prior_costs_nothing() -> None:
    assert losses.kl_divergence(torch.zeros(2, 4), torch.zeros(2, 4)).tolist() == [0.0, 0.0]


def test_reconstruction_is_a_bernoulli_likelihood_summed_over_pixels() -> None:
    logits = 5 * draw(4, 1, 3, 2)
    images = (draw(4, 1, 3, 2, seed=1) > 0).float()
    likelihood = Bernoulli(logits=logits).log_prob(images).sum(dim=(1, 2, 3))
    torch.testing.assert_close(losses.reconstruction_loss(logits, images), -likelihood)


def test_grey_pixels_weigh_ink_and_paper_by_their_shade() -> None:
    logits, grey = draw(1, 1, 2, 2), torch.full((1, 1, 2, 2), 0.25)
    ink, paper = (losses.reconstruction_loss(logits, torch.full_like(grey, x)) for x in (1.0, 0.0))
    torch.testing.assert_close(losses.reconstruction_loss(logits, grey), 0.25 * ink + 0.75 * paper)


def test_reconstruction_stays_finite_where_the_model_is_sure() -> None:
    logits = torch.tensor([[[[500.0, -500.0]]]])
    assert losses.reconstruction_loss(logits, torch.tensor([[[[1.0, 0.0]]]])).item() == 0.0
    assert losses.reconstruction_loss(logits, torch.tensor([[[[0.0, 1.0]]]])).item() == 1000.0
