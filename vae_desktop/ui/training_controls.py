"""Start, pause, stop and continue a training, with its progress; an unsaved model is never lost silently."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.core.errors import DataError
from vae_desktop.ui.controls import add_action
from vae_desktop.ui.form_fields import IntegerField
from vae_desktop.ui.readable import time_left_text
from vae_desktop.ui.steady_label import SteadyLabel

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.ui.live_updates import LiveUpdates
    from vae_desktop.ui.training_form import TrainingForm

MODEL_FILTER = "VAE models (*.safetensors)"
MAX_EPOCHS = 100_000
# A progress bar in this many steps moves smoothly at any width.
BAR_STEPS = 1000


class UnsavedNotice(QFrame):
    """Says in the panel that starting would replace a model that no file holds, and offers the ways out.

    Attributes:
        save, discard, keep: the buttons.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("unsaved_notice")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.save = QPushButton("Save it…")
        self.save.setToolTip("Save the trained model to a file, then start the new training")
        self.discard = QPushButton("Start anyway")
        self.discard.setToolTip("Start the new training; the model that is not saved is gone then")
        self.keep = QPushButton("Keep it")
        self.keep.setToolTip("Do not start; everything stays as it is (Esc)")
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in (self.save, self.discard, self.keep):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.label)
        column.addLayout(row)
        self.hide()

    def ask(self, title: str) -> None:
        """Ask about the model of this title."""
        self.label.setText(f"“{title}” is trained but not saved. A new training replaces it.")
        # Spoken with the button that the keyboard goes to.
        self.save.setAccessibleDescription(f"{self.label.text()} {self.save.toolTip()}")
        self.set_saving(False)
        self.show()
        self.save.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape keeps everything as it is."""
        if event.key() == Qt.Key.Key_Escape:
            self.keep.click()
        else:
            super().keyPressEvent(event)

    def set_saving(self, saving: bool) -> None:
        """Grey the buttons while the file is being written."""
        for button in (self.save, self.discard):
            button.setEnabled(not saving)


class TrainingControls(QWidget):
    """The buttons, the progress bar and one line of words; mirrors the session's training.

    Attributes:
        start, pause, stop, go_on: the buttons; more_epochs: how many epochs `go_on` adds.
        bar, status: the progress, in a bar and in words.
        notice: asks before an unsaved model is replaced.
        start_action, pause_action, stop_action, continue_action: the same intents for menus and keys.
    """

    def __init__(
        self, session: Session, form: TrainingForm, live: LiveUpdates, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("training_controls")
        self._session = session
        self._training = session.training
        self._form = form
        self._start_when_saved = False
        self._build_actions()
        self._build()
        self._training.state_changed.connect(self._mirror)
        live.due.connect(self._show_progress)
        session.dataset_changed.connect(self._mirror)
        session.loading_changed.connect(self._mirror)
        session.model_changed.connect(self._model_changed)
        session.info_changed.connect(self._info_changed)
        session.problem_raised.connect(self._problem_raised)
        form.changed.connect(self._mirror)
        self._mirror()

    # Building

    def _build_actions(self) -> None:
        self.start_action = add_action(self, "&Start training", "", self.start_training, "Ctrl+T")
        self.pause_action = add_action(self, "&Pause training", "", self.toggle_pause, "Ctrl+Shift+P")
        self.stop_action = add_action(self, "S&top training", "", self._training.stop, "Ctrl+.")
        self.continue_action = add_action(
            self, "&Continue training", "", self.continue_training, "Ctrl+Shift+T"
        )

    def _build(self) -> None:
        self.start = QPushButton("Start")
        self.start.setProperty("role", "primary")
        self.start.clicked.connect(self.start_training)
        self.pause = QPushButton("Pause")
        self.pause.clicked.connect(self.toggle_pause)
        self.stop = QPushButton("Stop")
        self.stop.setToolTip(
            "End the training after the step under way; the weights reached are kept (Ctrl+.)"
        )
        self.stop.clicked.connect(self._training.stop)
        self.go_on = QPushButton("Continue for")
        self.go_on.clicked.connect(self.continue_training)
        self.more_epochs = IntegerField(1, MAX_EPOCHS)
        self.more_epochs.setRange(1, MAX_EPOCHS)
        self.more_epochs.setValue(10)
        self.more_epochs.setMinimumHeight(self.go_on.sizeHint().height())
        self.more_epochs.setSuffix(" epochs")
        self.more_epochs.setAccessibleName("More epochs")
        self.more_epochs.setToolTip("How many more epochs to train this model for")
        self.bar = QProgressBar()
        self.bar.setRange(0, BAR_STEPS)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(10)
        self.bar.setAccessibleName("Progress of the training")
        self.status = SteadyLabel("State of the training")
        self.notice = UnsavedNotice()
        self.notice.save.clicked.connect(self._save_first)
        self.notice.discard.clicked.connect(self._start_now)
        self.notice.keep.clicked.connect(self._keep)
        run = QHBoxLayout()
        run.setSpacing(6)
        run.addWidget(self.start, 2)
        run.addWidget(self.pause, 1)
        run.addWidget(self.stop, 1)
        more = QHBoxLayout()
        more.setSpacing(6)
        more.addWidget(self.go_on, 1)
        more.addWidget(self.more_epochs, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(run)
        column.addLayout(more)
        column.addWidget(self.notice)
        column.addWidget(self.bar)
        column.addWidget(self.status)

    # Intents

    def start_training(self) -> None:
        """Train a new model with the form's settings; asks first where that would lose an unsaved one."""
        if not self.start_action.isEnabled():
            return
        model = self._session.model
        trained = bool(self._training.history) or len(self._training.steps) > 0
        if model is not None and not model.saved and trained:
            self.notice.ask(model.title)
        else:
            self._start_now()

    def _start_now(self) -> None:
        self._start_when_saved = False
        self.notice.hide()
        model, training = self._form.model_config, self._form.training_config
        if model is not None and training is not None:
            self._training.start(model, training)

    def _keep(self) -> None:
        self._start_when_saved = False
        self.notice.hide()

    def _save_first(self) -> None:
        model = self._session.model
        if model is None:
            return
        name, _ = QFileDialog.getSaveFileName(self, "Save model", f"{model.title}.safetensors", MODEL_FILTER)
        if name:
            self._start_when_saved = True
            self.notice.set_saving(True)
            self._session.save_model(Path(name))

    def _info_changed(self) -> None:
        model = self._session.model
        if self._start_when_saved and model is not None and model.saved:
            self._start_now()

    def _problem_raised(self, _problem: object) -> None:
        """Whatever the problem, a file that is not there by now needs the user's word again."""
        self._start_when_saved = False
        self.notice.set_saving(False)

    def toggle_pause(self) -> None:
        """Pause a running training, resume a paused one."""
        if self._training.state == "paused":
            self._training.resume()
        else:
            self._training.pause()

    def continue_training(self) -> None:
        """Train the model that is there for more epochs, with the settings that it was trained with."""
        if self.continue_action.isEnabled():
            self.notice.hide()
            self._training.continue_training(self.more_epochs.value())

    # Mirroring

    def _model_changed(self) -> None:
        self._keep()
        self._mirror()

    def _mirror(self) -> None:
        state = self._training.state
        under_way = state in ("running", "paused")
        enabled = {
            (self.start, self.start_action): state == "idle" and not self._obstacle(),
            (self.pause, self.pause_action): under_way,
            (self.stop, self.stop_action): under_way,
            (self.go_on, self.continue_action): self._training.can_continue,
        }
        # First those that come into force: from one that ends, the keyboard goes on to them, as from Start to Pause.
        for (button, action), now in sorted(enabled.items(), key=lambda it: not it[1]):
            self._enable(button, action, now)
        self.more_epochs.setEnabled(self._training.can_continue)
        paused = state == "paused"
        self.pause.setText("Resume" if paused else "Pause")
        self.pause_action.setText("Resume &training" if paused else "&Pause training")
        self._explain()
        self._show_progress()

    @staticmethod
    def _enable(button: QPushButton, action: QAction, enabled: bool) -> None:
        button.setEnabled(enabled)
        action.setEnabled(enabled)

    def _obstacle(self) -> str:
        """What keeps a training from being started, in words, or ""."""
        dataset = self._session.dataset
        if self._form.problem:
            return self._form.problem
        if dataset is None:
            return "Choose a data set to train on."
        try:
            dataset.require_training_images()
        except DataError as error:
            return f"{error} {error.remedy}"
        return ""

    def _explain(self) -> None:
        """Tooltips say what a button does, or why it can't do it now."""
        dataset, obstacle = self._session.dataset, self._obstacle()
        title = dataset.title if dataset is not None else ""
        self.start.setToolTip(obstacle or f"Train a new model with these settings on {title} (Ctrl+T)")
        held = "Go on from where it was paused" if self._training.state == "paused" else "Hold the training"
        self.pause.setToolTip(f"{held} (Ctrl+Shift+P)")
        self.go_on.setToolTip(
            "Train this model for more epochs, with the settings it was trained with (Ctrl+Shift+T)"
            if self._training.can_continue
            else "This needs a model that fits the data set's images, and no training under way"
        )
        for button, action in (
            (self.start, self.start_action),
            (self.pause, self.pause_action),
            (self.stop, self.stop_action),
            (self.go_on, self.continue_action),
        ):
            action.setStatusTip(button.toolTip())
            action.setToolTip(button.toolTip())

    def _show_progress(self) -> None:
        training = self._training
        done, total = len(training.history), training.total_epochs
        progress = training.progress
        if progress is not None and training.state != "idle":
            done_exactly = max(float(done), progress.epoch - 1 + progress.step / progress.steps)
        else:
            done_exactly = float(done)
        self.bar.setValue(round(BAR_STEPS * done_exactly / total) if total else 0)
        self.bar.setVisible(training.state != "idle")
        self.status.setText(self._status_text(done, total))

    def _status_text(self, done: int, total: int) -> str:
        training = self._training
        progress = training.progress
        if training.state == "idle":
            return self._idle_text(done)
        if training.state == "stopping":
            return "Stopping after this step…"
        if progress is None:
            return "Preparing the training…"
        epoch = f"epoch {min(max(progress.epoch, done + 1), total)} of {total}"
        if training.state == "paused":
            return f"Paused in {epoch}"
        return f"Training, {epoch}, {time_left_text(progress.seconds_left)}"

    def _idle_text(self, done: int) -> str:
        if obstacle := self._obstacle():
            return obstacle
        model = self._session.model
        if model is None or not done:
            return "Ready to train."
        epochs = "1 epoch" if done == 1 else f"{done} epochs"
        return f"{model.title}: trained for {epochs}{'' if model.saved else ', not saved yet'}"
