"""Small windows that buttons open: what is chosen there counts at once, and Escape or a click elsewhere ends them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFormLayout, QFrame, QLabel, QToolButton, QWidget

from vae_desktop.ui.controls import tool_button
from vae_desktop.ui.naming import name_by


class Popup(QFrame):
    """A form below its button. A subclass fills `form`, and says in `prepare` what to do before it is shown.

    Attributes:
        form: takes the fields, one in each row.
    """

    def __init__(self, name: str, title: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName(name)
        self.setAccessibleName(title)
        # Fusion's own frame can't be seen on a dark panel.
        self.setProperty("role", "popup")
        self.form = QFormLayout(self)
        self.form.setContentsMargins(12, 10, 12, 10)
        self.form.setHorizontalSpacing(12)
        self.form.setVerticalSpacing(8)

    def add_field(self, text: str, name: str, tip: str, field: QWidget) -> None:
        """A row with a label."""
        label = QLabel(text)
        label.setToolTip(tip)
        field.setToolTip(tip)
        field.setAccessibleName(name)
        name_by(label, field)
        self.form.addRow(label, field)

    def prepare(self) -> None:
        """Show what is chosen now."""

    def open_below(self, button: QWidget) -> None:
        """Show it under a button, inside the screen."""
        self.prepare()
        self.adjustSize()
        screen = button.screen().availableGeometry()
        corner = button.mapToGlobal(QPoint(0, button.height() + 2))
        x = max(screen.left(), min(corner.x(), screen.right() - self.width()))
        y = max(screen.top(), min(corner.y(), screen.bottom() - self.height()))
        self.move(x, y)
        self.show()
        items = (self.form.itemAt(row, QFormLayout.ItemRole.FieldRole) for row in range(self.form.rowCount()))
        fields = (item.widget() for item in items if item is not None)
        # Rows that do not matter now are hidden.
        first = next((field for field in fields if field is not None and not field.isHidden()), None)
        if first is not None:
            first.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back to where one came from."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)


def popup_button(text: str, tip: str, popup: Popup) -> QToolButton:
    """A button that opens a popup."""
    button = tool_button(text, tip, lambda: popup.open_below(button))
    button.setArrowType(Qt.ArrowType.NoArrow)
    return button
