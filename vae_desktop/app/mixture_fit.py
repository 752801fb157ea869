"""Fits mixtures to encoded digits in a thread of its own; a newer wish wins, and what was fitted is kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from vae_desktop.app.jobs import Job, wait_all
from vae_desktop.app.threads import stand_back
from vae_desktop.core.sample_recipe import SampleRecipe

if TYPE_CHECKING:
    from vae_desktop.app.state import Codes
    from vae_desktop.core.records import FloatArray
    from vae_desktop.core.samplers import Mixture

# Mixtures of the same codes that are kept: of a few seeds and settings that somebody goes to and fro between. One
# in many dimensions takes a hundred megabytes.
KEPT, KEPT_BYTES = 8, 64_000_000


class MixtureFitter(QObject):
    """The mixtures of the recipes of kinds "gmm" and "kde".

    Attributes:
        seconds: processor time that the newest fit took.

    Signals:
        fitted(object recipe, object mixture): the one that was asked for last is there.
        failed(object exception): it can't be fitted.
    """

    fitted = Signal(object, object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.seconds = 0.0
        self._codes: Codes | None = None
        self._known: dict[SampleRecipe, Mixture] = {}
        self._wanted: SampleRecipe | None = None
        self._job: Job[None] | None = None
        self._running: set[Job[None]] = set()
        self._closed = False

    @property
    def busy(self) -> bool:
        """Whether a fit that somebody waits for is under way."""
        return self._job is not None

    def find(self, codes: Codes, recipe: SampleRecipe) -> Mixture | None:
        """The recipe's mixture of these codes, or None: then it is fitted, and `fitted` or `failed` tells."""
        if codes is not self._codes:
            self.cancel()
            self._codes = codes
            self._known.clear()
        what = _essence(recipe)
        if what in self._known:
            self.cancel()
            return self._known[what]
        if self._job is not None and self._wanted is not None and _essence(self._wanted) == what:
            self._wanted = recipe
        else:
            self._start(codes, recipe)
        return None

    def cancel(self) -> None:
        """Nobody waits for a fit any longer; its thread ends at the next step."""
        job, self._job = self._job, None
        if job is not None:
            job.stop()

    def wait(self, ms: int) -> bool:
        """Start none any more, and end what is under way; False if a thread takes longer than `ms`."""
        self._closed = True
        self.cancel()
        return wait_all(self._running, ms)

    def _start(self, codes: Codes, recipe: SampleRecipe) -> None:
        self.cancel()
        if self._closed:
            return
        means, logvars = posteriors_of(codes, recipe.class_label)
        results: list[tuple[Mixture, float]] = []

        def steps() -> Iterator[None]:
            stand_back()
            began = time.thread_time()
            from vae_desktop.core.recipe_codes import fit_mixture

            yield
            mixture = yield from fit_mixture(recipe, means, logvars)
            results.append((mixture, time.thread_time() - began))

        job = Job("mixture fit", steps)
        job.finished.connect(lambda: self._ended(job, results, None))
        job.stopped.connect(lambda: self._ended(job, [], None))
        job.failed.connect(lambda error: self._ended(job, [], error))
        self._job, self._wanted = job, recipe
        self._running.add(job)
        job.start()

    def _ended(
        self, job: Job[None], results: list[tuple[Mixture, float]], error: BaseException | None
    ) -> None:
        self._running.discard(job)
        if job is not self._job:
            return
        self._job, recipe = None, self._wanted
        if error is not None:
            self.failed.emit(error)
        elif recipe is not None:
            for mixture, self.seconds in results:
                self._keep(_essence(recipe), mixture)
                self.fitted.emit(recipe, mixture)

    def _keep(self, what: SampleRecipe, mixture: Mixture) -> None:
        """Know one more, and as many of the last ones as there is room for."""
        self._known[what] = mixture
        while len(self._known) > 1 and (
            len(self._known) > KEPT or sum(known.nbytes for known in self._known.values()) > KEPT_BYTES
        ):
            del self._known[next(iter(self._known))]


def posteriors_of(codes: Codes, label: int | None) -> tuple[FloatArray, FloatArray]:
    """Means and log-variances [n, D] of the digits of one class, or of all; where only means are known, these
    stand for draws.
    """
    means, logvars = codes.means, codes.logvars
    if logvars is None:
        logvars = np.full_like(means, -np.inf)
    if label is None:
        return means, logvars
    of_class = codes.labels == label
    return means[of_class], logvars[of_class]


def _essence(recipe: SampleRecipe) -> SampleRecipe:
    """The recipe with nothing in it but what decides on the mixture."""
    plain = SampleRecipe(kind=recipe.kind, seed=recipe.seed, class_label=recipe.class_label)
    if recipe.kind == "gmm":
        return replace(plain, components=recipe.components)
    return replace(plain, bandwidth=recipe.bandwidth)
