"""Codes drawn from the aggregate posterior rather than the prior: mixtures of Gaussians of three kinds.

The posterior of chosen digits, a Gaussian mixture fitted to encoded data, and a kernel density estimate over it
are all mixtures, and one class draws from them. The truncated prior is here too.
"""

from __future__ import annotations

import math
import threading
import warnings
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vae_desktop.core.config import MAX_SEED
from vae_desktop.core.errors import ConfigurationError, DataError
from vae_desktop.core.libraries import load
from vae_desktop.core.records import FloatArray, IntArray
from vae_desktop.core.sampling import MAX_TEMPERATURE, prior_codes

# A mixture is fitted to so many codes at most: measured with 16 dimensions, more change it by little.
FIT_LIMIT = 10_000
COMPONENTS = 10
MAX_COMPONENTS = 200
# Of the mean log-likelihood, in nats, from one round to the next.
TOLERANCE = 1e-2
ROUNDS_BETWEEN_YIELDS = 4
MAX_ROUNDS = 100

# Filters of warnings and limits of threads are the whole process's.
_one_at_a_time = threading.Lock()

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Mixture:
    """A mixture of Gaussians to draw codes from.

    Attributes:
        weights: [K], their sum is 1.
        means: [K, D].
        factors: of each component's covariance F·Fᵀ, [K, D, D]; or one for all of them, [1, D, D].
    """

    weights: Doubles
    means: Doubles
    factors: Doubles

    @property
    def nbytes(self) -> int:
        """Memory that it takes, in bytes."""
        return self.weights.nbytes + self.means.nbytes + self.factors.nbytes

    def draw(self, count: int, seed: int = 0, temperature: float = 1.0) -> FloatArray:
        """Draw codes [count, D] float32; the spread around each mean is scaled by the temperature.

        As with the prior, the seed decides, a longer draw begins with the shorter one, and another temperature
        only moves the same codes.

        Raises:
            ConfigurationError: a number is outside its range.
        """
        check_draw(count, seed, temperature)
        # Two generators: only so does a longer draw begin with the shorter one.
        which, noise = (np.random.Generator(np.random.PCG64([seed, stream])) for stream in (1, 2))
        edges = np.cumsum(self.weights)
        chosen = np.searchsorted(edges / edges[-1], which.random(count), side="right")
        return self._around(chosen, noise.standard_normal((count, self.means.shape[1])), temperature)

    def draw_each(self, count: int, seed: int = 0, temperature: float = 1.0) -> FloatArray:
        """Draw so many codes from every component in turn: [K * count, D] float32."""
        check_draw(count, seed, temperature)
        noise = np.random.Generator(np.random.PCG64([seed, 2]))
        components = np.arange(len(self.means)).repeat(count)
        return self._around(
            components, noise.standard_normal((len(components), self.means.shape[1])), temperature
        )

    def _around(self, components: npt.NDArray[np.intp], noise: Doubles, temperature: float) -> FloatArray:
        codes = self.means[components].copy()
        if len(self.factors) == 1:
            codes += temperature * noise @ self.factors[0].T
        else:
            for component in np.unique(components):
                here = components == component
                codes[here] += temperature * noise[here] @ self.factors[component].T
        return codes.astype(np.float32)


def posterior_mixture(means: npt.ArrayLike, logvars: npt.ArrayLike) -> Mixture:
    """The mixture of the posteriors q(z|x) of some images.

    Args:
        means, logvars: of the images, each [K, D].
    """
    centres = _checked(means)
    deviations = np.exp(0.5 * np.asarray(logvars, dtype=np.float64))
    factors = deviations[:, :, None] * np.eye(centres.shape[1])
    return Mixture(np.full(len(centres), 1 / len(centres)), centres, factors)


def digits_for_rows(digits: npt.ArrayLike, rows: int, seed: int = 0) -> IntArray:
    """Which of some digits each row is of [rows]: in an order of the seed, over again where there are too few.

    The order of two digits does not depend on the others: those that were chosen, alone, give the same rows again.

    Args:
        digits: their indices, in any order.
    """
    known = np.unique(np.asarray(digits, np.int64))
    if not len(known):
        return known
    keys = np.random.Generator(np.random.PCG64([seed, 6])).random(int(known[-1]) + 1)
    return np.resize(known[np.argsort(keys[known], kind="stable")], rows)


def aggregate_codes(means: npt.ArrayLike, logvars: npt.ArrayLike, seed: int = 0) -> FloatArray:
    """One sample of q(z|x) for each image: samples of the aggregate posterior, which mixtures are fitted to.

    Args:
        means, logvars: of the images, each [N, D].

    Returns:
        [N, D] float32.
    """
    centres = _checked(means)
    noise = np.random.Generator(np.random.PCG64([seed, 3])).standard_normal(centres.shape)
    codes: FloatArray = (centres + np.exp(0.5 * np.asarray(logvars, dtype=np.float64)) * noise).astype(
        np.float32
    )
    return codes


def fit_gaussians(
    codes: npt.ArrayLike, components: int = COMPONENTS, seed: int = 0
) -> Generator[None, None, Mixture]:
    """Fit a mixture of Gaussians with full covariances by expectation maximisation (scikit-learn's).

    A generator: each yield, some rounds apart, is a place to give up; its return value is the mixture.

    Args:
        codes: [N, D], as `aggregate_codes` gives them; of more than 10,000, so many are chosen by the seed.
        components: Gaussians in the mixture, 1 to 200; fewer where there are fewer codes.
        seed: of the choice and the start; the same seed gives the same mixture.

    Raises:
        ConfigurationError: a number is outside its range.
        DataError: there are fewer than two codes, or they are not finite.
    """
    load("sklearn.mixture")
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    if not 1 <= components <= MAX_COMPONENTS:
        raise ConfigurationError(f"A mixture can have 1 to {MAX_COMPONENTS} components.")
    points = _chosen(_checked(codes, least=2), seed)
    # A covariance needs more codes than one for each component.
    fewer = max(1, min(components, len(points) // 2))
    model = GaussianMixture(
        fewer,
        tol=TOLERANCE,
        reg_covar=1e-4,
        random_state=seed,
        max_iter=ROUNDS_BETWEEN_YIELDS,
        warm_start=True,
    )
    for _ in range(0, MAX_ROUNDS, ROUNDS_BETWEEN_YIELDS):
        # Matrices this small keep several threads waiting for each other: measured on two processors, ten components
        # in 16 dimensions took 14 s with two threads and 0.3 s with one.
        with _one_at_a_time, threadpool_limits(1), warnings.catch_warnings():
            # That these few rounds were not enough is what the loop is for.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(points)
        yield
        if model.converged_:
            break
    return Mixture(model.weights_, model.means_, np.linalg.cholesky(model.covariances_))


def kernel_density(codes: npt.ArrayLike, bandwidth: float | None = None) -> Mixture:
    """A kernel density estimate: a Gaussian around each code, shaped like the covariance of all of them.

    Args:
        codes: [N, D], as `aggregate_codes` gives them.
        bandwidth: width of a kernel, as a share of the codes' own; Scott's rule N^(-1/(D+4)) if not given.

    Raises:
        ConfigurationError: the bandwidth is not above 0.
        DataError: there are fewer than two codes, or they are not finite.
    """
    points = _checked(codes, least=2)
    count, dimensions = points.shape
    width = count ** (-1 / (dimensions + 4)) if bandwidth is None else bandwidth
    if not (math.isfinite(width) and width > 0):
        raise ConfigurationError("The bandwidth must be above 0.")
    values, vectors = np.linalg.eigh(np.cov(points.T).reshape(dimensions, dimensions))
    factor = vectors * np.sqrt(np.maximum(values, 0))
    return Mixture(np.full(count, 1 / count), points, width * factor[None])


def truncated_prior_codes(
    count: int, latent_dim: int, seed: int = 0, quantile: float = 1.0, temperature: float = 1.0
) -> FloatArray:
    """Draw codes from the prior cut off at a radius, within which lies this share of it.

    Every code of `prior_codes` keeps its direction and is moved inwards; with a quantile of 1 it stays.

    Args:
        quantile: above 0, at most 1.

    Returns:
        [count, latent_dim] float32.

    Raises:
        ConfigurationError: a number is outside its range.
    """
    if not 0 < quantile <= 1:
        raise ConfigurationError("The truncation must be above 0 and at most 1: a share of the prior.")
    if quantile == 1:
        return prior_codes(count, latent_dim, seed, temperature)
    from scipy.special import gammainc, gammaincinv

    codes = prior_codes(count, latent_dim, seed, 1.0).astype(np.float64)
    squares = np.maximum((codes**2).sum(axis=1, keepdims=True), 1e-300)
    # |z|²/2 follows a gamma distribution: its share below a code, scaled down, is the share below the new one.
    shares = gammainc(latent_dim / 2, squares / 2)
    codes *= np.sqrt(2 * gammaincinv(latent_dim / 2, quantile * shares) / squares)
    check_draw(count, seed, temperature)
    return (codes * temperature).astype(np.float32)


def _chosen(points: Doubles, seed: int) -> Doubles:
    if len(points) <= FIT_LIMIT:
        return points
    order = np.random.Generator(np.random.PCG64([seed, 4])).permutation(len(points))
    return points[np.sort(order[:FIT_LIMIT])]


def _checked(codes: npt.ArrayLike, least: int = 1) -> Doubles:
    points = np.asarray(codes, dtype=np.float64)
    if points.ndim != 2 or len(points) < least:
        raise DataError("There are too few images to draw like them.", "Choose another class or more images.")
    if not np.isfinite(points).all():
        raise DataError("Some codes are infinite or not a number.", "Use another model.")
    return points


def check_draw(count: int, seed: int, temperature: float) -> None:
    """Make sure, before anything is fitted, that codes can be drawn with these numbers.

    Raises:
        ConfigurationError: one is outside its range.
    """
    if count < 1:
        raise ConfigurationError(f"There is no drawing {count} codes.")
    if not 0 <= seed <= MAX_SEED:
        raise ConfigurationError(f"The seed must be between 0 and {MAX_SEED}.")
    if not (math.isfinite(temperature) and 0 <= temperature <= MAX_TEMPERATURE):
        raise ConfigurationError(f"The temperature must be between 0 and {MAX_TEMPERATURE:g}.")
