"""The loss plot's tools: what the axes show, smoothing, fitting, and saving as CSV, PNG or SVG."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSlider,
    QToolButton,
    QWidget,
)

from vae_desktop.app.problems import from_exception
from vae_desktop.core.atomic import atomic_write
from vae_desktop.core.curves import write_history_csv
from vae_desktop.core.errors import ExportError
from vae_desktop.ui.controls import add_action
from vae_desktop.ui.flow_layout import FlowLayout
from vae_desktop.ui.form_fields import ChoiceField
from vae_desktop.ui.naming import name_by

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.ui.loss_figure import Figure
    from vae_desktop.ui.loss_plot import CurvePlot

SMOOTHING_STEPS = 100
# The slider's right end: the past weighs this much from one report to the next.
STRONGEST = 0.99


@dataclass(frozen=True)
class SaveKind:
    """A way to save the curves: its words in the menu, what it does, and the files it makes."""

    text: str
    tip: str
    suffix: str
    filter: str


SAVE_KINDS = {
    "csv": SaveKind(
        "Save c&urves as CSV…", "Save the figures of every epoch as a table", ".csv", "Tables (*.csv)"
    ),
    "steps": SaveKind(
        "Save ever&y report as CSV…",
        "Save the training's figures several times a second, as the solid curves show them",
        ".csv",
        "Tables (*.csv)",
    ),
    "png": SaveKind(
        "Save curves as PN&G…", "Save what the plot shows as a picture of pixels", ".png", "Pictures (*.png)"
    ),
    "svg": SaveKind(
        "Save curves as S&VG…",
        "Save what the plot shows as a picture of lines that stays sharp at any size",
        ".svg",
        "Vector pictures (*.svg)",
    ),
}


class LossTools(QWidget):
    """A row of controls that wraps where it is narrow.

    Attributes:
        axis: what the x axis shows; log: whether the y axis is logarithmic; slider: smoothing.
        fit: fits the view; save: opens the menu of `save_actions`.
        save_actions: by the keys of SAVE_KINDS, each asking for a file.

    Signals:
        changed(): the curves are to be drawn in another way.
    """

    changed = Signal()

    def __init__(self, session: Session, plot: CurvePlot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loss_tools")
        self._session = session
        self._plot = plot
        self._build_axes()
        self._build_smoothing()
        self._build_buttons()
        layout = FlowLayout(self, spacing=6, line_spacing=4)
        for widget in (self.axis, self.log, self._smoothing, self.fit, self.save):
            layout.addWidget(widget)
        plot.follows_changed.connect(self._show_follows)
        self._show_follows()
        self.mirror()

    def _build_axes(self) -> None:
        self.axis = ChoiceField((("epochs", "Epochs"), ("time", "Time")))
        self.axis.setMinimumContentsLength(4)
        self.axis.setToolTip("What runs along the horizontal axis: epochs, or the time spent training")
        self.axis.setAccessibleName("Horizontal axis")
        self.axis.currentIndexChanged.connect(self.changed)
        self.log = QCheckBox("Log")
        self.log.setToolTip(
            "Space the vertical axis by ratios (a logarithmic axis), which shows small changes"
        )
        self.log.setAccessibleName("Logarithmic vertical axis")
        self.log.toggled.connect(self.changed)

    def _build_smoothing(self) -> None:
        self._smoothing = QWidget()
        label = QLabel("Smooth")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, SMOOTHING_STEPS)
        self.slider.setValue(60)
        self.slider.setFixedWidth(48)
        tip = (
            "How much the training curves are smoothed (an exponential moving average); the faint line behind"
            " them is not"
        )
        for widget in (label, self.slider):
            widget.setToolTip(tip)
        self.slider.setAccessibleName("Smoothing")
        name_by(label, self.slider)
        self.slider.valueChanged.connect(self.changed)
        row = QHBoxLayout(self._smoothing)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(label)
        row.addWidget(self.slider)

    def _build_buttons(self) -> None:
        self.fit = QToolButton()
        self.fit.setText("Fit")
        self.fit.setToolTip("Show the curves whole again, and follow them (also: double click the plot)")
        self.fit.clicked.connect(self._plot.fit)
        self.save = QToolButton()
        self.save.setText("Save")
        self.save.setToolTip("Save the curves as numbers (CSV) or as a picture (PNG, SVG)")
        self.save.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.save_actions = {
            kind: add_action(self, words.text, words.tip, partial(self._ask, kind))
            for kind, words in SAVE_KINDS.items()
        }
        menu = QMenu(self.save)
        menu.addActions(list(self.save_actions.values()))
        self.save.setMenu(menu)

    @property
    def by_time(self) -> bool:
        """Whether the x axis shows time."""
        return self.axis.value() == "time"

    @property
    def logarithmic(self) -> bool:
        """Whether the y axis is logarithmic."""
        return self.log.isChecked()

    @property
    def smoothing(self) -> float:
        """Weight of the past, 0 to below 1; the slider's middle is already a good deal."""
        share = self.slider.value() / SMOOTHING_STEPS
        return STRONGEST * (1 - (1 - share) ** 2)

    def _show_follows(self) -> None:
        self.fit.setEnabled(not self._plot.follows)

    # Saving

    def mirror(self) -> None:
        """Offer to save what there is."""
        training = self._session.training
        epochs, steps = bool(training.history), len(training.steps) > 0
        for kind, action in self.save_actions.items():
            action.setEnabled({"csv": epochs, "steps": steps}.get(kind, epochs or steps))

    def _ask(self, kind: str) -> None:
        model, words = self._session.model, SAVE_KINDS[kind]
        name = f"{model.title if model is not None else 'training'} curves{words.suffix}"
        name = "".join("-" if letter in '/\\:*?"<>|' else letter for letter in name)
        text, _ = QFileDialog.getSaveFileName(self, "Save curves", name, words.filter)
        if text:
            path = Path(text)
            self.save_as(path if path.suffix else path.with_suffix(words.suffix), kind)

    def save_as(self, path: Path, kind: str) -> None:
        """Write the curves as a key of SAVE_KINDS says; a failure goes to the window's message bar."""
        from vae_desktop.ui.loss_figure import png_bytes, svg_bytes
        from vae_desktop.ui.loss_table import write_steps_csv

        training = self._session.training
        try:
            if kind == "csv":
                write_history_csv(path, training.history)
            elif kind == "steps":
                write_steps_csv(path, training.steps)
            else:
                with atomic_write(path) as file:
                    file.write((png_bytes if kind == "png" else svg_bytes)(self.figure()))
        except ExportError as error:
            self._session.problem_raised.emit(from_exception(error))
        else:
            self._session.notice_raised.emit(f"Saved {path.name}")

    def figure(self) -> Figure:
        """What the plot shows now, ready to be painted."""
        from vae_desktop.ui.loss_figure import Figure

        model = self._session.model
        title = "Training curves"
        if model is not None:
            title = f"{model.title}: {model.config.latent_dim}-D latent space, {model.dataset.title}"
        (x0, x1), (y0, y1) = self._plot.view_box.viewRange()
        return Figure(
            title=title,
            lines=self._plot.lines,
            x_mode="time" if self.by_time else "epochs",
            y_mode="log" if self.logarithmic else "linear",
            x_label="training time" if self.by_time else "epochs",
            view=(x0, x1, y0, y1),
        )
