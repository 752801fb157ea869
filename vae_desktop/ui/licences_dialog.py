"""The licence texts that a bundle carries, one to read at a time."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.ui.dialog import Dialog
from vae_desktop.ui.finger_scroll import FingerScroll

FIRST = "THIRD-PARTY.txt"


class LicencesDialog(Dialog):
    """A list of works on the left, the text of the chosen one on the right.

    Args:
        folder: what the bundle's build gathered; the list of all works in it comes first.

    Attributes:
        works: the list; text: what is being read.
    """

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("licences_dialog")
        self.setWindowTitle("Licences")
        self.resize(860, 560)
        self.works = QListWidget()
        self.works.setAccessibleName("Works")
        # And no `QPlainTextEdit`, of which a finger would move each line by a pixel's way.
        self.text = QTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Licence")
        files = sorted(
            (path for path in folder.rglob("*") if path.is_file()), key=lambda path: _rank(path, folder)
        )
        for path in files:
            item = QListWidgetItem(_name(path, folder))
            item.setData(Qt.ItemDataRole.UserRole, str(path))
            self.works.addItem(item)
        self.works.currentItemChanged.connect(self._show)
        for part in (self.works, self.text):
            FingerScroll(part)
        parts = QSplitter()
        parts.addWidget(self.works)
        parts.addWidget(self.text)
        parts.setStretchFactor(1, 1)
        parts.setSizes([260, 600])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(parts)
        layout.addWidget(buttons)
        self.works.setCurrentRow(0)

    def _show(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            path = Path(item.data(Qt.ItemDataRole.UserRole))
            self.text.setPlainText(path.read_text(encoding="utf-8", errors="replace"))


def _name(path: Path, folder: Path) -> str:
    name = path.relative_to(folder).as_posix()
    return "All works" if name == FIRST else name


def _rank(path: Path, folder: Path) -> tuple[bool, str]:
    name = path.relative_to(folder).as_posix()
    return name != FIRST, name.lower()
