"""Maps of the latent codes in two dimensions: PCA at once, and t-SNE as a generator of live frames.

van der Maaten & Hinton, Visualizing Data using t-SNE, JMLR 9, 2008; initialisation and early exaggeration after Kobak &
Berens, The art of using t-SNE for single-cell transcriptomics, Nature Communications 10, 2019; learning rate N /
exaggeration after Belkina et al., Automated optimized parameters for t-SNE, Nature Communications 10, 2019.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vae_desktop.core.config import TsneConfig
from vae_desktop.core.errors import ProjectionError
from vae_desktop.core.libraries import load
from vae_desktop.core.map_codes import (
    check_apart,
    checked,
    checked_start,
    frozen,
    normalised,
    principal_components,
    turned_onto,
)
from vae_desktop.core.records import MapFrame
from vae_desktop.core.steps import with_item

if TYPE_CHECKING:
    from vae_desktop.core.descent import Descent, DescentState, Stage

# (iterations, exaggeration, momentum): the learning rate is N / exaggeration. Measured on 10,000 latent means: after
# 60 iterations the exaggerated map no longer changes, and 30 with less exaggeration let groups find their places.
EARLY = ((60, 12.0, 0.8), (30, 4.0, 0.9))
EARLY_ITERATIONS = sum(iterations for iterations, _, _ in EARLY)


def momentum(count: int) -> float:
    """The momentum of the refinement of a map of so many points.

    The wider a map, the longer its points have to go: with 10,000, a momentum of 0.97 gets in 120 iterations where
    0.8 gets in more than 500; with 300, it shakes the map apart.
    """
    return min(max(1 - 3 / math.sqrt(count), 0.8), 0.98)


# After an epoch the points are nearly where they belong: more momentum would shake the map.
WARM_ITERATIONS = 30
WARM_MOMENTUM = 0.9
INITIAL_SPREAD = 1e-4
# The random part of the start, relative to its spread: it keeps equal codes from lying on top of each other for
# ever, gives a line (one latent dimension) a second direction, and is what the seed changes.
JITTER = 0.01
# Seconds between two frames.
FRAME_SECONDS = 0.05
# Seconds after which an iteration that is not over yields the last frame once more, as a place to stop.
PATIENCE = 0.03
# Iterations between two measurements of the KL divergence, each of which costs an iteration.
KL_EVERY = 20


@dataclass
class MapMemory:
    """What one map leaves for the next: give the same object to several calls of `tsne`.

    Where codes, perplexity and seed are the same, the next map begins after the early exaggeration; where the
    exaggeration is too, it goes on where the last one ended or was stopped, if it is to have as many iterations.
    """

    _early: tuple[object, DescentState] | None = None
    _last: tuple[object, DescentState] | None = None

    def recall(self, early_key: object, key: object, iterations: int) -> DescentState | None:
        """The latest state from which a map of so many iterations can go on, or None."""
        if self._last is not None and self._last[0] == key and self._last[1].iteration <= iterations:
            return self._last[1]
        if self._early is not None and self._early[0] == early_key:
            return self._early[1]
        return None

    def keep(self, early_key: object, key: object, state: DescentState) -> None:
        """Remember a state."""
        if state.iteration == EARLY_ITERATIONS:
            self._early = (early_key, state)
        self._last = (key, state)


def pca(codes: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """The first two principal components of the codes.

    Args:
        codes: [N, D] with N >= 1, D >= 1.

    Returns:
        [N, 2] float32, centred, in the codes' own units; where D or N is 1 the missing components are 0.

    Raises:
        ProjectionError: the codes are not a table of finite numbers.
    """
    return principal_components(checked(codes)).astype(np.float32)


def latent_map(codes: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """The latent space itself as a map, where it has no more than two dimensions.

    Args:
        codes: [N, D] with D of 1 or 2.

    Returns:
        [N, 2] float32; where D is 1, all lie on one line.

    Raises:
        ProjectionError: the codes are not a table of finite numbers, or have more dimensions.
    """
    points = checked(codes)
    missing = 2 - points.shape[1]
    if missing < 0:
        raise ProjectionError(
            f"A latent space of {points.shape[1]} dimensions is no map.", "Choose t-SNE or PCA."
        )
    return np.pad(points, ((0, 0), (0, missing))).astype(np.float32)


def tsne(
    codes: npt.ArrayLike,
    config: TsneConfig | None = None,
    *,
    start: npt.ArrayLike | None = None,
    memory: MapMemory | None = None,
    device: str = "cpu",
) -> Iterator[MapFrame]:
    """Lay all codes out on a t-SNE map, frame by frame.

    The first frame is PCA (or `start`) and comes at once. More follow every 50 ms or every iteration, whichever takes
    longer, each with its own read-only array; where that takes long, the last frame comes again meanwhile, so that
    closing the generator soon stops the map, whatever its size. A frame narrower than the
    PCA frame is shown enlarged to its width, since the optimisation starts from a map the size of a dot. A frame's
    KL divergence is of a map at most `KL_EVERY` iterations older; the last frame's is its own.
    On the same processor or GPU the same codes and configuration give the same map, however quick the machine.

    Args:
        codes: [N, D], all of them on the map; N above 3 * perplexity.
        start: [N, 2], an earlier map of the same things, as after an epoch of training: the points keep their places
            as far as the new codes allow. The map takes `WARM_ITERATIONS` whatever the configuration says, and is
            turned onto `start`.
        memory: lets this map go on from what an earlier one did, and keeps what it does. Not used with `start`.
        device: "cpu" or a CUDA device; the optimisation stays there.

    Raises:
        ProjectionError: the codes are not a table of finite numbers, too few or all equal; `start` does not fit.
    """
    return _tsne(codes, config or TsneConfig(), start, memory or MapMemory(), device)


def _tsne(
    codes: npt.ArrayLike, config: TsneConfig, start: npt.ArrayLike | None, memory: MapMemory, device: str
) -> Iterator[MapFrame]:
    points = checked(codes)
    _check_for_tsne(points, config)
    points = normalised(points)
    if start is None:
        initial = principal_components(points)
        initial /= initial.std(axis=0).max()
        iterations = EARLY_ITERATIONS + config.iterations
    else:
        initial = checked_start(start, len(points))
        iterations = WARM_ITERATIONS
    first = MapFrame(frozen(initial), 0, iterations, None, "PCA" if start is None else "refinement")
    yield first

    # Here and not above: these take a second at first, which neither the first frame nor a stop should wait for.
    for library in (
        "scipy.sparse",
        "scipy.spatial",
        "sklearn.neighbors",
        "torch",
        "vae_desktop.core.descent",
    ):
        load(library)
        yield first
    import torch

    from vae_desktop.core.affinities import affinities, fingerprint
    from vae_desktop.core.descent import Descent, DescentState
    from vae_desktop.core.side_by_side import helping_threads

    joint = yield from with_item(first, affinities(points, config.perplexity))
    on = torch.device(device)
    state = None
    if start is None:
        early_key = (fingerprint(points), config.perplexity, config.seed, device)
        key = (early_key, config.exaggeration)
        state = memory.recall(early_key, key, iterations)
        noise = np.random.default_rng(config.seed).standard_normal(initial.shape)
        initial = INITIAL_SPREAD * (initial + JITTER * noise)
    if state is None:
        state = DescentState.at_rest(torch.from_numpy(initial.astype(np.float32)).to(on))
    # Whoever gives up in the middle of an iteration does not wait for the rest of it.
    with helping_threads("t-SNE") as helpers:
        descent, frame = Descent(joint, state, on, helpers), first
        stages = _stages(config, len(points), warm=start is not None)
        for stage in _chunks(descent, stages, iterations):
            if stage is not None:
                if start is None:
                    memory.keep(early_key, key, descent.state)
                embedding = descent.state.embedding.cpu().numpy().astype(np.float64)
                if start is not None:
                    embedding = turned_onto(embedding, initial)
                done = descent.state.iteration
                frame = MapFrame(frozen(embedding), done, iterations, descent.divergence, stage)
            yield frame


def _stages(config: TsneConfig, count: int, *, warm: bool) -> list[Stage]:
    """What is done in which order."""
    from vae_desktop.core.descent import Stage

    high = config.exaggeration
    if warm:
        return [Stage("refinement", WARM_ITERATIONS, high, WARM_MOMENTUM, 1 / high)]
    early = [Stage("early exaggeration", length, by, part, 1 / by) for length, by, part in EARLY]
    return [*early, Stage("refinement", config.iterations, high, momentum(count), 1 / high)]


def _chunks(descent: Descent, stages: list[Stage], iterations: int) -> Iterator[str | None]:
    """Go on to the end, and yield the stage's name for each frame; also at once where nothing is left to do.

    Where a frame takes long to come, None is yielded meanwhile.
    """
    ends = np.cumsum([stage.iterations for stage in stages]).tolist()
    seconds = FRAME_SECONDS
    while True:
        began = descent.state.iteration
        stage = next((stage for stage, end in zip(stages, ends) if began < end), stages[-1])
        stop = min(
            next((end for end in ends if began < end), began), began + max(1, int(FRAME_SECONDS / seconds))
        )
        work, spent = _iterations(descent, stage, stop, measure=stop == iterations), 0.0
        while True:
            clock = time.perf_counter()
            over = _go_on(work)
            spent += time.perf_counter() - clock
            if over:
                break
            yield None
        seconds = spent / max(1, stop - began)
        yield stage.name
        if stop >= iterations:
            return


def _iterations(descent: Descent, stage: Stage, stop: int, *, measure: bool) -> Iterator[None]:
    """All iterations before `stop`, piece by piece."""
    for done in range(descent.state.iteration, stop):
        yield from descent.step(stage, want_divergence=done % KL_EVERY == 0)
    if measure:
        yield from descent.measure()


def _go_on(work: Iterator[None]) -> bool:
    """Do pieces of work until patience ends; True when all is done."""
    from vae_desktop.core.descent import one_thread

    until = time.perf_counter() + PATIENCE
    with one_thread():
        for _ in work:
            if time.perf_counter() > until:
                return False
    return True


def _check_for_tsne(points: npt.NDArray[np.float64], config: TsneConfig) -> None:
    neighbours = int(3 * config.perplexity)
    count = len(points)
    if count <= neighbours:
        highest = (count - 1) // 3
        raise ProjectionError(
            f"A map with perplexity {config.perplexity:g} needs more than {neighbours} points, and there are {count}.",
            f"Choose a perplexity of at most {highest}." if highest >= 1 else "Use a larger data set.",
        )
    check_apart(points)
