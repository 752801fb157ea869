"""Searching for digits above the map."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.canvas_hand import type_into
from tests.ui.map_hand import SHIFT, click, draw
from vae_desktop.app.session import Session
from vae_desktop.ui.main_window import MainWindow
from vae_desktop.ui.map_panel import MapPanel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.data.dataset import Dataset

PATIENCE = 60_000
CLOTHES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip


@pytest.mark.parametrize("text", ["#123", "123", "image 123"])
def test_one_digit_is_chosen_and_brought_into_view(laid: MapPanel, text: str) -> None:
    view, session = laid.view, laid.session
    said: list[str] = []
    session.notice_raised.connect(said.append)
    for _ in range(12):
        view.zoom_in()
    view.pan(-2000, 3000)
    assert not view.view_box.viewRect().contains(QPointF(3, 6))
    type_into(laid.tools.field, text)
    assert session.selected == 123 and session.group.tolist() == []
    assert view.view_box.viewRect().contains(QPointF(3, 6)) and view._chosen.isVisible()
    assert session.codes is not None and np.array_equal(session.cursor, session.codes.means[123])
    assert len(said) == 1 and said[0].startswith("Test image 123 is of class ")
    assert not laid.tools.answer.isVisible()


@pytest.mark.parametrize("text", ["7", "label 7", "7 class", "class 7"])
def test_many_become_the_group(laid: MapPanel, digits: Dataset, text: str) -> None:
    type_into(laid.tools.field, text)
    sevens = np.flatnonzero(digits.test.labels.numpy() == 7)
    assert laid.session.group.tolist() == sevens.tolist()
    assert laid.session.selected is None and not laid.tools.answer.isVisible()
    assert laid.group.label.text() == f"{len(sevens)} digits: 7\u00a0×\u00a0{len(sevens)}"


def test_a_group_out_of_view_shows_the_whole_map(laid: MapPanel) -> None:
    view = laid.view
    whole = view.view_box.viewRect()
    for _ in range(12):
        view.zoom_in()
    view.pan(-2000, 3000)
    type_into(laid.tools.field, "7")
    assert view.view_box.viewRect().width() == pytest.approx(whole.width(), rel=1e-3)


def test_names_of_classes(qtbot: QtBot, laid: MapPanel, digits: Dataset) -> None:
    session = laid.session
    session.show_dataset(replace(digits, name="clothes", class_names=CLOTHES))
    type_into(laid.tools.field, "Sneaker")
    sneakers = np.flatnonzero(digits.test.labels.numpy() == 7).tolist()
    assert session.group.tolist() == sneakers
    assert "Sneaker" in laid.group.label.text()
    type_into(laid.tools.field, "7")
    assert session.selected == 7 and session.group.tolist() == sneakers, "no class is called 7 here"
    qtbot.waitUntil(lambda: session.codes is not None, timeout=PATIENCE)


@pytest.mark.parametrize("text", ["zebra", "#359", "label 31", "   ", "<b>7</b>", "☃" * 300])
def test_nonsense_is_answered_in_words_and_changes_nothing(laid: MapPanel, text: str) -> None:
    session, tools = laid.session, laid.tools
    session.set_group([3])
    session.select(9)
    type_into(tools.field, text)
    assert tools.answer.isVisible() and tools.answer.text().endswith(".")
    assert session.group.tolist() == [3] and session.selected == 9
    QTest.keyClick(tools.field, Qt.Key.Key_Backspace)
    assert not tools.answer.isVisible(), "the answer goes with the question"


def test_an_answer_goes_when_something_else_is_done(laid: MapPanel) -> None:
    for do in (
        lambda: draw(laid.view, (2, 2), (8, 2), (8, 8), keys=SHIFT),
        lambda: click(laid.view, (11, 11)),
    ):
        type_into(laid.tools.field, "zebra")
        assert laid.tools.answer.isVisible()
        QApplication.processEvents()
        do()
        assert not laid.tools.answer.isVisible()


def test_a_hidden_class_is_not_chosen_and_said_to_be_hidden(laid: MapPanel, digits: Dataset) -> None:
    session, tools = laid.session, laid.tools
    index = int(np.flatnonzero(digits.test.labels.numpy() == 4)[0])
    session.set_class_hidden(4, True)
    for text in ("label 4", f"#{index}"):
        type_into(tools.field, text)
        assert "class 4, which is hidden" in tools.answer.text()
    assert session.group.tolist() == [] and session.selected is None


def test_markup_is_shown_as_typed(laid: MapPanel) -> None:
    type_into(laid.tools.field, "<h1>big</h1>")
    assert "<h1>big</h1>" in laid.tools.answer.text()
    assert laid.tools.answer.textFormat() == Qt.TextFormat.PlainText


def test_escape_leaves_the_field_for_the_map(qtbot: QtBot, laid: MapPanel) -> None:
    type_into(laid.tools.field, "zebra")
    qtbot.keyClick(laid.tools.field, Qt.Key.Key_Escape)
    assert laid.tools.field.text() == "" and not laid.tools.answer.isVisible()
    assert QApplication.focusWidget() is laid.view


def test_control_f_finds_the_field_wherever_its_panel_is(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    qtbot.waitActive(window)
    window.docks["map"].close()
    QTest.keySequence(window, "Ctrl+F")
    field = window.map.tools.field
    qtbot.waitUntil(lambda: QApplication.focusWidget() is field)
    assert field.isVisible()
    QTest.keyClicks(field, "label 3")
    QTest.keyClick(field, Qt.Key.Key_Return)
    labels = window.session.dataset.test.labels.numpy()
    assert window.session.group.tolist() == np.flatnonzero(labels == 3).tolist(), "also before there is a map"
    assert window.map.group.isVisible() and window.canvas.canvas.hand.marks.isVisible()


def test_without_data_there_is_nothing_to_search(qtbot: QtBot, session: Session) -> None:
    panel = MapPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    assert not panel.tools.field.isEnabled() and not panel.group.isVisible()
    assert not any(button.isEnabled() for button in panel.tools.buttons.values())
    panel.tools.search()
    assert session.group.tolist() == []
