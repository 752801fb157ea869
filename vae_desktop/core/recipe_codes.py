"""The codes that a recipe of samples stands for: the one way from settings to points in latent space."""

from __future__ import annotations

from collections.abc import Callable, Generator

import numpy as np
import numpy.typing as npt

from vae_desktop.core.latent_grids import plane_manifold_codes, traversal_codes, traversal_values
from vae_desktop.core.plane import Plane
from vae_desktop.core.posterior import dimension_kl
from vae_desktop.core.records import FloatArray, IntArray
from vae_desktop.core.sample_recipe import SampleRecipe
from vae_desktop.core.samplers import (
    Mixture,
    aggregate_codes,
    check_draw,
    digits_for_rows,
    fit_gaussians,
    kernel_density,
    posterior_mixture,
    truncated_prior_codes,
)

# Means and log-variances, each [n, D], of digits by their indices [n].
Posteriors = Callable[[IntArray], tuple[FloatArray, FloatArray]]


def fit_mixture(
    recipe: SampleRecipe, means: FloatArray, logvars: FloatArray
) -> Generator[None, None, Mixture]:
    """The mixture that a recipe of the kind "gmm" or "kde" draws from.

    A generator like `fit_gaussians`.

    Args:
        means, logvars: of the posteriors of the digits that it is fitted to, each [N, D].

    Raises:
        DataError: there are too few digits, or their codes are not finite.
    """
    codes = aggregate_codes(means, logvars, recipe.seed)
    if recipe.kind == "gmm":
        return (yield from fit_gaussians(codes, recipe.components, recipe.seed))
    return kernel_density(codes, recipe.bandwidth)


def prior_samples(recipe: SampleRecipe, latent_dim: int) -> FloatArray:
    """The codes [rows * columns, D] of a recipe of the kind "prior"."""
    it = recipe
    return truncated_prior_codes(it.rows * it.columns, latent_dim, it.seed, it.truncation, it.temperature)


def posterior_samples(
    digits: npt.ArrayLike, posteriors: Posteriors, rows: int, columns: int, seed: int, temperature: float
) -> FloatArray:
    """Codes [rows * columns, D] of the posteriors of some digits: each row one digit's.

    Args:
        digits: their indices; see `digits_for_rows`.
        posteriors: gives means and log-variances, each [n, D], of digits by their indices [n].

    Raises:
        ConfigurationError: a number is outside its range.
        DataError: there are no digits, or their codes are not finite.
    """
    check_draw(rows * columns, seed, temperature)
    mixture = posterior_mixture(*posteriors(digits_for_rows(digits, rows, seed)))
    return mixture.draw_each(columns, seed, temperature)


def laid_out(recipe: SampleRecipe, plane: Plane) -> FloatArray:
    """The codes [N, D] of a traversal, or of the manifold of a plane: row by row.

    Args:
        recipe: its dimensions are known, and where the cursor was if it is around that.
        plane: what a manifold is of; only its number of dimensions matters to a traversal.
    """
    held = np.array(recipe.origin, np.float32) if recipe.around == "cursor" else plane.origin
    if recipe.kind == "manifold":
        return plane_manifold_codes(plane, held, recipe.rows, recipe.columns)
    if recipe.around != "cursor":
        held = np.zeros(plane.dimensions, np.float32)
    return traversal_codes(held, recipe.dimensions, traversal_values(recipe.reach, recipe.columns))


def most_active(means: FloatArray, logvars: FloatArray, count: int) -> tuple[int, ...]:
    """So many dimensions at most, those first that tell most of the digits (mean KL); all of them in their order
    where there are no more.

    Args:
        means, logvars: of the digits' posteriors, each [N, D].
    """
    dimensions = means.shape[1]
    if dimensions <= count:
        return tuple(range(dimensions))
    # What is no number tells nothing.
    kl = np.nan_to_num(dimension_kl(means, logvars), nan=-1.0)
    return tuple(np.argsort(-kl, kind="stable")[:count].tolist())
