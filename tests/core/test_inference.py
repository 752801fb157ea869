"""Encoding and decoding for the window and the command line."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vae_desktop.core.config import ModelConfig
from vae_desktop.core.data.dataset import Dataset, to_float
from vae_desktop.core.evaluation import posterior_noise
from vae_desktop.core.inference import BATCH, Inference
from vae_desktop.core.models import build, weights_of
from vae_desktop.core.records import AnyArray

SMALL = ModelConfig(latent_dim=3, hidden=(32, 16))


def weights(seed: int = 0, config: ModelConfig = SMALL) -> dict[str, AnyArray]:
    return weights_of(build(config, torch.Generator().manual_seed(seed)))


@pytest.mark.parametrize("config", [SMALL, ModelConfig((3, 9, 7), 2, (4, 4), "conv")], ids=["dense", "conv"])
@pytest.mark.parametrize("count", [0, 1, BATCH + 1])
def test_decoding_gives_the_means_of_the_pixels(config: ModelConfig, count: int) -> None:
    inference = Inference(config, weights(config=config))
    codes = np.random.default_rng(0).standard_normal((count, config.latent_dim), dtype=np.float32)
    codes.setflags(write=False)
    images = inference.decode(codes)
    model = build(config, torch.Generator().manual_seed(0))
    expected = torch.sigmoid(model.decode(torch.tensor(codes))).detach().numpy()
    assert images.shape == (count, *config.image_shape) and images.dtype == np.float32
    np.testing.assert_allclose(images, expected, atol=1e-5)


def test_encoding_gives_the_posteriors_parameters(digits: Dataset) -> None:
    images = digits.train.images[: BATCH + 1]
    means, logvars = Inference(SMALL, weights()).encode(images)
    model = build(SMALL, torch.Generator().manual_seed(0))
    mean, logvar = model.encode(to_float(images))
    np.testing.assert_allclose(means, mean.detach().numpy(), atol=1e-5)
    np.testing.assert_allclose(logvars, logvar.detach().numpy(), atol=1e-5)


def test_weights_are_copied_when_loaded_and_taken_over_only_then() -> None:
    source, codes = weights(0), np.zeros((1, 3), dtype=np.float32)
    inference = Inference(SMALL, source)
    before = inference.decode(codes)
    source = {name: array + 1 for name, array in source.items()}
    np.testing.assert_array_equal(inference.decode(codes), before)
    inference.load(source)
    assert not np.array_equal(inference.decode(codes), before)


def test_making_one_leaves_random_numbers_alone() -> None:
    state = torch.get_rng_state()
    Inference(SMALL, weights())
    assert torch.equal(torch.get_rng_state(), state)


def test_the_terms_of_the_elbo_sum_to_it(digits: Dataset) -> None:
    inference, images = Inference(SMALL, weights()), digits.test.images[: BATCH // 8]
    noise = posterior_noise(len(images), 3)
    reconstruction, kl = inference.elbo_terms(images, noise)
    assert (reconstruction > 0).all() and (kl >= 0).all()
    np.testing.assert_allclose(reconstruction + kl, inference.negative_elbos(images, noise), rtol=1e-6)
    # The KL in closed form, of the posterior's own parameters.
    mean, logvar = inference.encode(images)
    expected = 0.5 * (mean**2 + np.exp(logvar) - 1 - logvar).sum(axis=1)
    np.testing.assert_allclose(kl, expected, rtol=1e-4, atol=1e-5)
