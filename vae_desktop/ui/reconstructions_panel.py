"""Test digits, each over what the model makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from vae_desktop.app.reconstructions import MAX_COUNT
from vae_desktop.core.records import FloatArray, IntArray
from vae_desktop.ui.controls import add_action, labelled, push_button, spin_box, tool_button
from vae_desktop.ui.empty_state import EmptyState
from vae_desktop.ui.exporting import copy_to_clipboard, open_export
from vae_desktop.ui.flow_layout import FlowLayout
from vae_desktop.ui.image_grid import GAP, ImageGrid
from vae_desktop.ui.mosaic import best_columns
from vae_desktop.ui.pairs import Pairs

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.ui.export_source import ExportSource


@dataclass(frozen=True, eq=False)
class _Shown:
    """What the grid shows: it stays until the next one is complete, so that nothing flickers."""

    indices: IntArray
    labels: IntArray
    originals: FloatArray
    reconstructions: FloatArray


class ReconstructionsPanel(QWidget):
    """Digits over their reconstructions, with their classes below.

    Attributes:
        session: the owner of all state.
        grid: the pictures; pointing marks that digit on canvas and map, a click selects it.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reconstructions")
        self.session = session
        self._controller = session.reconstructions
        self._pairs = Pairs(0, 1)
        self._shown: _Shown | None = None
        self.count = spin_box(
            1, MAX_COUNT, self._controller.count, "Number of digits", "How many digits are shown"
        )
        self.count.valueChanged.connect(self._controller.set_count)
        self.shuffle = push_button("Shuffle", "Show other digits", self._controller.shuffle)
        self.copy_button = tool_button("Copy", "Copy the grid to the clipboard as a picture", self.copy)
        self.export_button = tool_button("Export…", "Save the grid, or its values", self.export)
        self.grid = ImageGrid("Digits over their reconstructions")
        self.grid.set_description(self._describe)
        self.grid.clicked.connect(self._select)
        self.grid.hovered.connect(self._hover)
        self.grid.resized.connect(self._fit_columns)
        self._empty = EmptyState()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.grid)
        self._stack.addWidget(self._empty)
        self._lay_out()
        self._make_actions()
        self._controller.changed.connect(self._mirror)
        session.model_changed.connect(self._mirror)
        session.dataset_changed.connect(self._forget)
        session.loading_changed.connect(self._show_state)
        session.selection_changed.connect(self._mark_selected)
        session.hover_changed.connect(self._mark_hovered)
        self._mirror()

    # -- parts --------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        fields = QWidget()
        flow = FlowLayout(fields, spacing=12, line_spacing=6)
        flow.addWidget(labelled("Digits", self.count))
        flow.addWidget(self.shuffle)
        hint = QLabel("Above the digit, below what the model makes of it")
        hint.setProperty("role", "muted")
        hint.setWordWrap(True)
        hint.setToolTip("The reconstruction is the digit's latent mean, decoded")
        bottom = QHBoxLayout()
        bottom.setSpacing(8)
        bottom.addWidget(self.copy_button)
        bottom.addWidget(self.export_button)
        bottom.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(fields)
        layout.addWidget(hint)
        layout.addWidget(self._stack, 1)
        layout.addLayout(bottom)

    def _make_actions(self) -> None:
        shuffle = self._controller.shuffle
        add_action(self, "&Shuffle reconstructions", "Show other digits", shuffle, "Ctrl+Shift+R")
        self._copy_action = add_action(
            self, "C&opy reconstructions", "Copy the grid of reconstructions to the clipboard", self.copy
        )
        self._export_action = add_action(
            self,
            "E&xport reconstructions…",
            "Save the grid of reconstructions, or its values",
            self.export,
            "Ctrl+Shift+E",
        )

    # -- intents ------------------------------------------------------------------------------------

    def _select(self, cell: int) -> None:
        if self._shown is not None:
            self.session.select(int(self._shown.indices[self._pairs.image_of(cell)]))

    def _hover(self, cell: int) -> None:
        """The digit under the pointer is marked on canvas and map."""
        if self._shown is not None:
            digit = None if cell < 0 else int(self._shown.indices[self._pairs.image_of(cell)])
            self.session.hover(digit)

    def copy(self) -> None:
        """Put the grid on the clipboard as a picture."""
        copy_to_clipboard(self.session, self._source(), "Reconstructions")

    def export(self) -> None:
        """Open the export dialog on what the grid shows now."""
        open_export(self.session, self._source(), self.window())

    def _source(self) -> ExportSource | None:
        from vae_desktop.ui.exports import reconstructions_source

        return reconstructions_source(self.session, self.grid.columns)

    # -- mirror -------------------------------------------------------------------------------------

    def _mirror(self) -> None:
        controller = self._controller
        with QSignalBlocker(self.count):
            self.count.setValue(controller.count)
        ready = controller.reconstructions is not None
        for part in (self.copy_button, self.export_button, self._copy_action, self._export_action):
            part.setEnabled(ready)
        self.shuffle.setEnabled(self.session.dataset is not None)
        self._take()
        self._show_grid()
        self._show_state()

    def _show_state(self) -> None:
        session = self.session
        if session.loading and (session.model is None or session.dataset is None):
            self._say(session.loading)
        elif session.model is None:
            self._say(
                "Reconstructions are made by a model, and none is open.",
                "Open the bundled model",
                lambda: session.open_bundled("mnist-2d"),
            )
        elif session.dataset is None:
            self._say(
                "There are no digits to reconstruct.",
                "Open the built-in digits",
                lambda: session.open_dataset("digits"),
            )
        elif not session.fits:
            self._say(
                "The images of this data set have another size than the model's. Train a model on them."
            )
        else:
            self._stack.setCurrentWidget(self.grid)

    def _forget(self) -> None:
        """Another data set: the digits shown are gone."""
        self._shown = None
        self._mirror()

    def _take(self) -> None:
        """Show what the controller has, once digits and reconstructions belong together."""
        controller = self._controller
        if not self.session.fits:
            self._shown = None
        elif (
            controller.reconstructions is not None
            and controller.originals is not None
            and controller.indices is not None
            and controller.labels is not None
        ):
            self._shown = _Shown(
                controller.indices, controller.labels, controller.originals, controller.reconstructions
            )

    def _say(self, text: str, button: str = "", on_click: Callable[[], object] | None = None) -> None:
        self._empty.show_message(text, button, on_click)
        self._stack.setCurrentWidget(self._empty)

    def _columns(self, count: int, image_size: tuple[int, int]) -> int:
        ratio = self.grid.devicePixelRatioF()
        area = (int(self.grid.width() * ratio), int(self.grid.height() * ratio))
        return best_columns(count, image_size, area, round(GAP * ratio), 2, self.grid.caption_room())

    def _fit_columns(self) -> None:
        if self._shown is not None:
            images = self._shown.originals
            if self._columns(len(images), images.shape[2:]) != self.grid.columns:
                self._show_grid()

    def _show_grid(self) -> None:
        shown = self._shown
        if shown is None or not len(shown.indices):
            self._pairs = Pairs(0, 1)
            self.grid.set_images(None, 1)
            return
        count = len(shown.indices)
        pairs = Pairs(count, self._columns(count, shown.originals.shape[2:]))
        captions = [""] * pairs.cells
        # Below digits that are smaller than a letter, letters would run into each other.
        narrow = self.grid.width() / pairs.columns < self.grid.fontMetrics().horizontalAdvance("0")
        for digit in () if narrow else range(count):
            captions[pairs.cell_of(digit) + pairs.columns] = self._class_name(shown, digit)
        self._pairs = pairs
        images = pairs.in_order(shown.originals, shown.reconstructions)
        self.grid.set_images(images, pairs.columns, captions, pairs.blank)
        self._mark_selected()
        self._mark_hovered()

    def _class_name(self, shown: _Shown, digit: int) -> str:
        label, dataset = int(shown.labels[digit]), self.session.dataset
        return dataset.class_names[label] if dataset is not None else str(label)

    def _mark_selected(self) -> None:
        """Mark the selected digit, if it is among these."""
        self.grid.set_selected(self._cell_of(self.session.selected))

    def _mark_hovered(self) -> None:
        """Mark the digit under the pointer, wherever that is, if it is among these."""
        hovered = self.session.hovered
        self.grid.set_pointed(self._cell_of(hovered.index if hovered is not None else None))

    def _cell_of(self, digit: int | None) -> int:
        places = self._shown.indices.tolist() if self._shown is not None else []
        return self._pairs.cell_of(places.index(digit)) if digit in places else -1

    def _describe(self, cell: int) -> str:
        if self._shown is None:
            return ""
        digit = self._pairs.image_of(cell)
        what = "Reconstruction of class" if self._pairs.is_reconstruction(cell) else "Class"
        index = int(self._shown.indices[digit])
        split = self.session.dataset.split_name if self.session.dataset is not None else "test"
        return f"{what} {self._class_name(self._shown, digit)}, {split} image {index:,}"

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks: reconstructions are kept fresh."""
        super().showEvent(event)
        self._controller.active = True

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: decoding may rest."""
        super().hideEvent(event)
        self._controller.active = False
