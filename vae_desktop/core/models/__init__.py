"""The variational autoencoder and the networks that it is made of."""

from __future__ import annotations

from vae_desktop.core.models.vae import VAE, build, rebuild, weights_of

__all__ = ["VAE", "build", "rebuild", "weights_of"]
