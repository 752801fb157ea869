"""The map for the window: computed in a worker thread, shown while it moves."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from vae_desktop.app.jobs import Job, wait_all
from vae_desktop.app.mailbox import Mailbox
from vae_desktop.app.problems import Problem, from_exception
from vae_desktop.app.threads import stand_back
from vae_desktop.core.map_method import TITLES, MapMethod, umap_installed, umap_lacking
from vae_desktop.core.records import MapFrame

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.app.state import Codes
    from vae_desktop.core.config import TsneConfig
    from vae_desktop.core.map_quality import MapQuality
    from vae_desktop.core.projection import MapMemory
    from vae_desktop.core.records import FloatArray, IntArray

MapState = Literal["idle", "running", "paused"]

# Frames are fetched twenty times a second; those that nobody fetched are dropped.
FRAME_MS = 50
# Beside a training the map rests after each frame for this share of the time that the frame took, at most for so
# many seconds: without, the training kept a third of its rate, whatever the two threads' niceness.
REST_SHARE = 1.0
LONGEST_REST = 0.1
# The stage of a frame that was kept for the timeline.
PAST = "past epoch"
# Iterations that `more` adds to a t-SNE map.
MORE = 250


class MapController(QObject):
    """Lays the session's codes out on a map, all of them.

    A map that is there follows the training, if the preferences say so: after an epoch it goes on from where its
    points stand. While the timeline looks at a past epoch, that epoch's map is shown, where it had one.

    Attributes:
        state: "idle", "running" or "paused".
        frame: what the map shows, or None before its first frame. A stopped map stays.
        codes: the codes that the map shows, or None. Row i of the frame is explored digit i.
        config: the settings of the map, or None.
        method: "tsne", "pca", "latent" (the latent space itself, where it has no more than two dimensions) or "umap".
        quality: how well the map shows what is near what; None until measured.
        stale: whether the session's codes are others than the map's.
        updating: whether what runs follows the training, rather than being a new map.

    Signals:
        state_changed(): `state` or `stale` is another.
        frame_changed(): a newer `frame`, or none.
        quality_changed(): another `quality`, or none.
    """

    state_changed = Signal()
    frame_changed = Signal()
    quality_changed = Signal()
    _begun = Signal(object, object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.state: MapState = "idle"
        self.config: TsneConfig | None = None
        self.stale = False
        self.updating = False
        self.method: MapMethod = "tsne"
        self.quality: MapQuality | None = None
        self._memory: MapMemory | None = None
        self._measuring: Job[None] | None = None
        self._newest: MapFrame | None = None
        self._newest_codes: Codes | None = None
        self._past: tuple[MapFrame, Codes] | None = None
        self._job: Job[MapFrame] | None = None
        # Whether the session's codes come from a training in this window.
        self._trained = False
        self._ending: set[Job[MapFrame] | Job[None]] = set()
        self._mailbox: Mailbox[MapFrame] = Mailbox()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._fetch)
        self._begun.connect(self._show_first)
        session.codes_changed.connect(self._codes_changed)
        session.training.state_changed.connect(self._training_changed)
        session.model_changed.connect(self._model_changed)
        session.dataset_changed.connect(self._clear)

    @property
    def frame(self) -> MapFrame | None:
        """What the map shows, or None before its first frame."""
        return self._past[0] if self._past is not None else self._newest

    @property
    def codes(self) -> Codes | None:
        """The codes that the map shows, or None."""
        return self._past[1] if self._past is not None else self._newest_codes

    @property
    def follow(self) -> bool:
        """Whether the map follows a training."""
        return self._session.preferences.map_follows_training

    @follow.setter
    def follow(self, follow: bool) -> None:
        if follow != self.follow:
            self._session.preferences.map_follows_training = follow
            self.state_changed.emit()
            self._follow_training()

    def look_at(self, embedding: FloatArray | None) -> None:
        """Show the map of a past epoch, whose codes are the session's now; None shows the newest again."""
        codes = self._session.codes
        if embedding is None or codes is None or len(codes.means) != len(embedding):
            self._past = None
        else:
            self._past = (MapFrame(embedding, 0, 0, None, PAST), codes)
        self._mark_stale()
        self.frame_changed.emit()
        self.state_changed.emit()

    @property
    def labels(self) -> IntArray | None:
        """Classes [N] of the map's points, or None without a map."""
        return self.codes.labels if self.codes is not None else None

    @property
    def can_do_more(self) -> bool:
        """Whether `more` would go on with the map."""
        whole = self._newest is not None and self.config is not None and self.method == "tsne"
        return whole and self.state == "idle" and self._past is None and not self.stale

    def more(self) -> None:
        """Go on with a finished or stopped t-SNE map for more iterations; nothing is done again."""
        codes = self._newest_codes
        if self.can_do_more and self.config is not None and codes is not None:
            config = replace(self.config, iterations=self.config.iterations + MORE)
            self._launch(config, codes, None, keep=True)

    def start(self, config: TsneConfig, method: MapMethod = "tsne") -> None:
        """Make a new map of the session's newest codes; one under way is dropped.

        What an earlier map of the same codes found out is not done again.
        """
        self._session.timeline.view(None)
        codes = self._session.codes
        if codes is None:
            self._session.problem_raised.emit(
                Problem(
                    "There are no codes to map yet.",
                    "Open a data set and a model that reads its images, or train one.",
                )
            )
            return
        if method == "umap" and not umap_installed():
            self._session.problem_raised.emit(from_exception(umap_lacking()))
            return
        self.method = method
        self._launch(config, codes, None)

    def _launch(self, config: TsneConfig, codes: Codes, start: FloatArray | None, keep: bool = False) -> None:
        """Make a map of these codes, anew or on from where the points stand.

        Args:
            keep: the map in view stays until the first frame is there.
        """
        self._drop()
        self._forget_quality()
        method = self.method
        mailbox: Mailbox[MapFrame] = Mailbox()
        newest: MapFrame | None = None
        store, training = self._session.timeline.store, self._session.training
        epoch, run = len(training.history), store.run

        def take(frame: MapFrame) -> None:
            nonlocal newest
            first, news = newest is None, frame is not newest
            newest = frame
            if first:
                # Not by the mailbox, where it would be overwritten: everybody is to see where the map starts from.
                self._begun.emit(mailbox, frame)
            elif news:
                # A frame comes again where the next one takes long; it needs no painting again.
                mailbox.put(frame)

        def frames() -> Iterator[MapFrame]:
            # No more important than a training that goes on meanwhile; threads that it starts are like it.
            stand_back()
            last, began = None, time.perf_counter()
            for frame in self._frames(method, codes.means, config, start):
                last = frame
                yield frame
                if training.active:
                    time.sleep(min(LONGEST_REST, REST_SHARE * (time.perf_counter() - began)))
                began = time.perf_counter()
            if last is not None:
                # Here, where nobody waits for the disk. An epoch that is not kept has no use for it.
                store.add_embedding(epoch, last.embedding, run)

        job = Job("t-SNE", frames, take)
        job.finished.connect(lambda: self._ended(job, None))
        job.stopped.connect(lambda: self._ended(job, None))
        job.failed.connect(lambda error: self._ended(job, error))
        self._newest_codes, self.config, self._mailbox, self._job = codes, config, mailbox, job
        self.updating = start is not None
        self._mark_stale()
        if start is None and not keep:
            self._show(None)
        self._timer.start()
        job.start()
        self._set_state("running")

    def _frames(
        self, method: MapMethod, means: FloatArray, config: TsneConfig, start: FloatArray | None
    ) -> Iterator[MapFrame]:
        """In the worker thread: what the method makes of the codes."""
        from vae_desktop.core.projection import latent_map, pca

        if method == "tsne":
            yield from self._tsne(means, config, start)
        elif method == "umap":
            from vae_desktop.core.umap_projection import umap

            yield from umap(means, config.seed, start=start)
        else:
            embedding = pca(means) if method == "pca" else latent_map(means)
            embedding.setflags(write=False)
            yield MapFrame(embedding, 1, 1, None, TITLES[method])

    def _tsne(self, means: FloatArray, config: TsneConfig, start: FloatArray | None) -> Iterator[MapFrame]:
        """t-SNE on the GPU, or by the processor where there is none or a training has filled it: as good a map."""
        from vae_desktop.core.devices import ran_out_of_memory
        from vae_desktop.core.projection import MapMemory, tsne

        if self._memory is None:
            self._memory = MapMemory()
        device = self._device()
        try:
            yield from tsne(means, config, start=start, memory=self._memory, device=device)
            return
        except RuntimeError as error:
            if device == "cpu" or not ran_out_of_memory(error):
                raise
        yield from tsne(means, config, start=start, memory=self._memory, device="cpu")

    def _device(self) -> str:
        """Where t-SNE computes: on the CUDA device that a training would take, else on the processor."""
        from vae_desktop.core.devices import resolve_device
        from vae_desktop.core.errors import DeviceError

        try:
            device = resolve_device(self._session.preferences.device)
        except DeviceError:
            return "cpu"
        return str(device) if device.type == "cuda" else "cpu"

    def _measure(self) -> None:
        """Find out how good the finished map is, while no training would have to wait for that."""
        frame, codes, config = self._newest, self._newest_codes, self.config
        if frame is None or codes is None or config is None or self._session.training.active:
            return
        found: list[MapQuality] = []

        def measure() -> Iterator[None]:
            from vae_desktop.core.map_quality import map_quality

            steps = map_quality(frame.embedding, codes.means, codes.labels, perplexity=config.perplexity)
            found.append((yield from steps))

        def done() -> None:
            self._ending.discard(job)
            if job is self._measuring:
                self._measuring = None
                self.quality = found[0]
                self.quality_changed.emit()

        job = Job("map quality", measure)
        job.finished.connect(done)
        job.stopped.connect(lambda: self._ending.discard(job))
        # Too few points to measure, most likely: the map stands without figures.
        job.failed.connect(lambda _error: self._ending.discard(job))
        self._measuring = job
        self._ending.add(job)
        job.start()

    def _forget_quality(self) -> None:
        job, self._measuring = self._measuring, None
        if job is not None:
            job.stop()
        if self.quality is not None:
            self.quality = None
            self.quality_changed.emit()

    def _follow_training(self) -> None:
        """Go on from where the points stand, if the training has brought other codes; one step at a time."""
        session, frame, codes = self._session, self._newest, self._session.codes
        if not self.follow or session.timeline.viewed is not None or self.state != "idle":
            return
        if frame is None or codes is None or self.config is None or codes is self._newest_codes:
            return
        if session.training.active or self._trained:
            self._launch(self.config, codes, frame.embedding)

    def pause(self) -> None:
        """Hold after the iterations under way."""
        if self._job is not None and self.state == "running":
            self._job.pause()
            self._timer.stop()
            self._fetch()
            self._set_state("paused")

    def resume(self) -> None:
        """Go on after `pause`."""
        if self._job is not None and self.state == "paused":
            self._job.resume()
            self._timer.start()
            self._set_state("running")

    def stop(self) -> None:
        """End the computation; the map stays as it is, and follows a training no more if that was under way."""
        if self._job is not None:
            if self.updating:
                self._session.preferences.map_follows_training = False
            self._fetch()
            self._drop()
            self._set_state("idle")
            self._measure()

    def close(self) -> None:
        """End everything, for good."""
        self._drop()
        self._forget_quality()
        self.state = "idle"

    def wait(self, ms: int) -> bool:
        """Block until the worker threads are gone; False if one takes longer than `ms`."""
        return wait_all(self._ending, ms)

    def _drop(self) -> None:
        """Let the jobs under way run out by themselves."""
        self._timer.stop()
        job, self._job = self._job, None
        if job is not None:
            self._ending.add(job)
            job.stop()

    def _ended(self, job: Job[MapFrame], error: BaseException | None) -> None:
        self._ending.discard(job)
        if job is not self._job:
            return
        self._timer.stop()
        self._fetch()
        self._job = None
        self._set_state("idle")
        if error is not None:
            self._session.problem_raised.emit(from_exception(error))
        else:
            self._follow_training()
            if self.state == "idle":
                self._measure()

    def _fetch(self) -> None:
        frame = self._mailbox.take()
        if frame is not None:
            self._show(frame)

    def _show_first(self, mailbox: Mailbox[MapFrame], frame: MapFrame) -> None:
        if mailbox is self._mailbox:
            self._show(frame)

    def _show(self, frame: MapFrame | None) -> None:
        self._newest = frame
        if self._past is None:
            self.frame_changed.emit()

    def _set_state(self, state: MapState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit()

    def _codes_changed(self) -> None:
        self._mark_stale()
        self._follow_training()

    def _training_changed(self) -> None:
        self._trained |= self._session.training.active

    def _model_changed(self) -> None:
        """Codes of a model that was only opened are not followed: a map of it may be asked for."""
        self._trained = self._session.training.active

    def _mark_stale(self) -> None:
        stale = self.codes is not None and self._session.codes is not self.codes
        if stale != self.stale:
            self.stale = stale
            self.state_changed.emit()

    def _clear(self) -> None:
        """Another data set: the map's points stand for digits that are gone."""
        self._drop()
        self._forget_quality()
        self._memory = None
        self._newest_codes, self.config, self._past, self.stale = None, None, None, False
        if self._newest is not None:
            self._show(None)
        self.state = "idle"
        self.state_changed.emit()
