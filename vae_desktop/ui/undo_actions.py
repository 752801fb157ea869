"""Undo and redo of the window: they say what they would take back, and of what: session, training form or pad."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QObject, SignalInstance
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QDoubleSpinBox,
    QLineEdit,
    QMenu,
    QMenuBar,
    QSpinBox,
    QWidget,
)

from vae_desktop.ui.announce import announce
from vae_desktop.ui.popup import Popup

UNDO, REDO = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo


class Undoable(Protocol):
    """What has steps of its own; the names are what the next step is called, "" where there is none."""

    @property
    def undo_name(self) -> str: ...

    @property
    def redo_name(self) -> str: ...

    def undo(self) -> None: ...

    def redo(self) -> None: ...


class UndoActions(QObject):
    """Two commands that are about the part of the window in which the keyboard is.

    Attributes:
        undo, redo: the commands.
    """

    def __init__(self, usual: Undoable, told: SignalInstance, window: QWidget) -> None:
        """`usual` is undone wherever no other part is; `told` is its signal that there are other steps."""
        super().__init__(window)
        self._window = window
        self._usual = usual
        self._parts: list[tuple[QWidget, Undoable]] = []
        self._now = usual
        self.undo = QAction("&Undo", window)
        self.undo.setShortcut(UNDO)
        self.undo.triggered.connect(self._take_back)
        self.redo = QAction("&Redo", window)
        self.redo.setShortcut(REDO)
        self.redo.triggered.connect(self._do_again)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_changed)
        told.connect(self._mirror)
        self._mirror()

    def _take_back(self) -> None:
        name = self._now.undo_name
        self._now.undo()
        announce(self._window, f"Undone: {name}")

    def _do_again(self) -> None:
        name = self._now.redo_name
        self._now.redo()
        announce(self._window, f"Done again: {name}")

    def add_part(self, widget: QWidget, steps: Undoable, told: SignalInstance) -> None:
        """While the keyboard is in `widget`, these steps are meant."""
        self._parts.append((widget, steps))
        told.connect(self._mirror)

    def reach_popups(self, window: QWidget) -> None:
        """Let the keys count in a window's popups too: while one is open, Qt asks no other for its shortcuts."""
        for popup in window.findChildren(Popup):
            popup.addActions([self.undo, self.redo])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's fields claim these keys for themselves, also with nothing to take back."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            asked = event.matches(UNDO) or event.matches(REDO)
            if asked and isinstance(watched, QWidget) and not _typed_in(watched):
                event.ignore()
                return True
        return False

    def _focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        # A menu that is opened is about where the keyboard was before.
        if now is None or isinstance(now, QMenuBar | QMenu):
            return
        if isinstance(now, QLineEdit | QAbstractSpinBox):
            # It keeps the keys of undo only while it holds something typed and not given.
            now.installEventFilter(self)
        inside = (steps for part, steps in self._parts if part is now or part.isAncestorOf(now))
        self._now = next(inside, self._usual)
        self._mirror()

    def _mirror(self) -> None:
        back, forth = self._now.undo_name, self._now.redo_name
        for action, word, name in ((self.undo, "Undo", back), (self.redo, "Redo", forth)):
            action.setText(f"&{word} {name}".rstrip())
            action.setEnabled(bool(name))
        self.undo.setStatusTip(f"Take back: {back}" if back else "There is nothing to take back")
        self.redo.setStatusTip(f"Do again: {forth}" if forth else "Nothing was taken back")


def _typed_in(field: QWidget) -> bool:
    """Whether a field holds something typed that counts for nothing yet."""
    if isinstance(field, QLineEdit):
        return field.isModified() and field.isUndoAvailable()
    if isinstance(field, QSpinBox | QDoubleSpinBox):
        number = field.textFromValue(field.value())  # type: ignore[arg-type]
        given = f"{field.prefix()}{number}{field.suffix()}"
        return field.lineEdit().isUndoAvailable() and field.text() != given
    return False
