"""The panel of bookmarks: by mouse and by keys, with undo, and greyed where another model is open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tests.app.conftest import PATIENCE
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig
from vae_desktop.ui.bookmarks_panel import BookmarksPanel
from vae_desktop.ui.theme import DARK, LIGHT, theme

if TYPE_CHECKING:
    from vae_desktop.core.checkpoint import Checkpoint

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


@pytest.fixture
def panel(qtbot: QtBot, ready: Session) -> BookmarksPanel:
    it = BookmarksPanel(ready)
    qtbot.addWidget(it)
    it.resize(360, 400)
    it.show()
    qtbot.waitExposed(it)
    it.activateWindow()
    qtbot.waitActive(it)
    return it


def names(panel: BookmarksPanel) -> list[str]:
    return [panel.list.item(row).text() for row in range(panel.list.count())]


def fill(panel: BookmarksPanel, *new: str) -> None:
    """Bookmarks at places apart, the list taking the keys."""
    for number, name in enumerate(new):
        panel.session.set_cursor([number, -number])
        panel.session.bookmarks.add(name)
    panel.list.setFocus()
    panel.list.setCurrentRow(0)


def middle(panel: BookmarksPanel, row: int):  # type: ignore[no-untyped-def]
    return panel.list.visualItemRect(panel.list.item(row)).center()


def test_an_empty_one_says_how_to_begin(panel: BookmarksPanel) -> None:
    assert panel._empty.isVisible() and "come back" in panel._empty.label.text()
    QTest.mouseClick(panel._empty.button, LEFT)
    assert names(panel) == ["z = (0.00, 0.00)"] and panel.list.isVisible()
    assert panel.list.currentRow() == 0 and panel.go_button.isEnabled()


def test_without_a_model_nothing_can_be_kept(qtbot: QtBot, session: Session) -> None:
    panel = BookmarksPanel(session)
    qtbot.addWidget(panel)
    assert not panel.add_action.isEnabled() and not panel._empty.button.isEnabled()


@pytest.mark.parametrize("way", ["double click", "Enter", "button"])
def test_it_leads_back(panel: BookmarksPanel, way: str) -> None:
    fill(panel, "a", "b", "c")
    viewport = panel.list.viewport()
    if way == "Enter":
        QTest.keyClick(panel.list, Key.Key_Down)
        QTest.keyClick(panel.list, Key.Key_Return)
    else:
        QTest.mouseClick(viewport, LEFT, pos=middle(panel, 1))
        assert panel.session.cursor.tolist() == [2, -2], "a click only chooses"
        if way == "button":
            QTest.mouseClick(panel.go_button, LEFT)
        else:
            QTest.mouseDClick(viewport, LEFT, pos=middle(panel, 1))
    assert panel.session.cursor.tolist() == [1, -1]


@pytest.mark.parametrize("way", ["F2", "button"])
def test_renaming_in_place(panel: BookmarksPanel, qtbot: QtBot, way: str) -> None:
    fill(panel, "a", "b")
    if way == "F2":
        QTest.keyClick(panel.list, Key.Key_F2)
    else:
        QTest.mouseClick(panel.rename_button, LEFT)
    editor = panel.list.findChild(QLineEdit)
    assert editor is not None and editor.text() == "a", "what is edited is the name alone"
    editor.selectAll()
    QTest.keyClicks(editor, "my place")
    QTest.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: names(panel) == ["my place", "b"])
    assert panel.session.bookmarks.items[0].name == "my place"


def test_an_empty_name_is_refused(panel: BookmarksPanel, qtbot: QtBot) -> None:
    fill(panel, "a")
    QTest.keyClick(panel.list, Key.Key_F2)
    editor = panel.list.findChild(QLineEdit)
    editor.selectAll()
    QTest.keyClick(editor, Key.Key_Space)
    with qtbot.waitSignal(panel.list.itemChanged):
        QTest.keyClick(editor, Key.Key_Return)
    assert names(panel) == ["a"] and panel.session.bookmarks.items[0].name == "a"


def test_deleting_and_undo(panel: BookmarksPanel) -> None:
    fill(panel, "a", "b", "c")
    QTest.keyClick(panel.list, Key.Key_Down)
    QTest.keyClick(panel.list, Key.Key_Delete)
    assert names(panel) == ["a", "c"] and panel.list.currentRow() == 1
    QTest.mouseClick(panel.delete_button, LEFT)
    assert names(panel) == ["a"]
    for left in (["a", "c"], ["a", "b", "c"]):
        assert panel.session.undo_name == "deletion of a bookmark"
        panel.session.undo()
        assert names(panel) == left
    assert not panel.restore_action.isEnabled()
    panel.session.redo()
    assert names(panel) == ["a", "c"]
    panel.restore_action.trigger()
    assert names(panel) == ["a", "b", "c"]


def test_keys_and_drags_put_them_in_order(panel: BookmarksPanel, qtbot: QtBot) -> None:
    fill(panel, "a", "b", "c")
    QTest.keyClick(panel.list, Key.Key_Down, CONTROL)
    assert names(panel) == ["b", "a", "c"] and panel.list.currentRow() == 1
    QTest.keyClick(panel.list, Key.Key_Up, CONTROL)
    QTest.keyClick(panel.list, Key.Key_Up, CONTROL)
    assert names(panel) == ["a", "b", "c"] and panel.list.currentRow() == 0
    # What a drop within the list does, down and up.
    for start, row, order in ((0, 3, ["b", "c", "a"]), (2, 0, ["a", "b", "c"]), (2, 1, ["a", "c", "b"])):
        panel.list.model().moveRow(QModelIndex(), start, QModelIndex(), row)
        qtbot.waitUntil(lambda: [it.name for it in panel.session.bookmarks.items] == order)  # noqa: B023
        assert names(panel) == order


def test_those_of_another_model_are_grey_and_name_it(
    panel: BookmarksPanel, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    fill(panel, "a")
    item = panel.list.item(0)
    assert item.foreground().color() == QColor(LIGHT.text)
    other = make_checkpoint(ModelConfig(hidden=(8,), latent_dim=3))
    panel.session.show_model(other, other.model_id, None, "other", saved=True)
    panel.session.bookmarks.add("b")
    first, second = (panel.list.item(row) for row in (0, 1))
    assert first.foreground().color() == QColor(LIGHT.muted) and "small, 2-D (not open)" in first.toolTip()
    assert second.foreground().color() == QColor(LIGHT.text) and "not open" not in second.toolTip()
    theme().apply("dark")
    assert panel.list.item(0).foreground().color() == QColor(DARK.muted)


def test_a_screen_reader_hears_names_and_models(panel: BookmarksPanel) -> None:
    fill(panel, "a", "b")
    interface = QAccessible.queryAccessibleInterface(panel.list)
    assert interface.text(QAccessible.Text.Name) == "Bookmarks"
    assert interface.child(1).text(QAccessible.Text.Name) == "b, small, 2-D"
    for button in (panel.add_button, panel.go_button, panel.rename_button, panel.delete_button):
        assert button.accessibleName() and button.toolTip()


def test_pictures_are_shown_with_the_digit_in_them(panel: BookmarksPanel) -> None:
    fill(panel, "a", "b")
    one, other = (panel.list.item(row).icon().pixmap(44, 44).toImage() for row in (0, 1))
    assert one.width() >= 40 and one != other


def test_a_missing_model_is_told_and_nothing_happens(
    qtbot: QtBot, panel: BookmarksPanel, make_checkpoint: Callable[..., Checkpoint], tmp_path: Path
) -> None:
    fill(panel, "a")
    other = make_checkpoint(ModelConfig(hidden=(8,), latent_dim=3))
    panel.session.show_model(other, other.model_id, None, "other", saved=True)
    with qtbot.waitSignal(panel.session.problem_raised, timeout=PATIENCE) as told:
        QTest.keyClick(panel.list, Key.Key_Return)
    assert "the model small" in told.args[0].message
    assert panel.session.model is not None and panel.session.model.title == "other"
