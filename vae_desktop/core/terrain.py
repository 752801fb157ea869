"""What a plane through latent space is like, place by place: its classes, and how fast the decoder changes."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vae_desktop.core.aggregate_posterior import NEIGHBOUR, AggregatePosterior, nearest_draws
from vae_desktop.core.records import FloatArray

VOTERS = 15
# Up to so many dimensions a tree finds neighbours more quickly than comparing all pairs.
TREE_DIMENSIONS = 8


@dataclass(frozen=True, eq=False)
class Regions:
    """Which class the data around each place is of.

    Attributes:
        classes: [H, W] int64.
        shares: [H, W], the part of the nearest draws that are of that class, from 0 to 1.
        distances: [H, W], how far off the data a place is, as `AggregatePosterior.distances`.
    """

    classes: npt.NDArray[np.int64]
    shares: FloatArray
    distances: FloatArray

    def middles(self, reach: float) -> dict[int, tuple[int, int]]:
        """For each class that data within this distance is of, the row and column in the middle of its region.

        A region in several parts has its middle in the place nearest to the middle of all.
        """
        found = {}
        data = self.distances <= reach
        for label in np.unique(self.classes[data]).tolist():
            places = np.argwhere(data & (self.classes == label))
            row, column = places[((places - places.mean(axis=0)) ** 2).sum(axis=1).argmin()].tolist()
            found[label] = (row, column)
        return found


def class_regions(
    posterior: AggregatePosterior, codes: FloatArray, shape: tuple[int, int]
) -> Generator[None, None, Regions | None]:
    """A vote of the nearest draws at each of the codes [H * W, D]; None where there are too few draws.

    A generator: each yield is a place to give up or to let others go first.
    """
    if len(posterior.draws) < VOTERS:
        return None
    rows, distances = yield from nearest_draws(
        posterior.draws, codes, VOTERS, by_tree=codes.shape[1] <= TREE_DIMENSIONS
    )
    labels = posterior.labels[rows]
    votes = np.zeros((len(codes), int(posterior.labels.max()) + 1), np.float32)
    everyone = np.arange(len(codes))
    for place in range(VOTERS):
        np.add.at(votes, (everyone, labels[:, place]), 1.0)
    distances.sort(axis=1)
    return Regions(
        votes.argmax(axis=1).reshape(shape),
        (votes.max(axis=1) / VOTERS).reshape(shape),
        distances[:, NEIGHBOUR - 1].reshape(shape),
    )


def decoder_speed(pictures: list[FloatArray], step: tuple[float, float]) -> Generator[None, None, FloatArray]:
    """The Frobenius norm [H, W] of the decoder's Jacobian along a plane's two directions, by central differences.

    A generator like `class_regions`.

    Args:
        pictures: one row [W, P] after the other, the top one first, in [0, 1].
        step: from a picture to its neighbours across and up, in the plane's units.
    """
    squares = np.empty((len(pictures), len(pictures[0])), np.float32)
    for row, here in enumerate(pictures):
        above, below = max(row - 1, 0), min(row + 1, len(pictures) - 1)
        across = np.gradient(here, step[0], axis=0)
        up = (pictures[above] - pictures[below]) / np.float32(step[1] * max(1, below - above))
        squares[row] = np.einsum("wp,wp->w", across, across) + np.einsum("wp,wp->w", up, up)
        if row % 8 == 7:
            yield
    return np.sqrt(squares)
