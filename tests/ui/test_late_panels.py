"""A window is there before the panels that lie behind others are."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from pytestqt.qtbot import QtBot

from tests.ui.window_hand import MakeWindow
from vae_desktop.ui.main_window import BEHIND, MainWindow


def made(window: MainWindow) -> set[str]:
    return {name for name, dock in window.docks.items() if dock.widget() is not None}


def seen(window: MainWindow) -> dict[str, QRect]:
    """Where everything is that can be seen."""
    parts = {"canvas": window.canvas, "menus": window.menu_bar, **window.docks}
    places = {
        name: QRect(part.mapTo(window, part.rect().topLeft()), part.size()) for name, part in parts.items()
    }
    return {name: place for name, place in places.items() if window.rect().intersects(place)}


@pytest.mark.parametrize("size", [(1280, 800), (1600, 1000)])
def test_the_panels_behind_others_come_later_and_move_nothing(
    qtbot: QtBot, open_window: MakeWindow, size: tuple[int, int]
) -> None:
    window = open_window()
    window.resize(*size)
    qtbot.wait(50)
    assert made(window) == {"training_panel", "map", "samples"}
    titles = [action.text() for action in window.menu_bar.actions()]
    before = seen(window)
    assert set(before) == {"canvas", "menus", "training_panel", "map", "samples"}
    window.complete()
    qtbot.wait(50)
    assert made(window) == set(window.docks)
    assert seen(window) == before
    assert [action.text() for action in window.menu_bar.actions()] == titles
    # Once is enough.
    commands = len(window.menus.actions_with_shortcuts())
    window.complete()
    assert len(window.menus.actions_with_shortcuts()) == commands > 20


@pytest.mark.parametrize("name", sorted(BEHIND))
def test_a_panel_that_was_left_in_front_is_there_with_the_window(
    qtbot: QtBot, open_window: MakeWindow, name: str
) -> None:
    first = open_window()
    first.complete()
    first.docks[name].raise_()
    qtbot.wait(50)
    first.close()
    second = open_window()
    assert name in made(second)
    assert second.docks[name].widget().isVisible() and name in seen(second)
    assert made(second) < set(second.docks)


def test_a_panel_that_was_left_floating_is_there_with_the_window(
    qtbot: QtBot, open_window: MakeWindow
) -> None:
    first = open_window()
    first.complete()
    first.docks["digit"].setFloating(True)
    qtbot.wait(50)
    first.close()
    second = open_window()
    assert second.docks["digit"].isFloating() and second.digit.isVisible()
