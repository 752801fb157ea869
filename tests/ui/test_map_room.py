"""A window of 1280 × 800: the map has most of its dock, all else is at hand, and the card stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from vae_desktop.core.config import TsneConfig
from vae_desktop.core.records import MapFrame
from vae_desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def small(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The window with a map on which digit i lies at (i % 20, i // 20)."""
    window.resize(1280, 800)
    session = window.session
    assert session.codes is not None
    numbers = np.arange(len(session.codes.means))
    places = np.stack([numbers % 20, numbers // 20], axis=1).astype(np.float32)
    session.map._newest_codes, session.map.config = session.codes, TsneConfig()
    session.map._show(MapFrame(embedding=places, iteration=750, iterations=750, kl=1.0, stage="refinement"))
    window.map._mirror()
    qtbot.waitUntil(lambda: window.width() == 1280 and window.map.view.height() > 50)
    window.map.view.fit()
    return window


def in_window(window: MainWindow) -> QRect:
    """The map in its window."""
    view = window.map.view
    return QRect(view.mapTo(view.window(), QPoint()), view.size())


def point_at(window: MainWindow, x: float, y: float) -> QPoint:
    """Point at the digit at a place of the map; where that is in the map's window."""
    view = window.map.view
    at = view.from_plane(x, y).toPoint()
    # Sent, since Qt's offscreen platform has no pointer over a dock that floats.
    nothing, no_key = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    place = QPointF(at)
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, view.viewport().mapToGlobal(place), nothing, nothing, no_key
    )
    QApplication.sendEvent(view.viewport(), event)
    return view.mapTo(view.window(), at)


def test_the_map_has_most_of_its_dock(small: MainWindow) -> None:
    panel = small.map
    assert panel.view.height() > 0.6 * panel.height()
    for part in (panel.start_button, panel.stop_button, panel.settings_button, panel.look_button):
        assert part.isVisible()
    assert panel.figures.isVisible() and panel.tools.field.isVisible()
    # What has no room is in a menu that a key opens.
    assert not panel.export_button.isVisible()
    commands = panel.rest_button.menu().actions()
    assert [*commands] == [
        panel.more_action, panel.place_menu.menuAction(), panel.fit_action, panel.export_action
    ]  # fmt: skip
    for button in (panel.rest_button, panel.classes_button):
        assert button.accessibleName() and button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_the_classes_are_behind_a_button(small: MainWindow, qtbot: QtBot) -> None:
    panel = small.map
    assert not panel.legend.isVisible()
    panel.classes_button.setFocus()
    qtbot.keyClick(panel.classes_button, Qt.Key.Key_Space)
    legend = panel.classes.legend
    assert panel.classes.isVisible() and legend is not None and legend.chips[0].hasFocus()
    assert all(legend.rect().contains(chip.geometry()) for chip in legend.chips)
    qtbot.mouseClick(legend.chips[3], LEFT)
    assert small.session.hidden_classes == {3}
    qtbot.keyClick(legend.chips[3], Qt.Key.Key_Escape)
    assert not panel.classes.isVisible()


def test_a_higher_window_shows_everything(small: MainWindow, qtbot: QtBot) -> None:
    small.resize(1600, 1100)
    panel = small.map
    qtbot.waitUntil(panel.export_button.isVisible)
    assert panel.legend.isVisible() and not panel.rest_button.isVisible()
    assert not panel.classes_button.isVisible()


def test_the_card_stands_beside_the_map(small: MainWindow) -> None:
    card = small.map.view.card
    for x, y in ((0, 0), (19, 0), (10, 8), (0, 16), (19, 16)):
        at = point_at(small, x, y)
        assert card.isVisible() and card.digit is not None and card.digit.index == 20 * y + x
        assert card.parentWidget() is small and small.rect().contains(card.geometry())
        assert not card.geometry().intersects(in_window(small)) and not card.geometry().contains(at)
        assert small.childAt(card.geometry().center()) is not card, "the mouse goes through it"


def test_the_card_keeps_its_height_while_the_pointer_is_beside_it(small: MainWindow) -> None:
    card = small.map.view.card
    point_at(small, 10, 8)
    before = card.pos()
    point_at(small, 11, 9)
    assert card.pos() == before and card.digit is not None and card.digit.index == 191


@pytest.mark.parametrize("way", ["leave", "close", "tab", "float", "deactivate", "resize", "esc"])
def test_the_card_goes(small: MainWindow, qtbot: QtBot, way: str) -> None:
    view, dock = small.map.view, small.docks["map"]
    point_at(small, 10, 8)
    assert view.card.isVisible()
    if way == "leave":
        QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    elif way == "close":
        dock.close()
    elif way == "tab":
        small.docks["path"].raise_()
    elif way == "float":
        dock.setFloating(True)
    elif way == "deactivate":
        QApplication.sendEvent(small, QEvent(QEvent.Type.WindowDeactivate))
    elif way == "resize":
        small.resize(1300, 800)
    else:
        qtbot.keyClick(small.training.controls.start, Qt.Key.Key_Escape)
    qtbot.waitUntil(view.card.isHidden)


def test_a_floating_docks_card_stays_inside_its_own_window(small: MainWindow, qtbot: QtBot) -> None:
    dock, card = small.docks["map"], small.map.view.card
    point_at(small, 10, 8)
    dock.setFloating(True)
    dock.resize(420, 460)
    qtbot.waitUntil(lambda: dock.isVisible() and dock.height() == 460)
    small.map.view.fit()
    at = point_at(small, 10, 8)
    assert card.isVisible() and card.parentWidget() is dock
    assert dock.rect().contains(card.geometry()) and not card.geometry().contains(at)
