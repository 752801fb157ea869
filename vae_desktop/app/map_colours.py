"""What the map's points are coloured by: classes, predicted classes, or a value for each digit."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from vae_desktop.app.encoding import frozen
from vae_desktop.app.jobs import Job, wait_all
from vae_desktop.app.problems import from_exception

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.app.state import Codes
    from vae_desktop.core.records import FloatArray, IntArray


class MapColours(QObject):
    """Finds what `preferences.map_look` wants the map to be coloured by, away from the window's thread.

    Predicted classes and latent dimensions are of the codes that the map shows. The negative ELBO is the present
    model's, from `session.scores`.

    Attributes:
        kind: "class", "predicted", "elbo" or "latent"; "class" too where there is no such dimension, or where the
            model can't read the digits.
        predicted: classes [N] that each digit's neighbours in latent space have; None unless known and asked for.
        values: [N] float32, nats or units of the prior's σ; None unless known and asked for.
        pending: whether something is asked for that is not known yet.
        active: whether somebody looks; the ELBO is not computed otherwise.

    Signals:
        changed(): any of these.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.kind = "class"
        self.predicted: IntArray | None = None
        self.values: FloatArray | None = None
        self._codes: Codes | None = None
        self._votes: tuple[Codes, IntArray] | None = None
        self._voting: Codes | None = None
        self._failed: Codes | None = None
        self._elbos: FloatArray | None = None
        self._job: Job[None] | None = None
        self._ending: set[Job[None]] = set()
        self._active = False
        session.preferences.changed.connect(self._preference_changed)
        session.map.frame_changed.connect(self._map_changed)
        session.dataset_changed.connect(self._forget_elbos)
        session.model_changed.connect(self._forget_elbos)
        session.scores.changed.connect(self._scored)
        self._update()

    @property
    def active(self) -> bool:
        """Whether somebody looks."""
        return self._active

    @active.setter
    def active(self, active: bool) -> None:
        self._active = active
        self._update()

    @property
    def dimension(self) -> int:
        """The latent dimension asked for, counted from 0."""
        return self._session.preferences.map_look.dimension

    @property
    def pending(self) -> bool:
        """Whether something is asked for that is not known yet."""
        known = self.predicted if self.kind == "predicted" else self.values
        return self.kind != "class" and self._codes is not None and known is None

    def wait(self, ms: int) -> bool:
        """Give up what is under way, and block until its thread is gone; False if that takes longer than `ms`."""
        self._drop()
        return wait_all(self._ending, ms)

    # -- what is asked for --------------------------------------------------------------------------

    def _preference_changed(self, name: str) -> None:
        if name == "map_look":
            self._update()

    def _map_changed(self) -> None:
        if self._session.map.codes is not self._codes:
            self._codes = self._session.map.codes
            self._update()

    def _update(self) -> None:
        """See to it that what is asked for becomes known."""
        codes, wanted = self._codes, self._session.preferences.map_look.colour_by
        no_such_dimension = codes is not None and self.dimension >= codes.means.shape[1]
        missing = (wanted == "latent" and no_such_dimension) or (wanted == "elbo" and not self._session.fits)
        self.kind = "class" if missing else wanted
        self.predicted = self.values = None
        by_elbo = self.kind == "elbo" and codes is not None
        self._session.scores.watch("map", self._active and by_elbo)
        if codes is not None and self.kind == "latent":
            self.values = frozen(np.ascontiguousarray(codes.means[:, self.dimension]))
        elif codes is not None and self.kind == "predicted":
            self._vote(codes)
        elif by_elbo:
            scores = self._session.scores.values
            # Until those of fresher weights are known, the last ones stay.
            self._elbos = self.values = scores if scores is not None else self._elbos
        if not by_elbo:
            self._elbos = None
        if self.kind != "predicted":
            self._drop()
        self.changed.emit()

    # -- predicted classes --------------------------------------------------------------------------

    def _vote(self, codes: Codes) -> None:
        if self._votes is not None and self._votes[0] is codes:
            self.predicted = self._votes[1]
            return
        if codes in (self._voting, self._failed):
            return
        self._drop()

        def vote() -> Generator[None, None, None]:
            from vae_desktop.core.neighbour_vote import neighbour_vote

            found.append((yield from neighbour_vote(codes.means, codes.labels)))

        found: list[IntArray] = []
        job: Job[None] = Job("predicted classes", vote)
        job.finished.connect(lambda: self._voted(job, codes, found[0]))
        job.stopped.connect(lambda: self._ending.discard(job))
        job.failed.connect(lambda error: self._vote_failed(job, codes, error))
        self._job, self._voting = job, codes
        self._ending.add(job)
        job.start()

    def _voted(self, job: Job[None], codes: Codes, classes: IntArray) -> None:
        self._ending.discard(job)
        if job is self._job:
            self._job, self._voting, self._votes = None, None, (codes, classes)
            self._update()

    def _vote_failed(self, job: Job[None], codes: Codes, error: BaseException) -> None:
        self._ending.discard(job)
        if job is self._job:
            self._job, self._voting, self._failed = None, None, codes
            self._session.problem_raised.emit(from_exception(error))

    def _drop(self) -> None:
        job, self._job, self._voting = self._job, None, None
        if job is not None:
            job.stop()

    # -- the negative ELBO --------------------------------------------------------------------------

    def _scored(self) -> None:
        if self.kind == "elbo" and self._session.scores.values is not None:
            self._update()

    def _forget_elbos(self) -> None:
        self._elbos = None
        if self._session.preferences.map_look.colour_by == "elbo":
            self._update()
