"""Samples from the prior in a grid: how many, which seed, how far from the middle."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.core.config import MAX_SEED
from vae_desktop.ui.controls import ChoiceButton, add_action, labelled, side_by_side, spin_box, tool_button
from vae_desktop.ui.dice_button import DiceButton
from vae_desktop.ui.empty_state import EmptyState
from vae_desktop.ui.export_dialog import ExportDialog
from vae_desktop.ui.export_source import copy_picture
from vae_desktop.ui.exports import samples_source
from vae_desktop.ui.flow_layout import FlowLayout
from vae_desktop.ui.image_grid import ImageGrid

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

PRESETS = ((1, 5), (8, 8), (20, 20))
MAX_SIDE = 64


class SamplesPanel(QWidget):
    """What the model makes up: codes drawn from the prior, decoded.

    Attributes:
        session: the owner of all state.
        grid: the pictures; a click puts the latent cursor on that sample's code.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("samples")
        self.session = session
        self._controller = session.samples
        self._make_fields()
        self.grid = ImageGrid("Samples")
        self.grid.set_description(self._describe)
        self.grid.clicked.connect(self._controller.set_cursor_from)
        self._empty = EmptyState()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.grid)
        self._stack.addWidget(self._empty)
        self._lay_out()
        self._make_actions()
        self._controller.changed.connect(self._mirror)
        session.model_changed.connect(self._mirror)
        session.loading_changed.connect(self._show_state)
        session.cursor_changed.connect(self._mark_cursor)
        self._mirror()

    # -- parts --------------------------------------------------------------------------------------

    def _make_fields(self) -> None:
        controller = self._controller
        self.presets: list[ChoiceButton] = []
        for rows, columns in PRESETS:
            text = f"{rows}×{columns}"
            count = rows * columns
            tip = f"{rows} {'row' if rows == 1 else 'rows'} of {columns} samples ({count} in all)"
            self.presets.append(ChoiceButton(text, tip, partial(controller.set_layout, rows, columns)))
        self.rows = spin_box(1, MAX_SIDE, controller.rows, "Rows of samples", "Rows of samples")
        self.columns = spin_box(
            1, MAX_SIDE, controller.columns, "Columns of samples", "Columns: samples in a row"
        )
        self.rows.valueChanged.connect(self._ask_layout)
        self.columns.valueChanged.connect(self._ask_layout)
        tip = "Number that the random codes are drawn from: the same seed gives the same codes again"
        self.seed = spin_box(0, MAX_SEED, controller.seed, "Seed of the samples", tip)
        self.seed.valueChanged.connect(controller.set_seed)
        self.reroll = DiceButton()
        self.reroll.setText("Re-roll")
        self.reroll.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.reroll.setToolTip("Draw other samples, with another seed")
        self.reroll.setAccessibleName("Re-roll samples")
        self.reroll.clicked.connect(controller.reroll)
        self.temperature = QDoubleSpinBox()
        self.temperature.setRange(0.0, 2.0)
        self.temperature.setSingleStep(0.1)
        self.temperature.setDecimals(2)
        self.temperature.setKeyboardTracking(False)
        self.temperature.setAccessibleName("Temperature")
        self.temperature.setToolTip(
            "How far from the middle of the latent space codes are drawn: 0 is the middle, 1 is how the model\n"
            "was trained, more is bolder (scales the prior's standard deviation)"
        )
        self.temperature.valueChanged.connect(controller.set_temperature)
        self.refresh = QCheckBox("Refresh while training")
        self.refresh.setToolTip("Decode the same codes again after each epoch of a training")
        self.refresh.toggled.connect(self._ask_refresh)
        self.copy_button = tool_button("Copy", "Copy the grid to the clipboard as a picture", self.copy)
        self.export_button = tool_button("Export…", "Save the grid as PNG or NPZ, or copy it", self.export)

    def _lay_out(self) -> None:
        presets = side_by_side(0, *self.presets)
        size = side_by_side(6, self.rows, QLabel("×"), self.columns)
        fields = QWidget()
        flow = FlowLayout(fields, spacing=12, line_spacing=6)
        flow.addWidget(presets)
        flow.addWidget(size)
        flow.addWidget(labelled("Seed", self.seed))
        flow.addWidget(self.reroll)
        flow.addWidget(labelled("Temperature", self.temperature))
        bottom = QWidget()
        bottom_flow = FlowLayout(bottom, spacing=8, line_spacing=6)
        bottom_flow.addWidget(self.copy_button)
        bottom_flow.addWidget(self.export_button)
        bottom_flow.addWidget(self.refresh)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(fields)
        layout.addWidget(self._stack, 1)
        layout.addWidget(bottom)

    def _make_actions(self) -> None:
        reroll = self._controller.reroll
        add_action(self, "&Re-roll samples", "Draw other samples, with another seed", reroll, "Ctrl+R")
        self._copy_action = add_action(
            self, "&Copy samples", "Copy the grid of samples to the clipboard", self.copy
        )
        self._export_action = add_action(
            self, "&Export samples…", "Save the grid of samples as PNG or NPZ", self.export, "Ctrl+E"
        )

    # -- intents ------------------------------------------------------------------------------------

    def _ask_layout(self) -> None:
        self._controller.set_layout(self.rows.value(), self.columns.value())

    def _ask_refresh(self, refresh: bool) -> None:
        self._controller.refresh_while_training = refresh

    def copy(self) -> None:
        """Put the grid on the clipboard as a picture."""
        source = samples_source(self.session)
        if source is not None:
            copy_picture(source)
            self.session.notice_raised.emit("Samples copied to the clipboard.")

    def export(self) -> None:
        """Open the export dialog on what the grid shows now."""
        source = samples_source(self.session)
        if source is not None:
            ExportDialog(self.session, source, self.window()).open()

    # -- mirror -------------------------------------------------------------------------------------

    def _mirror(self) -> None:
        controller = self._controller
        for field, value in (
            (self.rows, controller.rows),
            (self.columns, controller.columns),
            (self.seed, controller.seed),
        ):
            with QSignalBlocker(field):
                field.setValue(value)
        with QSignalBlocker(self.temperature):
            self.temperature.setValue(controller.temperature)
        with QSignalBlocker(self.refresh):
            self.refresh.setChecked(controller.refresh_while_training)
        for button, size in zip(self.presets, PRESETS, strict=True):
            button.setChecked(size == (controller.rows, controller.columns))
        images = controller.images
        has_images = images is not None
        # Settings change at once, pictures follow when they are decoded: until then the old grid stays.
        if images is None or len(images) == controller.rows * controller.columns:
            self.grid.set_images(images, controller.columns)
        self._mark_cursor()
        for part in (self.copy_button, self.export_button, self._copy_action, self._export_action):
            part.setEnabled(has_images)
        self._show_state()

    def _show_state(self) -> None:
        if self.session.model is not None:
            self._stack.setCurrentWidget(self.grid)
            return
        self._stack.setCurrentWidget(self._empty)
        if self.session.loading:
            self._empty.show_message(self.session.loading)
        else:
            self._empty.show_message(
                "Samples are made by a model, and none is open.",
                "Open the bundled model",
                lambda: self.session.open_bundled("mnist-2d"),
            )

    def _mark_cursor(self) -> None:
        """Mark the sample that the latent cursor stands on, if it stands on one."""
        codes, cursor = self._controller.codes, self.session.cursor
        index = -1
        if codes is not None and codes.shape[1:] == cursor.shape:
            hits = np.flatnonzero((codes == cursor).all(axis=1))
            index = int(hits[0]) if len(hits) else -1
        self.grid.set_selected(index)

    def _describe(self, index: int) -> str:
        row, column = divmod(index, max(1, self.grid.columns))
        text = f"Sample {index + 1} of {self.grid.count}: row {row + 1}, column {column + 1}"
        codes = self._controller.codes
        if codes is not None and index < len(codes) and codes.shape[1] <= 4:
            text += ", z = (" + ", ".join(f"{value:.2f}" for value in codes[index]) + ")"
        return text

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks: samples are kept fresh."""
        super().showEvent(event)
        self._controller.active = True

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: decoding may rest."""
        super().hideEvent(event)
        self._controller.active = False
