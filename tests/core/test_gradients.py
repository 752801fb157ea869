"""The gradient by hand against autograd's."""

from __future__ import annotations

import pytest
import torch

from vae_desktop.core.config import ModelConfig
from vae_desktop.core.gradients import AutogradGradients, DenseGradients, Gradients, make_gradients
from vae_desktop.core.models import VAE, build


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def taken(
    gradients: Gradients, model: VAE, count: int, beta: float
) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """All derivatives, and the two terms, of one batch."""
    images = torch.randint(0, 256, (count, *model.config.image_shape), generator=seeded(1), dtype=torch.uint8)
    noise = torch.randn(count, model.config.latent_dim, generator=seeded(2))
    terms = torch.empty(2)
    gradients(images, noise, beta, terms)
    found = {}
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None
        found[name] = parameter.grad.clone()
    return found, terms


@pytest.mark.parametrize(
    ("config", "count", "beta"),
    [
        (ModelConfig((1, 9, 7), 2, (32, 16)), 5, 1.0),
        (ModelConfig((3, 4, 4), 20, (64,)), 32, 0.5),
        (ModelConfig((1, 8, 8), 1, (30, 20, 10)), 1, 4.0),
        (ModelConfig((1, 8, 8), 3, (16, 16)), 8, 0.0),
        (ModelConfig((1, 3, 3), 2, (8,)), 2, 1.0),
    ],
)
def test_by_hand_equals_autograd(config: ModelConfig, count: int, beta: float) -> None:
    model = build(config, seeded(0))
    expected, expected_terms = taken(AutogradGradients(model), model, count, beta)
    found, terms = taken(DenseGradients(model), model, count, beta)
    torch.testing.assert_close(terms, expected_terms, rtol=1e-5, atol=1e-5)
    for name, gradient in expected.items():
        scale = gradient.abs().max().item()
        torch.testing.assert_close(found[name], gradient, rtol=0, atol=1e-5 * scale, msg=name)


def test_nothing_is_left_of_the_batch_before() -> None:
    model = build(ModelConfig((1, 5, 5), 2, (16,)), seeded(0))
    gradients = DenseGradients(model)
    first, _ = taken(gradients, model, 5, 1.0)
    taken(gradients, model, 8, 1.0)
    again, _ = taken(gradients, model, 5, 1.0)
    assert all(torch.equal(first[name], again[name]) for name in first)


def test_only_dense_layers_are_done_by_hand() -> None:
    dense, conv = (ModelConfig(hidden=(8, 8), architecture=kind) for kind in ("dense", "conv"))
    assert isinstance(make_gradients(build(dense)), DenseGradients)
    assert isinstance(make_gradients(build(conv)), AutogradGradients)
    with pytest.raises(TypeError, match="not a stack of dense layers"):
        DenseGradients(build(conv))
