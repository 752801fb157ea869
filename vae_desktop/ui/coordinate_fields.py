"""The cursor's two coordinates in the plane, as numbers to read and to type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from vae_desktop.core.errors import ConfigurationError
from vae_desktop.ui.announce import announce
from vae_desktop.ui.form_fields import parse_number
from vae_desktop.ui.naming import name_by
from vae_desktop.ui.readable import tabular

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

# Decoders are asked for nothing further out than this: beyond it pictures only saturate.
FARTHEST = 100.0
# Written so often at most: painting two fields costs a third of a millisecond, which a drag feels before an eye
# misses the numbers.
INTERVAL_MS = 40


def parse_coordinate(text: str) -> float:
    """A coordinate in standard deviations; a "σ" behind the number is fine.

    Raises:
        ConfigurationError: it is no number, or too far out.
    """
    try:
        value = parse_number(text.strip().removesuffix("σ"))
    except ConfigurationError:
        shown = text.strip()
        said = f"“{shown}” is not a number." if shown else "There is no number here."
        raise ConfigurationError(f"{said} Type one such as −1.25.") from None
    if abs(value) > FARTHEST:
        raise ConfigurationError(f"Type a number from −{FARTHEST:.0f} to {FARTHEST:.0f}.")
    return value


def coordinate_text(value: float) -> str:
    """A coordinate with three decimals and a real minus sign: "−1.250"."""
    text = f"{value:.3f}".replace("-", "−")
    return "0.000" if text == "−0.000" else text


class CoordinateField(QLineEdit):
    """A number that the cursor rewrites, but not while a person is typing.

    Escape takes the typing back.

    Attributes:
        value: the coordinate that the cursor has.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.value = 0.0
        self.setFont(tabular(self.font()))
        self.setMaxLength(32)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("−9.999") + 14)

    def show_value(self, value: float) -> None:
        """Show what the cursor has, unless something else is being typed."""
        self.value = value
        if not self.isModified():
            self._write(value)

    def take_back(self) -> None:
        """Show the cursor's coordinate whatever was typed."""
        self.setModified(False)
        self._write(self.value)

    def _write(self, value: float) -> None:
        text = coordinate_text(value)
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives the old number back."""
        if event.matches(QKeySequence.StandardKey.Cancel) and self.isModified():
            self.take_back()
            self.textEdited.emit(self.text())
        else:
            super().keyPressEvent(event)


class CoordinateFields(QWidget):
    """A field for each axis of the canvas; what can't be understood is answered in words below them.

    Attributes:
        fields: across and up; the second is hidden in a 1-D latent space.
        complaint: what is wrong with what was typed.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.fields = (CoordinateField(), CoordinateField())
        self._labels = (QLabel(), QLabel())
        self._units = (QLabel("σ"), QLabel("σ"))
        self.complaint = QLabel()
        self.complaint.setProperty("role", "error")
        self.complaint.setWordWrap(True)
        self.complaint.hide()
        row = QHBoxLayout()
        row.setSpacing(4)
        for field, label, unit in zip(self.fields, self._labels, self._units, strict=True):
            unit.setProperty("role", "muted")
            unit.setToolTip("In standard deviations of the prior")
            field.returnPressed.connect(self._apply)
            field.editingFinished.connect(self._apply)
            field.textEdited.connect(self._unsay)
            row.addWidget(label)
            row.addWidget(field, 1)
            row.addWidget(unit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.complaint)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._show_cursor)
        session.cursor_changed.connect(self._later)
        session.plane_changed.connect(self._show_axes)
        session.model_changed.connect(self._show_axes)
        self._show_axes()

    def _show_axes(self) -> None:
        line = len(self.session.cursor) == 1
        plane = self.session.plane
        for field, label, name, spoken in zip(
            self.fields, self._labels, plane.names, plane.spoken, strict=True
        ):
            label.setText(name)
            field.setAccessibleName(f"Coordinate {spoken} in standard deviations")
            field.setAccessibleDescription("Type a number and press Enter to jump there.")
            name_by(label, field)
            field.setToolTip(
                f"Coordinate {name} of the cursor, in standard deviations of the prior.\n"
                "Type a number and press Enter to jump there."
            )
            field.take_back()
        for part in (self.fields[1], self._labels[1], self._units[1]):
            part.setVisible(not line)
        self._unsay()
        self._show_cursor()

    def _later(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _show_cursor(self) -> None:
        for field, value in zip(self.fields, self._place(), strict=True):
            field.show_value(value)

    def _place(self) -> list[float]:
        """Where the cursor is in the plane."""
        place: list[float] = self.session.plane.to_plane(self.session.cursor).tolist()
        return place

    def _unsay(self) -> None:
        self.complaint.hide()

    def _apply(self) -> None:
        """Jump to what was typed, or say what is wrong with it."""
        typed = [field for field in self.fields if field.isModified()]
        if not typed:
            return
        try:
            x, y = (
                parse_coordinate(field.text()) if field in typed else value
                for field, value in zip(self.fields, self._place(), strict=True)
            )
        except ConfigurationError as error:
            self.complaint.setText(str(error))
            self.complaint.show()
            announce(typed[0], str(error))
            return
        for field in typed:
            field.setModified(False)
        self.session.move_cursor(x, y)
        self._show_cursor()
