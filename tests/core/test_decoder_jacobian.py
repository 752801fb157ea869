"""The decoder's Jacobian on a plane, against its exact derivative."""

from __future__ import annotations

import numpy as np
import torch

from vae_desktop.core.active_dimensions import inactive_dimensions, kl_per_dimension
from vae_desktop.core.checkpoint import load_checkpoint
from vae_desktop.core.decoder_jacobian import jacobian_norms, plane_jacobian
from vae_desktop.core.inference import Inference
from vae_desktop.core.losses import kl_divergence
from vae_desktop.core.paths import resource
from vae_desktop.core.steps import result_of


def test_a_linear_change_is_measured_exactly() -> None:
    rows, columns = np.mgrid[0:4, 0:5]
    images = np.stack([0.1 * rows, 0.1 * rows, 0.05 * columns], axis=2)
    norms = jacobian_norms(images, (0.5, 0.25))
    assert norms.shape == (4, 5)
    assert np.allclose(norms, np.sqrt(0.2**2 + 0.2**2 + 0.2**2), atol=1e-6)


def test_a_row_alone_is_measured_along_itself() -> None:
    assert np.allclose(jacobian_norms(np.linspace(0, 1, 5).reshape(1, 5, 1), (1.0, 0.5)), 0.5)
    assert not jacobian_norms(np.ones((1, 1, 4)), (1.0, 1.0)).any()


def test_it_agrees_with_the_derivative_of_a_trained_decoder() -> None:
    checkpoint = load_checkpoint(resource("models/mnist-2d.safetensors"))
    inference = Inference(checkpoint.model_config, checkpoint.weights)
    side = np.linspace(-0.05, 0.05, 51)
    codes = np.stack(np.meshgrid(side, side), axis=2)
    norms = result_of(plane_jacobian(codes, inference))
    assert norms.shape == (51, 51)

    def means(code: torch.Tensor) -> torch.Tensor:
        return inference.model.decode(code[None]).sigmoid().flatten()

    for row, column in [(25, 25), (3, 40), (47, 10)]:
        place = torch.tensor(codes[row, column], dtype=torch.float32)
        exact = torch.autograd.functional.jacobian(means, place).norm().item()
        assert abs(norms[row, column] - exact) < 0.05 * exact


def test_dimensions_that_tell_nothing() -> None:
    random = np.random.default_rng(0)
    means = random.normal(size=(500, 3)) * (1.0, 0.01, 0.0)
    logvars = np.log(np.ones((500, 3)) * (0.1, 0.99, 1.0))
    kl = kl_per_dimension(means, logvars)
    expected = kl_divergence(torch.tensor(means), torch.tensor(logvars)).mean()
    assert np.isclose(kl.sum(), float(expected))
    assert inactive_dimensions(means, logvars).tolist() == [False, True, True]
    assert inactive_dimensions(means, logvars, below=1e-6).tolist() == [False, False, True]
