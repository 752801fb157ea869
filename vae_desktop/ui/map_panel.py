"""The map's panel: start and stop it, watch its progress, and choose which classes it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from vae_desktop.ui.class_popup import class_button
from vae_desktop.ui.controls import add_action, menu_button, push_button, tool_button
from vae_desktop.ui.empty_state import EmptyState
from vae_desktop.ui.exporting import open_export
from vae_desktop.ui.flow_layout import FlowLayout
from vae_desktop.ui.map_key import MapKey
from vae_desktop.ui.map_look_popup import look_button
from vae_desktop.ui.map_progress import MapProgress
from vae_desktop.ui.map_settings_popup import settings_button
from vae_desktop.ui.map_status import MapStatus
from vae_desktop.ui.map_tools import MapTools
from vae_desktop.ui.map_view import MapView
from vae_desktop.ui.place_menu import PlaceMenu, place_button

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

WORDS = {"running": "Pause", "paused": "Resume"}
START_TIPS = {
    "idle": "Lay all digits out on a map (t-SNE): alike codes lie close together (Ctrl+G)",
    "running": "Hold the map where it is (Ctrl+G)",
    "paused": "Let the map go on (Ctrl+G)",
}
MORE_TIP = "Let the map go on from where it ended for more iterations; nothing is done again"
EXPORT_TIP = "Save the map as a picture or as values (PNG, SVG, PDF, CSV, NPZ)"
# In a panel lower than this, in pixels, the map would have less than half of the height.
LOW = 440


class MapPanel(QWidget):
    """Controls above, map in the middle, legend below.

    Where it is low, what is seldom used is in a menu, the classes are behind a button, and words are few.

    Attributes:
        session: the owner of all state.
        tools: search, and what the left button does.
        status: about the map, or about the chosen digits; figures, group: the two parts of it.
        view: the map itself; progress: along its lower edge.
        key: what its colours stand for; legend: the classes in it.
        settings_button, settings: opens the choice of how the next map is made.
        look_button, look: opens the choice of how the map is shown.
        place_button, place_menu: opens the choice of data sets to place into it.
        rest_button: opens the menu of what is seldom used; classes_button, classes: opens the legend.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("map")
        self.session = session
        self._controller = session.map
        self._low: bool | None = None
        self._make_fields()
        self.view = MapView(session)
        self.tools = MapTools(session, self.view)
        self.status = MapStatus(session)
        self.figures, self.group = self.status.figures, self.status.group
        self.progress = MapProgress(session, self.view)
        self.key = MapKey(session)
        self.legend = self.key.legend
        self._empty = EmptyState()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        self._lay_out()
        self._make_actions()
        self._controller.state_changed.connect(self._mirror)
        self._controller.frame_changed.connect(self._show_frame)
        for signal in (session.dataset_changed, session.model_changed, session.codes_changed):
            signal.connect(self._mirror)
        session.loading_changed.connect(self._mirror)
        self._mirror()

    # -- parts --------------------------------------------------------------------------------------

    def _make_fields(self) -> None:
        self.start_button = push_button("Start", START_TIPS["idle"], self.start_or_pause)
        self.start_button.setProperty("role", "primary")
        self._widen_start_button()
        self.stop_button = tool_button("Stop", "End the map here and keep it as it is", self.stop)
        self.more_button = tool_button("More", MORE_TIP, self._controller.more)
        self.settings_button, self.settings = settings_button(self.session, self)
        self.fit_button = tool_button("Fit", "Show the whole map (0)", lambda: self.view.fit())
        self.export_button = tool_button("Export…", EXPORT_TIP, self.export)
        self.stale_row = QWidget()
        row = QHBoxLayout(self.stale_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        text = QLabel("This map is of an earlier model.")
        text.setWordWrap(True)
        row.addWidget(text, 1)
        self.update_button: QPushButton = push_button(
            "Update", "Make the map again, of this model", self.start
        )
        row.addWidget(self.update_button)

    def _widen_start_button(self) -> None:
        """Room for the longest of its words, so that the buttons beside it stay where they are."""
        before, widest = self.start_button.text(), 0
        for words in (*WORDS.values(), "Restart"):
            self.start_button.setText(words)
            widest = max(widest, self.start_button.sizeHint().width())
        self.start_button.setText(before)
        self.start_button.setMinimumWidth(widest)

    def _lay_out(self) -> None:
        fields = QWidget()
        flow = FlowLayout(fields, spacing=8, line_spacing=6)
        self.look_button, self.look = look_button(self.session, self)
        self.place_menu = PlaceMenu(self.session, self)
        self.place_button = place_button(self.place_menu)
        self.rest_button = menu_button("⋯", "More iterations, placing of data sets, and export")
        for button in (
            self.start_button,
            self.stop_button,
            self.more_button,
            self.settings_button,
            self.look_button,
            self.place_button,
            self.fit_button,
            self.export_button,
            self.rest_button,
        ):
            flow.addWidget(button)
        self.classes_button, self.classes = class_button(self.session, self)
        self.tools.add_button(self.classes_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(fields)
        layout.addWidget(self.stale_row)
        layout.addWidget(self.tools)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.status)
        layout.addWidget(self.key)
        self._set_low(False)

    def _set_low(self, low: bool) -> None:
        if low == self._low:
            return
        self._low = low
        for button in (self.more_button, self.place_button, self.fit_button, self.export_button):
            button.setVisible(not low)
        for button in (self.rest_button, self.classes_button):
            button.setVisible(low)
        self.status.set_brief(low)
        self.key.set_brief(low)
        layout = self.layout()
        assert layout is not None
        layout.setSpacing(6 if low else 8)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for the map."""
        super().resizeEvent(event)
        self._set_low(self.height() < LOW)

    def _make_actions(self) -> None:
        self.start_action = add_action(self, "&Start map", START_TIPS["idle"], self.start_or_pause, "Ctrl+G")
        tip = "End the map here and keep it as it is"
        self.stop_action = add_action(self, "S&top map", tip, self.stop, "Ctrl+Shift+G")
        self.more_action = add_action(self, "&More iterations", MORE_TIP, self._controller.more)
        self.fit_action = add_action(self, "&Fit map", "Show the whole map", lambda: self.view.fit())
        self.export_action = add_action(self, "&Export map…", EXPORT_TIP, self.export)
        self.addAction(self.place_menu.menuAction())
        tip = "Find digits by number or class"
        self.search_action = add_action(self, "F&ind…", tip, self.search, "Ctrl+F")
        self.rest_button.menu().addActions(
            [self.more_action, self.place_menu.menuAction(), self.fit_action, self.export_action]
        )

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks."""
        super().showEvent(event)
        self.session.map_colours.active = True

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self.session.map_colours.active = False

    # -- intents ------------------------------------------------------------------------------------

    def start(self) -> None:
        """Make the map anew with the settings in the fields."""
        self.view.fit()
        self._controller.start(self.settings.config, self.settings.chosen_method)

    def start_or_pause(self) -> None:
        """Start, or pause what runs, or resume what is paused."""
        state = self._controller.state
        if state == "running":
            self._controller.pause()
        elif state == "paused":
            self._controller.resume()
        else:
            self.start()

    def stop(self) -> None:
        """End the map here."""
        self._controller.stop()

    def export(self) -> None:
        """Open the export dialog on the map as it is seen."""
        from vae_desktop.ui.map_source import map_source

        open_export(self.session, map_source(self.session, self.view), self.window())

    def search(self) -> None:
        """Let the user type what to find, also where the panel's dock was closed or lies behind another."""
        dock = self.parentWidget()
        if dock is not None:
            dock.show()
            dock.raise_()
        self.tools.focus_field()

    # -- mirror -------------------------------------------------------------------------------------

    def _mirror(self) -> None:
        controller = self._controller
        state, frame = controller.state, controller.frame
        can_start = self.session.codes is not None
        words = WORDS.get(state, "Restart" if frame else "Start")
        self.start_button.setText(words)
        self.start_button.setAccessibleName(f"{words} map")
        self.start_button.setToolTip(START_TIPS.get(state, START_TIPS["idle"]))
        self.start_action.setText(f"&{words} map" if state != "idle" else "&Start map")
        at_work = state in ("running", "paused")
        self.start_button.setEnabled(at_work or can_start)
        self.start_action.setEnabled(at_work or can_start)
        self.stop_button.setEnabled(at_work)
        self.stop_action.setEnabled(at_work)
        self.stale_row.setVisible(frame is not None and controller.stale)
        self.update_button.setEnabled(can_start)
        for part in (self.more_button, self.more_action):
            part.setEnabled(controller.can_do_more)
        self._show_frame()
        self._show_state()

    def _show_frame(self) -> None:
        has = self._controller.frame is not None
        for part in (self.fit_button, self.fit_action, self.export_button, self.export_action):
            part.setEnabled(has)

    def _show_state(self) -> None:
        session = self.session
        # A map that is being started anew stays until its first frame is there.
        if self._controller.frame is not None or self._controller.state != "idle":
            self._stack.setCurrentWidget(self.view)
            return
        self._stack.setCurrentWidget(self._empty)
        say = self._empty.show_message
        if session.codes is None and session.loading:
            say(session.loading)
        elif session.model is None:
            say(
                "The map shows where a model puts the digits, and no model is open.",
                "Open the bundled model",
                lambda: session.open_bundled("mnist-2d"),
            )
        elif session.dataset is None:
            say(
                "The map shows digits, and no data set is open.",
                "Open the built-in digits",
                lambda: session.open_dataset("digits"),
            )
        elif session.codes is None:
            say(self._why_no_codes())
        else:
            say(
                f"A map of all {len(session.codes.means):,} {session.dataset.split_name} digits, on which digits "
                "that the model finds alike lie close together.",
                "Start the map",
                self.start,
            )

    def _why_no_codes(self) -> str:
        if not self.session.fits:
            return "The images of this data set have another size than the model's. Train a model on them."
        if self.session.training.active:
            return "The digits are encoded at the end of the training's first epoch."
        return "Encoding the digits…"
