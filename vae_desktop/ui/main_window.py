"""The window: the canvas in the middle, the other panels docked around it, menus, messages and dropped files."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QMainWindow,
    QMenuBar,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.app.problems import Problem
from vae_desktop.app.refresh import DerivedPicture
from vae_desktop.app.session import Session
from vae_desktop.ui.canvas_panel import CanvasPanel
from vae_desktop.ui.dialog import close_all
from vae_desktop.ui.dock_shares import DockShares
from vae_desktop.ui.docks_in_sight import DocksInSight, lies_behind
from vae_desktop.ui.escape_order import EscapeOrder
from vae_desktop.ui.map_panel import MapPanel
from vae_desktop.ui.menus import Menus
from vae_desktop.ui.message_bar import MessageBar
from vae_desktop.ui.naming import NamedLabel
from vae_desktop.ui.news import News
from vae_desktop.ui.panel_keys import PanelKeys, Place
from vae_desktop.ui.recovery_offer import recovery_offer
from vae_desktop.ui.samples_panel import SamplesPanel
from vae_desktop.ui.spoken import install as install_spoken
from vae_desktop.ui.theme import theme
from vae_desktop.ui.timeline_bar import TimelineBar
from vae_desktop.ui.training_panel import TrainingPanel
from vae_desktop.ui.view_front import ViewFront
from vae_desktop.ui.window_layout import WindowLayout

if TYPE_CHECKING:
    from vae_desktop.ui.bookmarks_panel import BookmarksPanel
    from vae_desktop.ui.digit_panel import DigitPanel
    from vae_desktop.ui.drawing_panel import DrawingPanel
    from vae_desktop.ui.path_panel import PathPanel
    from vae_desktop.ui.reconstructions_panel import ReconstructionsPanel

Panel = TypeVar("Panel", bound=QWidget)

# The panels around the canvas by objectName, in the order in which the keyboard walks through them.
TITLES = {
    "training_panel": "Training",
    "map": "Map",
    "samples": "Samples",
    "reconstructions": "Reconstructions",
    "draw": "Draw",
    "digit": "Digit",
    "path": "Path",
    "bookmarks": "Bookmarks",
}
# Those that lie behind others in a new window, and the attributes that hold them.
BEHIND = {
    "reconstructions": "reconstructions",
    "draw": "drawing",
    "digit": "digit",
    "path": "path",
    "bookmarks": "bookmarks",
}

log = logging.getLogger(__name__)
_BORN = time.perf_counter()


class MainWindow(QMainWindow):
    """Holds the panels and shows what the session says.

    It is there sooner without what nobody sees at first: panels behind others and what the menus list are made when
    they are first asked for, or by `complete` once the window has painted itself.

    Attributes:
        session: the owner of all state.
        canvas, training, map, samples, reconstructions, drawing, digit, path, bookmarks: the panels.
        docks: the dock of each panel around the canvas, by the panel's objectName.
        timeline: below them, while past epochs are kept.
        dock_layout: where they lie, from one run to the next.
        panel_keys: gives each of them the keyboard.
        menu_bar, message_bar: above the panels; the latter shows the newest problem.
        all_threads_gone: after closing, whether every worker thread ended in time.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        install_spoken()
        super().__init__(parent)
        self.session = session
        self.all_threads_gone = True
        self.setObjectName("main_window")
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self._build_message_bar()
        self.menus = Menus(self)
        self._build_panels()
        self.timeline = TimelineBar(session)
        self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self.timeline)
        self._build_status_bar()
        self._connect()
        self.dock_shares = DockShares(self, self.docks.values())
        pictures: dict[str, DerivedPicture] = {
            "samples": session.samples,
            "reconstructions": session.reconstructions,
            "digit": session.digit_details,
        }
        self.docks_in_sight = DocksInSight({self.docks[name]: it for name, it in pictures.items()}, self)
        self.dock_layout = WindowLayout(self, self.docks, session.preferences)
        self.dock_layout.restore()
        # A window's memory of it is of another training.
        self.timeline.mirror()
        self._show_title()
        self.canvas.setFocus()

    def _build_message_bar(self) -> None:
        """A menu bar with the message bar below it: above all panels, and as wide as the window."""
        self.message_bar = MessageBar()
        top = QWidget()
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.menu_bar = QMenuBar()
        column.setMenuBar(self.menu_bar)
        column.addWidget(self.message_bar)
        self.setMenuWidget(top)

    def _build_panels(self) -> None:
        self.canvas = CanvasPanel(self.session, self)
        self.canvas.setAutoFillBackground(True)
        self.setCentralWidget(self.canvas)
        self.docks: dict[str, QDockWidget] = {}
        for name, title in TITLES.items():
            dock = self.docks[name] = QDockWidget(title, self)
            dock.setObjectName(f"{name}_dock")
            left = name == "training_panel"
            area = Qt.DockWidgetArea.LeftDockWidgetArea if left else Qt.DockWidgetArea.RightDockWidgetArea
            self.addDockWidget(area, dock)
        self.training = self._docked("training_panel", TrainingPanel)
        self.map = self._docked("map", MapPanel)
        self.samples = self._docked("samples", SamplesPanel)

    @cached_property
    def reconstructions(self) -> ReconstructionsPanel:
        """Test digits over their reconstructions."""
        from vae_desktop.ui.reconstructions_panel import ReconstructionsPanel

        return self._docked("reconstructions", ReconstructionsPanel)

    @cached_property
    def drawing(self) -> DrawingPanel:
        """The pad."""
        from vae_desktop.ui.drawing_panel import DrawingPanel

        return self._docked("draw", DrawingPanel)

    @cached_property
    def digit(self) -> DigitPanel:
        """The digit that is looked at, and the group."""
        from vae_desktop.ui.digit_panel import DigitPanel

        return self._docked("digit", DigitPanel)

    @cached_property
    def path(self) -> PathPanel:
        """The path and its film."""
        from vae_desktop.ui.path_panel import PathPanel

        panel = self._docked("path", PathPanel)
        panel.follow_tool(self.canvas.canvas.path_hand)
        return panel

    @cached_property
    def bookmarks(self) -> BookmarksPanel:
        """The bookmarks."""
        from vae_desktop.ui.bookmarks_panel import BookmarksPanel

        return self._docked("bookmarks", BookmarksPanel)

    def _docked(self, name: str, kind: Callable[[Session, QWidget], Panel]) -> Panel:
        # Made where it stays: Qt goes through all of a panel's parts whenever it is put into another widget.
        dock = self.docks[name]
        panel = kind(self.session, dock)
        panel.setAutoFillBackground(True)
        dock.setWidget(panel)
        return panel

    @cached_property
    def panel_keys(self) -> PanelKeys:
        """The keyboard's ways among the panels."""
        return PanelKeys(self, self._places())

    def complete(self) -> None:
        """Make all that is not there yet."""
        for attribute in BEHIND.values():
            getattr(self, attribute)
        self.menus.fill()

    def showEvent(self, event: QShowEvent) -> None:
        """What a user has left in front is there when the window is."""
        for name, attribute in BEHIND.items():
            dock = self.docks[name]
            if not dock.isHidden() and not lies_behind(dock):
                getattr(self, attribute)
        super().showEvent(event)

    def _places(self) -> list[Place]:
        """The panels in the order in which the keyboard walks through them."""
        # The part that most is done in; where none is named, the keyboard goes to the first that takes it.
        homes: dict[str, QWidget] = {
            "training_panel": self.training.controls.start,
            "map": self.map.view,
            "samples": self.samples.grid,
            "reconstructions": self.reconstructions.grid,
            "draw": self.drawing.pad,
            "digit": self.digit.neighbours,
            "path": self.path.path_button,
            "bookmarks": self.bookmarks.list,
        }
        docked = [
            Place(dock.windowTitle(), dock.widget(), homes.get(name, dock.widget()), dock)
            for name, dock in self.docks.items()
        ]
        return [Place("Canvas", self.canvas, self.canvas.canvas), *docked]

    def _build_status_bar(self) -> None:
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        self.model_label = NamedLabel("Model")
        self.data_label = NamedLabel("Data set")
        for label in (self.model_label, self.data_label):
            label.setProperty("role", "muted")
            label.setContentsMargins(6, 0, 6, 0)
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
            bar.addPermanentWidget(label)

    def _connect(self) -> None:
        session = self.session
        session.problem_raised.connect(self._show_problem)
        session.notice_raised.connect(lambda text: self.statusBar().showMessage(text, 8000))
        session.loading_changed.connect(self._show_loading)
        session.model_changed.connect(self._show_title)
        session.info_changed.connect(self._show_title)
        session.dataset_changed.connect(self._show_title)
        session.picture_changed.connect(self._log_first_picture)
        session.preferences.changed.connect(self._preference_changed)
        self.news = News(self)
        self.view_front = ViewFront(self)
        self.escape_order = EscapeOrder(self)

    def offer_recovery(self) -> None:
        """Ask what to do with a training that an earlier run left unsaved, if there is one."""
        offer = recovery_offer(self.session)
        if offer is not None:
            self.message_bar.show_offer(offer)

    def _log_first_picture(self) -> None:
        if self.session.picture is not None:
            self.session.picture_changed.disconnect(self._log_first_picture)
            log.debug("first picture %.3f s", time.perf_counter() - _BORN)

    def _preference_changed(self, name: str) -> None:
        if name == "theme":
            theme().apply(self.session.preferences.theme)

    def _show_problem(self, problem: Problem) -> None:
        self.message_bar.show_problem(problem)

    def _show_loading(self) -> None:
        if self.session.loading:
            self.statusBar().showMessage(self.session.loading)
        else:
            self.statusBar().clearMessage()

    def _show_title(self) -> None:
        model, dataset = self.session.model, self.session.dataset
        if model is None:
            self.setWindowTitle("VAE Desktop")
            self.model_label.setText("No model")
        else:
            self.setWindowTitle(f"{model.title}{'' if model.saved else ' •'}")
            held_out = (
                f", held-out −ELBO {model.history[-1].held_out.negative_elbo:.1f} nats"
                if model.history
                else ""
            )
            viewed = self.session.timeline.viewed
            then = f", as of epoch {viewed:,}" if viewed is not None else ""
            self.model_label.setText(
                f"{model.title}{then}: {model.config.latent_dim}-D latent space{held_out}"
            )
        self.data_label.setText(
            f"{dataset.title}: {len(dataset.explored):,} {dataset.split_name} digits"
            if dataset
            else "No data"
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing always works: work under way is stopped, and what it had reached is kept for the next start."""
        self.dock_layout.remember()
        close_all(self)
        self.all_threads_gone = self.session.shutdown()
        event.accept()

    # Dropped files

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take whatever is a file or a folder on this machine."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped: a model, an IDX file or a folder of them, or a picture that carries a view."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.session.open_path(paths[0])
