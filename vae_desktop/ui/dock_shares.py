"""The docks grow and shrink with the window: each keeps its share of it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar


class DockShares(QObject):
    """Keeps each dock's share of a window's width and height; Qt alone would leave all new room to the middle.

    A share is what a user's hand or a new arrangement has made of it. What a dock comes to because the window is
    too small, or because its own parts need room, is no share: it has the old one again where there is room for it.
    """

    def __init__(self, window: QMainWindow, docks: Iterable[QDockWidget]) -> None:
        super().__init__(window)
        self._window = window
        self._docks = tuple(docks)
        self._shares: dict[QDockWidget, tuple[float, float]] = {}
        # The window's size that the docks are laid out for.
        self._size = QSize()
        self._noting = True
        window.installEventFilter(self)
        for dock in self._docks:
            dock.installEventFilter(self)
            # Another tab in front is no new arrangement.
            shown = dock.toggleViewAction().toggled
            for signal in (shown, dock.dockLocationChanged, dock.topLevelChanged):
                signal.connect(self.renew)

    def renew(self) -> None:
        """The docks are being arranged anew: the sizes that they get now are their shares."""
        self._noting = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size, the hand on the lines between docks, and what comes of it."""
        if event.type() == QEvent.Type.Resize:
            if watched is self._window:
                self._follow()
            elif self._noting and self._window.size() == self._size:
                assert isinstance(watched, QDockWidget)
                if self._is_seen(watched):
                    self._note(watched)
        elif (
            watched is self._window
            and isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonPress
            and self._window.isSeparator(event.position().toPoint())
        ):
            self._noting = True
        return False

    def _note(self, dock: QDockWidget) -> None:
        """A dock has a size of its own; those behind it have the same."""
        behind = self._window.tabifiedDockWidgets(dock)
        height = dock.height() + self._tabs_height(behind)
        share = (dock.width() / self._size.width(), height / self._size.height())
        for it in (dock, *behind):
            self._shares[it] = share

    def _tabs_height(self, behind: Iterable[QDockWidget]) -> int:
        """What the tabs above a dock take of its place."""
        if all(dock.isHidden() for dock in behind):
            return 0
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        bars = self._window.findChildren(QTabBar, options=direct)
        return max((bar.sizeHint().height() for bar in bars), default=0)

    def _follow(self) -> None:
        """The window has another size, and Qt has laid it out already."""
        window = self._window
        if not self._size.isValid() and self._is_on_its_way():
            return
        self._size = window.size()
        seen = [dock for dock in self._docks if self._is_seen(dock)]
        known = [dock for dock in seen if dock in self._shares]
        for dock in seen:
            if dock not in self._shares:
                self._note(dock)
        if not known:
            return
        self._noting = False
        for orientation, whole in (
            (Qt.Orientation.Horizontal, self._size.width()),
            (Qt.Orientation.Vertical, self._size.height()),
        ):
            along = 0 if orientation == Qt.Orientation.Horizontal else 1
            sizes = [max(1, round(self._shares[dock][along] * whole)) for dock in known]
            window.resizeDocks(known, sizes, orientation)
        layout = window.layout()
        assert layout is not None
        # At once, so that nothing is painted in between.
        layout.activate()

    def _is_on_its_way(self) -> bool:
        """A window that was stored maximised comes to its size in two steps, and its docks with it."""
        window = self._window
        normal = window.normalGeometry().size().expandedTo(window.minimumSize())
        return (window.isMaximized() or window.isFullScreen()) and window.size() == normal

    def _is_seen(self, dock: QDockWidget) -> bool:
        """Whether a dock is in its place; what lies behind another tab is somewhere outside."""
        inside = self._window.rect().intersects(dock.geometry())
        return inside and not (dock.isHidden() or dock.isFloating())
