"""The variational autoencoder and the networks that it is made of."""

from __future__ import annotations

from vae_desktop.core.models.vae import VAE, build, rebuild, weight_shapes

__all__ = ["VAE", "build", "rebuild", "weight_shapes"]
