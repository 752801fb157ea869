"""The keyboard's ways among the panels: a key to each of them, a key to the next, and never one behind another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QChildEvent, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QMainWindow,
    QScrollArea,
    QSplitter,
    QTabBar,
    QWidget,
)

from vae_desktop.ui.announce import tell_focus
from vae_desktop.ui.image_grid import ImageGrid


@dataclass(frozen=True, eq=False)
class Place:
    """A panel that the keyboard can go to.

    Attributes:
        title: for people.
        panel: the panel; home: the part of it that most is done in.
        dock: what it lies in; None for the middle of the window.
    """

    title: str
    panel: QWidget
    home: QWidget
    dock: QDockWidget | None = None


class PanelKeys(QObject):
    """Commands that give a panel the keyboard, also where its dock was closed or lies behind another.

    Attributes:
        actions: one for each panel, then those to the next one and the one before.
    """

    def __init__(self, window: QMainWindow, places: Sequence[Place]) -> None:
        super().__init__(window)
        self._window = window
        self._places = tuple(places)
        ways: list[tuple[str, str, Callable[[], None]]] = [
            (place.title, f"Alt+{number}", partial(self.go_to, place)) for number, place in enumerate(places)
        ]
        ways.append(("Next panel", "F6", lambda: self._step(1)))
        ways.append(("Panel before", "Shift+F6", lambda: self._step(-1)))
        texts = _with_letters([title for title, _, _ in ways])
        self.actions = [
            self._action(text, key, slot) for text, (_, key, slot) in zip(texts, ways, strict=True)
        ]
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_changed)
        self._tell_again = QTimer(self)
        self._tell_again.setSingleShot(True)
        self._tell_again.timeout.connect(_tell_where)
        window.installEventFilter(self)
        for bar in window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            self._name_bar(bar)
        _in_reading_order([place.panel for place in places])

    def _action(self, text: str, key: str, slot: Callable[[], None]) -> QAction:
        action = QAction(text, self._window)
        action.setShortcut(key)
        action.setStatusTip("Take the keyboard there")
        action.triggered.connect(lambda _checked=False: slot())
        return action

    def go_to(self, place: Place) -> None:
        """Give a panel the keyboard: where it was there last, or else its main part."""
        if place.dock is not None:
            # One that lies behind another is not hidden.
            if place.dock.isHidden():
                place.dock.show()
            place.dock.raise_()
            place.dock.activateWindow()
        for part in (place.panel.focusWidget(), place.home, *_parts(place.panel)):
            takes = part is not None and part.focusPolicy() != Qt.FocusPolicy.NoFocus
            if part is not None and takes and part.isEnabled() and part.isVisible():
                part.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    def _step(self, by: int) -> None:
        shown = [it for it in self._places if it.dock is None or not it.dock.isHidden()]
        here = self._holding(QApplication.focusWidget())
        at = shown.index(here) if here in shown else -1 if by > 0 else 0
        self.go_to(shown[(at + by) % len(shown)])

    def _holding(self, widget: QWidget | None) -> Place | None:
        """The place that a widget is in."""
        if widget is None:
            return None
        return next((it for it in self._places if it.panel is widget or it.panel.isAncestorOf(widget)), None)

    def _focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        """A panel that the keyboard comes to by Tab comes to the front: nobody types into what they can't see."""
        place = self._holding(now)
        if place is not None and place.dock is not None and place.dock.visibleRegion().isEmpty():
            place.dock.raise_()

    def _name_bar(self, bar: QTabBar) -> None:
        bar.setAccessibleName("Panels")
        # Orca takes a tab that comes forward for where the keyboard is, also where that stays elsewhere.
        bar.currentChanged.connect(self._tell_again.start)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Name the bars of tabs, which Qt makes as docks are laid over each other."""
        if event.type() == QEvent.Type.ChildPolished and isinstance(event, QChildEvent):
            child = event.child()
            if isinstance(child, QTabBar):
                self._name_bar(child)
        return False


def _tell_where() -> None:
    """Tell once more which part has the keyboard; whoever knows it already says nothing."""
    here = QApplication.focusWidget()
    # A grid tells of its cells itself.
    if here is not None and not isinstance(here, ImageGrid):
        tell_focus(here)


def _with_letters(titles: Sequence[str]) -> list[str]:
    """Titles for a menu, each with a letter (a mnemonic) that is no other one's."""
    taken: set[str] = set()
    texts = []
    for title in titles:
        free = (at for at, letter in enumerate(title) if letter.isalnum() and letter.lower() not in taken)
        at = next(free, -1)
        if at >= 0:
            taken.add(title[at].lower())
        texts.append(title if at < 0 else f"{title[:at]}&{title[at:]}")
    return texts


def _in_reading_order(panels: Sequence[QWidget]) -> None:
    """Let Tab go through the panels one by one, and through each as it was put together."""
    parts = [part for panel in panels for part in _parts(panel)]
    for before, after in pairwise(parts):
        QWidget.setTabOrder(before, after)


def _parts(panel: QWidget) -> Iterator[QWidget]:
    """What Tab may come to in a panel, whether it is shown now or not, in reading order."""
    if panel.focusPolicy() & Qt.FocusPolicy.TabFocus and panel.focusProxy() is None:
        yield panel
    if isinstance(panel, QAbstractSpinBox | QComboBox | QAbstractButton | QLabel | QLineEdit):
        return
    if isinstance(panel, QScrollArea):
        # Looking at the bars around it takes longer than all else here.
        children: Iterable[QObject] = (panel.widget(),)
    elif isinstance(panel, QSplitter):
        # It keeps its parts in another order than it shows them in.
        children = (panel.widget(index) for index in range(panel.count()))
    else:
        children = panel.children()
    for child in children:
        if isinstance(child, QWidget) and not child.isWindow():
            yield from _parts(child)
