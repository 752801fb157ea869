"""Shapes, sizes and first weights of the networks."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from vae_desktop.core.config import ModelConfig
from vae_desktop.core.models import build, rebuild, weights_of


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 9, 13), (1, 1, 1), (2, 5, 30)])
@pytest.mark.parametrize(
    ("architecture", "hidden"), [("dense", (32, 16)), ("conv", (4, 6)), ("conv", (4, 6, 8, 8))]
)
def test_any_image_shape_comes_back_as_it_went_in(
    shape: tuple[int, int, int], architecture: str, hidden: tuple[int, ...]
) -> None:
    model = build(ModelConfig(shape, 3, hidden, architecture))
    logits, mean, logvar = model(torch.rand(5, *shape), torch.randn(5, 3))
    assert logits.shape == (5, *shape)
    assert mean.shape == logvar.shape == (5, 3)


def test_the_decoder_mirrors_the_hidden_layers() -> None:
    model = build(ModelConfig(latent_dim=2, hidden=(40, 30, 20)))
    encoder = [layer.out_features for layer in model.encoder if isinstance(layer, nn.Linear)]
    decoder = [layer.out_features for layer in model.decoder if isinstance(layer, nn.Linear)]
    assert encoder == [40, 30, 20, 4]
    assert decoder == [20, 30, 40, 784]


def test_noise_moves_the_code_by_the_posteriors_deviation() -> None:
    model = build(ModelConfig((1, 4, 4), 2, (8,)), seeded(0))
    images, noise = torch.rand(3, 1, 4, 4), torch.randn(3, 2)
    logits, mean, logvar = model(images, noise)
    torch.testing.assert_close(logits, model.decode(mean + noise * torch.exp(logvar / 2)))


@pytest.mark.parametrize("architecture", ["dense", "conv"])
def test_first_weights_follow_from_the_seed_alone(architecture: str) -> None:
    config = ModelConfig(hidden=(8, 8), architecture=architecture)
    torch.manual_seed(1)
    state = torch.get_rng_state()
    one = build(config, seeded(7)).state_dict()
    assert torch.equal(torch.get_rng_state(), state), "the caller's random numbers were used up"
    torch.manual_seed(2)
    same, other = build(config, seeded(7)).state_dict(), build(config, seeded(8)).state_dict()
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not any(torch.equal(one[name], other[name]) for name in one)


def test_first_weights_are_those_of_pytorchs_layers() -> None:
    weight = build(ModelConfig(hidden=(300,)), seeded(0)).encoder[1].weight
    usual = nn.Linear(784, 300).weight
    assert weight.std().item() == pytest.approx(usual.std().item(), rel=0.02)
    assert weight.abs().max() <= 1 / 28


def test_a_rebuilt_model_shares_memory_with_arrays_that_may_change_and_with_no_others() -> None:
    config = ModelConfig((1, 4, 4), 2, (8,))
    weights = weights_of(build(config, seeded(0)))
    own = {name: array.copy() for name, array in weights.items()}
    first, second = rebuild(config, weights), rebuild(config, own)
    with torch.no_grad():
        for parameter in (*first.parameters(), *second.parameters()):
            parameter.add_(1.0)
    for name, array in weights_of(build(config, seeded(0))).items():
        np.testing.assert_array_equal(weights[name], array)
        np.testing.assert_array_equal(own[name], array + 1)


def test_another_models_weights_are_refused() -> None:
    weights = weights_of(build(ModelConfig((1, 4, 4), 2, (8,))))
    with pytest.raises(RuntimeError, match="size mismatch"):
        rebuild(ModelConfig((1, 4, 4), 2, (9,)), weights)
