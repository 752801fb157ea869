"""A trained model at work: a private copy on the CPU that encodes and decodes and learns nothing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from vae_desktop.core.config import ModelConfig
from vae_desktop.core.data.dataset import to_float
from vae_desktop.core.evaluation import negative_elbos
from vae_desktop.core.models import rebuild
from vae_desktop.core.records import FloatArray
from vae_desktop.core.single_decoder import SingleDecoder

BATCH = 1024


class Inference:
    """Encodes and decodes with its own copy of the weights. Not thread-safe: one for each thread.

    Args:
        config: of the model.
        weights: its weights, as in `Checkpoint.weights`; copied.

    Attributes:
        config: of the model.

    Raises:
        RuntimeError: the weights are another model's.
    """

    def __init__(self, config: ModelConfig, weights: Mapping[str, torch.Tensor]) -> None:
        self.config = config
        self._model = rebuild(config, weights).eval().requires_grad_(False)
        self._single = SingleDecoder(self._model) if config.architecture == "dense" else None

    def load(self, weights: Mapping[str, torch.Tensor]) -> None:
        """Take over other weights of the same model, by copying them.

        Raises:
            RuntimeError: the weights are another model's.
        """
        self._model.load_state_dict(dict(weights))

    @torch.inference_mode()
    def decode(self, codes: FloatArray) -> FloatArray:
        """Images [N, C, H, W] float32 in [0, 1], the means of p(x|z), for codes [N, D]."""
        if self._single is not None and len(codes) == 1:
            return self._single.decode(codes)
        # A copy: torch warns of read-only arrays, and callers' codes are.
        owned = torch.from_numpy(np.array(codes, dtype=np.float32))
        parts = [self._model.decode(part).sigmoid_() for part in torch.split(owned, BATCH)]
        return _joined(parts)

    @torch.inference_mode()
    def encode(self, images: torch.Tensor) -> tuple[FloatArray, FloatArray]:
        """Posterior means and log-variances, each [N, D] float32, of uint8 images [N, C, H, W]."""
        parts = [self._model.encode(to_float(part)) for part in torch.split(images, BATCH)]
        return _joined([mean for mean, _ in parts]), _joined([logvar for _, logvar in parts])

    def negative_elbos(self, images: torch.Tensor, noise: torch.Tensor) -> FloatArray:
        """The negative ELBO [N] in nats, float32, of each of the uint8 images [N, C, H, W], as `evaluation` has it."""
        pairs = zip(torch.split(images, BATCH), torch.split(noise, BATCH), strict=True)
        return _joined([negative_elbos(self._model, part, eps) for part, eps in pairs])


def _joined(parts: list[torch.Tensor]) -> FloatArray:
    array: FloatArray = (parts[0] if len(parts) == 1 else torch.cat(parts)).numpy()
    return array
