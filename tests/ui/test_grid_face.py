"""Grids of images as a screen reader meets them: a list of named cells, and what it hears while the keys walk."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.canvas_hand import PATIENCE
from tests.ui.cells_hand import cell_of, name_of
from vae_desktop.app.session import Session
from vae_desktop.core.neighbours import VOTERS, nearest_codes, vote
from vae_desktop.ui.image_grid import ImageGrid
from vae_desktop.ui.main_window import MainWindow
from vae_desktop.ui.samples_panel import SamplesPanel

Event = QAccessible.Event
# The event, and the name of the cell, or of the widget, that it is of.
Heard = list[tuple[QAccessible.Event, str]]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """What grids tell a screen reader that listens, in order; it goes to Qt all the same."""
    told: Heard = []
    tell = QAccessible.updateAccessibility

    def listen(event: QAccessibleEvent) -> None:
        told.append((event.type(), event.accessibleInterface().text(QAccessible.Text.Name)))
        tell(event)

    monkeypatch.setattr(QAccessible, "updateAccessibility", listen)
    # The offscreen platform has no way to a screen reader.
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    return told


@pytest.fixture
def grid(qtbot: QtBot) -> Iterator[ImageGrid]:
    """Ten pictures, five to a row, in a window that has the keyboard in a field above them."""
    window = QMainWindow()
    inner, it = QWidget(), ImageGrid("Pictures")
    column = QVBoxLayout(inner)
    column.addWidget(QLineEdit())
    column.addWidget(it)
    window.setCentralWidget(inner)
    it.set_description(lambda index: f"number {index}")
    it.set_images(np.zeros((10, 1, 4, 4), np.float32), 5)
    qtbot.addWidget(window)
    window.resize(420, 300)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    yield it


def test_a_grid_is_a_list_of_its_cells(grid: ImageGrid) -> None:
    known = QAccessible.queryAccessibleInterface(grid)
    assert known.role() == QAccessible.Role.List and known.text(QAccessible.Text.Name) == "Pictures"
    assert known.childCount() == 10
    assert [name_of(grid, index) for index in (0, 6, 9)] == [
        "number 0, row 1, column 1",
        "number 6, row 2, column 2",
        "number 9, row 2, column 5",
    ]
    assert known.child(10) is None and known.child(-1) is None
    cell = known.child(6)
    assert cell.role() == QAccessible.Role.ListItem
    assert cell.parent() is known and cell.childCount() == 0 and known.child(6) is cell
    grid.set_images(np.zeros((3, 1, 4, 4), np.float32), 3)
    assert known.childCount() == 3 and not cell.isValid() and cell.text(QAccessible.Text.Name) == ""
    assert name_of(grid, 2) == "number 2", "in a single row its place says nothing more"


def test_a_cell_is_found_where_it_is_on_the_screen(grid: ImageGrid) -> None:
    known = cell_of(grid, 7).parent()
    for index in (0, 7):
        place = cell_of(grid, index).rect()
        assert place.center() == grid.mapToGlobal(grid.cell_rect(index).toRect().center())
        assert known.rect().contains(place)
        assert known.childAt(place.center().x(), place.center().y()) is known.child(index)
    beside = grid.mapToGlobal(QPoint(0, grid.height() // 2))
    assert known.childAt(beside.x(), beside.y()) is None


def test_states_follow_keyboard_and_mark(grid: ImageGrid) -> None:
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Down)
    grid.set_selected(3)
    states = [cell_of(grid, index).state() for index in range(10)]
    assert [index for index, state in enumerate(states) if state.focused] == [5]
    assert [index for index, state in enumerate(states) if state.selected] == [3]
    assert all(state.focusable and state.selectable and not state.invisible for state in states)
    known = cell_of(grid, 5).parent()
    assert known.focusChild() is known.child(5)
    grid.window().findChild(QLineEdit).setFocus()
    assert known.focusChild() is None and not cell_of(grid, 5).state().focused
    grid.set_images(np.zeros((10, 1, 4, 4), np.float32), 5, blank=frozenset({9}))
    assert cell_of(grid, 9).state().invisible, "nobody is led to a cell without a picture"


def test_the_cell_that_the_keyboard_comes_to_is_told_once(
    qtbot: QtBot, grid: ImageGrid, heard: Heard
) -> None:
    QTest.keyClick(grid.window().findChild(QLineEdit), Qt.Key.Key_Tab)
    # After Qt's own word that the grid has the keyboard, which a screen reader would else stay with.
    assert grid.hasFocus() and heard == []
    qtbot.waitUntil(lambda: heard == [(Event.Focus, "number 0, row 1, column 1")], timeout=PATIENCE)
    QTest.keyClick(grid, Qt.Key.Key_Right)
    QTest.keyClick(grid, Qt.Key.Key_Down)
    QTest.keyClick(grid, Qt.Key.Key_Down)
    assert heard[1:] == [
        (Event.Focus, "number 1, row 1, column 2"),
        (Event.Focus, "number 6, row 2, column 2"),
    ]


def test_another_mark_and_another_picture_are_told(grid: ImageGrid, heard: Heard, qtbot: QtBot) -> None:
    grid.set_selected(2)
    grid.set_selected(8)
    grid.set_selected(-1)
    assert heard == [
        (Event.Selection, "number 2, row 1, column 3"),
        (Event.SelectionRemove, "number 2, row 1, column 3"),
        (Event.Selection, "number 8, row 2, column 4"),
        (Event.SelectionRemove, "number 8, row 2, column 4"),
    ]
    grid.setFocus()
    qtbot.waitUntil(lambda: heard[-1][0] == Event.Focus, timeout=PATIENCE)
    heard.clear()
    grid.set_images(np.ones((10, 1, 4, 4), np.float32), 5)
    assert heard == [], "of other pictures by the same names nothing is said"
    grid.set_description(lambda index: f"letter {index}")
    grid.set_images(np.zeros((10, 1, 4, 4), np.float32), 5)
    assert heard == [(Event.NameChanged, "letter 0, row 1, column 1")]


def test_only_cells_that_are_asked_for_are_made(grid: ImageGrid, heard: Heard) -> None:
    grid.set_images(np.zeros((1600, 1, 4, 4), np.float32), 40)
    grid.setFocus()
    for key in (Qt.Key.Key_End, Qt.Key.Key_Up, Qt.Key.Key_Home):
        QTest.keyClick(grid, key)
    known = cell_of(grid, 0).parent()
    assert sorted(known.cells) == [0, 1559, 1599]


def test_a_sample_is_told_by_what_it_looks_like(qtbot: QtBot, ready: Session, heard: Heard) -> None:
    window, samples = QMainWindow(), SamplesPanel(ready)
    window.setCentralWidget(samples)
    qtbot.addWidget(window)
    window.resize(500, 500)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    qtbot.waitUntil(lambda: samples.grid.count == 64, timeout=PATIENCE)
    samples.grid.setFocus()
    QTest.keyClick(samples.grid, Qt.Key.Key_Right)
    QTest.keyClick(samples.grid, Qt.Key.Key_Down)
    drawn, codes, data = ready.samples.codes, ready.codes, ready.dataset
    assert drawn is not None and codes is not None and data is not None
    label, share = vote(codes.labels[nearest_codes(codes.means, drawn[9], VOTERS)[0]])
    looks = f"looks like {data.class_names[label]}, {100 * share:.0f}\N{NO-BREAK SPACE}%"
    assert heard[-1][1].startswith(f"Sample 10 of 64: row 2, column 2, {looks}, z = (")
    ready._set_codes(None)
    assert "looks like" not in name_of(samples.grid)


def test_every_grid_of_the_window_names_its_cells(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    qtbot.waitUntil(lambda: session.codes is not None, timeout=PATIENCE)
    session.select(7)
    session.set_group(np.arange(30))
    session.path.add_cursor()
    window.docks["digit"].raise_()
    qtbot.waitUntil(lambda: window.digit.neighbours.count > 0, timeout=PATIENCE)
    assert name_of(window.digit.neighbours, 2).startswith("Class ")
    variations = window.canvas.variations.grid
    qtbot.waitUntil(lambda: variations.count == 12, timeout=PATIENCE)
    name = name_of(variations, 7)
    assert name.startswith("Variation 8 of 12, looks like ") and name.endswith(", row 2, column 2")
    window.docks["path"].raise_()
    qtbot.waitUntil(lambda: window.path.page.stops.count == 1, timeout=PATIENCE)
    assert name_of(window.path.page.stops, 0).startswith("Stop 1 of 1: ")


@pytest.mark.parametrize("way", ["let go", "deleted", "kept"])
def test_a_hundred_grids_come_and_go_in_peace(way: str) -> None:
    code = f"""
import gc
import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication
from vae_desktop.ui import spoken
from vae_desktop.ui.announce import tell_focus, tell_selected
from vae_desktop.ui.grid_face import CellFace
from vae_desktop.ui.image_grid import ImageGrid
app = QApplication([])
spoken.install()
QAccessible.isActive = lambda: True
pictures, grids = np.zeros((1600, 1, 2, 2), np.float32), []
for number in range(100):
    grid = ImageGrid("Pictures")
    grid.set_images(pictures, 40)
    known = QAccessible.queryAccessibleInterface(grid)
    for index in range(0, 1600, 1 if number % 20 == 0 else 53):
        cell = known.child(index)
        # As the bridge to a screen reader does, which then knows it by its number alone.
        assert QAccessible.accessibleInterface(QAccessible.uniqueId(cell)) is cell
        assert cell.text(QAccessible.Text.Name) == grid.name_of(index)
    tell_focus(grid, 5)
    tell_selected(grid, 5, 6)
    if number % 3 == 0:
        gc.collect()
    if "{way}" == "kept":
        grids.append(grid)
    elif "{way}" == "deleted":
        grid.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        assert not cell.isValid() and cell.parent() is None and cell.rect().isEmpty()
    grid = known = cell = None
gc.collect()
last = ImageGrid("Pictures")
faces, cells = len(spoken._kept), sum(isinstance(it, CellFace) for it in gc.get_objects())
assert (faces <= 4) == (cells == 0) == ("{way}" != "kept"), (faces, cells)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
