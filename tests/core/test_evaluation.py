"""The held-out ELBO."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vae_desktop.core.config import ModelConfig
from vae_desktop.core.data.dataset import Dataset, to_float
from vae_desktop.core.evaluation import evaluate, negative_elbos, posterior_noise
from vae_desktop.core.losses import kl_divergence, reconstruction_loss
from vae_desktop.core.models import VAE, build


@pytest.fixture
def model() -> VAE:
    return build(ModelConfig(latent_dim=3, hidden=(32, 16)), torch.Generator().manual_seed(0))


def test_terms_are_means_over_all_images(model: VAE, digits: Dataset) -> None:
    images = digits.test.images[:50]
    found = evaluate(model, images, seed=4, batch_size=16)
    noise = torch.randn(50, 3, generator=torch.Generator().manual_seed(4))
    logits, mean, logvar = model(to_float(images), noise)
    terms = found.terms
    assert terms.kl == pytest.approx(kl_divergence(mean, logvar).mean().item(), rel=1e-5)
    expected = reconstruction_loss(logits, to_float(images)).mean().item()
    assert terms.reconstruction == pytest.approx(expected, rel=1e-5)
    assert terms.negative_elbo == pytest.approx(terms.reconstruction + terms.kl)


def test_codes_come_along_in_order(model: VAE, digits: Dataset) -> None:
    images = digits.test.images[:50]
    found = evaluate(model, images, batch_size=16)
    mean, logvar = model.encode(to_float(images))
    np.testing.assert_allclose(found.means, mean.detach().numpy(), atol=1e-5)
    np.testing.assert_allclose(found.logvars, logvar.detach().numpy(), atol=1e-5)
    assert not found.means.flags.writeable and not found.logvars.flags.writeable


def test_one_seed_one_result_whatever_else_is_random(model: VAE, digits: Dataset) -> None:
    torch.manual_seed(1)
    first = evaluate(model, digits.test.images, seed=3).terms
    torch.manual_seed(2)
    assert evaluate(model, digits.test.images, seed=3).terms == first
    assert evaluate(model, digits.test.images, seed=5).terms != first
    whole = evaluate(model, digits.test.images, seed=3, batch_size=10_000).terms
    assert whole.negative_elbo == pytest.approx(first.negative_elbo, rel=1e-5)


def test_no_images_no_evaluation(model: VAE, digits: Dataset) -> None:
    with pytest.raises(ValueError, match="no images"):
        evaluate(model, digits.test.images[:0])


def test_each_image_has_its_own_negative_elbo(model: VAE, digits: Dataset) -> None:
    images = digits.test.images[:50]
    noise = posterior_noise(50, 3, seed=4)
    found = negative_elbos(model, images, noise)
    assert found.shape == (50,)
    assert found.mean().item() == pytest.approx(evaluate(model, images, seed=4).terms.negative_elbo, rel=1e-5)
    # An image's own value does not depend on the company.
    alone = negative_elbos(model, images[7:8], noise[7:8])
    assert alone.item() == pytest.approx(found[7].item(), rel=1e-5)
