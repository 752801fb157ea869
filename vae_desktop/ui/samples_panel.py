"""Samples of the model in a grid: of what, how many, and whether they follow a training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QStackedWidget, QVBoxLayout, QWidget

from vae_desktop.core.sample_recipe import RANDOM_KINDS
from vae_desktop.ui.controls import add_action, tool_button
from vae_desktop.ui.empty_state import EmptyState
from vae_desktop.ui.exporting import copy_to_clipboard, open_export
from vae_desktop.ui.flow_layout import FlowLayout
from vae_desktop.ui.image_grid import ImageGrid
from vae_desktop.ui.readable import with_comma
from vae_desktop.ui.sampler_fields import SamplerFields
from vae_desktop.ui.sampler_words import describe_dimension

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.ui.export_source import ExportSource

LOWEST_GRID = 40


class SamplesPanel(QWidget):
    """What the model makes up: codes drawn or laid out in latent space, decoded.

    Attributes:
        session: the owner of all state.
        fields: what the grid shows.
        grid: the pictures; a click puts the latent cursor on that sample's code.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("samples")
        self.session = session
        self._controller = session.samples
        self.fields = SamplerFields(session)
        it = self.fields
        self.presets, self.rows, self.columns, self.seed = it.presets, it.rows, it.columns, it.seed
        self.reroll = it.reroll
        self._make_tools()
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

    def _make_tools(self) -> None:
        self.refresh = QCheckBox("Refresh while training")
        self.refresh.setToolTip("Decode the same codes again after each epoch of a training")
        self.refresh.toggled.connect(self._ask_refresh)
        self.copy_button = tool_button("Copy", "Copy the grid to the clipboard as a picture", self.copy)
        self.export_button = tool_button("Export…", "Save the grid, or its values", self.export)

    def _lay_out(self) -> None:
        bottom = QWidget()
        bottom_flow = FlowLayout(bottom, spacing=8, line_spacing=6)
        bottom_flow.addWidget(self.copy_button)
        bottom_flow.addWidget(self.export_button)
        bottom_flow.addWidget(self.refresh)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.fields)
        # In a low dock the pictures give way, and not the fields above them.
        self._stack.setMinimumHeight(LOWEST_GRID)
        layout.addWidget(self._stack, 1)
        layout.addWidget(bottom)

    def _make_actions(self) -> None:
        reroll = self._controller.reroll
        tip = "Draw other samples, with another seed"
        self._reroll_action = add_action(self, "&Re-roll samples", tip, reroll, "Ctrl+R")
        self._copy_action = add_action(
            self, "&Copy samples", "Copy the grid of samples to the clipboard", self.copy
        )
        self._export_action = add_action(
            self, "&Export samples…", "Save the grid of samples, or its values", self.export, "Ctrl+E"
        )

    # -- intents ------------------------------------------------------------------------------------

    def _ask_refresh(self, refresh: bool) -> None:
        self._controller.refresh_while_training = refresh

    def copy(self) -> None:
        """Put the grid on the clipboard as a picture."""
        copy_to_clipboard(self.session, self._source(), "Samples")

    def export(self) -> None:
        """Open the export dialog on what the grid shows now."""
        open_export(self.session, self._source(), self.window())

    def _source(self) -> ExportSource | None:
        from vae_desktop.ui.exports import samples_source

        return samples_source(self.session)

    # -- mirror -------------------------------------------------------------------------------------

    def _mirror(self) -> None:
        controller = self._controller
        with QSignalBlocker(self.refresh):
            self.refresh.setChecked(controller.refresh_while_training)
        has_images = controller.images is not None
        self._reroll_action.setEnabled(controller.settings.kind in RANDOM_KINDS)
        # Settings change at once, pictures follow when they are decoded: until then the old grid stays.
        self.grid.set_images(controller.images, controller.shown.columns if controller.shown else 1)
        self._mark_cursor()
        for part in (self.copy_button, self.export_button, self._copy_action, self._export_action):
            part.setEnabled(has_images)
        self._show_state()

    def _show_state(self) -> None:
        missing = self._controller.missing
        if self.session.model is not None and not missing:
            self._stack.setCurrentWidget(self.grid)
            return
        self._stack.setCurrentWidget(self._empty)
        if self.session.model is not None:
            self._empty.show_message(missing)
        elif self.session.loading:
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
        codes, recipe = self._controller.codes, self._controller.shown
        if codes is None or recipe is None or index >= len(codes):
            return text
        looks = with_comma(self.session.likeness.words_of(codes, index))
        if recipe.kind == "traversal":
            value = float(codes[index, recipe.dimensions[row]])
            return f"{describe_dimension(recipe, row, value)}: row {row + 1}, column {column + 1}{looks}"
        if codes.shape[1] <= 4:
            return f"{text}{looks}, z = ({', '.join(f'{value:.2f}' for value in codes[index])})"
        return f"{text}{looks}"

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks: samples are kept fresh."""
        super().showEvent(event)
        self._controller.active = True

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: decoding may rest."""
        super().hideEvent(event)
        self._controller.active = False
