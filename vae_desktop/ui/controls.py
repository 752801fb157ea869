"""Small parts that panels are put together from: labelled fields, buttons, actions, all with words for everybody."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QAction, QColor, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)

from vae_desktop.ui.naming import name_by
from vae_desktop.ui.number_box import NumberBox
from vae_desktop.ui.theme import theme


def labelled(text: str, field: QWidget) -> QWidget:
    """A field with its label to the left that wraps as one."""
    label = QLabel(text)
    name_by(label, field)
    label.setToolTip(field.toolTip())
    return side_by_side(6, label, field)


def side_by_side(spacing: int, *widgets: QWidget) -> QWidget:
    """Widgets in a row that wraps as one."""
    group = QWidget()
    row = QHBoxLayout(group)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(spacing)
    for widget in widgets:
        row.addWidget(widget)
    return group


def spin_box(low: int, high: int, value: int, name: str, tip: str) -> QSpinBox:
    """A whole number; it counts as given when Enter is pressed, the field is left or an arrow is clicked."""
    box = QSpinBox()
    box.setRange(low, high)
    box.setValue(value)
    box.setKeyboardTracking(False)
    box.setAccessibleName(name)
    box.setToolTip(tip)
    return box


def number_box(low: float, high: float, step: float, name: str) -> QDoubleSpinBox:
    """A number; it counts as given when Enter is pressed, the field is left or an arrow is clicked."""
    box = NumberBox()
    box.setRange(low, high)
    box.setSingleStep(step)
    box.setDecimals(2)
    box.setKeyboardTracking(False)
    box.setAccessibleName(name)
    return box


def set_number(box: QDoubleSpinBox, value: float) -> None:
    """Show a value; settings may come from elsewhere, with a bolder one than anybody chooses here."""
    with QSignalBlocker(box):
        box.setMaximum(max(box.maximum(), value))
        box.setValue(value)


def push_button(text: str, tip: str, on_click: Callable[[], object]) -> QPushButton:
    """A button that says what it does."""
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAccessibleName(text.replace("&", "").rstrip("…"))
    button.clicked.connect(lambda _checked=False: on_click())
    return button


def tool_button(text: str, tip: str, on_click: Callable[[], object]) -> QToolButton:
    """A button no wider than its words, for narrow docks; a sign is read out as its tooltip."""
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    words = any(letter.isalpha() for letter in text)
    button.setAccessibleName(text.replace("&", "").rstrip("…") if words else tip)
    button.clicked.connect(lambda _checked=False: on_click())
    return button


def menu_button(text: str, tip: str) -> QToolButton:
    """A button that opens a menu of its own."""
    button = tool_button(text, tip, lambda: None)
    button.setMenu(QMenu(button))
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    if not any(letter.isalpha() for letter in text):
        # Dots say it already.
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
    return button


class ChoiceButton(QToolButton):
    """One of a row of choices; the one in force stands out in light and dark, which Fusion's own look does not."""

    def __init__(self, text: str, tip: str, on_click: Callable[[], object]) -> None:
        super().__init__()
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(text if any(letter.isalpha() for letter in text) else tip)
        self.setCheckable(True)
        self.clicked.connect(lambda _checked=False: on_click())
        theme().changed.connect(self._recolor)
        self._recolor()

    def nextCheckState(self) -> None:
        """The owner decides what is in force; a click only asks."""

    def checkStateSet(self) -> None:
        """Stand out, or stop standing out."""
        super().checkStateSet()
        self._recolor()

    def _recolor(self) -> None:
        palette = QPalette()
        if self.isChecked():
            palette.setColor(QPalette.ColorRole.Button, QColor(theme().colors.accent))
            palette.setColor(QPalette.ColorRole.ButtonText, QColor(theme().colors.on_accent))
        self.setPalette(palette)


def add_action(
    panel: QWidget,
    text: str,
    tip: str,
    slot: Callable[[], object],
    shortcut: QKeySequence | str | None = None,
) -> QAction:
    """A command of a panel, for menus too (`panel.actions()`)."""
    action = QAction(text, panel)
    action.setToolTip(tip)
    action.setStatusTip(tip)
    if shortcut is not None:
        action.setShortcut(QKeySequence(shortcut))
    action.triggered.connect(lambda _checked=False: slot())
    panel.addAction(action)
    return action
