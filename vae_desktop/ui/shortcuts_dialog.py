"""A page that tells what mouse and keyboard do, read from the window's own actions where it can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QAction,
    QFont,
    QFontMetrics,
    QKeySequence,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextOption,
)
from PySide6.QtWidgets import QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from vae_desktop.ui.dialog import Dialog
from vae_desktop.ui.finger_scroll import FingerScroll

CANVAS = (
    ("Drag", "Move the latent cursor; the picture follows"),
    ("Click a digit", "Select it, here and on the map"),
    ("Double-click", "Jump there"),
    ("Wheel", "Zoom about the pointer"),
    ("Two fingers", "Zoom and move the view"),
    ("Rest a finger on a digit", "See it, its reconstruction and its label"),
    ("Right or middle drag, Space and drag", "Move the view"),
    ("Shift and drag", "Draw a lasso around digits; with Ctrl a rectangle, with Alt take digits away"),
    ("With the path tool", "Click to add stops, drag to draw a path, with Shift to go on from the last stop"),
    ("Enter, Backspace, Esc", "With the path tool: add the cursor, take the last stop away, end the tool"),
    ("Arrow keys", "Move the cursor by 0.1 σ; with Shift 0.5 σ, with Ctrl 0.01 σ"),
    ("Home", "Cursor to the centre of the prior"),
    ("Enter", "Select the digit nearest to the cursor"),
    ("Shift+Enter", "Add the selected digit to the group, or take it away"),
    ("+  −  0", "Zoom in, zoom out, fit"),
)
MAP = (
    ("Point at a digit", "See it, its reconstruction and its label"),
    ("Click a digit", "Put the latent cursor on it"),
    ("Drag, wheel, two fingers", "Move and zoom the view"),
    ("Arrow keys", "Walk from digit to digit; with Ctrl move the view"),
    ("Enter", "Select the digit nearest to the middle"),
    ("Shift+Enter", "Add the selected digit to the group, or take it away"),
    ("Shift and drag", "Draw a lasso around digits, which adds them to the group; with Ctrl a rectangle"),
    ("M  L  R", "Tools: move the view, lasso, rectangle"),
    ("With lasso or rectangle", "Drag to choose anew, with Shift to add, with Ctrl or Alt to take away"),
    ("Shift and click a digit", "Add it to the group, or take it away"),
    ("Ctrl+A, Esc", "Choose all digits shown, choose none"),
    ("+  −  0", "Zoom in, zoom out, fit"),
)
PATH = (
    ("Space", "Play and pause"),
    ("Arrow keys", "On the stops: choose one; on the frames: walk along them"),
    ("Ctrl+Left, Ctrl+Right", "Move the chosen stop"),
    ("Delete", "Take the chosen stop away"),
    ("Enter", "Put the cursor on a frame"),
)
BOOKMARKS = (
    ("Enter", "Go there"),
    ("F2, Delete", "Rename it, delete it"),
    ("Ctrl+Up, Ctrl+Down", "Move it"),
)
PAD = (
    ("Drag", "Draw; with the right button rub out"),
    ("Pen", "Draw by its pressure; its other end or its button rubs out"),
    ("Arrow keys, Space", "Move a pen, with Shift by small steps; put it down and lift it"),
    ("Ctrl+Z, Delete", "Take the last stroke back, empty the pad"),
)
COLUMN_GAP = 24


class ShortcutsDialog(Dialog):
    """Lists what mouse and keys do on canvas, map, pad and in panels, and every shortcut of the window's menus."""

    def __init__(self, actions: Iterable[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts_dialog")
        self.setWindowTitle("Mouse and keyboard")
        self.browser = QTextBrowser()
        self.browser.setAccessibleName("Mouse and keyboard")
        # With a caret, by which a screen reader goes from line to line.
        self.browser.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._write(
            {
                "On the latent canvas": CANVAS,
                "On the map": MAP,
                "On the pad": PAD,
                "In the path panel": PATH,
                "In the list of bookmarks": BOOKMARKS,
                "Everywhere": self._shortcuts(actions),
            }
        )
        FingerScroll(self.browser)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.addWidget(self.browser)
        layout.addWidget(buttons)
        self.resize(560, 560)

    @staticmethod
    def _shortcuts(actions: Iterable[QAction]) -> list[tuple[str, str]]:
        native = QKeySequence.SequenceFormat.NativeText
        return [(it.shortcut().toString(native), it.text().replace("&", "").rstrip("…")) for it in actions]

    def _write(self, sections: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """Headings, and rows with a tab between columns: around the cells of a table Qt tells unspeakable marks."""
        bold = QFont(self.browser.font())
        bold.setBold(True)
        strong, plain, heading = QTextCharFormat(), QTextCharFormat(), QTextCharFormat()
        for style in (strong, heading):
            style.setFontWeight(QFont.Weight.Bold)
        heading.setProperty(QTextFormat.Property.FontSizeAdjustment, 1)
        rows = [row for section in sections.values() for row in section]
        column = max(QFontMetrics(bold).horizontalAdvance(keys) for keys, _ in rows) + COLUMN_GAP
        title, line = QTextBlockFormat(), QTextBlockFormat()
        title.setTopMargin(12)
        title.setBottomMargin(6)
        line.setBottomMargin(4)
        line.setTabPositions([QTextOption.Tab(column, QTextOption.TabType.LeftTab)])
        # What wraps stays in its column.
        line.setLeftMargin(column)
        line.setTextIndent(-column)
        # Written before it is shown: else each word of it would be told as it comes.
        document = QTextDocument(self.browser)
        document.setDefaultFont(self.browser.font())
        cursor = QTextCursor(document)
        for name, section in sections.items():
            if not cursor.atStart():
                cursor.insertBlock()
            cursor.setBlockFormat(title)
            cursor.insertText(name, heading)
            for keys, what in section:
                cursor.insertBlock(line)
                cursor.insertText(keys, strong)
                cursor.insertText(f"\t{what}", plain)
        self.browser.setDocument(document)
