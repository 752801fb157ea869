"""The gradient of the objective, reconstruction + β·KL, for one batch: by autograd, or by hand for dense layers.

By hand there is no graph to record, and every array is used again in the next step. And the arithmetic can be laid
out for the processors, which wait for what another one has in its cache (four times as long where the two have no
cache in common): an array holds one image a column, so that the threads of a product share the rows of the weights
between them, and each thread keeps to its rows in all that is done with them, Adam's step included.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor, nn

from vae_desktop.core.data.dataset import to_float
from vae_desktop.core.losses import kl_divergence, reconstruction_loss
from vae_desktop.core.models import VAE
from vae_desktop.core.models.dense import dense_layers
from vae_desktop.core.shared_products import by_rows, by_sums

# Of at most so many numbers between 0.5 and 1 the product is still an ordinary float32 (from 1.2e-38 on).
FACTORS = 64
ONE = torch.ones(())


class Gradients(Protocol):
    """Puts the gradient of the mean objective over a batch into the parameters' `grad`, in place where there is one."""

    def __call__(self, images: Tensor, noise: Tensor, beta: float, terms: Tensor) -> None:
        """
        Args:
            images: [N, C, H, W] uint8.
            noise: [N, D] drawn from N(0, I).
            beta: weight of the KL term.
            terms: [2], receives reconstruction and KL, each summed over the batch, in nats.
        """


def make_gradients(model: VAE) -> Gradients:
    """The quicker way for a model."""
    on_cpu = next(model.parameters()).device.type == "cpu"
    if on_cpu and model.config.architecture == "dense":
        return DenseGradients(model)
    return AutogradGradients(model)


class AutogradGradients:
    """For any model on any device."""

    def __init__(self, model: VAE) -> None:
        self._model = model

    def __call__(self, images: Tensor, noise: Tensor, beta: float, terms: Tensor) -> None:
        """As `Gradients`."""
        targets = to_float(images)
        logits, mean, logvar = self._model(targets, noise)
        reconstruction = reconstruction_loss(logits, targets).sum()
        kl = kl_divergence(mean, logvar).sum()
        self._model.zero_grad(set_to_none=False)
        ((reconstruction + beta * kl) / len(images)).backward()  # type: ignore[no-untyped-call]
        torch.stack((reconstruction.detach(), kl.detach()), out=terms)


class DenseGradients:
    """For encoders and decoders that are stacks of dense layers with ReLU between them.

    Arrays are kept for each size of batch that comes: a training has two, the usual one and that of an epoch's end.

    Args:
        model: its parameters get a `grad`, and must stay where they are in memory.

    Raises:
        TypeError: a stack has layers of another kind.
    """

    def __init__(self, model: VAE) -> None:
        self._encoder, self._decoder = dense_layers(model.encoder), dense_layers(model.decoder)
        self.narrow(self._encoder[0].out_features)

    def narrow(self, units: int) -> None:
        """Leave out all but the first units of the encoder's first layer; their gradients are zero from now on."""
        first, second, *others = self._encoder
        self._encoding = [
            _Layer(first, first.in_features, units),
            _Layer(second, units, second.out_features),
            *map(_Layer, others),
        ]
        self._decoding = [_Layer(linear) for linear in self._decoder]
        self._batches: dict[int, _Batch] = {}

    def __call__(self, images: Tensor, noise: Tensor, beta: float, terms: Tensor) -> None:
        """As `Gradients`."""
        count = len(images)
        if count not in self._batches:
            self._batches[count] = _Batch(self._encoding, self._decoding, count)
        self._batches[count](images, noise, beta, terms)


class _Layer:
    """Views of a dense layer's weights and their gradients.

    Args:
        linear: its parameters get a `grad`.
        inputs, outputs: how many of its units take part, by default all; the gradients of all others are zero.

    Attributes:
        weight: [out, in]
        bias: [out, 1]
        weight_gradient, bias_gradient: [out, in] and [out]
    """

    def __init__(self, linear: nn.Linear, inputs: int | None = None, outputs: int | None = None) -> None:
        self.weight = linear.weight.detach()[:outputs, :inputs]
        self.bias = linear.bias.detach()[:outputs].unsqueeze(1)
        self.weight_gradient = _zeros_for(linear.weight)[:outputs, :inputs]
        self.bias_gradient = _zeros_for(linear.bias)[:outputs]


def _zeros_for(parameter: Tensor) -> Tensor:
    """A parameter's `grad`, which may be there already, as zeros."""
    if parameter.grad is None:
        parameter.grad = torch.zeros_like(parameter)
    return parameter.grad.zero_()


class _Batch:
    """Takes the gradient over batches of one size, always in the same arrays.

    Not only the arrays are made once, but also all views of them: with layers this small that is felt.

    Args:
        encoder, decoder: their layers.
        count: images in a batch, N.
    """

    def __init__(self, encoder: list[_Layer], decoder: list[_Layer], count: int) -> None:
        pixels, latent_dim = len(decoder[-1].weight), decoder[0].weight.shape[1]
        self._count = count
        self._pixels, self._probabilities = torch.empty(2, pixels, count)
        self._excess, self._shift, self._code = torch.empty(3, latent_dim, count)
        by_posterior = torch.empty(2 * latent_dim, count)
        self._by_mean, self._by_logvar = by_posterior.chunk(2)
        self._encoder = _Stack(encoder, self._pixels, by_posterior, to_input=False)
        self._decoder = _Stack(decoder, self._code, self._probabilities, to_input=True)
        self._mean, self._logvar = self._encoder.output.chunk(2)
        self._reconstruction = _ReconstructionSum(self._pixels, self._decoder.output, self._probabilities)

    @torch.no_grad()
    def __call__(self, images: Tensor, noise: Tensor, beta: float, terms: Tensor) -> None:
        """As `Gradients`."""
        noise, rate = noise.t(), beta / self._count
        # As `to_float`, and turned.
        self._pixels.copy_(images.view(self._count, -1).t()).div_(255.0)
        self._encoder.forward()
        # σ² − 1, σ·noise and the code.
        torch.expm1(self._logvar, out=self._excess)
        torch.add(self._excess, 1.0, out=self._shift).sqrt_().mul_(noise)
        torch.add(self._mean, self._shift, out=self._code)
        self._decoder.forward()
        torch.sigmoid(self._decoder.output, out=self._probabilities)

        kl = torch.addcmul(self._excess, self._mean, self._mean).sub_(self._logvar).sum().mul_(0.5)
        torch.stack((self._reconstruction(), kl), out=terms)

        # The derivative of −log p(x|z) by a logit. From here on all is divided by the number of images.
        self._probabilities.sub_(self._pixels).div_(self._count)
        self._decoder.backward()
        by_code = self._decoder.by_input
        torch.add(by_code, self._mean, alpha=rate, out=self._by_mean)
        torch.mul(self._excess, rate / 2, out=self._by_logvar).addcmul_(by_code, self._shift, value=0.5)
        self._encoder.backward()


class _ReconstructionSum:
    """The sum of −log p(x|z) over a batch, of a Bernoulli likelihood: softplus(logit) − x·logit at each pixel.

    softplus(l) = max(l, 0) − log σ(|l|), and σ(|l|), the larger one of σ and 1 − σ, lies between 0.5 and 1: so many
    of them can be multiplied before one logarithm is taken, which costs more than all else here.

    Args:
        pixels, logits, sigmoids: [P, N], arrays of which each call takes what they hold then; it overwrites the logits.
    """

    def __init__(self, pixels: Tensor, logits: Tensor, sigmoids: Tensor) -> None:
        self._pixels, self._logits, self._sigmoids = (array.view(-1) for array in (pixels, logits, sigmoids))
        factors = max(number for number in range(1, FACTORS + 1) if len(logits) % number == 0)
        self._groups = logits.view(-1, factors, logits.shape[1])

    def __call__(self) -> Tensor:
        """The sum []."""
        linear = torch.dot(self._logits, self._pixels)
        positive = self._logits.clamp_min_(0.0).sum()
        torch.sub(ONE, self._sigmoids, out=self._logits)
        torch.maximum(self._logits, self._sigmoids, out=self._logits)
        logarithms = self._groups.prod(dim=1).log_().sum()
        return positive.sub_(linear).sub_(logarithms)


class _Stack:
    """Dense layers with ReLU between them.

    Args:
        layers: of the stack.
        inputs: [in, N], what `forward` is to take.
        by_output: [out, N], the derivative by the output, which `backward` is to take.
        to_input: whether `backward` is to find the derivative by the inputs: of no use where those are images.

    Attributes:
        output: [out, N], as the last `forward` left it.
        by_input: [in, N], the derivative by the inputs, as the last `backward` left it.
    """

    def __init__(self, layers: list[_Layer], inputs: Tensor, by_output: Tensor, to_input: bool) -> None:
        count = inputs.shape[1]
        self._layers = layers
        self._values = [inputs, *(torch.empty(len(layer.weight), count) for layer in layers)]
        self._errors = [*(torch.empty_like(values) for values in self._values[:-1]), by_output]
        self.output, self.by_input = self._values[-1], self._errors[0]
        around = list(zip(layers, self._values, self._errors, self._errors[1:], strict=False))
        self._to_weights = [
            by_rows(error, values.t(), layer.weight_gradient) for layer, values, _, error in around
        ]
        self._to_inputs = [
            by_sums(layer.weight.t(), error, passed) if place or to_input else None
            for place, (layer, _, passed, error) in enumerate(around)
        ]

    def forward(self) -> None:
        """From the inputs to the output."""
        for place, layer in enumerate(self._layers):
            values = self._values[place].relu_() if place else self._values[0]
            torch.addmm(layer.bias, layer.weight, values, out=self._values[place + 1])

    def backward(self) -> None:
        """From the derivative by the output to those by weights and biases, into their `grad`; values are lost."""
        for place, layer in reversed(list(enumerate(self._layers))):
            if (to_inputs := self._to_inputs[place]) is not None:
                to_inputs()
            self._to_weights[place]()
            torch.sum(self._errors[place + 1], dim=1, out=layer.bias_gradient)
            if place:
                # The derivative of ReLU: 1 where its output is positive, else 0. The output is needed no more.
                self._errors[place].mul_(self._values[place].sign_())
