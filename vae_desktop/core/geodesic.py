"""Shortest paths in decoded image space: geodesics under the decoder's pull-back metric.

After Arvanitidis, Hansen & Hauberg, Latent Space Oddity: on the Curvature of Deep Generative Models, ICLR 2018;
here with the decoder's means alone, as Shao, Kumar & Fletcher (2018) take them.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import numpy.typing as npt
import torch

from vae_desktop.core.inference import Inference
from vae_desktop.core.lbfgs import Vector, minimise
from vae_desktop.core.records import FloatArray

# Of the energy, over a few steps: below this no eye sees a further gain.
LEAST_GAIN = 1e-3


def straighten(codes: npt.ArrayLike, inference: Inference) -> Generator[float, None, FloatArray]:
    """Move the inner codes of a path until it is as short as it can be near here; both ends stay.

    Minimises the discrete energy, the sum of |g(z[i+1]) - g(z[i])|² of decoded means g, by L-BFGS with its exact
    gradient. A path of least energy is one of least length whose points are evenly spaced, both in image space.
    It finds the least energy near the path that it starts from, which need not be the least of all.

    A generator: each yield, some milliseconds apart, is a place to give up and tells the energy so far; its
    return value is the path, [N, D].

    Args:
        codes: [N, D], the path to start from.
        inference: of the model; used by this thread alone meanwhile.
    """
    path = torch.from_numpy(np.array(codes, dtype=np.float32))
    count = len(path) - 2
    if count < 1:
        return path.numpy()
    model, spread = inference.model, _spread(count)

    def moved(moves: Vector) -> torch.Tensor:
        shifts = torch.from_numpy(moves.astype(np.float32)).view(count, -1)
        return torch.cat([path[:1], path[1:-1] + spread @ shifts, path[-1:]])

    def energy(moves: Vector) -> tuple[float, Vector]:
        codes = moved(moves).requires_grad_()
        images = model.decode(codes).sigmoid().flatten(1)
        value = (images[1:] - images[:-1]).square().sum()
        (slope,) = torch.autograd.grad(value, codes)
        return value.item(), (spread.T @ slope[1:-1]).flatten().double().numpy()

    moves = yield from minimise(energy, np.zeros(count * path.shape[1]), LEAST_GAIN)
    result: FloatArray = moved(moves).numpy()
    return result


def _spread(count: int) -> torch.Tensor:
    """Turns independent moves into moves of a chain of points held at both ends: [count, count].

    In a flat space the energy of the moved chain is then the plain sum of squares, whatever the count. Without,
    a bend would creep from point to point, and the optimiser need several times as many steps.
    """
    beside = torch.ones(count - 1)
    chain = 2 * torch.eye(count) - torch.diag(beside, 1) - torch.diag(beside, -1)
    spread: torch.Tensor = torch.linalg.inv(torch.linalg.cholesky(chain)).T.contiguous()
    return spread
