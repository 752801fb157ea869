"""Work for the decoding thread: how far the canvas's plane can be trusted."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from vae_desktop.core.aggregate_posterior import AggregatePosterior, aggregate_posterior
from vae_desktop.core.records import FloatArray
from vae_desktop.core.terrain import Regions, class_regions, decoder_speed

if TYPE_CHECKING:
    from vae_desktop.app.state import Codes
    from vae_desktop.core.inference import Inference
    from vae_desktop.core.plane import Plane

Layer = Literal["density", "speed", "regions"]
Extent = tuple[float, float, float, float]

# The parts of the data that the density's lines enclose.
SHARES = (0.5, 0.9, 0.99)
# Of Scott's rule: a plane's data is one cloud, where a map's is many.
SMOOTHNESS = 0.9
# Places along the longer side of the view. Finer ones cost more than an eye sees of such smooth layers.
FINEST = 56
# Comparing pairs in many dimensions costs more.
FINEST_WIDE = 40
WIDE = 8


@dataclass(frozen=True, eq=False)
class Wish:
    """All that determines a survey but the weights.

    Attributes:
        codes: of the digits that are the data.
        posterior: what is known already of them, or None.
        plane, cursor: what the canvas shows.
        extent: x0, y0, x1, y1 of the part of the plane to look at, or None.
        layers: which ones are wanted.
    """

    codes: Codes
    posterior: AggregatePosterior | None
    plane: Plane
    cursor: FloatArray
    extent: Extent | None
    layers: frozenset[Layer]


@dataclass(frozen=True, eq=False)
class Survey:
    """What was found; a layer that nobody wanted is None.

    Attributes:
        posterior: where the data lies.
        density: lines around `SHARES` of the draws, projected onto the plane, each [M, 2, 2].
        speed: norm of the decoder's Jacobian along the plane, per standard deviation, [H, W], the top row first.
        regions: classes on the same grid.
        extent: x0, y0, x1, y1 of the grid with the outer halves of its cells.
    """

    posterior: AggregatePosterior
    density: tuple[FloatArray, ...] | None = None
    speed: FloatArray | None = None
    regions: Regions | None = None
    extent: Extent | None = None


def survey(inference: Inference, wish: Wish) -> Generator[None, None, Survey]:
    """Look at the plane, slice by slice."""
    codes, posterior = wish.codes, wish.posterior
    if posterior is None:
        posterior = yield from aggregate_posterior(codes.means, codes.logvars, codes.labels)
        yield
    density = speed = regions = None
    if "density" in wish.layers:
        from vae_desktop.core.density import density_contours

        density = density_contours(wish.plane.to_plane(posterior.draws), SHARES, SMOOTHNESS)
        yield
    if wish.extent is None or not wish.layers & {"speed", "regions"}:
        return Survey(posterior, density)
    xs, ys = _grid(wish.extent, wish.plane.dimensions)
    places = wish.plane.grid(wish.cursor, xs, ys)
    yield
    if "speed" in wish.layers:
        rows = []
        for start in range(0, len(places), len(xs)):
            rows.append(inference.decode(places[start : start + len(xs)]).reshape(len(xs), -1))
            yield
        speed = yield from decoder_speed(rows, (float(xs[1] - xs[0]), float(ys[1] - ys[0])))
    if "regions" in wish.layers:
        regions = yield from class_regions(posterior, places, (len(ys), len(xs)))
    return Survey(posterior, density, speed, regions, _extent(xs, ys))


def _grid(extent: Extent, dimensions: int) -> tuple[FloatArray, FloatArray]:
    """Columns and rows over an extent, as far apart as each other."""
    width, height = extent[2] - extent[0], extent[3] - extent[1]
    step = max(width, height) / (FINEST if dimensions <= WIDE else FINEST_WIDE)
    xs, ys = (
        (low + step * (np.arange(max(2, round(length / step))) + 0.5)).astype(np.float32)
        for low, length in ((extent[0], width), (extent[1], height))
    )
    return xs, ys


def _extent(xs: FloatArray, ys: FloatArray) -> Extent:
    half_x, half_y = float(xs[1] - xs[0]) / 2, float(ys[1] - ys[0]) / 2
    return float(xs[0]) - half_x, float(ys[0]) - half_y, float(xs[-1]) + half_x, float(ys[-1]) + half_y
