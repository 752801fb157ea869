"""Recipes of samples: checked when made, plain values on the way, and the codes that they stand for."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from vae_desktop.core.errors import ConfigurationError, DataError
from vae_desktop.core.latent_grids import manifold_codes, normal_quantiles, plane_manifold_codes
from vae_desktop.core.plane import axes_plane, principal_plane
from vae_desktop.core.recipe_codes import fit_mixture, laid_out, most_active, posterior_samples, prior_samples
from vae_desktop.core.sample_recipe import SampleRecipe
from vae_desktop.core.steps import result_of

FULL = SampleRecipe(
    kind="traversal",
    rows=3,
    columns=5,
    seed=7,
    temperature=0.1 + 0.2,
    truncation=0.7,
    components=3,
    bandwidth=0.4,
    class_label=2,
    split="train",
    digits=(4, 9),
    dimensions=(2, 0),
    reach=1.5,
    around="cursor",
    origin=(0.25, -1.0, float(np.float32(0.1))),
    plane="digits",
)


def test_a_recipe_is_the_same_after_a_way_through_json() -> None:
    assert SampleRecipe.from_json(json.loads(json.dumps(FULL.to_json()))) == FULL
    assert SampleRecipe.from_json({}) == SampleRecipe()


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "magic"},
        {"kind": []},
        {"rows": 0},
        {"columns": 65},
        {"rows": 2.0},
        {"seed": -1},
        {"seed": True},
        {"temperature": math.nan},
        {"temperature": "1"},
        {"truncation": 0},
        {"truncation": 1.5},
        {"components": 0},
        {"bandwidth": 0.0},
        {"class_label": -1},
        {"split": "both"},
        {"digits": [-1]},
        {"digits": 5},
        {"dimensions": [256]},
        {"dimensions": [0.5]},
        {"reach": 0},
        {"around": "me"},
        {"origin": [math.inf]},
        {"plane": "curved"},
        {"colour": "red"},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError):
        SampleRecipe.from_json(wrong)


def test_a_traversal_runs_each_dimension_from_end_to_end() -> None:
    plane = axes_plane(3, 0, 1)
    codes = laid_out(FULL, plane).reshape(2, 5, 3)
    assert np.allclose(codes[0, :, 2], [-1.5, -0.75, 0, 0.75, 1.5])
    assert np.allclose(codes[1, :, 0], [-1.5, -0.75, 0, 0.75, 1.5])
    assert np.allclose(codes[0, :, :2], [0.25, -1.0]) and np.allclose(codes[1, :, 1:], [-1.0, 0.1])
    around_origin = laid_out(replace(FULL, around="origin", origin=()), plane).reshape(2, 5, 3)
    assert not around_origin[0, :, :2].any()


def test_a_manifold_of_axes_is_the_command_lines() -> None:
    plane = axes_plane(4, 2, 1)
    recipe = SampleRecipe(kind="manifold", rows=3, columns=6)
    assert np.array_equal(laid_out(recipe, plane), manifold_codes(3, 6, (2, 1), np.zeros(4)))
    here = (1.0, 2.0, 3.0, 4.0)
    around = replace(recipe, around="cursor", origin=here)
    assert np.array_equal(laid_out(around, plane), manifold_codes(3, 6, (2, 1), here))


def test_a_manifold_of_another_plane_shares_out_the_prior_on_it() -> None:
    random = np.random.default_rng(0)
    plane = principal_plane(
        (random.normal(size=(500, 5)) * (3, 2, 1, 1, 1) + (4, -2, 0, 1, 0)).astype(np.float32)
    )
    codes = plane_manifold_codes(plane, plane.origin, 4, 5).astype(np.float64)
    middle = plane.nearest(np.zeros(5, np.float32))
    offsets = (codes - middle) @ plane.directions.T
    assert np.allclose(offsets[:5, 0], normal_quantiles(5), atol=1e-5)
    assert np.allclose(offsets[::5, 1], normal_quantiles(4)[::-1], atol=1e-5)
    assert np.allclose(codes - middle, offsets @ plane.directions, atol=1e-5)


def test_each_row_of_a_posterior_is_one_digits() -> None:
    means = np.array([[1.0, -2.0], [5.0, 5.0], [-9.0, 0.0]], np.float32)
    logvars = np.log(np.full((3, 2), 0.01, np.float32))
    codes = posterior_samples(
        range(3), lambda digits: (means[digits], logvars[digits]), rows=4, columns=50, seed=3, temperature=1.0
    ).reshape(4, 50, 2)
    nearest = np.linalg.norm(codes[:, :, None] - means, axis=3).argmin(axis=2)
    assert (nearest == nearest[:, :1]).all() and set(nearest[:, 0]) == {0, 1, 2}
    assert 0.05 < codes[0].std(axis=0).min() < 0.2
    one = posterior_samples([0], lambda digits: (means[digits], logvars[digits]), 4, 50, 3, 1.0)
    assert len(np.unique(one, axis=0)) == 200


def test_mixtures_follow_their_settings() -> None:
    random = np.random.default_rng(1)
    means = random.normal(size=(300, 2)).astype(np.float32)
    logvars = np.full((300, 2), -4.0, np.float32)

    def mixture(**values: object) -> object:
        recipe = SampleRecipe(**values)  # type: ignore[arg-type]
        return result_of(fit_mixture(recipe, means, logvars))

    assert len(mixture(kind="gmm", components=3).weights) == 3
    assert len(mixture(kind="kde").weights) == 300
    wide, narrow = (mixture(kind="kde", bandwidth=width).factors for width in (0.4, 0.2))
    assert np.allclose(wide, 2 * narrow)
    with pytest.raises(DataError):
        result_of(fit_mixture(SampleRecipe(kind="kde"), means[:1], logvars[:1]))


def test_a_truncated_prior_stays_within_its_radius() -> None:
    whole = prior_samples(SampleRecipe(rows=10, columns=20, seed=2), 3)
    cut = prior_samples(SampleRecipe(rows=10, columns=20, seed=2, truncation=0.5), 3)
    assert np.linalg.norm(cut, axis=1).max() < np.quantile(np.linalg.norm(whole, axis=1), 0.6)


def test_the_most_active_dimensions_come_first_where_not_all_have_room() -> None:
    random = np.random.default_rng(2)
    means = (random.normal(size=(1000, 4)) * (0.1, 2.0, 0.0, 1.0)).astype(np.float32)
    logvars = np.log(np.array([0.99, 0.01, 1.0, 0.1], np.float32)) * np.ones((1000, 1), np.float32)
    assert most_active(means, logvars, 2) == (1, 3)
    assert most_active(means, logvars, 3) == (1, 3, 0)
    assert most_active(means, logvars, 4) == (0, 1, 2, 3)
    assert most_active(means * np.float32(np.nan), logvars, 2) == (0, 1)
