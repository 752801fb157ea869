"""Codes in grids: traversals and the manifold."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.latent_grids import manifold_codes, normal_quantiles, traversal_codes


def test_each_row_moves_one_dimension() -> None:
    codes = traversal_codes([7.0, 8.0, 9.0], [2, 0], [-1.0, 0.0, 1.0])
    assert codes.dtype == np.float32
    assert codes.tolist() == [
        [7.0, 8.0, -1.0],
        [7.0, 8.0, 0.0],
        [7.0, 8.0, 1.0],
        [-1.0, 8.0, 9.0],
        [0.0, 8.0, 9.0],
        [1.0, 8.0, 9.0],
    ]


@pytest.mark.parametrize(("dimensions", "values"), [([3], [0.0]), ([-1], [0.0]), ([], [0.0]), ([0], [])])
def test_what_the_model_lacks_is_refused(dimensions: list[int], values: list[float]) -> None:
    with pytest.raises(ConfigurationError):
        traversal_codes([0.0, 0.0, 0.0], dimensions, values)


def test_quantiles_share_the_normal_distribution_out_evenly() -> None:
    values = normal_quantiles(9).astype(float)
    shares = [0.5 * (1 + math.erf(value / math.sqrt(2))) for value in values]
    assert np.allclose(shares, (np.arange(9) + 0.5) / 9, atol=1e-6)
    assert normal_quantiles(1).tolist() == [0.0]


def test_the_manifold_runs_right_and_upwards() -> None:
    codes = manifold_codes(2, 3, (2, 0), [5.0, 6.0, 7.0]).reshape(2, 3, 3)
    assert (codes[:, :, 1] == 6.0).all()
    assert np.allclose(codes[:, :, 2], [normal_quantiles(3)] * 2)
    assert np.allclose(codes[:, :, 0], -normal_quantiles(2)[:, None])
    assert codes[0, 0, 0] > codes[1, 0, 0]
