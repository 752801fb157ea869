"""Maps of the latent codes in two dimensions: PCA at once, and t-SNE as a generator of live frames.

van der Maaten & Hinton, Visualizing Data using t-SNE, JMLR 9, 2008; initialisation, exaggeration and learning rate
after Kobak & Berens, The art of using t-SNE for single-cell transcriptomics, Nature Communications 10, 2019.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from vae_desktop.core.config import TsneConfig
from vae_desktop.core.errors import ProjectionError
from vae_desktop.core.records import MapFrame

EXAGGERATION = 12.0
EXAGGERATED_ITERATIONS = 250
MOMENTUM = 0.8
INITIAL_SPREAD = 1e-4
# The random part of the start, relative to its spread: it keeps equal codes from lying on top of each other for
# ever, gives a line (one latent dimension) a second direction, and is what the seed changes.
JITTER = 0.01
LARGEST = 1e30
# Points from which a second thread gains more than it costs in waiting.
SHARED_FROM = 5_000
# Seconds between two frames, and the longest wait for a stop beside one iteration.
FRAME_SECONDS = 0.06
MAX_CHUNK = 10
# Iterations between two measurements of the KL divergence, each of which costs a sixth of an iteration.
KL_EVERY = 10


def pca(codes: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """The first two principal components of the codes.

    Args:
        codes: [N, D] with N >= 1, D >= 1.

    Returns:
        [N, 2] float32, centred, in the codes' own units; where D or N is 1 the missing components are 0.

    Raises:
        ProjectionError: the codes are not a table of finite numbers.
    """
    return _pca(_checked(codes)).astype(np.float32)


def tsne(codes: npt.ArrayLike, config: TsneConfig | None = None) -> Iterator[MapFrame]:
    """Lay all codes out on a t-SNE map, frame by frame.

    The first frame is PCA and comes at once. More follow every 60 ms or every iteration, whichever takes longer,
    each with its own read-only array; closing the generator stops the map there. A frame narrower than the PCA
    frame is shown enlarged to its width, since the optimisation starts from a map the size of a dot. A frame's KL
    divergence is of that frame, or of one at most `KL_EVERY` iterations older; the last frame's is exact.
    The same codes and configuration give the same map, however quick the machine.

    Args:
        codes: [N, D], all of them on the map; N above 3 * perplexity.

    Raises:
        ProjectionError: the codes are not a table of finite numbers, too few or all equal.
    """
    return _tsne(codes, config or TsneConfig())


def _tsne(codes: npt.ArrayLike, config: TsneConfig) -> Iterator[MapFrame]:
    points = _checked(codes)
    _check_for_tsne(points, config)
    points = points / np.abs(points).max()
    points = (points - points.mean(axis=0)) / points.std()
    iterations = EXAGGERATED_ITERATIONS + config.iterations
    start = _pca(points)
    start /= start.std(axis=0).max()
    frozen = _frozen(start)
    yield MapFrame(frozen, 0, iterations, None, "PCA")

    # Here and not above: these take a second at first, which neither the first frame nor a stop should wait for.
    for library in ("scipy.sparse", "scipy.spatial", "sklearn.neighbors"):
        import_module(library)
        yield MapFrame(frozen, 0, iterations, None, "PCA")
    from vae_desktop.core.affinities import affinities

    search = affinities(points, config.perplexity)
    joint = None
    while joint is None:
        try:
            next(search)
        except StopIteration as end:
            joint = end.value
        else:
            yield MapFrame(frozen, 0, iterations, None, "PCA")

    noise = np.random.default_rng(config.seed).standard_normal(start.shape)
    optimiser = _Optimiser(INITIAL_SPREAD * (start + JITTER * noise))
    stages = (
        ("early exaggeration", EXAGGERATED_ITERATIONS, EXAGGERATION),
        ("refinement", config.iterations, 1.0),
    )
    done = 0
    for stage, length, exaggeration in stages:
        for count, embedding, kl in optimiser.run(joint, length, exaggeration):
            done += count
            yield MapFrame(_frozen(embedding), done, iterations, kl, stage)


def _checked(codes: npt.ArrayLike) -> npt.NDArray[np.float64]:
    points = np.asarray(codes, dtype=np.float64)
    if points.ndim != 2 or not points.size:
        raise ProjectionError("There are no codes to lay out on a map.", "Open a data set and a model first.")
    # Beyond the limit the distances' squares, or the map's float32, would be infinite.
    if not (np.abs(points) < LARGEST).all():
        raise ProjectionError(
            "Some codes are infinite or not a number.",
            "The model is damaged or its training went wrong; use another one.",
        )
    return points


def _check_for_tsne(points: npt.NDArray[np.float64], config: TsneConfig) -> None:
    neighbours = int(3 * config.perplexity)
    count = len(points)
    if count <= neighbours:
        highest = (count - 1) // 3
        raise ProjectionError(
            f"A map with perplexity {config.perplexity:g} needs more than {neighbours} points, and there are {count}.",
            f"Choose a perplexity of at most {highest}." if highest >= 1 else "Use a larger data set.",
        )
    if not np.ptp(points, axis=0).any():
        raise ProjectionError(
            "All codes are equal: this model tells no two images apart.",
            "Train it for longer, or with a lower β.",
        )


def _pca(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    centred = points - points.mean(axis=0)
    left, scale, right = np.linalg.svd(centred, full_matrices=False)
    # A singular vector's sign is arbitrary; make the largest loading positive, so that a map never comes mirrored.
    signs = np.sign(right[np.arange(len(right)), np.abs(right).argmax(axis=1)])
    components = (left * (scale * signs))[:, :2]
    missing = 2 - components.shape[1]
    return np.pad(components, ((0, 0), (0, missing))) if missing else components


def _frozen(embedding: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """A read-only copy, enlarged to the width of the PCA frame where it is narrower."""
    spread = float(embedding.std(axis=0).max())
    copy = (embedding / min(spread, 1.0)).astype(np.float32)
    copy.setflags(write=False)
    return copy


def _threads(points: int) -> int:
    """Threads for one map.

    On two cores both, since the window's own work is short and the system lets it in between; of more, one is left
    free. A small map is quicker with one: its threads would wait for each other more than they work.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if points < SHARED_FROM:
        return 1
    return cores if cores <= 2 else cores - 1


class _Optimiser:
    """openTSNE's gradient descent in short chunks, none of which computes anything twice.

    Its optimiser ends each call by measuring the map that it leaves behind, which is the very gradient that the
    next call asks for first: this objective remembers it.
    """

    def __init__(self, embedding: npt.NDArray[np.float64]) -> None:
        from openTSNE.tsne import gradient_descent

        self._embedding = np.ascontiguousarray(embedding)
        self._descend = gradient_descent()
        self._remembered: tuple[float, npt.NDArray[np.float64]] | None = None
        self._want_kl = True
        self._seconds_per_iteration = FRAME_SECONDS
        self._jobs = _threads(len(embedding))

    def run(
        self, joint: Any, iterations: int, exaggeration: float
    ) -> Iterator[tuple[int, npt.NDArray[np.float64], float]]:
        """Yield (iterations done since the last yield, the map in place [N, 2], KL divergence)."""
        self._remembered = None
        affinities = joint * exaggeration
        done, kl = 0, float("nan")
        while done < iterations:
            chunk = int(np.clip(FRAME_SECONDS / self._seconds_per_iteration, 1, MAX_CHUNK))
            chunk = min(chunk, iterations - done)
            ends = done + chunk
            self._want_kl = done == 0 or done // KL_EVERY != ends // KL_EVERY or ends == iterations
            began = time.perf_counter()
            error, _ = self._descend(
                embedding=self._embedding,
                P=affinities,
                n_iter=chunk,
                objective_function=self._objective,
                # N / 12 throughout: N / exaggeration, which Belkina et al. (2019) propose, spreads the map
                # further after the exaggeration and takes longer.
                learning_rate=len(self._embedding) / EXAGGERATION,
                momentum=MOMENTUM,
                n_jobs=self._jobs,
            )
            self._seconds_per_iteration = (time.perf_counter() - began) / chunk
            done = ends
            if self._want_kl:
                # Of P, not of the exaggerated P that was measured against.
                kl = float(error) / exaggeration - float(np.log(exaggeration))
            yield chunk, self._embedding, kl

    def _objective(
        self, embedding: npt.NDArray[np.float64], joint: Any, *, should_eval_error: bool, **parameters: Any
    ) -> tuple[float, npt.NDArray[np.float64]]:
        """openTSNE's objective: the KL divergence (0 where not asked for) and its gradient [N, 2]."""
        from openTSNE.tsne import kl_divergence_bh, kl_divergence_fft

        if self._remembered is not None:
            known, self._remembered = self._remembered, None
            return known
        # Interpolation on a grid costs by the map's area, the tree by its points. Measured with 10,000 points: 8 ms
        # against 30 while the map is narrow, equal at a width of 60, 120 ms at 130.
        width = float(np.ptp(embedding, axis=0).max())
        objective = kl_divergence_fft if width < 0.6 * len(embedding) ** 0.5 else kl_divergence_bh
        parameters["fft_params"] = {
            "n_interpolation_points": 3,
            "min_num_intervals": 30,
            "ints_in_interval": 1.0,
        }
        result: tuple[float, npt.NDArray[np.float64]] = objective(
            embedding, joint, should_eval_error=should_eval_error and self._want_kl, **parameters
        )
        if should_eval_error:
            self._remembered = result
        return result
