"""Fields for numbers that a person types: they say what is wrong instead of changing what was typed."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.core.errors import ConfigurationError
from vae_desktop.ui.announce import describe

INT_MAX = 2**31 - 1
# Lists, numbers and texts all as high as this and a line of words, so that rows stand evenly.
FIELD_PADDING = 12


def parse_number(text: str) -> float:
    """The number in a text: "0.001", "1e-3" and "0,001" are all fine.

    Raises:
        ConfigurationError: it is no finite number.
    """
    clean = text.strip().replace("−", "-")
    if clean.count(",") == 1 and "." not in clean:
        clean = clean.replace(",", ".")
    try:
        value = float(clean)
    except ValueError:
        raise ConfigurationError("Write a number, such as 0.001 or 1e-3.") from None
    if not math.isfinite(value):
        raise ConfigurationError("Write an ordinary number, such as 0.001 or 1e-3.")
    return value


def parse_sizes(text: str) -> tuple[int, ...]:
    """The whole numbers in a list such as "512, 256".

    Raises:
        ConfigurationError: the list is empty or holds something else.
    """
    parts = [part.strip() for part in text.replace(";", ",").split(",")]
    if not text.strip():
        raise ConfigurationError("Write at least one size, such as 512, 256.")
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise ConfigurationError("Write whole numbers with commas between them, such as 512, 256.")
    return tuple(int(part) for part in parts)


def number_text(value: float) -> str:
    """A number as short as it can be written without changing it."""
    return repr(value).removesuffix(".0") if abs(value) < 1e15 else f"{value:g}"


class IntegerField(QSpinBox):
    """A whole number; typing may leave the legal range (the form then says so), stepping may not.

    The wheel only turns it while it has the keyboard, so that scrolling the form changes nothing.
    """

    def __init__(self, low: int, high: int) -> None:
        super().__init__()
        self._low, self._high = low, high
        self.setRange(0, INT_MAX)
        self.setAccelerated(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_value(self, value: int) -> None:
        """Show this number."""
        self.setValue(value)

    def stepBy(self, steps: int) -> None:
        """Step, but not out of the legal range."""
        self.setValue(min(max(self.value() + steps, self._low), self._high))

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Grey the arrow that would leave the legal range."""
        flags = QAbstractSpinBox.StepEnabledFlag.StepNone
        if self.value() < self._high:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        if self.value() > self._low:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        return flags

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the scroll area unless this field has the keyboard."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class NumberField(QLineEdit):
    """A number in any notation, scientific included."""

    def value(self) -> float:
        """The number typed.

        Raises:
            ConfigurationError: it is no finite number.
        """
        return parse_number(self.text())

    def set_value(self, value: float) -> None:
        """Show this number."""
        self.setText(number_text(value))


class SizesField(QLineEdit):
    """A list of sizes such as "512, 256"."""

    def value(self) -> tuple[int, ...]:
        """The sizes typed.

        Raises:
            ConfigurationError: they are no list of whole numbers.
        """
        return parse_sizes(self.text())

    def set_value(self, sizes: tuple[int, ...]) -> None:
        """Show these sizes."""
        self.setText(self.text_of(sizes))

    @staticmethod
    def text_of(sizes: tuple[int, ...]) -> str:
        """Sizes as they are written in the field."""
        return ", ".join(str(size) for size in sizes)


class ChoiceField(QComboBox):
    """One of a few names, each shown under a title; the wheel scrolls past it unless it has the keyboard."""

    def __init__(self, choices: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.set_choices(choices)

    def set_choices(self, choices: tuple[tuple[str, str], ...]) -> None:
        """Offer these (name, title) pairs, and keep the choice made so far if it is among them."""
        chosen = self.value()
        self.blockSignals(True)
        self.clear()
        for name, title in choices:
            self.addItem(title, name)
        self.setCurrentIndex(max(0, self.findData(chosen)))
        self.blockSignals(False)

    def value(self) -> str:
        """The name chosen."""
        return str(self.currentData())

    def set_value(self, name: str) -> None:
        """Choose this name; one that is not offered is added as it is."""
        if self.findData(name) < 0:
            self.addItem(name, name)
        self.setCurrentIndex(self.findData(name))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the scroll area unless this field has the keyboard."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


Editor = ChoiceField | IntegerField | NumberField | SizesField


class FieldCell(QWidget):
    """An editor, perhaps with a button beside it, and below them the line that says what is wrong.

    Attributes:
        editor: the editor.
        error: what is wrong with it in plain words, or "".

    Signals:
        edited(): the editor holds something else.
    """

    edited = Signal()

    def __init__(self, editor: Editor, beside: QWidget | None = None) -> None:
        super().__init__()
        self.editor = editor
        # What it is described by while nothing is wrong.
        self._usual = ""
        editor.setMinimumHeight(editor.fontMetrics().height() + FIELD_PADDING)
        self._label = QLabel()
        self._label.setProperty("role", "error")
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.hide()
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(editor, 1)
        if beside is not None:
            line.addWidget(beside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        column.addWidget(self._label)
        if isinstance(editor, ChoiceField):
            editor.currentIndexChanged.connect(self.edited)
        elif isinstance(editor, IntegerField):
            editor.valueChanged.connect(self.edited)
        else:
            editor.textChanged.connect(self.edited)

    @property
    def error(self) -> str:
        """What is wrong, or ""."""
        return self._label.text()

    @error.setter
    def error(self, text: str) -> None:
        if text != self._label.text():
            if not self._label.text():
                self._usual = self.editor.accessibleDescription()
            self._label.setText(text)
            self._label.setVisible(bool(text))
            if text:
                describe(self.editor, text)
            else:
                self.editor.setAccessibleDescription(self._usual)

    def raw(self) -> str | int:
        """What the editor holds, sense or not, in the form that `set_raw` takes."""
        if isinstance(self.editor, IntegerField | ChoiceField):
            return self.editor.value()
        return self.editor.text()

    def set_raw(self, raw: str | int) -> None:
        """Put back what `raw` gave."""
        if isinstance(self.editor, IntegerField):
            self.editor.setValue(int(raw))
        elif isinstance(self.editor, ChoiceField):
            self.editor.set_value(str(raw))
        else:
            self.editor.setText(str(raw))
