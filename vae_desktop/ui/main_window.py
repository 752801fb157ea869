"""The window: the canvas in the middle, the other panels docked around it, menus, messages and dropped files."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
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
from vae_desktop.ui.bookmarks_panel import BookmarksPanel
from vae_desktop.ui.canvas_panel import CanvasPanel
from vae_desktop.ui.dialog import close_all
from vae_desktop.ui.digit_panel import DigitPanel
from vae_desktop.ui.dock_shares import DockShares
from vae_desktop.ui.docks_in_sight import DocksInSight
from vae_desktop.ui.drawing_panel import DrawingPanel
from vae_desktop.ui.escape_order import EscapeOrder
from vae_desktop.ui.map_panel import MapPanel
from vae_desktop.ui.menus import Menus
from vae_desktop.ui.message_bar import MessageBar
from vae_desktop.ui.naming import NamedLabel
from vae_desktop.ui.news import News
from vae_desktop.ui.panel_keys import PanelKeys, Place
from vae_desktop.ui.path_panel import PathPanel
from vae_desktop.ui.reconstructions_panel import ReconstructionsPanel
from vae_desktop.ui.recovery_offer import recovery_offer
from vae_desktop.ui.samples_panel import SamplesPanel
from vae_desktop.ui.spoken import install as install_spoken
from vae_desktop.ui.theme import theme
from vae_desktop.ui.timeline_bar import TimelineBar
from vae_desktop.ui.training_panel import TrainingPanel
from vae_desktop.ui.view_front import ViewFront

Panel = TypeVar("Panel", bound=QWidget)

log = logging.getLogger(__name__)
_BORN = time.perf_counter()


class MainWindow(QMainWindow):
    """Holds the panels and shows what the session says.

    Attributes:
        session: the owner of all state.
        canvas, training, map, samples, reconstructions, drawing, digit, path, bookmarks: the panels.
        docks: the dock of each panel around the canvas, by the panel's objectName.
        timeline: below them, while past epochs are kept.
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
        self._build_panels()
        self.timeline = TimelineBar(session)
        self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self.timeline)
        self._build_status_bar()
        self.panel_keys = PanelKeys(self, self._places())
        self.menus = Menus(self)
        self._connect()
        self.dock_shares = DockShares(self, self.docks.values())
        pictures: dict[str, DerivedPicture] = {
            "samples": session.samples,
            "reconstructions": session.reconstructions,
            "digit": session.digit_details,
        }
        self.docks_in_sight = DocksInSight({self.docks[name]: it for name, it in pictures.items()}, self)
        self._restore()
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
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        self.training = self._docked(TrainingPanel, "Training", left)
        self.map = self._docked(MapPanel, "Map", right)
        self.samples = self._docked(SamplesPanel, "Samples", right)
        self.reconstructions = self._docked(ReconstructionsPanel, "Reconstructions", right)
        self.drawing = self._docked(DrawingPanel, "Draw", right)
        self.digit = self._docked(DigitPanel, "Digit", right)
        self.path = self._docked(PathPanel, "Path", right)
        self.path.follow_tool(self.canvas.canvas.path_hand)
        self.bookmarks = self._docked(BookmarksPanel, "Bookmarks", right)

    def _docked(
        self, kind: Callable[[Session, QWidget], Panel], title: str, area: Qt.DockWidgetArea
    ) -> Panel:
        # Made where it stays: Qt goes through all of a panel's parts whenever it is put into another widget.
        dock = QDockWidget(title, self)
        self.addDockWidget(area, dock)
        panel = kind(self.session, dock)
        panel.setAutoFillBackground(True)
        dock.setObjectName(f"{panel.objectName()}_dock")
        dock.setWidget(panel)
        self.docks[panel.objectName()] = dock
        return panel

    def _arrange(self) -> None:
        """Put the docks where they are in a new window."""
        training, map_, samples, *beside_samples = self.docks.values()
        for dock in self.docks.values():
            if dock.isFloating():
                dock.setFloating(False)
            # On its way to its place, a dock that is seen may ask for more room than the window has.
            dock.hide()
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, training)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, map_)
        self.splitDockWidget(map_, samples, Qt.Orientation.Vertical)
        # More than four tabs beside each other would leave none its name.
        beside_map = (self.docks["path"], self.docks["bookmarks"])
        for dock in beside_samples:
            self.tabifyDockWidget(map_ if dock in beside_map else samples, dock)
        for dock in self.docks.values():
            dock.show()
        map_.raise_()
        samples.raise_()

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

    # Layout kept between runs

    def _restore(self) -> None:
        preferences = self.session.preferences
        geometry, state = preferences.window_geometry, preferences.window_state
        if geometry is None or not self.restoreGeometry(geometry):
            self._fit_screen()
        # A layout from before there were all these docks would leave the others in a heap below it.
        if state is None or not self.restoreState(state, len(self.docks)):
            self.reset_layout()
        # A window's memory of it is of another training.
        self.timeline.mirror()

    def _fit_screen(self) -> None:
        available = QGuiApplication.primaryScreen().availableGeometry()
        self.resize(min(available.width(), 1600), min(available.height() - 32, 1000))

    def reset_layout(self) -> None:
        """Put all docks back where they were in a new window."""
        self._arrange()
        training, map_, samples, *_ = self.docks.values()
        side = max(320, self.width() // 4)
        self.resizeDocks([training, map_], [side, side], Qt.Orientation.Horizontal)
        # The map has more around it than the samples.
        heights = [self.height() * 3 // 5, self.height() * 2 // 5]
        self.resizeDocks([map_, samples], heights, Qt.Orientation.Vertical)

    def _remember(self) -> None:
        self.session.preferences.window_geometry = QByteArray(self.saveGeometry())
        self.session.preferences.window_state = QByteArray(self.saveState(len(self.docks)))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing always works: work under way is stopped, and what it had reached is kept for the next start."""
        self._remember()
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
