"""What the encoder is unsure of."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vae_desktop.core.losses import kl_divergence
from vae_desktop.core.posterior import dimension_kl, inactive_dimensions


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
