"""Bookmarks in a panel: keep what is looked at under a name, and come back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from vae_desktop.ui.bookmarks_list import BookmarksList
from vae_desktop.ui.controls import add_action, tool_button
from vae_desktop.ui.empty_state import EmptyState
from vae_desktop.ui.flow_layout import FlowLayout

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

ADD = "Keep what you look at: the point, plane, group and settings, with their model"
GO = "Come back to this bookmark; another model is opened where it needs one (Enter)"
DELETE = "Delete this bookmark; Ctrl+Z brings it back (Delete)"


class BookmarksPanel(QWidget):
    """Mirrors `session.bookmarks`.

    Attributes:
        session: the owner of all state.
        list: the bookmarks, in the user's order.
        add_button, go_button, rename_button, delete_button: what can be done.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bookmarks")
        self.session = session
        self._bookmarks = session.bookmarks
        self.list = BookmarksList(session.bookmarks)
        self.list.chosen.connect(self._bookmarks.go_to)
        self.list.currentRowChanged.connect(self._enable)
        self.add_button = tool_button("Add", f"{ADD} (Ctrl+Shift+B)", self.add)
        self.add_button.setAccessibleName("Bookmark this view")
        self.go_button = tool_button("Go there", GO, self.go)
        self.rename_button = tool_button("Rename", "Give this bookmark another name (F2)", self.rename)
        self.delete_button = tool_button("Delete", DELETE, self.delete)
        self._empty = EmptyState(
            "A bookmark keeps the point, plane, group and settings that you look at, and the model that they "
            "belong to, so that you can come back to them at any time.",
            "Bookmark this view",
            self.add,
        )
        self._lay_out()
        self._make_actions()
        self._bookmarks.changed.connect(self._mirror)
        session.model_changed.connect(self._model_changed)
        session.info_changed.connect(self._model_changed)
        self._mirror()

    def _lay_out(self) -> None:
        tools = QWidget()
        flow = FlowLayout(tools, spacing=6, line_spacing=6)
        for button in (self.add_button, self.go_button, self.rename_button, self.delete_button):
            flow.addWidget(button)
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(self.list, 1)
        rows.addWidget(tools)
        self._stack = QStackedWidget()
        self._stack.addWidget(whole)
        self._stack.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self._stack)

    def _make_actions(self) -> None:
        self.add_action = add_action(self, "&Bookmark this view", ADD, self.add, "Ctrl+Shift+B")
        self.go_action = add_action(self, "&Go to bookmark", GO, self.go)
        tip = "Give the bookmark another name"
        self.rename_action = add_action(self, "&Rename bookmark", tip, self.rename)
        self.delete_action = add_action(self, "&Delete bookmark", "Delete the bookmark", self.delete)
        tip = "Bring the bookmark back that was deleted last"
        self.restore_action = add_action(self, "Bring deleted bookmark bac&k", tip, self.restore)

    # -- intents ------------------------------------------------------------------------------------

    def add(self) -> None:
        """Keep what is looked at; its row becomes the current one."""
        self._show_row(self._bookmarks.add())

    def go(self) -> None:
        """Come back to the current bookmark."""
        if self.list.currentRow() >= 0:
            self._bookmarks.go_to(self.list.currentRow())

    def rename(self) -> None:
        """Edit the current bookmark's name in its place."""
        item = self.list.currentItem()
        if item is not None:
            self.list.setFocus()
            self.list.editItem(item)

    def delete(self) -> None:
        """Delete the current bookmark."""
        if self.list.currentRow() >= 0:
            self._bookmarks.delete(self.list.currentRow())

    def restore(self) -> None:
        """Bring back the bookmark that was deleted last."""
        self._show_row(self._bookmarks.restore_deleted())

    def _show_row(self, place: int | None) -> None:
        if place is not None:
            self.list.setCurrentRow(place)

    # -- mirror -------------------------------------------------------------------------------------

    def _model_changed(self) -> None:
        """Told with every epoch of a training, which concerns few lists and takes long in a long one."""
        if self._here() != self._shown_here:
            self._mirror()
        else:
            self._enable()

    def _here(self) -> list[bool]:
        return [self._bookmarks.belongs_here(bookmark) for bookmark in self._bookmarks.items]

    def _mirror(self) -> None:
        self._shown_here = self._here()
        self.list.mirror()
        self._stack.setCurrentIndex(0 if self._bookmarks.items else 1)
        self._enable()

    def _enable(self) -> None:
        chosen = self.list.currentRow() >= 0
        for part in (
            self.go_button,
            self.rename_button,
            self.delete_button,
            self.go_action,
            self.rename_action,
            self.delete_action,
        ):
            part.setEnabled(chosen)
        self.restore_action.setEnabled(self._bookmarks.can_restore)
        possible = self.session.model is not None
        self.add_button.setEnabled(possible)
        self.add_action.setEnabled(possible)
        self._empty.button.setEnabled(possible)
