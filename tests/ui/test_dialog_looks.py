"""How dialogs are laid out."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vae_desktop.ui.shortcuts_dialog import ShortcutsDialog


def test_what_keys_do_stands_in_one_column(qtbot: QtBot, qapp: QApplication) -> None:
    dialog = ShortcutsDialog(())
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    document = dialog.browser.document()
    lines = [document.findBlockByNumber(number) for number in range(document.blockCount())]
    second = set()
    for line in lines:
        if "\t" in line.text():
            place = line.layout().lineAt(0).cursorToX(line.text().index("\t") + 1)
            # PySide gives the place back together with the position.
            second.add(round(place[0] if isinstance(place, tuple) else place))
    assert len(second) == 1
