"""A trained model at work: a private copy on the CPU that encodes and decodes and learns nothing."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from vae_desktop.core.array_shapes import weight_shapes
from vae_desktop.core.config import ModelConfig
from vae_desktop.core.records import Arrays, FloatArray
from vae_desktop.core.single_decoder import SingleDecoder

if TYPE_CHECKING:
    import torch

    from vae_desktop.core.evaluation import Examination
    from vae_desktop.core.models import VAE

BATCH = 1024


class Inference:
    """Encodes and decodes with its own copy of the weights. Not thread-safe: one for each thread.

    torch is loaded when it is needed first: never for a dense model that decodes one code at a time.

    Args:
        config: what the model is made of.
        weights: its weights, as in `Checkpoint.weights`; copied.

    Attributes:
        config: of the model.

    Raises:
        ValueError: the weights are another model's.
    """

    def __init__(self, config: ModelConfig, weights: Arrays) -> None:
        self.config = config
        self._shapes = weight_shapes(config)
        self._check(weights)
        self._weights = {name: np.array(weights[name]) for name in self._shapes}
        self._single = SingleDecoder(config, self._weights) if config.architecture == "dense" else None

    @property
    def decodes_one_without_torch(self) -> bool:
        """Whether `decode` of one code is numpy's work alone."""
        return self._single is not None

    def load(self, weights: Arrays) -> None:
        """Take over other weights of the same model, by copying them.

        Raises:
            ValueError: the weights are another model's.
        """
        self._check(weights)
        for name, array in self._weights.items():
            np.copyto(array, weights[name])

    def copy(self) -> Inference:
        """Another one with the same weights, whatever is loaded here later."""
        return Inference(self.config, self._weights)

    def decode(self, codes: FloatArray) -> FloatArray:
        """Images [N, C, H, W] float32 in [0, 1], the means of p(x|z), for codes [N, D]."""
        if self._single is not None and len(codes) == 1:
            return self._single.decode(codes)
        import torch

        model = self.model
        with torch.inference_mode():
            # A copy: torch warns of read-only arrays, and callers' codes are.
            owned = torch.from_numpy(np.array(codes, dtype=np.float32))
            return _joined([model.decode(part).sigmoid_() for part in torch.split(owned, BATCH)])

    def encode(self, images: torch.Tensor) -> tuple[FloatArray, FloatArray]:
        """Posterior means and log-variances, each [N, D] float32, of uint8 images [N, C, H, W]."""
        import torch

        from vae_desktop.core.data.dataset import to_float

        model = self.model
        with torch.inference_mode():
            parts = [model.encode(to_float(part)) for part in torch.split(images, BATCH)]
        return _joined([mean for mean, _ in parts]), _joined([logvar for _, logvar in parts])

    def negative_elbos(self, images: torch.Tensor, noise: torch.Tensor) -> FloatArray:
        """The negative ELBO [N] in nats, float32, of each of the uint8 images [N, C, H, W], as `evaluation` has it."""
        import torch

        from vae_desktop.core.evaluation import negative_elbos

        pairs = zip(torch.split(images, BATCH), torch.split(noise, BATCH), strict=True)
        return _joined([negative_elbos(self.model, part, eps) for part, eps in pairs])

    def examine(self, image: torch.Tensor, noise: torch.Tensor) -> Examination:
        """What the model makes of one uint8 image [1, C, H, W], with noise [S, D] for samples of its posterior."""
        from vae_desktop.core.evaluation import examine

        return examine(self.model, image, noise)

    @cached_property
    def model(self) -> VAE:
        """The model in the memory of our weights: what `load` puts there shows at once. Nobody may train it."""
        from vae_desktop.core.models import rebuild

        return rebuild(self.config, self._weights).eval().requires_grad_(False)

    def _check(self, weights: Arrays) -> None:
        if {name: array.shape for name, array in weights.items()} != self._shapes:
            raise ValueError("these weights are another model's")


def _joined(parts: list[torch.Tensor]) -> FloatArray:
    import torch

    array: FloatArray = (parts[0] if len(parts) == 1 else torch.cat(parts)).numpy()
    return array
