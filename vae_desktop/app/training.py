"""Training for the window: starts, pauses, continues, and shows how far it has come."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from vae_desktop.app.cursor_motion import CursorMotion
from vae_desktop.app.jobs import Job
from vae_desktop.app.problems import Action, Problem, from_exception
from vae_desktop.app.step_curve import StepCurve
from vae_desktop.app.training_worker import Drained, TrainingTask, TrainingWorker
from vae_desktop.core.errors import NonFiniteLossError, OutOfMemoryError
from vae_desktop.core.records import EpochRecord, EpochReport, StepReport

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.config import ModelConfig, TrainingConfig
    from vae_desktop.core.records import Arrays

TrainingState = Literal["idle", "running", "paused", "stopping"]

# The figures are fetched this often: five times a second.
PROGRESS_MS = 200
# Seconds between two epochs that are told of: all points of the canvas move then. On a GPU there are five a second.
EPOCH_INTERVAL = 0.5
# While the cursor moves, a hand would wait for that each time.
EPOCH_INTERVAL_BESIDE_A_HAND = 2.0


class TrainingController(QObject):
    """Trains a model on the session's data set in a worker thread.

    The session's model becomes the one being trained, and keeps whatever weights the training has reached
    however it ends.

    Attributes:
        state: "idle", "running", "paused" or "stopping".
        progress: the newest step report, or None before the first.
        history: finished epochs of the session's model, also of one that was only opened.
        steps: figures of every report of this model's trainings in this window.
        total_epochs: epochs of the model once the training is done.
        can_continue: whether `continue_training` would go on with the session's model.

    Signals:
        state_changed(): `state` or `can_continue` is another.
        progress_changed(): newer `progress`, `steps` or `total_epochs`; about five a second.
        epoch_finished(): `history` has grown, or is another model's; at most two a second while a training runs.
    """

    state_changed = Signal()
    progress_changed = Signal()
    epoch_finished = Signal()
    _begun = Signal(object)
    _news = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.state: TrainingState = "idle"
        self.progress: StepReport | None = None
        self.history: tuple[EpochRecord, ...] = ()
        self.steps = StepCurve()
        self.total_epochs = 0
        self.checkpoint: Checkpoint | None = None
        self._job: Job[None] | None = None
        self._worker: TrainingWorker | None = None
        self._autosave_failed = False
        self._untold: list[EpochReport] = []
        self._told_at = 0.0
        self._motion = CursorMotion(session)
        self._timer = QTimer(self)
        self._timer.setInterval(PROGRESS_MS)
        self._timer.timeout.connect(self._drain)
        self._begun.connect(self._adopt, Qt.ConnectionType.QueuedConnection)
        self._news.connect(self._drain, Qt.ConnectionType.QueuedConnection)

    @property
    def active(self) -> bool:
        """Whether a training is under way, paused or not."""
        return self.state != "idle"

    @property
    def can_continue(self) -> bool:
        """Whether `continue_training` would go on with the session's model."""
        dataset = self._session.dataset
        return (
            not self.active
            and self.checkpoint is not None
            and dataset is not None
            and tuple(dataset.image_shape) == self.checkpoint.model_config.image_shape
        )

    @property
    def task(self) -> TrainingTask | None:
        """What is being trained, or was last."""
        return self._worker.task if self._worker is not None else None

    def start(self, model_config: ModelConfig, training_config: TrainingConfig) -> None:
        """Train a new model. Its image shape is taken from the data set."""
        dataset = self._session.dataset
        if self.active:
            return
        if dataset is None:
            self._session.problem_raised.emit(
                Problem("There is no data set to train on.", "Open one or download MNIST first.")
            )
            return
        model_config = replace(model_config, image_shape=dataset.image_shape)
        self._session.preferences.last_model = model_config
        self._session.preferences.last_training = training_config
        self._launch(TrainingTask(dataset, model_config, training_config))

    def continue_training(self, epochs: int, training_config: TrainingConfig | None = None) -> None:
        """Train the session's model for more epochs, with the optimiser's state where it was kept.

        Args:
            epochs: how many more.
            training_config: other settings; None takes those the model was last trained with.
        """
        if not self.can_continue:
            return
        checkpoint, dataset = self.checkpoint, self._session.dataset
        assert checkpoint is not None and dataset is not None
        config = replace(training_config or checkpoint.training_config, epochs=epochs)
        self._launch(TrainingTask(dataset, checkpoint.model_config, config, checkpoint))

    def pause(self) -> None:
        """Hold after the step under way."""
        if self._job is not None and self.state == "running":
            self._job.pause()
            # The step under way still ends, and its figures are fetched then.
            self._job.call(self._news.emit)
            self._timer.stop()
            self._set_state("paused")

    def resume(self) -> None:
        """Go on after `pause`."""
        if self._job is not None and self.state == "paused":
            self._job.resume()
            self._timer.start()
            self._set_state("running")

    def stop(self) -> None:
        """End after the step under way; the weights reached are kept."""
        if self._job is not None and self.active:
            self._set_state("stopping")
            self._job.stop()

    def wait(self, ms: int) -> bool:
        """Block until the worker thread is gone; False if that takes longer than `ms`."""
        return self._job is None or self._job.wait(ms)

    def with_checkpoint(self, use: Callable[[Checkpoint], None]) -> bool:
        """Call `use` with the model as it stands, in the worker thread while a training is under way.

        Returns:
            Whether there is a model at all.
        """
        worker = self._worker
        if worker is not None and self._job is not None:

            def hand_over() -> None:
                checkpoint = worker.checkpoint()
                if checkpoint is not None:
                    use(checkpoint)

            if self._job.call(hand_over):
                return True
        if self.checkpoint is None:
            return False
        use(self.checkpoint)
        return True

    def show(self, checkpoint: Checkpoint | None) -> None:
        """The session opened another model: its history and curves are shown from now on."""
        self.checkpoint = checkpoint
        self.history = checkpoint.history if checkpoint is not None else ()
        self.total_epochs = len(self.history)
        self.progress = None
        self.steps = StepCurve()
        self.epoch_finished.emit()
        self.progress_changed.emit()
        self.state_changed.emit()

    def _set_state(self, state: TrainingState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit()

    def _launch(self, task: TrainingTask) -> None:
        session = self._session
        worker = TrainingWorker(
            task,
            self._begun.emit,
            session.timeline.publish,
            session.recovery.autosave,
            session.timeline.store.add,
            self._news.emit,
        )
        job = Job("training", worker.run)
        job.finished.connect(lambda: self._ended(None))
        job.stopped.connect(lambda: self._ended(None))
        job.failed.connect(self._ended)
        self._worker, self._job = worker, job
        self._autosave_failed = False
        self._untold, self._told_at = [], 0.0
        self.total_epochs = task.total_epochs
        self.progress = None
        self._set_state("running")
        self.progress_changed.emit()
        self._timer.start()
        job.start()

    def _adopt(self, weights: Arrays) -> None:
        """The trainer stands: put its model under the canvas."""
        worker = self._worker
        if worker is None or self._job is None:
            return
        task = worker.task
        if task.checkpoint is None:
            self.history = ()
            self.steps = StepCurve()
            self.epoch_finished.emit()
            self.progress_changed.emit()
        self._session.begin_training(task, weights)
        worker.follow()

    def _drain(self) -> None:
        """Fetch what the worker has reported, once its model is the session's."""
        if self._timer.isActive():
            # Asked for between two looks: the next one is due as long after this as after any other.
            self._timer.start()
        if self._worker is not None and self._worker.following:
            self._take(self._worker.drain())

    def _take(self, drained: Drained) -> None:
        for report in drained.steps:
            self.steps.append(report)
        self._untold += drained.epochs
        if drained.checkpoint is not None:
            self.checkpoint = drained.checkpoint
        if drained.steps:
            self.progress = drained.steps[-1]
            self.progress_changed.emit()
        moving = self._motion.moved()
        if self._untold and self._worker is not None and self._may_tell(moving):
            # Where two epochs came in since the last time, only the newer one's codes are of use.
            self.history += tuple(report.record for report in self._untold)
            newest = self._untold[-1]
            self._untold, self._told_at = [], time.monotonic()
            self._session.advance_training(
                self._worker.task, self.history, drained.model_id, newest.means, newest.logvars
            )
            self.epoch_finished.emit()
        elif drained.fresh_weights or drained.model_id:
            self._session.freshen(drained.model_id)
        if drained.autosave_error is not None and not self._autosave_failed:
            self._autosave_failed = True
            self._session.problem_raised.emit(from_exception(drained.autosave_error))

    def _may_tell(self, moving: bool) -> bool:
        """Whether the epochs told of last were long enough ago, or no others are to come for now."""
        if self._job is None or self.state != "running":
            return True
        interval = EPOCH_INTERVAL_BESIDE_A_HAND if moving else EPOCH_INTERVAL
        return time.monotonic() - self._told_at >= interval

    def _ended(self, error: BaseException | None) -> None:
        self._timer.stop()
        job, worker = self._job, self._worker
        if job is None or worker is None:
            return
        self._job = None
        final = worker.final
        # Otherwise there never was a trainer, or nobody was left to show its model.
        if worker.following and final is not None:
            self._take(worker.drain())
            self.checkpoint, self.history = final, final.history
            # After a whole run the last epoch's codes are those of the final weights.
            self._session.end_training(worker.task, final, final.model_id, job.state == "finished")
        self.total_epochs = len(self.history)
        self.state = "idle"
        self.state_changed.emit()
        self.progress_changed.emit()
        if error is not None:
            remedies = self._remedies(error, worker.task, final)
            self._session.problem_raised.emit(from_exception(error, remedies))

    def _remedies(
        self, error: BaseException, task: TrainingTask, kept: Checkpoint | None
    ) -> tuple[Action, ...]:
        """Buttons that start the failed training again with something changed."""
        config = task.training_config

        def retry(label: str, changed: TrainingConfig) -> Action:
            return label, lambda: self._retry(task, changed, kept)

        if isinstance(error, NonFiniteLossError):
            gentler = replace(config, learning_rate=config.learning_rate / 10)
            return (retry("Go on with a tenth of the learning rate", gentler),)
        if not isinstance(error, OutOfMemoryError):
            return ()
        actions = []
        if config.batch_size > 1:
            halved = replace(config, batch_size=config.batch_size // 2)
            actions.append(retry("Halve the batch size", halved))
        if config.device != "cpu":
            actions.append(retry("Train on the CPU", replace(config, device="cpu")))
        return tuple(actions)

    def _retry(self, task: TrainingTask, config: TrainingConfig, kept: Checkpoint | None) -> None:
        """Train the rest of a task that failed, from the epochs that it had finished."""
        if self.active:
            return
        checkpoint = kept if kept is not None and kept.history else task.checkpoint
        done = len(checkpoint.history) if checkpoint is not None else 0
        left = max(1, task.total_epochs - done)
        self._launch(TrainingTask(task.dataset, task.model_config, replace(config, epochs=left), checkpoint))
