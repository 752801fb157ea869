"""The gradient of the objective, reconstruction + β·KL, for one batch: by autograd, or by hand for dense layers.

By hand there is no graph to record and every array is used again in the next step: with layers as small as ours
that takes an eighth off a training on the processor.
"""

from __future__ import annotations

import math
from typing import Protocol

import torch
from torch import Tensor, nn

from vae_desktop.core.losses import kl_divergence, reconstruction_loss
from vae_desktop.core.models import VAE
from vae_desktop.core.models.dense import dense_layers

# Of so many numbers between 0.5 and 1 the product is still an ordinary float32 (from 1.2e-38 on).
FACTORS = 64


class Gradients(Protocol):
    """Puts the gradient of the mean objective over a batch into the parameters' `grad`, in place where there is one."""

    def __call__(self, images: Tensor, noise: Tensor, beta: float, terms: Tensor) -> None:
        """
        Args:
            images: [N, C, H, W] float32 in [0, 1].
            noise: [N, D] drawn from N(0, I).
            beta: weight of the KL term.
            terms: [2], receives reconstruction and KL, each summed over the batch, in nats.
        """


def make_gradients(model: VAE, batch_size: int) -> Gradients:
    """The quicker way for a model, for batches of at most `batch_size` images."""
    on_cpu = next(model.parameters()).device.type == "cpu"
    if on_cpu and model.config.architecture == "dense":
        return DenseGradients(model, batch_size)
    return AutogradGradients(model)


class AutogradGradients:
    """For any model on any device."""

    def __init__(self, model: VAE) -> None:
        self._model = model

    def __call__(self, images: Tensor, noise: Tensor, beta: float, terms: Tensor) -> None:
        """As `Gradients`."""
        logits, mean, logvar = self._model(images, noise)
        reconstruction = reconstruction_loss(logits, images).sum()
        kl = kl_divergence(mean, logvar).sum()
        self._model.zero_grad(set_to_none=False)
        ((reconstruction + beta * kl) / len(images)).backward()  # type: ignore[no-untyped-call]
        torch.stack((reconstruction.detach(), kl.detach()), out=terms)


class DenseGradients:
    """For encoders and decoders that are stacks of dense layers with ReLU between them.

    Raises:
        TypeError: a stack has layers of another kind.
    """

    def __init__(self, model: VAE, batch_size: int) -> None:
        self._encoder = _Stack(model.encoder, batch_size, to_input=False)
        self._decoder = _Stack(model.decoder, batch_size, to_input=True)
        self._probabilities = torch.empty(batch_size, math.prod(model.config.image_shape))

    @torch.no_grad()
    def __call__(self, images: Tensor, noise: Tensor, beta: float, terms: Tensor) -> None:
        """As `Gradients`."""
        count = len(images)
        pixels = images.view(count, -1)
        posterior = self._encoder.forward(pixels)
        mean, logvar = posterior.chunk(2, dim=1)
        deviation = torch.exp(0.5 * logvar)
        logits = self._decoder.forward(torch.addcmul(mean, deviation, noise))

        variance = deviation.square()
        kl = 0.5 * ((mean.square() - logvar + variance).sum() - mean.numel())
        # −log p(x|z) of a Bernoulli likelihood: softplus(logit) − x·logit at each pixel.
        probabilities = torch.sigmoid(logits, out=_first_rows(self._probabilities, count))
        linear = torch.dot(logits.view(-1), pixels.view(-1))
        reconstruction = _softplus_sum(logits, probabilities) - linear
        torch.stack((reconstruction, kl), out=terms)

        # Its derivative is sigmoid(logit) − x. From here on all is divided by the number of images.
        by_code = self._decoder.backward(probabilities.sub_(pixels).div_(count))
        by_logvar = variance.sub_(1.0).mul_(beta / count).addcmul_(by_code * noise, deviation).mul_(0.5)
        by_mean = by_code.add_(mean, alpha=beta / count)
        self._encoder.backward(torch.cat((by_mean, by_logvar), dim=1))


def _softplus_sum(logits: Tensor, sigmoids: Tensor) -> Tensor:
    """The sum of softplus(logits) [N, P], whose sigmoids are known; overwrites the logits.

    softplus(l) = max(l, 0) − log σ(|l|), and σ(|l|), the larger one of σ and 1 − σ, lies between 0.5 and 1: so many
    of them can be multiplied before one logarithm is taken, which costs more than all else here.
    """
    positive = logits.clamp_min_(0.0).sum()
    larger = torch.sub(sigmoids, 0.5, out=logits).abs_().add_(0.5).view(-1)
    columns = len(larger) // FACTORS
    most, rest = larger[: FACTORS * columns], larger[FACTORS * columns :]
    total = positive - most.view(FACTORS, columns).prod(dim=0).log_().sum()
    return total - rest.log_().sum() if len(rest) else total


def _first_rows(array: Tensor, count: int) -> Tensor:
    """The first rows of an array; of all of them no view is made."""
    return array if len(array) == count else array[:count]


class _Stack:
    """Dense layers with ReLU between them; keeps what `backward` needs of the last `forward`.

    Args:
        layers: of the stack; their parameters get a `grad`, and must stay where they are in memory.
        rows: of the largest batch.
        to_input: whether the derivative by the stack's input is wanted.
    """

    def __init__(self, layers: nn.Sequential, rows: int, to_input: bool) -> None:
        self._layers = dense_layers(layers)
        # Made once: with layers this small, making views of the weights at each step is felt.
        self._transposed = [layer.weight.detach().t() for layer in self._layers]
        self._outputs = [torch.empty(rows, layer.out_features) for layer in self._layers]
        # By each layer's input; of no use for the first one where the stack's input is an image.
        passed = self._layers if to_input else self._layers[1:]
        self._errors = [torch.empty(rows, layer.in_features) for layer in passed]
        self._inputs: list[Tensor] = []
        for parameter in layers.parameters():
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)

    def forward(self, values: Tensor) -> Tensor:
        """The last layer's output [N, out], overwritten by the next call, for values [N, in]."""
        self._inputs = []
        for layer, weight, output in zip(self._layers, self._transposed, self._outputs, strict=True):
            if self._inputs:
                values.relu_()
            self._inputs.append(values)
            values = torch.addmm(layer.bias, values, weight, out=_first_rows(output, len(values)))
        return values

    def backward(self, error: Tensor) -> Tensor:
        """From the derivative by the output [N, out] to those by weights and biases, into their `grad`.

        Returns:
            the derivative by the input [N, in], overwritten by the next call, if it was wanted.
        """
        buffers = list(self._errors)
        for layer, inputs in zip(reversed(self._layers), reversed(self._inputs), strict=True):
            torch.mm(error.t(), inputs, out=layer.weight.grad)
            torch.sum(error, dim=0, out=layer.bias.grad)
            if buffers:
                error = torch.mm(error, layer.weight, out=_first_rows(buffers.pop(), len(error)))
            if layer is not self._layers[0]:
                # The derivative of ReLU: 1 where its output is positive, else 0. The output is needed no more.
                error.mul_(inputs.sign_())
        return error
