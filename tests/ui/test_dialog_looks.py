"""How dialogs are laid out."""

from __future__ import annotations

from PySide6.QtGui import QTextTable
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vae_desktop.ui.shortcuts_dialog import ShortcutsDialog


def test_what_keys_do_stands_in_one_column(qtbot: QtBot, qapp: QApplication) -> None:
    dialog = ShortcutsDialog(())
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    document = dialog.browser.document()
    layout = document.documentLayout()
    tables = [it for it in document.rootFrame().childFrames() if isinstance(it, QTextTable)]
    second = [it.cellAt(0, 1).firstCursorPosition().block() for it in tables if it.rows()]
    assert len(second) >= 5
    assert len({round(layout.blockBoundingRect(it).x()) for it in second}) == 1
