"""The held-out ELBO of a model, per image in nats."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor

from vae_desktop.core.data.dataset import to_float
from vae_desktop.core.losses import kl_divergence, reconstruction_loss
from vae_desktop.core.models import VAE
from vae_desktop.core.records import FloatArray, Terms

BATCH = 1000


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What an evaluation found.

    Attributes:
        terms: means over all images.
        means, logvars: posterior parameters of each image, [N, D] float32, read-only.
    """

    terms: Terms
    means: FloatArray
    logvars: FloatArray


def evaluate(model: VAE, images: Tensor, seed: int = 0, batch_size: int = BATCH) -> Evaluation:
    """Estimate the ELBO of images with one posterior sample for each.

    Args:
        model: on any device; it is left as it was.
        images: [N, C, H, W] uint8, at least one.
        seed: of the samples; the same on every device.
        batch_size: images at a time. It bounds the memory taken; the result changes with it by rounding only.
    """
    steps = evaluation_steps(model, images, seed, batch_size)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            evaluation: Evaluation = end.value
            return evaluation


def evaluation_steps(
    model: VAE, images: Tensor, seed: int = 0, batch_size: int = BATCH
) -> Generator[None, None, Evaluation]:
    """`evaluate` in steps: yields after each batch, returns the evaluation."""
    if len(images) == 0:
        raise ValueError("there are no images to evaluate")
    noise = posterior_noise(len(images), model.config.latent_dim, seed)
    sums, means, logvars = [], [], []
    for part, eps in zip(torch.split(images, batch_size), torch.split(noise, batch_size), strict=True):
        summed, mean, logvar = _measure(model, part, eps)
        sums.append(summed)
        means.append(mean)
        logvars.append(logvar)
        yield
    # Summed here in double precision, which not every device has.
    reconstruction, kl = torch.stack(sums).cpu().double().sum(dim=0).tolist()
    terms = Terms.of(reconstruction / len(images), kl / len(images))
    return Evaluation(terms, _read_only(means), _read_only(logvars))


def posterior_noise(count: int, latent_dim: int, seed: int = 0) -> Tensor:
    """What an evaluation draws one posterior sample for each image from, [count, latent_dim]."""
    return torch.randn(count, latent_dim, generator=torch.Generator().manual_seed(seed))


def negative_elbos(model: VAE, images: Tensor, noise: Tensor) -> Tensor:
    """The negative ELBO of each image, estimated with one posterior sample.

    Args:
        model: on any device.
        images: [N, C, H, W] uint8.
        noise: [N, D], as from `posterior_noise`.

    Returns:
        [N], nats, on the model's device. With the same noise their mean is what `evaluate` finds.
    """
    reconstruction, kl, _, _ = _terms(model, images, noise)
    return reconstruction + kl


@dataclass(frozen=True, eq=False)
class Examination:
    """What a model makes of one image.

    Attributes:
        mean, logvar: of its posterior, [D] each, float32.
        picture: its mean decoded, [C, H, W] float32 in [0, 1].
        reconstruction, kl: the terms of its negative ELBO, in nats.
    """

    mean: FloatArray
    logvar: FloatArray
    picture: FloatArray
    reconstruction: float
    kl: float


@torch.inference_mode()
def examine(model: VAE, image: Tensor, noise: Tensor) -> Examination:
    """Look at one image, its reconstruction loss as a mean over several samples of its posterior.

    Args:
        model: on the CPU.
        image: [1, C, H, W] uint8.
        noise: [S, D], for one sample each.
    """
    batch = to_float(image)
    mean, logvar = model.encode(batch)
    samples = mean + torch.exp(0.5 * logvar) * noise
    logits = model.decode(torch.cat((mean, samples)))
    reconstruction = reconstruction_loss(logits[1:], batch.expand(len(noise), -1, -1, -1))
    return Examination(
        mean=mean[0].numpy(),
        logvar=logvar[0].numpy(),
        picture=logits[0].sigmoid().numpy(),
        reconstruction=float(reconstruction.mean()),
        kl=float(kl_divergence(mean, logvar)),
    )


@torch.inference_mode()
def _terms(model: VAE, images: Tensor, noise: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Reconstruction and KL of each image [N], and the posterior's mean and logvar [N, D]."""
    device = next(model.parameters()).device
    batch = to_float(images.to(device))
    logits, mean, logvar = model(batch, noise.to(device))
    return reconstruction_loss(logits, batch), kl_divergence(mean, logvar), mean, logvar


def _measure(model: VAE, images: Tensor, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Summed reconstruction and KL [2], and the posterior's mean and logvar [N, D], on the model's device."""
    reconstruction, kl, mean, logvar = _terms(model, images, noise)
    return torch.stack((reconstruction.sum(), kl.sum())), mean, logvar


def _read_only(parts: list[Tensor]) -> FloatArray:
    array: FloatArray = torch.cat(parts).cpu().numpy()
    array.setflags(write=False)
    return array
