"""How near a place in latent space is to encoded data: exact neighbours, and how much of the data lies as lonely."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import numpy.typing as npt

from vae_desktop.core.errors import DataError
from vae_desktop.core.records import FloatArray, IntArray

# Measured with 60,000 codes, 10 nearest of one, median: a tree takes 0.03 ms in 2 dimensions, 1.9 ms in 16 and
# 5.3 ms in 20; comparing with all codes 0.3 to 1 ms in any.
TREE_DIMENSIONS = 5
# Density is measured by the distance to this neighbour: with fewer it is a matter of chance.
NEIGHBOURS = 30
# Codes whose own neighbours are looked for: enough for a quantile to within one per cent.
REFERENCES = 2_000
# Numbers in one block of distances: 40 MB.
BLOCK = 10_000_000

Doubles = npt.NDArray[np.float64]


class NearestCodes:
    """Encoded data, searchable for the nearest codes of any place, exactly.

    Args:
        codes: [N, D], finite, N >= 1.

    Raises:
        DataError: there are none, or they are not finite.
    """

    def __init__(self, codes: npt.ArrayLike) -> None:
        from scipy.spatial import cKDTree

        self._codes = np.ascontiguousarray(codes, dtype=np.float32)
        if self._codes.ndim != 2 or not self._codes.size or not np.isfinite(self._codes).all():
            raise DataError("There are no codes to be near to.", "Open a data set and a model first.")
        # Around their middle numbers are smaller, and so are the errors of their squares.
        self._middle = self._codes.mean(axis=0, dtype=np.float64)
        self._centred = (self._codes - self._middle).astype(np.float32)
        self._squares = np.square(self._centred).sum(axis=1)
        self._tree = cKDTree(self._codes) if self._codes.shape[1] <= TREE_DIMENSIONS else None

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def codes(self) -> FloatArray:
        """[N, D]."""
        return self._codes

    def nearest(self, places: npt.ArrayLike, count: int) -> tuple[IntArray, Doubles]:
        """The nearest codes of each place, nearest first.

        Args:
            places: [M, D].
            count: at least 1; at most as many as there are codes are found.

        Returns:
            Numbers of the codes and their distances, each [M, count].
        """
        wanted = np.atleast_2d(np.asarray(places, dtype=np.float64))
        count = min(count, len(self))
        if self._tree is not None:
            distances, found = self._tree.query(wanted, count)
            return found.reshape(-1, count).astype(np.int64), distances.reshape(-1, count)
        numbers = np.empty((len(wanted), count), dtype=np.int64)
        distances = np.empty((len(wanted), count))
        rows = max(1, BLOCK // len(self))
        for start in range(0, len(wanted), rows):
            part = slice(start, start + rows)
            numbers[part], distances[part] = self._compare_all(wanted[part], count)
        return numbers, distances

    def _compare_all(self, places: Doubles, count: int) -> tuple[IntArray, Doubles]:
        """By the product of all codes with the places; single precision only chooses whom to measure exactly."""
        from_middle = places - self._middle
        single = from_middle.astype(np.float32)
        if len(places) == 1:
            # Under a moving cursor: BLAS would wake its threads, which on a busy machine takes 8 ms, not 0.7.
            products = np.einsum("nd,d->n", self._centred, single[0])[None]
        else:
            products = single @ self._centred.T
        near = self._squares - 2 * products
        farthest = np.partition(near, count - 1, axis=1)[:, count - 1]
        # Of |c|² - 2 c·z; rounding moves it by less than this.
        largest = self._squares.max() + np.square(from_middle).sum(axis=1)
        limit = farthest + 8 * np.finfo(np.float32).eps * self._codes.shape[1] * largest
        numbers = np.empty((len(places), count), dtype=np.int64)
        distances = np.empty((len(places), count))
        for row, place in enumerate(places):
            candidates = np.flatnonzero(near[row] <= limit[row])
            exact = np.linalg.norm(self._codes[candidates] - place, axis=1)
            order = np.argsort(exact, kind="stable")[:count]
            numbers[row], distances[row] = candidates[order], exact[order]
        return numbers, distances


class Support:
    """How much of the encoded data lies as lonely as a place: a measure of whether a decoded picture can be trusted.

    A place's loneliness is its distance to the 30th nearest code, which falls as the aggregate posterior's density
    there rises. It is compared with what data find around themselves.

    Args:
        index: of the encoded data.
        radii: of some of these codes, their own distances to the 30th nearest other code.
    """

    def __init__(self, index: NearestCodes, radii: npt.ArrayLike) -> None:
        self._index = index
        self._radii = np.sort(np.asarray(radii, dtype=np.float64))

    def shares(self, places: npt.ArrayLike) -> Doubles:
        """For each place [M, D], the share of the data that lies at least as lonely, 0 … 1: [M].

        0.5 is as dense as data are in the middle; 0 is off the data: lonelier than any of them.
        """
        _, distances = self._index.nearest(places, NEIGHBOURS)
        lonelier = len(self._radii) - np.searchsorted(self._radii, distances[:, -1], side="left")
        shares: Doubles = lonelier / len(self._radii)
        return shares


def measure_support(index: NearestCodes, seed: int = 0) -> Generator[None, None, Support]:
    """Find out how lonely data are among themselves.

    A generator: each yield, some 50 ms apart, is a place to give up; its return value is the `Support`.

    Args:
        index: of the encoded data.
        seed: chooses the 2,000 codes that are measured, where there are more.
    """
    count = len(index)
    chosen = np.arange(count)
    if count > REFERENCES:
        order = np.random.Generator(np.random.PCG64([seed, 5])).permutation(count)
        chosen = np.sort(order[:REFERENCES])
    radii = []
    rows = max(1, BLOCK // count)
    for start in range(0, len(chosen), rows):
        # One more than asked for, since each finds itself first.
        _, distances = index.nearest(index.codes[chosen[start : start + rows]], NEIGHBOURS + 1)
        radii.append(distances[:, -1])
        yield
    return Support(index, np.concatenate(radii))
