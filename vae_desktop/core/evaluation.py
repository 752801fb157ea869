"""The held-out ELBO of a model, per image in nats."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from vae_desktop.core.data.dataset import to_float
from vae_desktop.core.losses import kl_divergence, reconstruction_loss
from vae_desktop.core.models import VAE
from vae_desktop.core.records import FloatArray, Terms


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


@torch.inference_mode()
def evaluate(model: VAE, images: torch.Tensor, seed: int = 0, batch_size: int = 1000) -> Evaluation:
    """Estimate the ELBO of uint8 images [N, C, H, W] with one posterior sample for each, drawn from `seed`."""
    device = next(model.parameters()).device
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn(len(images), model.config.latent_dim, generator=generator)
    reconstruction = torch.zeros((), dtype=torch.float64, device=device)
    kl = torch.zeros((), dtype=torch.float64, device=device)
    means, logvars = [], []
    was_training = model.training
    model.eval()
    try:
        for part, eps in zip(images.split(batch_size), noise.split(batch_size), strict=True):
            batch = to_float(part.to(device))
            logits, mean, logvar = model(batch, eps.to(device))
            reconstruction += reconstruction_loss(logits, batch).sum()
            kl += kl_divergence(mean, logvar).sum()
            means.append(mean.cpu())
            logvars.append(logvar.cpu())
    finally:
        model.train(was_training)
    arrays = torch.cat(means).numpy(), torch.cat(logvars).numpy()
    for array in arrays:
        array.setflags(write=False)
    count = max(1, len(images))
    return Evaluation(Terms.of(reconstruction.item() / count, kl.item() / count), *arrays)
