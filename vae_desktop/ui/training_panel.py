"""The training panel: data, settings, start and stop, figures and curves, in one dock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from vae_desktop.ui.data_chooser import DataChooser
from vae_desktop.ui.finger_scroll import FingerScroll
from vae_desktop.ui.loss_plot import LossPlot
from vae_desktop.ui.training_controls import TrainingControls
from vae_desktop.ui.training_figures import TrainingFigures
from vae_desktop.ui.training_form import TrainingForm

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

# Wider than this, and wider than high, the curves stand beside the settings instead of below them.
WIDE = 760
SETTINGS_WIDTH = 380
READABLE_WIDTH = 560


class SettingsArea(QScrollArea):
    """Scrolls the settings where there is no room for all of them, and asks for no more than they need.

    Signals:
        wish_changed(): the settings want another height, `sizeHint()`.
    """

    wish_changed = Signal()

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setObjectName("settings_area")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # The keyboard goes to the settings in it.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        FingerScroll(self)
        self._wanted = 0

    def sizeHint(self) -> QSize:
        """The settings' own, with words wrapped as they are now."""
        content = self.widget()
        width = content.sizeHint().width()
        if self.isVisible():
            width = max(width, min(self.viewport().width(), content.maximumWidth()))
        return QSize(content.sizeHint().width(), content.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Wide enough for the settings and a scroll bar, and a few lines high."""
        width = self.widget().minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        return QSize(width, 120)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice when a message or the rest of the settings unfolds, and keep what is being edited in view."""
        handled = super().eventFilter(watched, event)
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget() and self._look_again():
            QTimer.singleShot(0, self, self._show_edited)
        return handled

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width wraps words elsewhere."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._look_again()

    def _look_again(self) -> bool:
        """Whether the settings want another height than the last time."""
        height = self.sizeHint().height()
        if height == self._wanted:
            return False
        self._wanted = height
        self.wish_changed.emit()
        return True

    def _show_edited(self) -> None:
        edited = QApplication.focusWidget()
        cell = edited.parentWidget() if edited is not None else None
        if cell is not None and self.widget().isAncestorOf(cell):
            # With the line below the field that may just have appeared there.
            self.ensureWidgetVisible(cell, 0, 8)


class TrainingPanel(QWidget):
    """Everything about training, mirrored from the session.

    Attributes:
        session: the owner of all state.
        data, form, controls, figures, plot: the parts.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("training_panel")
        self.session = session
        self._training = session.training
        self.data = DataChooser(session)
        self.form = TrainingForm(session)
        self.plot = LossPlot(session)
        self.controls = TrainingControls(session, self.form, self.plot.live)
        self.figures = TrainingFigures(self.plot.legend)
        self._build()
        self.data.align_with(self.form.titles_width)
        self._training.state_changed.connect(self._mirror)
        self.plot.live.due.connect(self._show_figures)
        self.controls.start_action.changed.connect(self._mirror_empty)
        session.dataset_changed.connect(self._mirror_empty)
        self._mirror()

    def _build(self) -> None:
        # From the outside in: whatever is put into another widget is gone through by Qt with all that it holds.
        self.splitter = QSplitter(Qt.Orientation.Vertical, self)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(6)
        settings, run = QWidget(), QWidget()
        self.settings = SettingsArea(settings)
        self.splitter.addWidget(self.settings)
        self.splitter.addWidget(run)
        column = QVBoxLayout(settings)
        column.setContentsMargins(12, 8, 12, 8)
        # Down to the same right edge as what stands below, which has its margins around it.
        settings.setMaximumWidth(READABLE_WIDTH + 24)
        column.setSpacing(12)
        column.addWidget(self.data)
        column.addWidget(self.form)
        column.addStretch(1)
        column = QVBoxLayout(run)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(12)
        for widget in (self.controls, self.figures):
            # Wider, the eye would lose the line between a name and its figure.
            widget.setMaximumWidth(READABLE_WIDTH)
            column.addWidget(widget)
        column.addWidget(self.plot, 1)
        run.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        # How much higher than they need be a hand has made the settings, by the handle between the halves.
        self._extra = 0
        self.settings.wish_changed.connect(self._share_room)
        self.splitter.splitterMoved.connect(self._note_share)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)

    def actions(self) -> list[QAction]:
        """The panel's commands for the window's menus."""
        controls = self.controls
        return [
            controls.start_action,
            controls.pause_action,
            controls.stop_action,
            controls.continue_action,
            *self.plot.tools.save_actions.values(),
        ]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the curves beside the settings where the panel is wide."""
        super().resizeEvent(event)
        wide = self.width() >= WIDE and self.width() > self.height()
        orientation = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if orientation != self.splitter.orientation():
            self.splitter.setOrientation(orientation)
            self._extra = 0
            if wide:
                self.splitter.setSizes([SETTINGS_WIDTH, self.width() - SETTINGS_WIDTH])
        self._share_room()

    def _share_room(self) -> None:
        """Give settings that stand above the curves their height, as far as these can give way."""
        if self.splitter.orientation() == Qt.Orientation.Vertical:
            first = max(0, self.settings.sizeHint().height() + self._extra)
            self.splitter.setSizes([first, max(0, self.splitter.height() - first)])

    def _note_share(self) -> None:
        if self.splitter.orientation() == Qt.Orientation.Vertical:
            self._extra = self.splitter.sizes()[0] - self.settings.sizeHint().height()

    # Mirroring

    def _mirror(self) -> None:
        self.form.setEnabled(self._training.state == "idle")
        self._mirror_empty()
        self._show_figures()

    def _mirror_empty(self) -> None:
        empty = self.plot.empty
        if self._training.state != "idle":
            empty.show_message("The first figures are on their way.")
        elif self.session.dataset is None:
            empty.show_message("The curves of a training appear here. Choose a data set first.")
        else:
            empty.show_message(
                "The curves of a training appear here.", "Start training", self.controls.start_training
            )
            empty.button.setEnabled(self.controls.start_action.isEnabled())

    def _show_figures(self) -> None:
        training = self._training
        history, progress = training.history, training.progress
        held_out = history[-1].held_out if history else None
        if training.state == "idle" or progress is None:
            train = history[-1].train if history else None
            elapsed = history[-1].seconds if history else None
        else:
            train, elapsed = progress.train, progress.seconds
        running = training.state == "running" and progress is not None
        epoch = len(history)
        if training.state != "idle" and progress is not None:
            epoch = min(max(progress.epoch, epoch), training.total_epochs)
        self.figures.show_terms(train, held_out)
        self.figures.show_run(
            speed=progress.images_per_second if progress is not None else None,
            epoch=epoch,
            total_epochs=training.total_epochs if training.state != "idle" else 0,
            elapsed=elapsed,
            left=progress.seconds_left if running and progress is not None else None,
        )
