"""Paths through latent space: their ends, their spacing, their length in image space."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vae_desktop.core.checkpoint import load_checkpoint
from vae_desktop.core.config import ModelConfig
from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.geodesic import straighten
from vae_desktop.core.inference import Inference
from vae_desktop.core.latent_curves import linear_curve, spherical_curve
from vae_desktop.core.latent_path_kinds import MAX_FRAMES, PATH_KINDS, PathKind
from vae_desktop.core.latent_paths import analogy, latent_path
from vae_desktop.core.models import build, weights_of
from vae_desktop.core.paths import resource
from vae_desktop.core.records import FloatArray
from vae_desktop.core.steps import result_of

FAR = np.array([[-1.5, -0.5], [1.0, 1.2]])
FINE = np.linspace(0, 1, 2001)


@pytest.fixture(scope="module")
def inference() -> Inference:
    """The bundled two-dimensional model."""
    checkpoint = load_checkpoint(resource("models/mnist-2d.safetensors"))
    return Inference(checkpoint.model_config, checkpoint.weights)


def small(**settings: object) -> Inference:
    """An untrained model."""
    config = ModelConfig(**settings)  # type: ignore[arg-type]
    return Inference(config, weights_of(build(config, torch.Generator().manual_seed(0))))


def steps_between(codes: np.ndarray, inference: Inference) -> np.ndarray:
    """Distances in image space from frame to frame."""
    images = inference.decode(codes).reshape(len(codes), -1)
    return np.linalg.norm(np.diff(images, axis=0), axis=1)


@pytest.mark.parametrize("kind", PATH_KINDS)
def test_frames_are_even_in_image_space_and_end_where_asked(kind: PathKind, inference: Inference) -> None:
    codes = result_of(latent_path(FAR, kind, 60, inference))
    assert (codes.shape, codes.dtype) == ((60, 2), np.float32)
    assert np.array_equal(codes[[0, -1]], FAR.astype(np.float32))
    steps = steps_between(codes, inference)
    assert steps.std() < 0.05 * steps.mean()
    # In latent space they are not even at all: the decoder changes faster here than there.
    moves = np.linalg.norm(np.diff(codes, axis=0), axis=1)
    assert moves.std() > 0.1 * moves.mean()


@pytest.mark.parametrize("kind", PATH_KINDS)
def test_a_path_goes_through_all_its_points(kind: PathKind, inference: Inference) -> None:
    points = np.array([[-1.5, -0.5], [0.2, 0.8], [1.0, -1.2]])
    codes = result_of(latent_path(points, kind, 400, inference))
    nearest = np.linalg.norm(codes[:, None] - points, axis=2).min(axis=0)
    assert nearest.max() < 0.03


def test_a_straight_path_is_straight(inference: Inference) -> None:
    codes = result_of(latent_path(FAR, "linear", 30, inference)).astype(np.float64)
    direction = (FAR[1] - FAR[0]) / np.linalg.norm(FAR[1] - FAR[0])
    across = (codes - FAR[0]) @ np.array([-direction[1], direction[0]])
    assert np.abs(across).max() < 1e-6


def image_length(codes: FloatArray, inference: Inference) -> float:
    """The sum of the distances between neighbouring decoded means of codes [N, D]."""
    images = inference.decode(codes.astype(np.float32)).reshape(len(codes), -1)
    return float(np.linalg.norm(np.diff(images, axis=0), axis=1).sum())


def test_a_geodesic_is_shorter_in_image_space(inference: Inference) -> None:
    codes = result_of(latent_path(FAR, "geodesic", 200, inference))
    length = image_length(codes, inference)
    assert length < 0.95 * image_length(linear_curve(FAR)(FINE), inference)
    assert length < 0.95 * image_length(spherical_curve(FAR)(FINE), inference)


def test_a_geodesic_is_a_least_energy(inference: Inference) -> None:
    line = linear_curve(FAR)(np.linspace(0, 1, 16))
    found = result_of(straighten(line, inference)).astype(np.float64)

    def energy(codes: np.ndarray) -> float:
        return float((steps_between(codes.astype(np.float32), inference) ** 2).sum())

    least = energy(found)
    assert least < energy(line)
    assert np.array_equal(found[[0, -1]], line[[0, -1]].astype(np.float32))
    random = np.random.default_rng(0)
    for _ in range(40):
        shift = random.normal(size=found.shape) * 0.02
        shift[[0, -1]] = 0
        assert energy(found + shift) > least * (1 - 1e-3)


@pytest.mark.parametrize("points", [2, 3, 4])
def test_short_chains(points: int, inference: Inference) -> None:
    found = result_of(straighten(linear_curve(FAR)(np.linspace(0, 1, points)), inference))
    assert found.shape == (points, 2)
    assert np.isfinite(found).all()


def test_where_the_decoder_is_flat_a_geodesic_is_a_line() -> None:
    inference = small(latent_dim=3, hidden=(8,))
    # Images hardly change near the origin of an untrained model: its metric is the same everywhere.
    points = np.array([[0.0, 0.0, 0.01], [0.01, 0.0, 0.0]])
    codes = result_of(latent_path(points, "geodesic", 9, inference))
    assert np.allclose(codes, linear_curve(points)(np.linspace(0, 1, 9)), atol=1e-4)


@pytest.mark.parametrize(
    "inference",
    [
        small(latent_dim=1, hidden=(16,)),
        small(latent_dim=200, hidden=(16,)),
        small(architecture="conv", hidden=(4,), latent_dim=5, image_shape=(3, 9, 7)),
    ],
    ids=["one dimension", "200 dimensions", "convolutional, in colour"],
)
@pytest.mark.parametrize("kind", PATH_KINDS)
def test_any_model(kind: PathKind, inference: Inference) -> None:
    points = np.random.default_rng(1).normal(size=(2, inference.config.latent_dim))
    codes = result_of(latent_path(points, kind, 7, inference))
    assert np.array_equal(codes[[0, -1]], points.astype(np.float32))
    assert np.isfinite(codes).all()


@pytest.mark.parametrize("kind", PATH_KINDS)
def test_between_equal_codes_nothing_moves(kind: PathKind, inference: Inference) -> None:
    codes = result_of(latent_path([[0.3, 0.4], [0.3, 0.4]], kind, 5, inference))
    assert np.allclose(codes, [[0.3, 0.4]] * 5)


def test_a_geodesic_can_be_given_up(inference: Inference) -> None:
    steps = latent_path(FAR, "geodesic", 32, inference)
    for _ in range(5):
        next(steps)
    steps.close()
    with pytest.raises(StopIteration):
        next(steps)


@pytest.mark.parametrize(
    ("points", "kind", "frames"),
    [
        (FAR, "crooked", 8),
        (FAR, "linear", 1),
        (FAR, "linear", MAX_FRAMES + 1),
        (FAR[:1], "geodesic", 8),
        (FAR[:0], "linear", 8),
    ],
)
def test_what_makes_no_sense_is_refused(
    inference: Inference, points: np.ndarray, kind: PathKind, frames: int
) -> None:
    with pytest.raises(ConfigurationError):
        result_of(latent_path(points, kind, frames, inference))


def test_arithmetic() -> None:
    assert analogy([1.0, 2.0], [0.5, 0.5], [3.0, 0.0]).tolist() == [3.5, 1.5]
    with pytest.raises(ConfigurationError):
        analogy([1.0, 2.0], [1.0], [1.0, 2.0])
