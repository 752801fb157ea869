"""Back over the epochs of a training: the window looks at an earlier one while the training goes on."""

from __future__ import annotations

import bisect
import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from vae_desktop.app.loading import Loader
from vae_desktop.app.moments import Moment, MomentStore
from vae_desktop.app.problems import from_exception

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.records import Arrays

log = logging.getLogger(__name__)

MEGABYTE = 1_000_000


class Timeline(QObject):
    """Which epoch the window looks at: a past one, or what the training has reached.

    Attributes:
        store: the epochs on the disk.
        epochs: those that can be looked at, in order.
        expected: whether there are such epochs, or will be.
        wanted: the epoch that was asked for last; None is the newest weights.
        viewed: the epoch that is shown; follows `wanted` as quickly as the disk allows.

    Signals:
        changed(): any of these.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._lock = threading.Lock()
        self._newest: Arrays | None = None
        self._loading = False
        self.epochs: tuple[int, ...] = ()
        self.wanted: int | None = None
        self.viewed: int | None = None
        self.store = MomentStore(session.preferences.timeline_megabytes * MEGABYTE)
        self.loader = Loader(self)
        session.preferences.changed.connect(self._preference_changed)
        for signal in (session.training.progress_changed, session.training.state_changed):
            signal.connect(self._look_for_more)

    @property
    def expected(self) -> bool:
        """Whether there are epochs to look back at, or will be: a training runs, and what it reaches is kept."""
        keeps = self._session.preferences.timeline_megabytes > 0
        return bool(self.epochs) or (keeps and self._session.training.active)

    def view(self, epoch: int | None) -> None:
        """Look at the epoch kept that is nearest to this one; None at what the training has reached."""
        if epoch is not None:
            if not self.epochs:
                return
            place = bisect.bisect_left(self.epochs, epoch)
            around = self.epochs[max(0, place - 1) : place + 1]
            epoch = around[-1] if 2 * epoch >= around[0] + around[-1] else around[0]
        if epoch != self.wanted:
            self.wanted = epoch
            self.changed.emit()
            self._follow()

    def step(self, by: int) -> None:
        """Look at the next epoch kept, or with -1 at the one before."""
        places: list[int | None] = [*self.epochs, None]
        here = places.index(self.wanted) if self.wanted in places else len(places) - 1
        self.view(places[max(0, min(len(places) - 1, here + by))])

    def publish(self, weights: Arrays) -> None:
        """The training's newest weights, from any thread; shown unless a past epoch is looked at."""
        with self._lock:
            self._newest = weights
            if self.viewed is None:
                self._session.decoding.set_weights(weights)

    def reset(self, newest: Arrays, keep: bool = False) -> None:
        """Another model with these weights, or another training of it (`keep`): look at the newest from now on.

        The decoder is not told: it has to be given the model, not only its weights.
        """
        with self._lock:
            self.wanted = self.viewed = None
            self._newest = newest
        self.loader.cancel("moment")
        self._loading = False
        if not keep and self.store.clear():
            self._tidy()
        self.epochs = self.store.epochs
        self.changed.emit()

    def close(self) -> None:
        """Delete what was kept. To be called when the training is gone."""
        self.loader.close()
        self.store.close()

    def _follow(self) -> None:
        """Show what is wanted; while one moment is being read, others wait, and only the newest wish counts."""
        if self._loading or self.wanted == self.viewed:
            return
        epoch = self.wanted
        if epoch is None:
            self._show(None)
            return

        def work() -> Moment:
            moment = self.store.load(epoch)
            # Computed here, where it holds nobody up.
            _ = moment.checkpoint.model_id
            return moment

        def done(moment: Moment) -> None:
            self._loading = False
            if self.wanted is not None:
                self._show(moment)
            self._follow()

        def failed(error: BaseException) -> None:
            self._loading = False
            self.wanted = self.viewed
            self._look_for_more()
            self.changed.emit()
            self._session.problem_raised.emit(from_exception(error))

        self._loading = True
        self.loader.load("moment", "", work, done, failed)

    def _show(self, moment: Moment | None) -> None:
        with self._lock:
            self.viewed = moment.checkpoint.epochs if moment is not None else None
            weights = moment.checkpoint.weights if moment is not None else self._newest
            if weights is not None:
                self._session.decoding.set_weights(weights)
        self._session.show_moment(moment)
        self.changed.emit()

    def _look_for_more(self) -> None:
        if self.store.epochs != self.epochs:
            self.epochs = self.store.epochs
            self.changed.emit()

    def _preference_changed(self, name: str) -> None:
        if name == "timeline_megabytes":
            self.store.set_budget(self._session.preferences.timeline_megabytes * MEGABYTE)
            self._look_for_more()
            self._tidy()

    def _tidy(self) -> None:
        """Delete in a thread: hundreds of files take a while."""

        def done(_: None) -> None:
            self._look_for_more()

        def failed(error: BaseException) -> None:
            log.warning("past epochs could not be deleted", exc_info=error)

        self.loader.load("tidy", "", self.store.tidy, done, failed)
