"""The main window as a whole: what it opens on, its menus, layout, messages, dropped files, and closing it."""

from __future__ import annotations

import re
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from tests.ui.window_hand import MakeWindow, drop
from vae_desktop.app.problems import Problem
from vae_desktop.core.config import ModelConfig, TrainingConfig, TsneConfig
from vae_desktop.ui.main_window import MainWindow
from vae_desktop.ui.preferences_dialog import PreferencesDialog
from vae_desktop.ui.theme import DARK, LIGHT, theme

LEFT = Qt.MouseButton.LeftButton
PATIENCE = 60_000
SMALL = ModelConfig(hidden=(32, 16))


def train(window: MainWindow, qtbot: QtBot, epochs: int) -> None:
    """Start a small training and wait until it has finished an epoch."""
    session = window.session
    session.training.start(SMALL, TrainingConfig(epochs=epochs, batch_size=64))
    qtbot.waitUntil(lambda: session.model is not None and session.model.config == SMALL, timeout=PATIENCE)
    qtbot.waitUntil(lambda: len(session.training.history) >= 1, timeout=PATIENCE)


def test_opens_on_something_alive(window: MainWindow) -> None:
    session = window.session
    assert session.model is not None and session.model.title == "mnist-2d"
    assert session.picture is not None and session.picture.max() > 0.5
    assert "mnist-2d" in window.windowTitle()
    assert "359" in window.data_label.text()
    assert not window.message_bar.isVisible()


def test_drag_across_the_canvas_changes_the_picture(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    before = session.picture
    viewport = window.canvas.canvas.viewport()
    middle = viewport.rect().center()
    QTest.mousePress(viewport, LEFT, pos=middle)
    for step in range(10):
        QTest.mouseMove(viewport, middle + QPoint(8 * step, -6 * step))
    QTest.mouseRelease(viewport, LEFT, pos=middle + QPoint(72, -54))
    qtbot.waitUntil(lambda: np.array_equal(session.picture_z, session.cursor))
    assert not np.array_equal(session.picture, before)


def test_undo_takes_a_cursor_jump_back(window: MainWindow, qtbot: QtBot) -> None:
    start = window.session.cursor.copy()
    window.session.select(3)
    assert not np.array_equal(window.session.cursor, start)
    window.activateWindow()
    qtbot.waitActive(window)
    QTest.keySequence(window, QKeySequence(QKeySequence.StandardKey.Undo))
    assert np.array_equal(window.session.cursor, start)
    QTest.keySequence(window, QKeySequence(QKeySequence.StandardKey.Redo))
    assert not np.array_equal(window.session.cursor, start)


def test_every_command_has_words_and_no_shortcut_serves_two(window: MainWindow) -> None:
    actions = window.menus.actions_with_shortcuts()
    keys = [action.shortcut().toString() for action in actions]
    assert len(keys) > 15
    assert sorted(keys) == sorted(set(keys))
    assert all(action.text() for action in actions)


def test_no_letter_of_a_menu_serves_two(window: MainWindow) -> None:
    bar = window.menu_bar.actions()
    menus = [bar, *(menu.actions() for menu in window.menu_bar.findChildren(QMenu))]
    assert len(menus) > 12
    for commands in menus:
        letters = [letter.lower() for it in commands for letter in re.findall(r"&(\w)", it.text())]
        assert sorted(letters) == sorted(set(letters)), [it.text() for it in commands]


def test_layout_is_kept_between_runs(make_window: MakeWindow, qtbot: QtBot) -> None:
    first = make_window()
    first.docks["samples"].close()
    first.resize(first.width(), 720)
    first.close()
    second = make_window()
    assert not second.docks["samples"].isVisible()
    assert second.height() == 720
    second.dock_layout.reset()
    assert second.docks["samples"].isVisible()


def test_a_layout_that_knows_nothing_of_some_docks_is_not_taken_up(make_window: MakeWindow) -> None:
    """As an earlier version has left it; with them below all others no screen would be high enough."""
    first = make_window()
    first.close()
    state = first.saveState().data()
    for name in ("path_dock", "bookmarks_dock"):
        known = name.encode("utf-16-be")
        assert known in state
        state = state.replace(known, f"x{name[1:]}".encode("utf-16-be"))
    first.session.preferences.window_state = QByteArray(state)
    second = make_window()
    assert second.height() <= second.screen().availableGeometry().height()
    assert second.docks["path"] in second.tabifiedDockWidgets(second.docks["map"])


def test_dropped_model_opens_and_a_wrong_file_is_refused_in_words(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    session = window.session
    target = tmp_path / "mine.safetensors"
    session.save_model(target)
    qtbot.waitUntil(target.exists, timeout=PATIENCE)
    assert drop(window, target)
    qtbot.waitUntil(lambda: session.model is not None and session.model.title == "mine", timeout=PATIENCE)
    pickle = tmp_path / "evil.pt"
    pickle.write_bytes(b"PK\x03\x04 not a model")
    drop(window, pickle)
    qtbot.waitUntil(window.message_bar.isVisible, timeout=PATIENCE)
    assert "evil.pt" in window.message_bar.label.text()
    assert session.model is not None and session.model.title == "mine"
    qtbot.mouseClick(window.message_bar.close_button, LEFT)
    assert not window.message_bar.isVisible()


def test_save_as_writes_the_model_and_remembers_it(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "kept"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    window.menus.save_action.trigger()
    saved = target.with_suffix(".safetensors")
    qtbot.waitUntil(saved.exists, timeout=PATIENCE)
    qtbot.waitUntil(lambda: window.session.model is not None and window.session.model.title == "kept")
    window.menus.recent.aboutToShow.emit()
    assert str(saved) in [action.text() for action in window.menus.recent.actions()]


def test_theme_follows_the_preference_at_once(window: MainWindow, qtbot: QtBot) -> None:
    dialog = PreferencesDialog(window.session, window)
    dialog.open()
    dialog.theme_box.setCurrentIndex(dialog.theme_box.findData("dark"))
    dialog.accept()
    assert theme().colors == DARK
    assert QGuiApplication.palette().window().color().name() == DARK.panel
    window.session.preferences.theme = "light"
    assert theme().colors == LIGHT


def test_preferences_refuse_a_file_as_data_folder(window: MainWindow, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    dialog = PreferencesDialog(window.session, window)
    dialog.open()
    dialog.folder_edit.setText(str(file))
    assert dialog.error.isVisible()
    assert not dialog.buttons.button(dialog.buttons.StandardButton.Ok).isEnabled()
    dialog.folder_edit.setText(str(tmp_path))
    dialog.accept()
    assert window.session.preferences.data_dir == tmp_path


def test_message_bar_offers_details_to_copy_and_actions(window: MainWindow, qtbot: QtBot) -> None:
    done: list[str] = []
    problem = Problem(
        "It broke.", "Try again.", "the traceback", (("Mend it", lambda: done.append("mended")),)
    )
    window.session.problem_raised.emit(problem)
    bar = window.message_bar
    assert bar.label.text() == "It broke. Try again."
    qtbot.mouseClick(bar.details_button, LEFT)
    assert bar.details.isVisible() and bar.details.toPlainText() == "the traceback"
    qtbot.mouseClick(bar.copy_button, LEFT)
    assert "the traceback" in QGuiApplication.clipboard().text()
    (button,) = (b for b in bar.findChildren(type(bar.copy_button)) if b.text() == "Mend it")
    qtbot.mouseClick(button, LEFT)
    assert done == ["mended"] and not bar.isVisible()


def test_closing_in_mid_training_is_quick_and_the_next_start_offers_to_go_on(
    window: MainWindow, make_window: MakeWindow, qtbot: QtBot
) -> None:
    train(window, qtbot, epochs=2000)
    began = time.monotonic()
    window.close()
    assert time.monotonic() - began < 2.5
    again = make_window()
    again.offer_recovery()
    bar = again.message_bar
    assert bar.isVisible() and "2000 epochs" in bar.label.text()
    (button,) = (b for b in bar.findChildren(type(bar.copy_button)) if b.text() == "Go on from there")
    qtbot.mouseClick(button, LEFT)
    training = again.session.training
    qtbot.waitUntil(lambda: training.state == "running", timeout=PATIENCE)
    qtbot.waitUntil(lambda: training.history[-1].epoch > 1, timeout=PATIENCE)


def test_closing_in_mid_map_is_quick(window: MainWindow, qtbot: QtBot) -> None:
    window.session.map.start(TsneConfig(iterations=100_000))
    qtbot.waitUntil(lambda: window.session.map.frame is not None, timeout=PATIENCE)
    began = time.monotonic()
    window.close()
    assert time.monotonic() - began < 2.5


def test_a_saved_model_is_not_offered_again(
    window: MainWindow, make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    session = window.session
    session.training.start(SMALL, TrainingConfig(epochs=1))
    qtbot.waitUntil(lambda: session.training.state != "idle", timeout=PATIENCE)
    qtbot.waitUntil(lambda: session.training.state == "idle", timeout=PATIENCE)
    session.save_model(tmp_path / "kept.safetensors")
    qtbot.waitUntil(lambda: session.model is not None and session.model.saved, timeout=PATIENCE)
    window.close()
    again = make_window()
    again.offer_recovery()
    assert not again.message_bar.isVisible()


def test_a_new_window_is_no_higher_than_the_screen(window: MainWindow) -> None:
    """Nor does it become so when all panels are put back."""
    room = window.screen().availableGeometry().height()
    assert window.height() <= room
    window.dock_layout.reset()
    QApplication.processEvents()
    assert window.height() <= room
