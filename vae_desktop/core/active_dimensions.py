"""Which latent dimensions a model uses."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# Nats per image; below this a dimension tells next to nothing about the image.
INACTIVE_KL = 0.05


def kl_per_dimension(means: npt.ArrayLike, logvars: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Mean KL(q(z|x) ‖ p(z)) of each dimension over some images, in nats: [D].

    Args:
        means, logvars: of the images' posteriors, each [N, D], N >= 1.
    """
    mean = np.asarray(means, dtype=np.float64)
    logvar = np.asarray(logvars, dtype=np.float64)
    kl: npt.NDArray[np.float64] = 0.5 * (mean**2 + np.exp(logvar) - 1 - logvar).mean(axis=0)
    return kl


def inactive_dimensions(
    means: npt.ArrayLike, logvars: npt.ArrayLike, below: float = INACTIVE_KL
) -> npt.NDArray[np.bool_]:
    """For each dimension whether its mean KL lies below a limit in nats: [D]."""
    inactive: npt.NDArray[np.bool_] = kl_per_dimension(means, logvars) < below
    return inactive
