"""The held latent coordinates, slid, typed and put back by mouse and keys."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tests.ui.canvas_hand import LEFT, NONE, PATIENCE, ModelOf, ShowPanel, type_into
from vae_desktop.ui.canvas_panel import CanvasPanel
from vae_desktop.ui.coordinates_list import NAME, SLIDER, VALUE


def cell(panel: CanvasPanel, row: int, column: int) -> QPoint:
    """The middle of a cell of the list."""
    table = panel.coordinates_list
    index = table.held.index(row, column)
    table.scrollTo(index)
    return table.visualRect(index).center()


def double_click(panel: CanvasPanel, row: int, column: int) -> None:
    """Click a cell of the list twice in a row."""
    viewport, place = panel.coordinates_list.viewport(), cell(panel, row, column)
    QTest.mouseClick(viewport, LEFT, NONE, place)
    QTest.mouseDClick(viewport, LEFT, NONE, place)


def editor_of(panel: CanvasPanel, qtbot: QtBot) -> QLineEdit:
    """The editor that is open in the list; one that was closed before goes first."""
    viewport = panel.coordinates_list.viewport()
    qtbot.waitUntil(lambda: len(viewport.findChildren(QLineEdit)) == 1)
    return viewport.findChild(QLineEdit)


def test_a_slider_is_dragged_and_put_back(model_of: ModelOf, show_panel: ShowPanel, qtbot: QtBot) -> None:
    session = model_of(5)
    panel = show_panel(session)
    table = panel.coordinates_list
    assert table.isVisible() and table.held.rowCount() == 3
    middle = cell(panel, 1, SLIDER)
    right = QPoint(table.visualRect(table.held.index(1, SLIDER)).right() - 12, middle.y())
    QTest.mousePress(table.viewport(), LEFT, NONE, middle)
    QTest.mouseMove(table.viewport(), middle + QPoint(10, 0))
    QTest.mouseMove(table.viewport(), right)
    QTest.mouseRelease(table.viewport(), LEFT, NONE, right)
    assert 3.5 <= session.cursor[3] <= 4.0
    assert session.cursor[[0, 1, 2, 4]].tolist() == [0.0] * 4
    assert table.held.index(1, VALUE).data() == f"{session.cursor[3]:.3f}"
    qtbot.waitUntil(lambda: np.array_equal(session.picture_z, session.cursor), timeout=PATIENCE)
    session.undo()
    assert session.cursor[3] == 0.0
    session.redo()
    double_click(panel, 1, NAME)
    assert session.cursor[3] == 0.0


def test_a_held_coordinate_is_typed(model_of: ModelOf, show_panel: ShowPanel, qtbot: QtBot) -> None:
    session = model_of(5)
    panel = show_panel(session)
    table = panel.coordinates_list
    QTest.mouseClick(table.viewport(), LEFT, NONE, cell(panel, 2, NAME))
    # With the row current, digits start an editor in its number; nothing has to be aimed at.
    QTest.keyClick(table, Qt.Key.Key_2)
    type_into(editor_of(panel, qtbot), "-1.5")
    qtbot.waitUntil(lambda: session.cursor[4] == -1.5)
    double_click(panel, 2, VALUE)
    type_into(editor_of(panel, qtbot), "far")
    qtbot.waitUntil(panel.complaint.isVisible)
    assert "“far” is not a number" in panel.complaint.text()
    assert session.cursor[4] == -1.5


def test_held_coordinates_by_keys_and_all_at_once(model_of: ModelOf, show_panel: ShowPanel) -> None:
    session = model_of(5)
    panel = show_panel(session)
    table = panel.coordinates_list
    QTest.mouseClick(table.viewport(), LEFT, NONE, cell(panel, 0, NAME))
    QTest.keyClick(table, Qt.Key.Key_Right)
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert session.cursor.tolist() == pytest.approx([0, 0, 0.1, -0.5, 0])
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert session.cursor.tolist() == pytest.approx([0, 0, 0.1, 0, 0])
    session.set_cursor([1, 2, 3, 4, 5])
    QTest.mouseClick(panel.reset_button, LEFT)
    assert session.cursor.tolist() == [1, 2, 0, 0, 0]


def test_all_256_dimensions_are_listed(model_of: ModelOf, show_panel: ShowPanel, qtbot: QtBot) -> None:
    session = model_of(256)
    panel = show_panel(session)
    assert panel.coordinates_list.held.rowCount() == 254
    double_click(panel, 253, VALUE)
    type_into(editor_of(panel, qtbot), "0.5")
    qtbot.waitUntil(lambda: session.cursor[255] == 0.5)
    assert np.count_nonzero(session.cursor) == 1
