"""What the encoder is unsure of: posteriors q(z|x), as the means and log-variances of normal distributions."""

from __future__ import annotations

import numpy as np

from vae_desktop.core.plane import Plane
from vae_desktop.core.records import FloatArray

# A dimension that tells less than this of the digits, in nats, is one that the model does not use.
INACTIVE_NATS = 0.05


# A training that went astray gives what it gives, without a word; so do all sums below.
@np.errstate(over="ignore", invalid="ignore")
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


@np.errstate(over="ignore", invalid="ignore")
def posterior_draws(mean: FloatArray, logvar: FloatArray, count: int, seed: int) -> FloatArray:
    """Codes [count, D] float32 drawn from one posterior, each [D]; the same seed gives the same ones."""
    generator = np.random.Generator(np.random.PCG64(seed))
    noise = generator.standard_normal((count, len(mean)), np.float32)
    draws: FloatArray = mean + noise * np.exp(0.5 * logvar)
    return draws


def posterior_outline(
    plane: Plane, mean: FloatArray, logvar: FloatArray, deviations: float, corners: int = 72
) -> FloatArray:
    """The ellipse of so many standard deviations around a posterior, as its shadow on a plane.

    Returns:
        Corners [corners, 2] float32 in the plane's coordinates; on a line where the latent space is one.
    """
    # The shadow of N(m, S) is N(Pm, PSPᵀ); its ellipse is the unit circle under that covariance's root.
    shadow = (plane.directions * np.exp(logvar)) @ plane.directions.T
    variances, vectors = np.linalg.eigh(shadow.astype(np.float64))
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    steps = circle * np.sqrt(np.maximum(variances, 0)) @ vectors.T
    outline: FloatArray = (plane.to_plane(mean) + deviations * steps).astype(np.float32)
    return outline
