"""Train a variational autoencoder on handwritten digits and explore its latent space by hand."""

from __future__ import annotations

__version__ = "0.1.0"
