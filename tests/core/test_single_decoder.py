"""One code decoded without torch, against torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vae_desktop.core.config import ModelConfig
from vae_desktop.core.inference import Inference
from vae_desktop.core.models import build, weights_of


@pytest.mark.parametrize(
    "config",
    [
        ModelConfig((1, 9, 7), 2, (32, 16)),
        ModelConfig((3, 4, 4), 20, (64,)),
        ModelConfig((1, 8, 8), 1, (30, 20, 10)),
        ModelConfig(hidden=(8, 8), architecture="conv"),
    ],
)
def test_one_code_is_decoded_as_many_are(config: ModelConfig) -> None:
    inference = Inference(config, weights_of(build(config, torch.Generator().manual_seed(0))))
    codes = np.random.default_rng(0).standard_normal((6, config.latent_dim), dtype=np.float32) * 3
    together = inference.decode(codes)
    alone = np.concatenate([inference.decode(codes[i : i + 1]) for i in range(len(codes))])
    assert alone.dtype == np.float32
    np.testing.assert_allclose(alone, together, rtol=0, atol=1e-6)


def test_far_out_nothing_overflows() -> None:
    config = ModelConfig((1, 8, 8), 2, (30,))
    inference = Inference(config, weights_of(build(config, torch.Generator().manual_seed(0))))
    image = inference.decode(np.full((1, 2), 1e4, dtype=np.float32))
    assert np.isfinite(image).all() and image.min() >= 0.0 and image.max() <= 1.0


def test_fresher_weights_show_at_once() -> None:
    config = ModelConfig((1, 8, 8), 2, (30,))
    first, second = (weights_of(build(config, torch.Generator().manual_seed(seed))) for seed in (0, 1))
    inference, code = Inference(config, first), np.ones((1, 2), dtype=np.float32)
    before = inference.decode(code)
    inference.load(second)
    after = inference.decode(code)
    assert not np.allclose(before, after)
    np.testing.assert_allclose(after, Inference(config, second).decode(code))


def test_weights_that_went_astray_are_no_reason_to_warn() -> None:
    config = ModelConfig((1, 8, 8), 2, (30,))
    weights = weights_of(build(config, torch.Generator().manual_seed(0)))
    for factor in (1e30, float("nan")):
        inference = Inference(config, {name: array * factor for name, array in weights.items()})
        assert inference.decode(np.ones((1, 2), dtype=np.float32)).shape == (1, 1, 8, 8)
