"""The path: its kind and stops, its frames, and what plays it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from vae_desktop.app.path import MAX_FRAMES
from vae_desktop.core.latent_path_kinds import PATH_KINDS
from vae_desktop.ui.controls import ChoiceButton, side_by_side, spin_box, tool_button
from vae_desktop.ui.empty_state import EmptyState
from vae_desktop.ui.exporting import copy_to_clipboard, open_export
from vae_desktop.ui.film_strip import FilmStrip, StopsRow
from vae_desktop.ui.flow_layout import FlowLayout
from vae_desktop.ui.path_transport import PathTransport

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.ui.export_source import ExportSource

KIND_NAMES = {"linear": "Straight", "spherical": "Arc", "spline": "Spline", "geodesic": "Shortest"}
KIND_TIPS = {
    "linear": "Straight lines from stop to stop (linear interpolation)",
    "spherical": "Arcs around the prior's mean (spherical interpolation, slerp):\n"
    "in many dimensions a straight line leads through the prior's empty middle",
    "spline": "One smooth curve through all stops (natural cubic spline)",
    "geodesic": "The way on which the pictures change least in all: the shortest in decoded image space\n"
    "(a geodesic under the decoder's pull-back metric)",
}


class PathPage(QWidget):
    """Mirrors `session.path`.

    Attributes:
        kinds: a button for each kind; frames: how many.
        stops: their pictures; strip: the frames; transport: plays them.
        add_cursor, add_digit, from_group, clear_button: change the stops;
            earlier, later, remove: the chosen one.
        export_tools: what takes the strip away, for whoever shows the page to put somewhere.

    Signals:
        tool_wanted(): the user wants to draw a path on the canvas.
    """

    tool_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._path = session.path
        self.kinds = {
            kind: ChoiceButton(KIND_NAMES[kind], KIND_TIPS[kind], partial(self._path.set_kind, kind))
            for kind in PATH_KINDS
        }
        tip = "How many pictures are decoded along the path, each as unlike the next as any other"
        self.frames = spin_box(2, MAX_FRAMES, self._path.plan.frames, "Frames of the path", tip)
        self.frames.setSuffix(" frames")
        self.frames.valueChanged.connect(self._path.set_frames)
        self.stops, self.strip = StopsRow(session), FilmStrip(session)
        self.stops.selection_changed.connect(self._show_tools)
        self.transport = PathTransport(session)
        self._empty = EmptyState()
        self._make_buttons()
        self._lay_out()
        self._path.changed.connect(self._show)
        for signal in (session.selection_changed, session.group_changed):
            signal.connect(self._show_tools)
        for signal in (session.model_changed, session.loading_changed, session.codes_changed):
            signal.connect(self._show_state)
        self._show()

    def _make_buttons(self) -> None:
        path, stops = self._path, self.stops
        self.add_cursor = tool_button("+ Cursor", "Go on to where the cursor is", path.add_cursor)
        self.add_cursor.setAccessibleName("Add the cursor")
        tip = "Go on to the selected digit, wherever a training takes it"
        self.add_digit = tool_button("+ Digit", tip, path.add_selected)
        self.add_digit.setAccessibleName("Add the selected digit")
        tip = "A path through the digits of the chosen group, in the data set's order, instead of this one"
        self.from_group = tool_button("Group", tip, path.take_group)
        self.from_group.setAccessibleName("From the group")
        self.earlier = tool_button("◂", "Move the chosen stop earlier", partial(stops.move_stop, -1))
        self.later = tool_button("▸", "Move the chosen stop later", partial(stops.move_stop, 1))
        self.remove = tool_button("×", "Take the chosen stop away (Delete)", stops.remove)
        self.clear_button = tool_button("Clear", "Take all stops away; Ctrl+Z brings them back", path.clear)
        self.clear_button.setAccessibleName("Clear the path")
        self.copy_button = tool_button("Copy", "Copy the film strip to the clipboard as a picture", self.copy)
        self.export_button = tool_button("Export…", "Save the film strip, or its values", self.export)
        for button, name in ((self.copy_button, "Copy"), (self.export_button, "Export")):
            button.setAccessibleName(f"{name} the film strip")

    def _lay_out(self) -> None:
        tools = QWidget()
        flow = FlowLayout(tools, spacing=4, line_spacing=4)
        for button in (self.add_cursor, self.add_digit, self.from_group, self.clear_button):
            flow.addWidget(button)
        self.export_tools = side_by_side(2, self.copy_button, self.export_button)
        self._stops_row = QWidget()
        row = QHBoxLayout(self._stops_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.stops, 1)
        for button in (self.earlier, self.later, self.remove):
            row.addWidget(button)
        self.transport.flow.addWidget(self.frames)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.strip)
        self._stack.addWidget(self._empty)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(side_by_side(0, *self.kinds.values()), 0, Qt.AlignmentFlag.AlignLeft)
        rows.addWidget(tools)
        rows.addWidget(self._stops_row)
        rows.addWidget(self._stack, 1)
        rows.addWidget(self.transport)

    # -- intents ------------------------------------------------------------------------------------

    def copy(self) -> None:
        """Put the film strip on the clipboard as a picture."""
        copy_to_clipboard(self.session, self._source(), "Film strip")

    def export(self) -> None:
        """Open the export dialog on the film strip."""
        open_export(self.session, self._source(), self.window())

    def _source(self) -> ExportSource | None:
        from vae_desktop.ui.path_source import path_source

        return path_source(self.session)

    # -- mirror -------------------------------------------------------------------------------------

    def _show(self) -> None:
        plan, film = self._path.plan, self._path.film
        for kind, button in self.kinds.items():
            button.setChecked(kind == plan.kind)
        with QSignalBlocker(self.frames):
            self.frames.setValue(plan.frames)
        # Pictures of stops follow a moment later: until then those that are known stay.
        if film is None or len(film.stops) == len(plan.stops):
            self.stops.show_stops(film.stop_images if film is not None else None)
        elif self.stops.selected >= len(plan.stops):
            self.stops.set_selected(-1)
        self.strip.show_frames(film.images if film is not None and len(film.images) else None)
        self._show_tools()
        self._show_state()

    def _show_tools(self) -> None:
        session, path = self.session, self._path
        model, there = session.model is not None, bool(path.plan.stops)
        self.add_cursor.setEnabled(model)
        self.add_digit.setEnabled(model and session.selected is not None)
        self.from_group.setEnabled(model and len(session.group) > 0)
        self.clear_button.setEnabled(there)
        self._stops_row.setVisible(there)
        chosen, last = self.stops.selected, len(path.plan.stops) - 1
        self.remove.setEnabled(chosen >= 0)
        self.earlier.setEnabled(chosen > 0)
        self.later.setEnabled(0 <= chosen < last)
        self.transport.setVisible(len(path.plan.stops) > 1)
        for button in (self.copy_button, self.export_button):
            button.setEnabled(path.player.can_play)

    def _show_state(self) -> None:
        session, path, stops = self.session, self._path, self._path.plan.stops
        if path.player.can_play and len(stops) > 1:
            self._stack.setCurrentWidget(self.strip)
            return
        self._stack.setCurrentWidget(self._empty)
        if session.model is None:
            self._say_no_model()
        elif len(stops) == 1:
            self._empty.show_message("One more stop makes it a path.")
        elif stops:
            places = [stop.code(session) for stop in stops]
            known = all(place is not None and np.isfinite(place).all() for place in places)
            what = "Finding the path…" if known else "Waiting for the codes of the digits…"
            self._empty.show_message(what)
        else:
            self._empty.show_message(
                "Draw a path on the canvas, or add the cursor, a digit or a group as its stops.",
                "Draw on the canvas",
                self.tool_wanted.emit,
            )

    def _say_no_model(self) -> None:
        session = self.session
        if session.loading:
            self._empty.show_message(session.loading)
        else:
            self._empty.show_message(
                "A path leads through a model's latent space, and none is open.",
                "Open the bundled model",
                lambda: session.open_bundled("mnist-2d"),
            )
