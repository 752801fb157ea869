"""Paths through latent space, their frames evenly spaced in image space, and arithmetic on codes."""

from __future__ import annotations

from collections.abc import Generator
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.inference import Inference
from vae_desktop.core.latent_curves import Curve, linear_curve, spherical_curve, spline_curve
from vae_desktop.core.latent_path_kinds import MAX_FRAMES, PATH_KINDS, PathKind
from vae_desktop.core.records import FloatArray

# Places on a curve at which its length in image space is measured, between two of its given points.
SAMPLES = 256
# So many are decoded at once: nobody who shares the decoder waits longer.
SLICE = 64
# Points of a geodesic between two given ones.
NODES = 32


def latent_path(
    points: npt.ArrayLike, kind: PathKind, frames: int, inference: Inference
) -> Generator[object, None, FloatArray]:
    """A path through two or more codes: so many codes on it that one looks as unlike the next everywhere.

    Frames are spaced evenly by the length of the decoded path: the sum of distances between decoded means.

    A generator: each yield is a place to give up; its return value is [frames, D] float32, which begins and ends
    with the first and last point.

    Args:
        points: [K, D], K >= 2, in order.
        kind: "linear", "spherical" (slerp), "spline" (natural cubic) or "geodesic" (shortest in image space).
        frames: 2 to 10,000.
        inference: decodes; used by this thread alone meanwhile.

    Raises:
        ConfigurationError: a value is outside its range.
    """
    if kind not in PATH_KINDS:
        raise ConfigurationError(f"The kind of path must be one of: {', '.join(PATH_KINDS)}.")
    if not 2 <= frames <= MAX_FRAMES:
        raise ConfigurationError(f"A path can have 2 to {MAX_FRAMES} frames.")
    curves = {"linear": linear_curve, "spherical": spherical_curve, "spline": spline_curve}
    stops = np.asarray(points, dtype=np.float64)
    if kind == "geodesic":
        curve = yield from _geodesic_curve(stops, inference)
    else:
        curve = curves[kind](stops)
    samples = SAMPLES * max(1, len(stops) - 1)
    codes = yield from evenly_spaced(curve, frames, inference, samples)
    # The ends are what was asked for, to the last bit.
    codes[0], codes[-1] = stops[0], stops[-1]
    return codes


def evenly_spaced(
    curve: Curve, frames: int, inference: Inference, samples: int = SAMPLES
) -> Generator[object, None, FloatArray]:
    """Codes [frames, D] float32 on a curve, spaced evenly by the decoded curve's length; a generator likewise.

    Where the whole curve decodes to one image, they are spaced evenly along the curve.
    """
    places = np.linspace(0.0, 1.0, samples + 1)
    lengths = [np.zeros(1)]
    for start in range(0, samples, SLICE):
        steps = yield from _decoded_steps(curve(places[start : start + SLICE + 1]), inference)
        lengths.append(lengths[-1][-1:] + np.cumsum(steps))
    length = np.concatenate(lengths)
    wanted = np.linspace(0.0, 1.0, frames)
    if length[-1] > 0:
        wanted = np.interp(wanted * length[-1], length, places)
    return curve(wanted).astype(np.float32)


def analogy(start: npt.ArrayLike, without: npt.ArrayLike, plus: npt.ArrayLike) -> FloatArray:
    """Arithmetic on codes [D]: start - without + plus, as float32."""
    first, second, third = (np.asarray(code, dtype=np.float64) for code in (start, without, plus))
    if not first.shape == second.shape == third.shape:
        raise ConfigurationError("These codes come from different models.")
    return (first - second + third).astype(np.float32)


def _decoded_steps(
    codes: npt.NDArray[np.float64], inference: Inference
) -> Generator[object, None, npt.NDArray[np.float64]]:
    """Distances between neighbouring decoded means of codes [N, D]: [N - 1]."""
    images = inference.decode(codes.astype(np.float32)).reshape(len(codes), -1)
    yield None
    steps: npt.NDArray[np.float64] = np.linalg.norm(np.diff(images.astype(np.float64), axis=0), axis=1)
    return steps


def _geodesic_curve(stops: npt.NDArray[np.float64], inference: Inference) -> Generator[object, None, Curve]:
    """Lines between the points of the geodesic through codes [K, D]."""
    from vae_desktop.core.geodesic import straighten

    linear_curve(stops)  # raises where there is nothing to join
    nodes = [stops[:1]]
    for pair in pairwise(stops):
        line = yield from evenly_spaced(linear_curve(pair), NODES, inference)
        shortest = yield from straighten(line, inference)
        nodes.append(shortest[1:].astype(np.float64))
    return linear_curve(np.concatenate(nodes))
