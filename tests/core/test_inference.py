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


@pytest.mark.parametrize("samples", [1, 8])
def test_one_image_examined_is_what_an_evaluation_finds(digits: Dataset, samples: int) -> None:
    inference, image = Inference(SMALL, weights()), digits.test.images[5:6]
    noise = posterior_noise(samples, 3)
    seen = inference.examine(image, noise)
    mean, logvar = inference.encode(image)
    np.testing.assert_allclose((seen.mean, seen.logvar), (mean[0], logvar[0]), atol=1e-6)
    np.testing.assert_allclose(seen.picture, inference.decode(mean)[0], atol=1e-6)
    elbos = inference.negative_elbos(image.expand(samples, -1, -1, -1), noise)
    assert seen.reconstruction + seen.kl == pytest.approx(float(elbos.mean()), rel=1e-5)
    # The KL in closed form, of the posterior's own parameters.
    assert seen.kl == pytest.approx(0.5 * float((mean**2 + np.exp(logvar) - 1 - logvar).sum()), rel=1e-4)
