"""What a model's arrays are called and how large they are, without making them."""

from __future__ import annotations

import pytest

from vae_desktop.core.array_shapes import weight_shapes
from vae_desktop.core.config import ModelConfig
from vae_desktop.core.models import build


@pytest.mark.parametrize("image_shape", [(1, 28, 28), (3, 9, 14), (1, 1, 1)])
@pytest.mark.parametrize(
    ("architecture", "hidden"),
    [("dense", (8,)), ("dense", (9, 7, 5, 3)), ("conv", (4,)), ("conv", (2, 3, 4, 5))],
)
@pytest.mark.parametrize("latent_dim", [1, 20])
def test_they_are_those_of_the_model(
    image_shape: tuple[int, int, int], architecture: str, hidden: tuple[int, ...], latent_dim: int
) -> None:
    config = ModelConfig(image_shape, latent_dim, hidden, architecture)
    arrays = {name: tuple(tensor.shape) for name, tensor in build(config).state_dict().items()}
    assert weight_shapes(config) == arrays


def test_those_of_a_huge_model_take_no_memory() -> None:
    huge = weight_shapes(ModelConfig((1, 1024, 1024), 2, (8192,)))
    assert huge["encoder.1.weight"] == (8192, 1024 * 1024)
