"""A trained model at work: a private copy on the CPU that encodes and decodes and learns nothing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from vae_desktop.core.config import ModelConfig
from vae_desktop.core.data.dataset import to_float
from vae_desktop.core.models import build
from vae_desktop.core.records import FloatArray

BATCH = 1024


class Inference:
    """Encodes and decodes with its own copy of the weights. Not thread-safe: one for each thread.

    Attributes:
        config: of the model.
    """

    def __init__(self, config: ModelConfig, weights: Mapping[str, torch.Tensor]) -> None:
        self.config = config
        # Its first weights are overwritten at once, so they must not cost the caller's random state.
        with torch.random.fork_rng(devices=[]):
            self._model = build(config).eval().requires_grad_(False)
        self.load(weights)

    def load(self, weights: Mapping[str, torch.Tensor]) -> None:
        """Take over other weights of the same model, by copying them."""
        self._model.load_state_dict(dict(weights))

    @torch.inference_mode()
    def decode(self, codes: FloatArray) -> FloatArray:
        """Images [N, C, H, W] float32 in [0, 1], the means of p(x|z), for codes [N, D]."""
        # A copy: torch warns of read-only arrays, and callers' codes are.
        owned = torch.from_numpy(np.array(codes, dtype=np.float32))
        parts = [torch.sigmoid(self._model.decode(part)) for part in owned.split(BATCH)]
        images: FloatArray = torch.cat(parts).numpy()
        return images

    @torch.inference_mode()
    def encode(self, images: torch.Tensor) -> tuple[FloatArray, FloatArray]:
        """Posterior means and log-variances, each [N, D] float32, of uint8 images [N, C, H, W]."""
        parts = [self._model.encode(to_float(part)) for part in images.split(BATCH)]
        means, logvars = (torch.cat(column) for column in zip(*parts, strict=True))
        return means.numpy(), logvars.numpy()
