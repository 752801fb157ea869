"""The variational autoencoder (Kingma & Welling, Auto-Encoding Variational Bayes, ICLR 2014)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from vae_desktop.core.config import ModelConfig
from vae_desktop.core.models.conv import conv_decoder, conv_encoder
from vae_desktop.core.models.dense import dense_decoder, dense_encoder
from vae_desktop.core.models.initial import initialise
from vae_desktop.core.records import AnyArray, Arrays
from vae_desktop.core.tensors import to_arrays, to_tensors


class VAE(nn.Module):
    """Encoder of q(z|x) = N(mean, diag exp(logvar)) and decoder of p(x|z).

    Attributes:
        config: what it is made of.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        dense = config.architecture == "dense"
        make_encoder, make_decoder = (dense_encoder, dense_decoder) if dense else (conv_encoder, conv_decoder)
        self.encoder = make_encoder(config.image_shape, config.hidden, config.latent_dim)
        self.decoder = make_decoder(config.image_shape, config.hidden, config.latent_dim)

    def encode(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Posterior mean and log-variance, each [N, D], of images [N, C, H, W] in [0, 1]."""
        parameters: Tensor = self.encoder(images)
        mean, logvar = parameters.chunk(2, dim=1)
        return mean, logvar

    def decode(self, codes: Tensor) -> Tensor:
        """Logits [N, C, H, W] of p(x|z) for codes [N, D]."""
        logits: Tensor = self.decoder(codes)
        return logits

    def forward(self, images: Tensor, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits, mean and logvar, with z = mean + exp(logvar / 2) · noise (the reparameterisation).

        Args:
            images: [N, C, H, W] in [0, 1].
            noise: [N, D] drawn from N(0, I).
        """
        mean, logvar = self.encode(images)
        return self.decode(mean + torch.exp(0.5 * logvar) * noise), mean, logvar


def build(config: ModelConfig, generator: torch.Generator | None = None) -> VAE:
    """A VAE on the CPU with fresh weights, drawn from `generator`, or from torch's global one if not given."""
    model = _bare(config)
    # `Module.to_empty` would have torch load sympy: 0.6 s, and 30,000 objects to search for garbage.
    blank = {name: torch.empty(bare.shape, dtype=bare.dtype) for name, bare in model.state_dict().items()}
    model.load_state_dict(blank, assign=True)
    initialise(model, generator)
    return model


def rebuild(config: ModelConfig, weights: Arrays) -> VAE:
    """A VAE on the CPU that works with these very arrays; nothing random is touched.

    Args:
        weights: as `weights_of` gives them, writeable.

    Raises:
        RuntimeError: the weights are another model's.
    """
    model = _bare(config)
    model.load_state_dict(to_tensors(weights), assign=True)
    return model


def weights_of(model: nn.Module) -> dict[str, AnyArray]:
    """A copy of a model's weights by name, read-only."""
    return to_arrays(model.state_dict())


def _bare(config: ModelConfig) -> VAE:
    # On "meta" a tensor is a shape only: neither memory nor random numbers go into weights that are never used.
    with torch.device("meta"):
        return VAE(config)
