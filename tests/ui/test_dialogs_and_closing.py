"""The window can be closed whatever dialog is open, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog
from pytestqt.qtbot import QtBot

from vae_desktop.app.session import Session
from vae_desktop.app.settings import Preferences
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.ui.about_dialog import AboutDialog
from vae_desktop.ui.export_dialog import ExportDialog
from vae_desktop.ui.main_window import MainWindow
from vae_desktop.ui.preferences_dialog import PreferencesDialog
from vae_desktop.ui.shortcuts_dialog import ShortcutsDialog

PATIENCE = 60_000


@pytest.fixture(autouse=True)
def sampled(window: MainWindow, qtbot: QtBot) -> None:
    """There are samples to export."""
    qtbot.waitUntil(lambda: window.samples.grid.count == 64, timeout=PATIENCE)


def press_close_button(window: MainWindow) -> None:
    """What the system sends when the window's close button or Alt+F4 is pressed; a modal dialog would bar it."""
    assert QGuiApplication.modalWindow() is None
    QApplication.sendEvent(window.windowHandle(), QCloseEvent())


def opened(window: MainWindow, kind: type[QDialog]) -> QDialog:
    """The open dialog of a kind."""
    (dialog,) = (it for it in window.findChildren(kind) if it.isVisible())
    return dialog


OPENS: list[tuple[type[QDialog], Callable[[MainWindow], object]]] = [
    (PreferencesDialog, lambda window: window.menus._preferences()),
    (ShortcutsDialog, lambda window: QTest.keyClick(window, Qt.Key.Key_F1)),
    (AboutDialog, lambda window: AboutDialog(window).open()),
    (ExportDialog, lambda window: window.samples.export()),
]


@pytest.mark.parametrize(("kind", "open_it"), OPENS, ids=lambda it: getattr(it, "__name__", ""))
def test_the_close_button_works_with_a_dialog_open(
    window: MainWindow, kind: type[QDialog], open_it: Callable[[MainWindow], object]
) -> None:
    open_it(window)
    dialog = opened(window, kind)
    press_close_button(window)
    assert not window.isVisible() and not dialog.isVisible() and window.all_threads_gone


def test_it_works_with_a_dialog_over_a_dialog(window: MainWindow, qtbot: QtBot) -> None:
    window.samples.export()
    dialog = opened(window, ExportDialog)
    assert isinstance(dialog, ExportDialog)
    dialog.browse.click()
    qtbot.waitUntil(lambda: any(it.isVisible() for it in dialog.findChildren(QFileDialog)))
    press_close_button(window)
    assert not window.isVisible() and not dialog.isVisible()


def test_a_file_that_is_being_written_is_written_to_its_end(window: MainWindow, tmp_path: Path) -> None:
    window.samples.export()
    dialog = opened(window, ExportDialog)
    assert isinstance(dialog, ExportDialog)
    target = tmp_path / "samples.png"
    dialog.path.setText(str(target))
    dialog.save_button.click()
    press_close_button(window)
    assert not window.isVisible() and target.read_bytes().endswith(b"IEND\xaeB`\x82")


def test_a_training_is_kept_when_the_window_closes_with_a_dialog_open(
    window: MainWindow, qtbot: QtBot
) -> None:
    session, small = window.session, ModelConfig(hidden=(32, 16))
    session.training.start(small, TrainingConfig(epochs=2000, batch_size=64))
    qtbot.waitUntil(lambda: session.model is not None and session.model.config == small, timeout=PATIENCE)
    qtbot.waitUntil(lambda: len(session.training.history) >= 1, timeout=PATIENCE)
    window.menus._preferences()
    press_close_button(window)
    assert not window.isVisible()
    again = Session(Preferences())
    assert again.recovery.pending() is not None
    assert again.shutdown()


def test_a_dialog_opened_again_takes_the_place_of_the_first(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F1)
    first = opened(window, ShortcutsDialog)
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert opened(window, ShortcutsDialog) is not first and not first.isVisible()
    QTest.keyClick(opened(window, ShortcutsDialog), Qt.Key.Key_Escape)
    assert not any(it.isVisible() for it in window.findChildren(QDialog))
