"""Whole windows for tests: made, started, and files dropped on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.app.conftest import let_go
from vae_desktop.app.session import Session
from vae_desktop.app.settings import Preferences
from vae_desktop.ui.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton
PATIENCE = 60_000
MakeWindow = Callable[[], MainWindow]


@pytest.fixture
def open_window(qapp: QApplication, qtbot: QtBot, home: Path) -> Iterator[MakeWindow]:
    """Shows windows as they are at first, which share one home, as the program's runs do; closes what is left open."""
    windows: list[MainWindow] = []

    def show() -> MainWindow:
        window = MainWindow(Session(Preferences()))
        windows.append(window)
        window.show()
        qtbot.waitExposed(window)
        return window

    yield show
    for window in windows:
        window.close()
        window.deleteLater()
        let_go(window.session)


@pytest.fixture
def make_window(open_window: MakeWindow) -> MakeWindow:
    """Shows whole windows: the program completes one as soon as it has painted itself."""

    def make() -> MainWindow:
        window = open_window()
        window.complete()
        return window

    return make


@pytest.fixture
def window(make_window: MakeWindow, qtbot: QtBot) -> MainWindow:
    """A window on the bundled model and the built-in digits."""
    it = make_window()
    it.session.start(None, "digits")
    qtbot.waitUntil(lambda: it.session.picture is not None and it.session.codes is not None, timeout=PATIENCE)
    return it


def drop(window: MainWindow, path: Path) -> bool:
    """Let a file fall on the window; whether it would be taken."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    buttons, keys = LEFT, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, mime, buttons, keys)
    QApplication.sendEvent(window, enter)
    event = QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, mime, buttons, keys)
    QApplication.sendEvent(window, event)
    return enter.isAccepted()
