"""Another data set's digits on the map: chosen in the menu, pointed at, hidden, cleared and exported by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction

from tests.ui.map_hand import pixel
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.palette import class_color
from vae_desktop.ui.map_panel import MapPanel
from vae_desktop.ui.map_source import map_source

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

PATIENCE = 60_000
LEFT = Qt.MouseButton.LeftButton


def offered(panel: MapPanel, text: str) -> QAction:
    """A line of the menu, as it is when somebody opens it."""
    panel.place_menu.aboutToShow.emit()
    return next(action for action in panel.place_menu.actions() if text in action.text())


@pytest.fixture
def guests(qtbot: QtBot, laid: MapPanel) -> MapPanel:
    """The laid map with the training digits placed into it by the menu."""
    assert laid.place_button.isEnabled()
    offered(laid, "1,438 training images").trigger()
    qtbot.waitUntil(lambda: laid.session.placed.placed is not None, timeout=PATIENCE)
    return laid


def alone(panel: MapPanel) -> int:
    """The placed digit that is farthest from the other placed ones."""
    points = panel.view.placed.points.points.astype(np.float64)
    apart = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    return int(apart.min(axis=1).argmax())


def mark_of(panel: MapPanel, index: int) -> QPoint:
    x, y = panel.view.placed.points.points[index].tolist()
    return pixel(panel.view, (x, y))


def test_nothing_is_offered_before_there_is_a_map(qtbot: QtBot, laid: MapPanel) -> None:
    laid.session.map._clear()
    assert not laid.place_button.isEnabled()
    assert not laid.place_menu.menuAction().isEnabled()
    assert not laid.key.placed.isVisible()


def test_placed_digits_are_a_layer_of_their_own(guests: MapPanel, digits: Dataset) -> None:
    view, row = guests.view, guests.key.placed
    assert len(view.placed.points.points) == len(digits.train)
    assert len(view.points.points) == len(digits.test), "the map's own digits are as before"
    assert row.isVisible() and row.switch.text() == "Digits, 1,438 training images"
    assert not row.progress.isVisible()
    # A mark is paper within, in its class's colour around it.
    index = alone(guests)
    at = mark_of(guests, index)
    image = view.viewport().grab().toImage()
    ratio = image.devicePixelRatio()
    assert image.pixelColor(round(at.x() * ratio), round(at.y() * ratio)).name() == "#ffffff"
    size = round(view.placed.points.size / 2)
    edge = [image.pixelColor(at.x() + step, at.y()).name() for step in range(size - 3, size + 3)]
    assert class_color(int(digits.train.labels[index])) in edge


def test_pointing_shows_a_placed_digit_and_a_click_goes_to_its_code(
    qtbot: QtBot, guests: MapPanel, digits: Dataset
) -> None:
    view, session = guests.view, guests.session
    index = alone(guests)
    at = mark_of(guests, index)
    qtbot.mouseMove(view.viewport(), at - QPoint(0, 3))
    qtbot.mouseMove(view.viewport(), at)
    qtbot.waitUntil(lambda: view.card.isVisible() and view.placed.pointed is not None, timeout=5000)
    found = view.placed.pointed
    assert found is not None
    assert view.card.place == f"Digits, training image {found:,}"
    assert view.card.heading == digits.class_names[int(digits.train.labels[found])]
    assert session.hovered is None, "it is none of the explored digits"
    qtbot.mouseClick(view.viewport(), LEFT, pos=at)
    assert session.placed.placed is not None
    np.testing.assert_array_equal(session.cursor, session.placed.placed.means[found])
    assert session.selected is None
    # Away from it, it goes.
    qtbot.mouseMove(view.viewport(), QPoint(2, 2))
    qtbot.waitUntil(lambda: not view.card.isVisible() and view.placed.pointed is None, timeout=5000)


def test_the_switch_hides_and_clear_takes_away(qtbot: QtBot, guests: MapPanel) -> None:
    row, placed = guests.key.placed, guests.view.placed
    qtbot.mouseClick(row.switch, LEFT, pos=QPoint(8, row.switch.height() // 2))
    assert not guests.session.placed.shown and not len(placed.points.points)
    assert row.isVisible(), "it can be switched on again"
    qtbot.mouseClick(row.switch, LEFT, pos=QPoint(8, row.switch.height() // 2))
    assert len(placed.points.points) == 1438
    qtbot.mouseClick(row.clear, LEFT)
    assert not len(placed.points.points) and not row.isVisible()
    assert guests.session.placed.placed is None


def test_a_hidden_class_is_hidden_here_too(guests: MapPanel, digits: Dataset) -> None:
    guests.session.set_class_hidden(3, True)
    visible = guests.view.placed.points.visible
    np.testing.assert_array_equal(visible, digits.train.labels.numpy() != 3)


def test_work_under_way_is_seen_and_can_be_stopped(qtbot: QtBot, laid: MapPanel) -> None:
    row = laid.key.placed
    offered(laid, "1,438 training images").trigger()
    assert row.isVisible() and row.words.text().startswith("Encoding Digits")
    assert not row.switch.isVisible()
    qtbot.mouseClick(row.stop, LEFT)
    assert not row.isVisible()
    qtbot.wait(300)
    assert not len(laid.view.placed.points.points)


def test_the_export_has_what_is_placed(guests: MapPanel) -> None:
    source = map_source(guests.session, guests.view)
    assert source is not None and guests.session.placed.placed is not None
    assert source.facts["placed"] == "Digits, training images"
    np.testing.assert_array_equal(source.values["placed_embedding"], guests.session.placed.placed.points)
    assert len(np.asarray(source.values["placed_labels"])) == 1438
    with_marks = np.asarray(source.images)
    offered(guests, "Clear").trigger()
    without = map_source(guests.session, guests.view)
    assert without is not None and "placed" not in without.facts
    assert (np.asarray(without.images) != with_marks).any(), "the picture shows them"
