"""The row above the map that finds and chooses digits: a search field, and what the left button does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from vae_desktop.core import search
from vae_desktop.ui.announce import announce
from vae_desktop.ui.group_hand import Tool
from vae_desktop.ui.tool_button import ToolButton

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.ui.map_view import MapView

TOOL_TIPS: dict[Tool, str] = {
    "move": "Drag to move the view (M). With Shift, draw a lasso; with Ctrl and Shift, a rectangle.",
    "lasso": "Drag around digits to choose them together (L).\nShift adds to the group, Ctrl or Alt takes away.",
    "rectangle": "Drag a rectangle over digits to choose them together (R).\n"
    "Shift adds to the group, Ctrl or Alt takes away.",
}
FIELD_TIP = (
    "Find digits, then press Enter (Ctrl+F)\n"
    "by number: 1234, or #7 where 7 is the name of a class\n"
    "by class: 7, label 7, Sneaker"
)


class MapTools(QWidget):
    """Mirrors the map's tool, and asks session and map for what is searched.

    Attributes:
        field: what to search; answer: why nothing was found, in words, or hidden.
        buttons: of the tools, by name.
    """

    def __init__(self, session: Session, view: MapView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.view = view
        self.field = QLineEdit()
        self.field.setPlaceholderText("Find: 1234, label 7")
        self.field.setToolTip(FIELD_TIP)
        self.field.setAccessibleName("Find digits by number or class")
        self.field.setClearButtonEnabled(True)
        self.field.setMinimumWidth(90)
        self.field.returnPressed.connect(self.search)
        self.field.textEdited.connect(lambda _: self._say(""))
        self.field.installEventFilter(self)
        self.answer = QLabel()
        self.answer.setProperty("role", "error")
        self.answer.setWordWrap(True)
        self.answer.setTextFormat(Qt.TextFormat.PlainText)
        self.answer.hide()
        self.buttons = {tool: ToolButton(tool, tip, self._setter(tool)) for tool, tip in TOOL_TIPS.items()}
        row = self._row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.field, 1)
        row.addSpacing(6)
        for button in self.buttons.values():
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.answer)
        view.hand.tool_changed.connect(self._mirror)
        session.map.frame_changed.connect(self._frame_changed)
        session.dataset_changed.connect(self._dataset_changed)
        # An answer that is no longer about what was done last only takes room.
        session.group_changed.connect(lambda: self._say(""))
        session.selection_changed.connect(lambda: self._say(""))
        self._dataset_changed()

    def add_button(self, button: QWidget) -> None:
        """Put one more at the end of the row."""
        self._row.addSpacing(6)
        self._row.addWidget(button)

    def _setter(self, tool: Tool) -> Callable[[], None]:
        return lambda: self.view.hand.set_tool(tool)

    def _dataset_changed(self) -> None:
        self._say("")
        self._mirror()

    def _frame_changed(self) -> None:
        # A map that is being made has another frame many times a second.
        if self.buttons["move"].isEnabled() != (self.session.map.frame is not None):
            self._mirror()

    def _mirror(self) -> None:
        self.field.setEnabled(self.session.dataset is not None)
        for tool, button in self.buttons.items():
            button.setChecked(tool == self.view.hand.tool)
            button.setEnabled(self.session.map.frame is not None)

    # -- searching ----------------------------------------------------------------------------------

    def focus_field(self) -> None:
        """Let the user type what to find."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc empties the field and goes back to the map."""
        if (
            watched is self.field
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            self.field.clear()
            self._say("")
            self.view.setFocus()
            return True
        return False

    def search(self) -> None:
        """Choose the digit that is asked for, or make the many that are asked for the group."""
        dataset = self.session.dataset
        if dataset is None:
            return
        labels, names = dataset.explored.labels.numpy(), dataset.class_names
        found = search.search(self.field.text(), labels, names)
        if found.answer:
            self._say(found.answer)
            return
        hidden = self.session.hidden_classes
        shown = found.indices[[int(label) not in hidden for label in labels[found.indices]]]
        if not len(shown):
            missing = " and ".join(
                names[label] for label in sorted({int(it) for it in labels[found.indices]})
            )
            self._say(f"That is of class {missing}, which is hidden. The legend shows it again.")
            return
        self._say("")
        if len(shown) == 1:
            index = int(shown[0])
            self.session.select(index)
            self.session.notice_raised.emit(
                f"{dataset.split_name.capitalize()} image {index:,} is of class {names[int(labels[index])]}."
            )
        else:
            self.session.set_group(shown)
        self.view.bring_into_view(shown)

    def _say(self, text: str) -> None:
        self.answer.setText(text)
        self.answer.setVisible(bool(text))
        announce(self.field, text)
