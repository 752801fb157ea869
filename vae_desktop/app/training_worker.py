"""The half of a training that runs in the worker thread: iterates the trainer, keeps its figures."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from vae_desktop.app.charting import with_atlas
from vae_desktop.app.threads import stand_back, take_all_threads
from vae_desktop.core.errors import ExportError
from vae_desktop.core.records import EpochReport, StepReport

if TYPE_CHECKING:
    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.config import ModelConfig, TrainingConfig
    from vae_desktop.core.data.dataset import Dataset
    from vae_desktop.core.records import Arrays, FloatArray
    from vae_desktop.core.training import Trainer

# Seconds between two copies of the weights for the decoder.
SNAPSHOT_INTERVAL = 0.5
# Shortest time between two autosaves in seconds: epochs of a few milliseconds are not written one by one.
AUTOSAVE_INTERVAL = 1.0
# Likewise between two epochs kept for the timeline.
MOMENT_INTERVAL = 0.5


@dataclass(frozen=True)
class TrainingTask:
    """All that determines a training.

    Attributes:
        dataset: the images.
        model_config: what to build.
        training_config: how to train it.
        checkpoint: where to go on from; None starts afresh.
    """

    dataset: Dataset
    model_config: ModelConfig
    training_config: TrainingConfig
    checkpoint: Checkpoint | None = None

    @property
    def total_epochs(self) -> int:
        """The model's epochs once this training is done."""
        done = len(self.checkpoint.history) if self.checkpoint is not None else 0
        return done + self.training_config.epochs


@dataclass
class Drained:
    """What a training reported since it was last asked.

    Attributes:
        steps, epochs: reports, the oldest first.
        fresh_weights: whether the decoder was given newer weights.
        checkpoint, model_id: as of the last autosave, or as of the end; None and "" if there was none.
        autosave_error: why autosaving failed, told once.
    """

    steps: list[StepReport] = field(default_factory=list)
    epochs: list[EpochReport] = field(default_factory=list)
    fresh_weights: bool = False
    checkpoint: Checkpoint | None = None
    model_id: str = ""
    autosave_error: ExportError | None = None


class TrainingWorker:
    """Runs a task; the figures wait in a buffer until `drain` is called, from any thread.

    Args:
        task: what to train.
        begun: called once with the untrained weights, in the worker thread.
        publish: takes fresher weights, in the worker thread; not before `follow` was called.
        autosave: writes a checkpoint and the epochs asked for, in a thread beside the worker's.
        remember: keeps the end of an epoch (a checkpoint without state, the posteriors' means and log-variances), in
            that thread too.
        saving: called when an epoch's end is about to be written, in the worker thread.

    Attributes:
        task: what is being trained.
        following: whether weights are published.
        final: the training as it ended, or None before that and where it never began.
    """

    def __init__(
        self,
        task: TrainingTask,
        begun: Callable[[Arrays], None],
        publish: Callable[[Arrays], None],
        autosave: Callable[[Checkpoint, int], None],
        remember: Callable[[Checkpoint, FloatArray, FloatArray], None],
        saving: Callable[[], None],
    ) -> None:
        self.task = task
        self._begun = begun
        self._publish = publish
        self._autosave = autosave
        self._remember = remember
        self._on_saving = saving
        self._lock = threading.Lock()
        self._buffer = Drained()
        self._trainer: Trainer | None = None
        self.final: Checkpoint | None = None
        self.following = False
        self._last_snapshot = 0.0
        self._last_autosave = 0.0
        self._last_moment = 0.0
        self._saving: Future[None] = Future()
        self._saving.set_result(None)

    def follow(self) -> None:
        """From now on weights are published: whoever decodes with them has the right model."""
        self.following = True

    def drain(self) -> Drained:
        """What came in since the last call."""
        with self._lock:
            drained, self._buffer = self._buffer, Drained()
        return drained

    def checkpoint(self) -> Checkpoint | None:
        """The training as it stands, or how it ended; in the worker thread, between two yields."""
        return self._trainer.checkpoint() if self._trainer is not None else self.final

    def run(self) -> Iterator[None]:
        """Train; each yield is a point to pause or close. The weights reached are kept however it ends."""
        stand_back()
        take_all_threads()
        from vae_desktop.core.training import Trainer

        task = self.task
        trainer = Trainer(task.dataset, task.model_config, task.training_config, task.checkpoint)
        self._trainer = trainer
        with ThreadPoolExecutor(1, "autosave") as pool:
            try:
                self._begun(trainer.snapshot())
                yield
                with closing(trainer.run()) as reports:
                    for report in reports:
                        self._note(trainer, report, pool)
                        yield
            finally:
                self._keep(trainer.checkpoint(), pool)

    def _note(self, trainer: Trainer, report: StepReport | EpochReport, pool: Executor) -> None:
        """Put a report into the buffer, and now and then the weights where they are wanted."""
        now = time.monotonic()
        if self.following and now - self._last_snapshot >= SNAPSHOT_INTERVAL:
            self._last_snapshot = now
            self._publish(trainer.snapshot())
            with self._lock:
                self._buffer.fresh_weights = True
        if isinstance(report, StepReport):
            with self._lock:
                self._buffer.steps.append(report)
            return
        with self._lock:
            self._buffer.epochs.append(report)
        # Hashing and writing take as long as some steps; the training need not wait for them.
        if now - self._last_moment >= MOMENT_INTERVAL and self._saving.done():
            self._last_moment = now
            autosave = now - self._last_autosave >= AUTOSAVE_INTERVAL
            if autosave:
                self._last_autosave = now
            checkpoint = trainer.checkpoint(with_state=autosave)
            # What the window makes of an epoch it makes at the same time as the file, on another processor: a training
            # whose threads wait for each other stands still once, not twice.
            self._on_saving()
            self._saving = pool.submit(self._write, checkpoint, report, autosave)

    def _write(self, checkpoint: Checkpoint, report: EpochReport, autosave: bool) -> None:
        """In the thread beside the worker's: the end of an epoch."""
        if autosave:
            self._save(checkpoint)
        self._remember(replace(checkpoint, training_state=None), report.means, report.logvars)

    def _save(self, checkpoint: Checkpoint) -> None:
        model_id = checkpoint.model_id
        with self._lock:
            self._buffer.checkpoint, self._buffer.model_id = checkpoint, model_id
        try:
            self._autosave(checkpoint, self.task.total_epochs)
        except ExportError as error:
            with self._lock:
                self._buffer.autosave_error = error

    def _keep(self, checkpoint: Checkpoint, pool: Executor) -> None:
        """The end, whichever it is: hold on to the weights reached, and let go of the trainer."""
        if self.following:
            self._publish(checkpoint.weights)
        checkpoint = with_atlas(checkpoint, self.task.dataset)
        pool.submit(self._save, checkpoint).result()
        self.final, self._trainer = checkpoint, None
