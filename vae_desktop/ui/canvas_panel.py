"""The middle of the window: the latent canvas with its toolbar and legend, and the decoded picture beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.ui.announce import announce
from vae_desktop.ui.canvas_readout import CanvasReadout
from vae_desktop.ui.canvas_toolbar import CanvasToolbar, switch, switch_button
from vae_desktop.ui.class_legend import ClassLegend
from vae_desktop.ui.controls import add_action, push_button
from vae_desktop.ui.coordinate_fields import CoordinateFields
from vae_desktop.ui.coordinates_list import CoordinatesList
from vae_desktop.ui.empty_state import EmptyState
from vae_desktop.ui.exporting import copy_to_clipboard, open_export
from vae_desktop.ui.flow_layout import FlowLayout
from vae_desktop.ui.latent_canvas import LatentCanvas
from vae_desktop.ui.likeness_label import LikenessLabel
from vae_desktop.ui.picture_view import PictureView
from vae_desktop.ui.trust_badge import TrustBadge
from vae_desktop.ui.variations import Variations

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.ui.export_source import ExportSource


class CanvasPanel(QWidget):
    """The latent canvas and all that belongs to the point under its cursor.

    Attributes:
        session: the owner of all state.
        canvas: the canvas; toolbar: above it; legend: below it.
        picture: what the model decodes at the cursor; badge: whether that is off the data;
            likeness: what it looks like, in words.
        coordinates: where the cursor is in the plane; coordinates_list: and in all other dimensions.
        readout: about the digit nearby; variations: of the chosen digit.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.session = session
        self.canvas = LatentCanvas(session)
        self.toolbar = CanvasToolbar(session, self.canvas)
        self.legend = ClassLegend(session)
        self.picture = PictureView()
        self.badge = TrustBadge(session, self.picture)
        self.likeness = LikenessLabel(session, self.picture)
        self.coordinates = CoordinateFields(session)
        self.coordinates_list = CoordinatesList(session)
        self.readout = CanvasReadout(session)
        self.variations = Variations(session)
        self._empty = EmptyState()
        self._lay_out()
        self._make_actions()
        self.coordinates_list.held.complained.connect(self._complain)
        session.picture_changed.connect(self._show_picture)
        session.model_changed.connect(self._show_model)
        session.plane_changed.connect(self._show_plane)
        session.loading_changed.connect(self._show_state)
        self._show_model()

    # -- parts --------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        # From the outside in: whatever is put into another widget is gone through by Qt with all that it holds.
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        self._stack = QStackedWidget()
        layout.addWidget(self._stack)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(8)
        self._stack.addWidget(self.splitter)
        self._stack.addWidget(self._empty)
        left, side = QWidget(), QWidget()
        self.splitter.addWidget(left)
        self.splitter.addWidget(side)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.toolbar)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.legend)
        self._lay_out_side(side)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([620, 300])

    def _lay_out_side(self, side: QWidget) -> None:
        """The picture, and below it what there is to read, to type and to take away."""
        tip = "Blend the picture's pixels into each other instead of showing each as a square"
        self.smooth = switch(self, "Smooth picture", tip, self.picture.set_smooth, on=False)
        self.copy_button = push_button("Copy", "Copy the picture to the clipboard", self.copy_picture)
        tip = "Save the picture, or its values"
        self.export_button = push_button("Export…", tip, self.export_picture)
        buttons = QWidget()
        flow = FlowLayout(buttons, spacing=6, line_spacing=6)
        for button in (self.copy_button, self.export_button, switch_button(self.smooth, "Smooth")):
            flow.addWidget(button)
        column = QVBoxLayout(side)
        # Wider where its fields need it: in large letters, or in a plane whose axes have long names.
        column.addStrut(200)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.picture)
        column.addWidget(self.likeness)
        column.addWidget(self.coordinates)
        column.addWidget(self.readout)
        column.addWidget(buttons)
        column.addWidget(self.variations)
        column.addWidget(self._held_part(), 1)
        # Shares the room with the list while there is one, and takes all of it otherwise.
        column.addStretch(0)

    def _held_part(self) -> QWidget:
        self._held_heading = heading = QLabel()
        heading.setProperty("role", "heading")
        heading.setBuddy(self.coordinates_list)
        self.reset_button = push_button("Reset all", "", self.coordinates_list.held.reset)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(heading)
        row.addStretch(1)
        row.addWidget(self.reset_button)
        self.complaint = QLabel()
        self.complaint.setProperty("role", "error")
        self.complaint.setWordWrap(True)
        self.complaint.hide()
        self.held_part = QWidget()
        column = QVBoxLayout(self.held_part)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.coordinates_list, 1)
        column.addWidget(self.complaint)
        return self.held_part

    def _make_actions(self) -> None:
        canvas = self.canvas
        self.addActions([*self.toolbar.switches, self.toolbar.path, self.smooth])
        for text, tip, slot, key in (
            ("Zoom &in", "Show less of the plane, larger", canvas.zoom_in, "+"),
            ("Zoom &out", "Show more of the plane", canvas.zoom_out, "-"),
            ("&Fit", "Show three standard deviations around the centre", canvas.fit, "0"),
            ("Cursor to the &centre", "Put the cursor on the prior's mean", canvas.to_origin, "Home"),
        ):
            action = add_action(self, text, tip, slot, key)
            # Plain keys, which mean something else in every field: they count on the canvas alone.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            canvas.addAction(action)
        self.copy_action = add_action(
            self, "Co&py picture", "Copy the decoded picture", self.copy_picture, "Ctrl+Shift+C"
        )
        self.export_action = add_action(
            self, "&Export picture…", "Save the decoded picture", self.export_picture
        )
        self.manifold_action = add_action(
            self,
            "Export &manifold…",
            "Save the backdrop: what is decoded at each place",
            self.export_manifold,
        )
        self.export_canvas_action = add_action(
            self, "Export can&vas…", "Save the canvas as it is seen, with its points", self.export_canvas
        )

    # -- intents ------------------------------------------------------------------------------------

    def copy_picture(self) -> None:
        """Put the decoded picture on the clipboard."""
        copy_to_clipboard(self.session, self._picture_source(), "Picture")

    def export_picture(self) -> None:
        """Open the export dialog on the decoded picture."""
        open_export(self.session, self._picture_source(), self.window())

    def export_manifold(self) -> None:
        """Open the export dialog on the decoded manifold, as far as it is in view."""
        from vae_desktop.ui.exports import backdrop_source

        open_export(self.session, backdrop_source(self.session), self.window())

    def export_canvas(self) -> None:
        """Open the export dialog on the canvas as it is seen."""
        from vae_desktop.ui.canvas_source import canvas_source

        open_export(self.session, canvas_source(self.session, self.canvas), self.window())

    def _picture_source(self) -> ExportSource | None:
        from vae_desktop.ui.exports import picture_source

        return picture_source(self.session)

    # -- mirror -------------------------------------------------------------------------------------

    def _show_model(self) -> None:
        self.held_part.setVisible(len(self.session.cursor) > 2)
        self.complaint.hide()
        self._show_plane()
        self._show_picture()
        self._show_state()

    def _show_plane(self) -> None:
        """Along two axes, the others are held; in another plane no dimension is."""
        by_axes = self.session.axes is not None
        self._held_heading.setText("Held coordinates" if by_axes else "Coordinates")
        self.reset_button.setText("Reset all" if by_axes else "Onto the plane")
        self.reset_button.setAccessibleName(self.reset_button.text())
        if by_axes:
            tip = "Put all coordinates that are no axis of the canvas to 0, the prior's mean"
        else:
            tip = "Move the cursor to the nearest point of the plane, which goes through the codes that it is of"
        self.reset_button.setToolTip(tip)

    def _show_picture(self) -> None:
        picture = self.session.picture
        self.picture.set_picture(picture)
        if self.copy_button.isEnabled() != (picture is not None):
            for part in (self.copy_button, self.export_button, self.copy_action, self.export_action):
                part.setEnabled(picture is not None)

    def _show_state(self) -> None:
        session = self.session
        if session.model is not None:
            waiting = self.window().focusWidget() is self
            self._stack.setCurrentWidget(self.splitter)
            if waiting:
                # The keyboard was meant for the canvas, and nobody has taken it elsewhere since.
                self.canvas.setFocus()
            return
        self._stack.setCurrentWidget(self._empty)
        if session.loading:
            self._empty.show_message(session.loading)
        else:
            self._empty.show_message(
                "The canvas shows what a model decodes, and no model is open.",
                "Open the bundled model",
                lambda: session.open_bundled("mnist-2d"),
            )

    def _complain(self, text: str) -> None:
        self.complaint.setText(text)
        self.complaint.setVisible(bool(text))
        announce(self.coordinates_list, text)
