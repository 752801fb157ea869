"""Where a window's docks lie: as they were left, or as in a new window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QDockWidget, QMainWindow

    from vae_desktop.app.settings import Preferences


class WindowLayout:
    """Lays the docks out and remembers how they were left.

    Args:
        docks: by the names of their panels: training, map and samples in front, the others behind them.
        preferences: where it is kept between runs.
    """

    def __init__(
        self, window: QMainWindow, docks: Mapping[str, QDockWidget], preferences: Preferences
    ) -> None:
        self._window = window
        self._docks = docks
        self._preferences = preferences

    def restore(self) -> None:
        """As it was left; where nothing is known of that, as in a new window."""
        window, preferences = self._window, self._preferences
        geometry, state = preferences.window_geometry, preferences.window_state
        if geometry is None or not window.restoreGeometry(geometry):
            available = QGuiApplication.primaryScreen().availableGeometry()
            window.resize(min(available.width(), 1600), min(available.height() - 32, 1000))
        # A layout from before there were all these docks would leave the others in a heap below it.
        if state is None or not window.restoreState(state, len(self._docks)):
            self.reset()

    def remember(self) -> None:
        """For the next run."""
        self._preferences.window_geometry = QByteArray(self._window.saveGeometry())
        self._preferences.window_state = QByteArray(self._window.saveState(len(self._docks)))

    def reset(self) -> None:
        """Put all docks where they are in a new window."""
        self._arrange()
        window = self._window
        training, map_, samples, *_ = self._docks.values()
        side = max(320, window.width() // 4)
        window.resizeDocks([training, map_], [side, side], Qt.Orientation.Horizontal)
        # The map has more around it than the samples.
        heights = [window.height() * 3 // 5, window.height() * 2 // 5]
        window.resizeDocks([map_, samples], heights, Qt.Orientation.Vertical)

    def _arrange(self) -> None:
        window, docks = self._window, self._docks
        training, map_, samples, *beside_samples = docks.values()
        for dock in docks.values():
            if dock.isFloating():
                dock.setFloating(False)
            # On its way to its place, a dock that is seen may ask for more room than the window has.
            dock.hide()
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, training)
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, map_)
        window.splitDockWidget(map_, samples, Qt.Orientation.Vertical)
        # More than four tabs beside each other would leave none its name.
        beside_map = (docks["path"], docks["bookmarks"])
        for dock in beside_samples:
            window.tabifyDockWidget(map_ if dock in beside_map else samples, dock)
        for dock in docks.values():
            dock.show()
        map_.raise_()
        samples.raise_()
