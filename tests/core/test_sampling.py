"""Codes drawn from the prior, and codes laid out on a plane."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.sampling import gaussian_codes, plane_codes, prior_codes


def test_draws_are_standard_normal() -> None:
    codes = prior_codes(20_000, 3, seed=5)
    assert codes.shape == (20_000, 3)
    assert codes.dtype == np.float32
    assert np.abs(codes.mean(axis=0)).max() < 0.03
    assert np.abs(np.cov(codes.T) - np.eye(3)).max() < 0.04


def test_the_seed_decides() -> None:
    assert np.array_equal(prior_codes(64, 2, seed=7), prior_codes(64, 2, seed=7))
    assert not np.array_equal(prior_codes(64, 2, seed=7), prior_codes(64, 2, seed=8))


def test_seeds_printed_into_files_keep_their_meaning() -> None:
    known = [[0.12573022, -0.13210486], [0.64042264, 0.10490011]]
    assert np.allclose(prior_codes(2, 2, seed=0), known, atol=1e-7)


def test_a_larger_grid_begins_with_the_smaller_one() -> None:
    assert np.array_equal(prior_codes(400, 20, seed=1)[:64], prior_codes(64, 20, seed=1))


def test_temperature_scales_the_spread() -> None:
    plain = prior_codes(50, 4, seed=3)
    assert np.allclose(prior_codes(50, 4, seed=3, temperature=0.5), plain / 2)
    assert not prior_codes(50, 4, seed=3, temperature=0.0).any()


@pytest.mark.parametrize(
    "arguments",
    [
        (0, 2),
        (4, 0),
        (4, 257),
        (4, 2, -1),
        (4, 2, 2**31),
        (4, 2, 0, -0.1),
        (4, 2, 0, math.nan),
        (4, 2, 0, math.inf),
    ],
)
def test_numbers_outside_their_range_are_refused(arguments: tuple[int, ...]) -> None:
    with pytest.raises(ConfigurationError):
        prior_codes(*arguments)


@pytest.mark.parametrize("ys", [[-1.0, 0.0, 2.0], [2.0, 0.0, -1.0]])
def test_a_plane_is_laid_out_like_a_picture(ys: list[float]) -> None:
    codes = plane_codes([9.0, 8.0, 7.0, 6.0], (2, 0), [-3.0, 3.0], ys)
    assert codes.dtype == np.float32
    assert codes.tolist() == [
        [2.0, 8.0, -3.0, 6.0],
        [2.0, 8.0, 3.0, 6.0],
        [0.0, 8.0, -3.0, 6.0],
        [0.0, 8.0, 3.0, 6.0],
        [-1.0, 8.0, -3.0, 6.0],
        [-1.0, 8.0, 3.0, 6.0],
    ]


def test_a_latent_space_of_one_dimension_runs_to_the_right() -> None:
    assert plane_codes([5.0], (0, 0), [-1.0, 1.0], [0.0, 4.0]).tolist() == [[-1.0], [1.0], [-1.0], [1.0]]


def test_the_cursor_is_left_alone() -> None:
    cursor = np.array([1.0, 2.0, 3.0], np.float32)
    cursor.setflags(write=False)
    plane_codes(cursor, (0, 1), [4.0], [5.0])
    assert cursor.tolist() == [1.0, 2.0, 3.0]


def test_a_gaussian_like_given_codes_has_their_mean_and_covariance() -> None:
    random = np.random.default_rng(3)
    given = random.normal(size=(500, 4)) @ random.normal(size=(4, 4)) + [3, 0, -2, 1]
    drawn = gaussian_codes(given, 40_000, seed=1)
    assert drawn.dtype == np.float32
    np.testing.assert_allclose(drawn.mean(axis=0), given.mean(axis=0), atol=0.05)
    np.testing.assert_allclose(np.cov(drawn.T), np.cov(given.T, bias=True), rtol=0.05, atol=0.08)
    np.testing.assert_array_equal(gaussian_codes(given, 7, seed=1), drawn[:7])
    assert not np.array_equal(gaussian_codes(given, 7, seed=2), drawn[:7])


def test_codes_on_a_line_are_continued_on_it_and_one_code_is_repeated() -> None:
    line = np.outer(np.arange(5.0), [1.0, 2.0, -1.0]) + 1
    drawn = gaussian_codes(line, 100)
    steps = (drawn - 1) / [1.0, 2.0, -1.0]
    np.testing.assert_allclose(steps, np.repeat(steps[:, :1], 3, axis=1), atol=1e-4)
    assert np.ptp(steps) > 1
    np.testing.assert_array_equal(gaussian_codes(line[2:3], 3), np.repeat(line[2:3], 3, axis=0))


def test_there_is_no_drawing_like_nothing() -> None:
    with pytest.raises(ConfigurationError):
        gaussian_codes(np.zeros((0, 2)), 5)
    with pytest.raises(ConfigurationError):
        gaussian_codes(np.zeros((3, 2)), 0)
