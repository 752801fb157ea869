"""The two buttons in a dock's title: Fusion's icons where Fusion has them, and they do what they are for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDockWidget, QStyle
from pytestqt.qtbot import QtBot

from tests.ui.window_hand import MakeWindow

CLOSE, FLOAT = "qt_dockwidget_closebutton", "qt_dockwidget_floatbutton"


def button_of(dock: QDockWidget, name: str) -> QAbstractButton:
    found = dock.findChild(QAbstractButton, name)
    assert isinstance(found, QAbstractButton)
    return found


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (CLOSE, QStyle.StandardPixmap.SP_TitleBarCloseButton),
        (FLOAT, QStyle.StandardPixmap.SP_TitleBarNormalButton),
    ],
)
def test_the_icons_are_those_of_the_style_in_every_size(
    make_window: MakeWindow, name: str, kind: QStyle.StandardPixmap
) -> None:
    icon = button_of(make_window().docks["samples"], name).icon()
    usual = QApplication.style().standardIcon(kind)
    sizes = usual.availableSizes()
    assert sizes and icon.availableSizes() == sizes
    for size in sizes:
        assert icon.pixmap(size).toImage() == usual.pixmap(size).toImage()


def test_they_stand_beside_each_other_in_the_middle_of_the_title(make_window: MakeWindow) -> None:
    dock = make_window().docks["samples"]
    close, afloat = button_of(dock, CLOSE).geometry(), button_of(dock, FLOAT).geometry()
    title_height = dock.widget().y()
    assert dock.width() - 8 < close.right() < dock.width()
    assert 0 < close.left() - afloat.right() < 8
    for place in (close, afloat):
        assert abs(place.center().y() - title_height / 2) <= 2


def test_a_click_on_each_floats_and_closes_the_dock(make_window: MakeWindow, qtbot: QtBot) -> None:
    dock = make_window().docks["samples"]
    QTest.mouseClick(button_of(dock, FLOAT), Qt.MouseButton.LeftButton)
    assert dock.isFloating()
    QTest.mouseClick(button_of(dock, FLOAT), Qt.MouseButton.LeftButton)
    assert not dock.isFloating()
    QTest.mouseClick(button_of(dock, CLOSE), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dock.isVisible())
