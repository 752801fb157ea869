"""What the encoder is unsure of: posteriors q(z|x), as the means and log-variances of normal distributions."""

from __future__ import annotations

import numpy as np

from vae_desktop.core.records import FloatArray

# A dimension that tells less than this of the digits, in nats, is one that the model does not use.
INACTIVE_NATS = 0.05


def dimension_kl(means: FloatArray, logvars: FloatArray) -> FloatArray:
    """What each dimension adds to KL(q(z|x) ‖ p(z)) in nats, [D] float32, on average over digits.

    Args:
        means, logvars: of the digits' posteriors, each [N, D].
    """
    terms = 0.5 * (means**2 + np.exp(logvars) - 1.0 - logvars)
    kl: FloatArray = terms.mean(axis=0, dtype=np.float64).astype(np.float32)
    return kl


def inactive_dimensions(means: FloatArray, logvars: FloatArray) -> frozenset[int]:
    """The dimensions whose posterior is the prior, whatever the digit."""
    return frozenset(np.flatnonzero(dimension_kl(means, logvars) < INACTIVE_NATS).tolist())
