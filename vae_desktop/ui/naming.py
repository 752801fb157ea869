"""What assistive programs call a part of the window, where Qt's own ways leave something out."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QLabel, QWidget


class NamedLabel(QLabel):
    """Words with a title that is only spoken, such as "Model": a plain name would be spoken in place of the words."""

    def __init__(self, title: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show other words."""
        super().setText(text)
        self.setAccessibleName(": ".join(part for part in (self._title, text) if part))


def name_by(label: QLabel, field: QWidget) -> None:
    """Let a label stand for a field; a name of the field's that says more is spoken once, not after the label's."""
    label.setBuddy(field)
    label.setAccessibleName(field.accessibleName())


def name_choice(box: QComboBox) -> None:
    """See that a choice's name is found: on Linux Qt tells what is chosen as its name, and its name by a label.

    That label must have the same parent, which the box has once the window around it is built.
    """
    QTimer.singleShot(0, box, lambda: _give_label(box))


def _give_label(box: QComboBox) -> None:
    parent, name = box.parentWidget(), box.accessibleName()
    if parent is None or not name:
        return
    beside = (child for child in parent.children() if isinstance(child, QLabel))
    if all(label.buddy() is not box for label in beside):
        label = QLabel(name, parent)
        label.setBuddy(box)
        label.hide()
