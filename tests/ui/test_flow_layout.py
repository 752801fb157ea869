"""Buttons that wrap as words do: the room they ask for follows what they say and which of them are shown."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from vae_desktop.ui.flow_layout import FlowLayout


def test_the_height_follows_longer_words_hidden_and_further_buttons(qtbot: QtBot) -> None:
    area = QWidget()
    qtbot.addWidget(area)
    flow = FlowLayout(area)
    buttons = [QPushButton("On") for _ in range(2)]
    for button in buttons:
        flow.addWidget(button)
    area.resize(buttons[0].sizeHint().width() * 2 + 20, 200)
    area.show()
    qtbot.waitExposed(area)
    width, one_line = area.width(), flow.heightForWidth(area.width())
    assert buttons[1].y() == buttons[0].y()

    buttons[0].setText("On, and on, and on, and on")
    assert flow.heightForWidth(width) > one_line
    qtbot.waitUntil(lambda: buttons[1].y() > buttons[0].y())

    buttons[0].hide()
    assert flow.heightForWidth(width) == one_line
    qtbot.waitUntil(lambda: buttons[1].y() == 0)

    for _ in range(3):
        flow.addWidget(QPushButton("On"))
    qtbot.waitUntil(lambda: flow.heightForWidth(width) > one_line)

    while flow.count() > 1:
        item = flow.takeAt(1)
        assert item is not None
        item.widget().setParent(None)
    assert flow.heightForWidth(width) == 0
