"""UMAP of the latent codes as a generator of live frames, by the library umap-learn where that is installed.

McInnes, Healy & Melville, UMAP: Uniform Manifold Approximation and Projection for Dimension Reduction,
arXiv:1802.03426, 2018; it starts from PCA after Kobak & Linderman, Initialization is critical for preserving global
data structure in both t-SNE and UMAP, Nature Biotechnology 39, 2021.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Lock, RLock
from typing import Any

import numpy as np
import numpy.typing as npt

from vae_desktop.core.errors import ProjectionError
from vae_desktop.core.libraries import load, no_search_for_garbage
from vae_desktop.core.map_codes import (
    check_apart,
    checked,
    checked_start,
    frozen,
    normalised,
    principal_components,
)
from vae_desktop.core.map_method import LOADING_UMAP, UMAP_NEIGHBOURS, umap_installed, umap_lacking
from vae_desktop.core.records import MapFrame
from vae_desktop.core.steps import with_item
from vae_desktop.core.turns import in_turns

# The library's own defaults: how close points may lie; iterations (its epochs) for up to so many points and for more.
LEAST_DISTANCE, SPREAD = 0.1, 1.0
MANY, ITERATIONS, FEWER_ITERATIONS = 10_000, 500, 200
# Width of the map that it starts from, and the random part of it: equal codes must not stay on top of each other, a
# line (one latent dimension) needs a second direction.
WIDTH = 10.0
JITTER = 1e-3
# After an epoch of training the points are nearly where they belong.
WARM_ITERATIONS = 50
WARM_RATE = 0.25
# Seconds between two frames.
FRAME_SECONDS = 0.05
# Stage of frames.
MOVING = "UMAP"

# Numba may end the process where two threads are in one of its parallel functions.
_numba = Lock()


def umap(codes: npt.ArrayLike, seed: int = 0, *, start: npt.ArrayLike | None = None) -> Iterator[MapFrame]:
    """Lay all codes out on a UMAP map, frame by frame.

    The first frame is PCA (or `start`) and comes at once. The library takes seconds to load and to compile, once for
    each process; then frames follow, each with a read-only array of its own. Closing the generator ends the work
    after the iteration under way. The same codes and seed give the same map.

    Args:
        codes: [N, D], all of them on the map; N above `UMAP_NEIGHBOURS`.
        start: [N, 2], an earlier map of the same things, as after an epoch of training: the points keep their places
            as far as the new codes allow.

    Raises:
        ProjectionError: the library is not installed; the codes are not a table of finite numbers, too few or all
            equal; `start` does not fit.
    """
    if not umap_installed():
        raise umap_lacking()
    points = checked(codes)
    if len(points) <= UMAP_NEIGHBOURS:
        raise ProjectionError(
            f"A UMAP map needs more than {UMAP_NEIGHBOURS} points, and there are {len(points)}.",
            "Choose PCA, or use a larger data set.",
        )
    check_apart(points)
    points = normalised(points)
    if start is None:
        initial = principal_components(points)
        initial *= WIDTH / np.ptp(initial, axis=0).max()
        iterations = ITERATIONS if len(points) <= MANY else FEWER_ITERATIONS
    else:
        initial = checked_start(start, len(points))
        iterations = WARM_ITERATIONS
    frame = MapFrame(frozen(initial), 0, iterations, None, "PCA" if start is None else MOVING)
    yield frame

    # As in t-SNE: these take long at first, which the first frame should not wait for.
    for library in ("scipy.spatial", "sklearn.neighbors", "openTSNE.affinity"):
        load(library)
        yield frame
    from vae_desktop.core.affinities import known_neighbours

    indices, distances = yield from with_item(frame, known_neighbours(points, UMAP_NEIGHBOURS - 1))
    frame = replace(frame, stage=LOADING_UMAP)
    yield frame
    while not _numba.acquire(timeout=FRAME_SECONDS):
        yield frame
    try:
        graph = _graph(points, indices, distances)
    finally:
        _numba.release()

    random = np.random.default_rng(seed)
    embedding = (initial + JITTER * random.standard_normal(initial.shape)).astype(np.float32, order="C")
    rate = 1.0 if start is None else WARM_RATE
    shown = 0.0

    def optimise(tell: Callable[[int], None]) -> None:
        _optimise(graph, embedding, iterations, rate, random, tell)

    for done in in_turns(optimise, "UMAP"):
        if time.perf_counter() > shown + FRAME_SECONDS:
            frame = MapFrame(frozen(embedding.astype(np.float64)), done, iterations, None, MOVING)
            shown = time.perf_counter()
        yield frame
    if not np.isfinite(embedding).all():
        raise ProjectionError("These codes can't be laid out by UMAP.", "Choose t-SNE or PCA.")
    yield MapFrame(frozen(embedding.astype(np.float64)), iterations, iterations, None, MOVING)


def _graph(
    points: npt.NDArray[np.float64], indices: npt.NDArray[np.int64], distances: npt.NDArray[np.float64]
) -> Any:
    """Who is drawn to whom how much, as a sparse [N, N], from the nearest other points [N, k]."""
    try:
        # Compiling makes as many objects as loading.
        with no_search_for_garbage():
            from umap import layouts
            from umap.umap_ import fuzzy_simplicial_set

            _let_go_of_the_lock(layouts)
            own = np.arange(len(points))[:, None]
            graph, _, _ = fuzzy_simplicial_set(
                points.astype(np.float32),
                UMAP_NEIGHBOURS,
                None,
                "euclidean",
                knn_indices=np.hstack((own, indices)),
                knn_dists=np.hstack((0.0 * own, distances)).astype(np.float32),
            )
    except ImportError as error:
        # Another package has the same name.
        raise umap_lacking() from error
    return graph.tocoo()


def _let_go_of_the_lock(layouts: Any) -> None:
    """Have the function that is one iteration compiled to run without Python's lock.

    Else the window gets the lock only between iterations: with 10,000 points every 25 ms, with 60,000 every 150. Where
    another release of the library calls the function differently, it is so.
    """
    options = getattr(
        getattr(layouts, "_nb_optimize_layout_euclidean_single_epoch", None), "targetoptions", None
    )
    if isinstance(options, dict):
        options["nogil"] = True


def _optimise(
    graph: Any,
    embedding: npt.NDArray[np.float32],
    iterations: int,
    rate: float,
    random: np.random.Generator,
    tell: Callable[[int], None],
) -> None:
    """Move the points of the embedding in place, and tell after each iteration how many there were."""
    from umap.layouts import optimize_layout_euclidean, tqdm
    from umap.umap_ import find_ab_params, make_epochs_per_sample

    # Its own thread, which wakes bars that stand still, would outlive the map.
    tqdm.monitor_interval = 0
    tqdm.set_lock(_bar_lock)
    # A tie that is too weak to count once is none.
    strong = graph.data >= graph.data.max() / iterations
    a, b = find_ab_params(SPREAD, LEAST_DISTANCE)
    with no_search_for_garbage():
        optimize_layout_euclidean(
            embedding,
            embedding,
            graph.row[strong],
            graph.col[strong],
            iterations,
            len(embedding),
            make_epochs_per_sample(graph.data[strong], iterations),
            a,
            b,
            random.integers(-(2**31) + 1, 2**31 - 1, 3),
            initial_alpha=rate,
            tqdm_kwds={
                "disable": False,
                "file": _Counter(tell),
                "bar_format": "{n}",
                "mininterval": 0,
                "miniters": 1,
                "leave": False,
            },
            move_other=True,
        )


class _BarLock:
    """The lock of the library's progress bars, not held while a bar is painted: then a map may rest or be given up.

    `tqdm` takes it by `acquire` for painting alone, and would keep it for ever where that raises.
    """

    def __init__(self) -> None:
        self._lock = RLock()

    def acquire(self, *_: object) -> bool:
        """For painting."""
        return True

    def release(self) -> None:
        """After painting."""

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


_bar_lock = _BarLock()


class _Counter:
    """The file that the library's progress bar is written to: its one way to call back."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self._tell = tell

    def write(self, text: str) -> None:
        """The bar: a number, and what moves the cursor of a terminal."""
        if text.strip().isdigit():
            self._tell(int(text))

    def flush(self) -> None:
        """Nothing is kept back."""
