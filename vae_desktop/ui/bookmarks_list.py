"""The list of bookmarks: a small picture and a name for each, to be walked, renamed in place and put in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from vae_desktop.core.bookmark_file import Bookmark, Thumbnail
from vae_desktop.ui.finger_scroll import FingerScroll
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from vae_desktop.app.bookmarks import Bookmarks

SIDE = 44
DETAIL = Qt.ItemDataRole.UserRole
CONTROL = Qt.KeyboardModifier.ControlModifier


class _TwoLines(QStyledItemDelegate):
    """Shows the detail below the name; what is edited is the name alone."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        # Qt breaks lines of an item at this letter.
        option.text = f"{option.text}\u2028{index.data(DETAIL)}"  # type: ignore[attr-defined]

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """As wide as the list, however long the name is: it ends in dots there, and the tip tells all of it."""
        return QSize(SIDE, super().sizeHint(option, index).height())


class BookmarksList(QListWidget):
    """Mirrors the bookmarks; those of another model than the open one are greyed, and tell its name.

    Signals:
        chosen(int place): a bookmark was double-clicked, or Enter was pressed on it.
    """

    chosen = Signal(int)

    def __init__(self, bookmarks: Bookmarks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bookmarks = bookmarks
        self.setAccessibleName("Bookmarks")
        self.setAccessibleDescription(
            "Enter goes to a bookmark, F2 renames it, Delete deletes it, Ctrl and the arrow keys move it."
        )
        self.setItemDelegate(_TwoLines(self))
        self.setIconSize(QSize(SIDE, SIDE))
        self.setSpacing(1)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        # By its picture, a finger carries a row to another place.
        FingerScroll(self, spared=lambda place: place.x() <= SIDE)
        self.doubleClicked.connect(lambda index: self.chosen.emit(index.row()))
        self.itemChanged.connect(self._renamed)
        # Queued: the list must not be filled anew in the middle of its own move.
        self.model().rowsMoved.connect(self._moved, Qt.ConnectionType.QueuedConnection)
        theme().changed.connect(self.mirror)
        self.mirror()

    def mirror(self) -> None:
        """Show the bookmarks as they are; the current row stays where it was."""
        here = self.currentRow()
        bookmarks = self._bookmarks.items
        self.blockSignals(True)
        # In place: a row may be in the middle of being edited.
        while self.count() > len(bookmarks):
            self.takeItem(self.count() - 1)
        for row, bookmark in enumerate(bookmarks):
            if row == self.count():
                self.addItem(QListWidgetItem())
            self._fill(self.item(row), bookmark)
        self.blockSignals(False)
        self.setCurrentRow(min(max(here, 0), self.count() - 1))

    def _fill(self, item: QListWidgetItem, bookmark: Bookmark) -> None:
        here, model = self._bookmarks.belongs_here(bookmark), bookmark.view.model
        detail = f"{model.title}, {model.latent_dim}-D" + ("" if here else " (not open)")
        item.setText(bookmark.name)
        item.setIcon(_icon(bookmark.thumbnail))
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        # Dropped upon another, it would replace that one.
        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDropEnabled)
        item.setData(DETAIL, detail)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{bookmark.name}, {detail}")
        item.setForeground(QColor(theme().colors.text if here else theme().colors.muted))
        item.setToolTip(f"{bookmark.name}\n{detail}\nDouble-click or Enter: go there. F2: rename")

    def _renamed(self, item: QListWidgetItem) -> None:
        place = self.row(item)
        self._bookmarks.rename(place, item.text())
        # A name that was refused, or cut, shows as it is.
        self.mirror()

    def _moved(self, _parent: QModelIndex, start: int, _end: int, _to: QModelIndex, row: int) -> None:
        to = row if row < start else row - 1
        self._bookmarks.move(start, to)
        self.mirror()
        self.setCurrentRow(to)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes there, Delete deletes, Ctrl and an arrow key moves."""
        place, key = self.currentRow(), Qt.Key(event.key())
        if place < 0:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(place)
        elif key == Qt.Key.Key_Delete:
            self._bookmarks.delete(place)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and event.modifiers() & CONTROL:
            to = place + (1 if key == Qt.Key.Key_Down else -1)
            if 0 <= to < self.count():
                self._bookmarks.move(place, to)
                self.setCurrentRow(to)
        else:
            super().keyPressEvent(event)


def _icon(thumbnail: Thumbnail | None) -> QIcon:
    """The thumbnail with sharp pixels; it looks the same on a selected row."""
    if thumbnail is None:
        blank = QPixmap(SIDE, SIDE)
        blank.fill(QColor(theme().colors.line))
        return QIcon(blank)
    from vae_desktop.ui.export_source import to_image  # the window opens sooner without

    image: QImage = to_image(thumbnail[0] if len(thumbnail) == 1 else thumbnail.transpose(1, 2, 0))
    keep, fast = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation
    # Twice as fine as it is shown, for screens that are.
    pixmap = QPixmap.fromImage(image.scaled(2 * SIDE, 2 * SIDE, keep, fast))
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon
