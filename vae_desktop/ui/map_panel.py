"""The map's panel: start and stop it, watch its progress, and choose which classes it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.app.projection import PAST
from vae_desktop.core.map_method import LOADING_UMAP, TITLES
from vae_desktop.core.records import MapFrame
from vae_desktop.ui.controls import add_action, push_button, tool_button
from vae_desktop.ui.empty_state import EmptyState
from vae_desktop.ui.exporting import open_export
from vae_desktop.ui.flow_layout import FlowLayout
from vae_desktop.ui.group_bar import GroupBar
from vae_desktop.ui.map_key import MapKey
from vae_desktop.ui.map_look_popup import look_button
from vae_desktop.ui.map_settings_popup import settings_button
from vae_desktop.ui.map_source import map_source
from vae_desktop.ui.map_tools import MapTools
from vae_desktop.ui.map_view import MapView
from vae_desktop.ui.pace import Pace
from vae_desktop.ui.place_menu import PlaceMenu, place_button
from vae_desktop.ui.readable import tabular, time_left_text

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.map_quality import MapQuality

WORDS = {"running": "Pause", "paused": "Resume"}
START_TIPS = {
    "idle": "Lay all digits out on a map (t-SNE): alike codes lie close together (Ctrl+G)",
    "running": "Hold the map where it is (Ctrl+G)",
    "paused": "Let the map go on (Ctrl+G)",
}
MORE_TIP = "Let the map go on from where it ended for more iterations; nothing is done again"
KL_TIP = (
    "KL: how much the map's neighbourhoods differ from those of the codes, in nats; lower is better\n"
    "(Kullback-Leibler divergence)"
)
EXPORT_TIP = "Save the map as a picture or as values (PNG, SVG, PDF, CSV, NPZ)"


class MapPanel(QWidget):
    """Controls above, map in the middle, legend below.

    Attributes:
        session: the owner of all state.
        tools: search, and what the left button does.
        group: about the chosen digits.
        view: the map itself.
        key: what its colours stand for; legend: the classes in it.
        settings_button, settings: opens the choice of how the next map is made.
        look_button, look: opens the choice of how the map is shown.
        place_button, place_menu: opens the choice of data sets to place into it.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("map")
        self.session = session
        self._controller = session.map
        self._pace = Pace()
        self._make_fields()
        self.view = MapView(session)
        self.tools = MapTools(session, self.view)
        self.group = GroupBar(session)
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
        self._controller.quality_changed.connect(self._show_frame)
        session.group_changed.connect(self._show_status)
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
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.setAccessibleName("Progress of the map")
        # So that the map is not laid out and painted anew where it begins and ends to move.
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(policy)
        self.figures = QLabel()
        self.figures.setProperty("role", "muted")
        self.figures.setWordWrap(True)
        self.figures.setFont(tabular(self.figures.font()))
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
        for button in (
            self.start_button,
            self.stop_button,
            self.more_button,
            self.settings_button,
            self.look_button,
            self.place_button,
            self.fit_button,
            self.export_button,
        ):
            flow.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(fields)
        layout.addWidget(self.stale_row)
        layout.addWidget(self.tools)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.progress)
        # In one place, so that the map stays where it is when digits are chosen.
        self._status = QStackedWidget()
        self._status.addWidget(self.figures)
        self._status.addWidget(self.group)
        self._status.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        layout.addWidget(self._status)
        layout.addWidget(self.key)

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
        source = map_source(self.session, self.view)
        if source is not None:
            open_export(self.session, source, self.window())

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
        self._pace.restart()
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
        self._show_status()
        self._show_state()

    def _show_frame(self) -> None:
        frame = self._controller.frame
        has = frame is not None
        for part in (self.fit_button, self.fit_action, self.export_button, self.export_action):
            part.setEnabled(has)
        past = frame is not None and frame.stage == PAST
        self.progress.setVisible(has and not past and self._controller.state in ("running", "paused"))
        if frame is None:
            self.figures.setText("Preparing the map…" if self._controller.state == "running" else "")
            return
        self.progress.setRange(0, frame.iterations)
        self.progress.setValue(frame.iteration)
        left = self._pace.seconds_left(frame.iteration, frame.iterations)
        text = figures_text(frame, self._controller.state, left)
        quality = self._controller.quality
        if quality is not None and not past:
            text = f"KL {quality.kl:.3f} nats · {quality_text(quality)}"
        self.figures.setText(text)
        self.figures.setToolTip(quality_tip(quality) if quality is not None and not past else KL_TIP)

    def _show_status(self) -> None:
        """About the group where there is one, but for the time that a map takes to be made."""
        chosen = len(self.session.group) > 0 and self._controller.state == "idle"
        self._status.setCurrentWidget(self.group if chosen else self.figures)

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
        return "Encoding the digits…"


def figures_text(frame: MapFrame, state: str, seconds_left: float | None) -> str:
    """Where a map stands: "Iteration 320 of 750 · KL 2.134 nats · 8 s left"."""
    if frame.stage == PAST:
        return "The map of an earlier epoch"
    if frame.stage in (TITLES["pca"], TITLES["latent"]) and frame.iterations == 1:
        words = {
            TITLES["pca"]: "The first two principal components",
            TITLES["latent"]: "The latent space itself",
        }
        return words[frame.stage]
    if frame.stage == LOADING_UMAP and state == "running":
        return "Loading UMAP, which takes longest the first time…"
    if frame.iteration == 0 and state == "running":
        return "Finding each digit's neighbours…"
    done = frame.iteration >= frame.iterations
    text = f"Iteration {frame.iteration:,}" + ("" if done else f" of {frame.iterations:,}")
    if frame.kl is not None:
        text += f" · KL {frame.kl:.3f} nats"
    if state == "running" and not done and seconds_left is not None:
        text += f" · {time_left_text(seconds_left)}"
    return text


def quality_text(quality: MapQuality) -> str:
    """How good a map is, in a few words: "neighbours alike 94.3 % (latent 94.9 %)"."""
    if quality.map_accuracy is None or quality.code_accuracy is None:
        return f"trust {quality.trustworthiness:.3f}"
    on_map, latent = 100 * quality.map_accuracy, 100 * quality.code_accuracy
    return f"neighbours alike {on_map:.1f}\u00a0% (latent {latent:.1f}\u00a0%)"


def quality_tip(quality: MapQuality) -> str:
    """All that was measured, with what it means."""
    lines = [
        f"KL {quality.kl:.3f} nats: how much the map's neighbourhoods differ from those of the codes; lower is better",
        "(Kullback-Leibler divergence).",
    ]
    if quality.map_accuracy is not None and quality.code_accuracy is not None:
        lines.append(
            f"Neighbours alike: {100 * quality.map_accuracy:.1f} % of the digits have the class of most of their ten\n"
            f"nearest on the map, {100 * quality.code_accuracy:.1f} % in latent space (10-NN accuracy)."
        )
    lines.append(
        f"Kept: {100 * quality.preserved:.0f} % of the ten nearest in latent space are so on the map\n"
        "(neighbourhood preservation)."
    )
    lines.append(
        f"Trust: {quality.trustworthiness:.3f}, 1 where all neighbours on the map are neighbours in latent space\n"
        "(trustworthiness)."
    )
    if quality.sampled < quality.points:
        lines.append(f"Estimated from {quality.sampled:,} of {quality.points:,} points.")
    return "\n".join(lines)
