"""Leaves out of a training the units that it can no longer change: on MNIST a quarter to a third of a first layer.

Where a unit of the first layer lies below zero for every training image, ReLU gives it no gradient. Once Adam's
momentum has faded so far that its steps are lost in the weights' rounding, nothing moves them, and as the images stay
what they are, nothing ever will while they are trained on. Without these units all products are what they were with
them, only smaller.
"""

from __future__ import annotations

from collections.abc import Generator

import torch
from torch import Tensor, nn

from vae_desktop.core.gradients import DenseGradients
from vae_desktop.core.models import VAE
from vae_desktop.core.models.dense import dense_layers
from vae_desktop.core.optimizer import FlatAdam

# Matrix products like widths that are multiples of this: 64 bytes.
BLOCK = 16
# A unit's input must lie below zero by far more than the rounding of a sum of some hundred products.
MARGIN = 1e-3
# Images that are looked through at once.
BATCH = 2000


class SilentUnits:
    """Finds them in a model of dense layers, moves them to the layer's end, and has them left out.

    Args:
        model: of which units change their places; what it computes stays the same.
        optimizer, gradients: of that model.
        images: [N, C, H, W] uint8, all that is trained on.
        learning_rate: the highest that is used.

    Attributes:
        awake: how many units of the first layer take part.
    """

    def __init__(
        self,
        model: VAE,
        optimizer: FlatAdam,
        gradients: DenseGradients,
        images: Tensor,
        learning_rate: float,
    ) -> None:
        self._first, self._second = dense_layers(model.encoder)[:2]
        names = {module: name for name, module in model.named_modules()}
        self._weight, self._bias = (f"{names[self._first]}.{kind}" for kind in ("weight", "bias"))
        self._outgoing = f"{names[self._second]}.weight"
        self._optimizer = optimizer
        self._gradients = gradients
        self._images = images
        self._learning_rate = learning_rate
        self.awake = self._first.out_features

    def forget(self) -> None:
        """Take all units in again, as after going back to other weights."""
        self._narrow(self._first.out_features)

    def search(self) -> Generator[None, None, None]:
        """Leave out the units that have fallen silent since; yields after each batch of images.

        What is left out depends on nothing but weights, Adam's memory, images and the learning rate, so that a training
        that goes on from a file does what it would have done without the stop.
        """
        rate = self._learning_rate
        silent = self._optimizer.at_rest(self._weight, rate) & self._optimizer.at_rest(self._bias, rate)
        if self._width_without(silent) == self.awake:
            return
        # What is left out already stays so.
        yield from _keep_silent(silent[: self.awake], self._first, self._images)
        awake = self._width_without(silent)
        if awake == self.awake:
            return
        if not bool(silent[awake:].all()):
            order = torch.argsort(silent.to(torch.uint8), stable=True)
            self._optimizer.reorder(self._weight, 0, order)
            self._optimizer.reorder(self._bias, 0, order)
            self._optimizer.reorder(self._outgoing, 1, order)
        self._narrow(awake)

    def _width_without(self, units: Tensor) -> int:
        """The layer's width without some of its units, rounded up to blocks."""
        left = len(units) - int(units.sum())
        return min(len(units), max(1, -(-left // BLOCK)) * BLOCK)

    def _narrow(self, awake: int) -> None:
        if awake != self.awake:
            self.awake = awake
            self._gradients.narrow(awake)
            self._optimizer.narrow(self._weight, awake)


@torch.no_grad()
def _keep_silent(candidates: Tensor, layer: nn.Linear, images: Tensor) -> Generator[None, None, None]:
    """Take out of candidates [units] bool, a layer's first units, those above zero for some image."""
    for batch in torch.split(images, BATCH):
        units = candidates.nonzero().squeeze(1)
        if not len(units):
            break
        weights = layer.weight[units] / 255.0
        inputs = torch.addmm(layer.bias[units], batch.flatten(1).float(), weights.t())
        candidates[units] = inputs.amax(dim=0) < -MARGIN
        yield
