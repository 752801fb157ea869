"""The two parts of the negative ELBO (Kingma & Welling, Auto-Encoding Variational Bayes, ICLR 2014)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def kl_divergence(mean: Tensor, logvar: Tensor) -> Tensor:
    """KL(N(mean, diag exp(logvar)) ‖ N(0, I)) in closed form (there, appendix B).

    Args:
        mean, logvar: [N, D].

    Returns:
        [N], nats per image.
    """
    return 0.5 * (mean.square() + logvar.exp() - 1.0 - logvar).sum(dim=1)


def reconstruction_loss(logits: Tensor, images: Tensor) -> Tensor:
    """−log p(x|z) for a Bernoulli likelihood with logits (there, appendix C.1).

    Args:
        logits: of p(x = 1 | z), [N, C, H, W].
        images: in [0, 1], shaped like `logits`.

    Returns:
        [N], nats per image: summed over the pixels.
    """
    loss = functional.binary_cross_entropy_with_logits(logits, images, reduction="none")
    return torch.flatten(loss, 1).sum(dim=1)
