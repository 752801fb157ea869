"""How an exported picture looks: its kind of file, enlargement, gaps and background, remembered between exports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QColorDialog, QFormLayout, QHBoxLayout, QToolButton, QWidget

from vae_desktop.core.export import MAX_PADDING, MAX_SCALE, GridStyle
from vae_desktop.ui.controls import spin_box, tool_button
from vae_desktop.ui.dialog import open_beside
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from vae_desktop.app.settings import Preferences

KINDS = ("png", "svg", "csv", "npz")


@dataclass(frozen=True)
class ExportChoices:
    """What was chosen in the export dialog.

    Attributes:
        kind: one of KINDS.
        scale: pixels of the file for one pixel of an image, along each side.
        padding: lines between and around images, in pixels of an image.
        background: colour of the padding, "#rrggbb".
        folder: where the last file went; "" where none did.
    """

    kind: str = "png"
    scale: int = 4
    padding: int = 2
    background: str = "#ffffff"
    folder: str = ""

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> ExportChoices:
        """The choices that were remembered; what makes no sense falls back to the defaults."""
        default = cls()

        def number(name: str, low: int, high: int, otherwise: int) -> int:
            value = values.get(name)
            return value if isinstance(value, int) and low <= value <= high else otherwise

        kind, color, folder = (values.get(name) for name in ("kind", "background", "folder"))
        return cls(
            kind=kind if kind in KINDS else default.kind,
            scale=number("scale", 1, MAX_SCALE, default.scale),
            padding=number("padding", 0, MAX_PADDING, default.padding),
            background=color if isinstance(color, str) and QColor(color).isValid() else default.background,
            folder=folder if isinstance(folder, str) else "",
        )


def remembered(preferences: Preferences) -> ExportChoices:
    """The choices of the last export."""
    return ExportChoices.from_json(preferences.export_choices)


def remember(preferences: Preferences, choices: ExportChoices) -> None:
    """Start from these next time."""
    preferences.export_choices = asdict(choices)


class ColorButton(QToolButton):
    """Shows a colour; a click asks for another.

    Attributes:
        color: "#rrggbb".

    Signals:
        changed(): another colour.
    """

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.color = "#ffffff"
        self._name = name
        self.setMinimumWidth(64)
        self.clicked.connect(self._ask)
        self.set_color(self.color)

    def set_color(self, color: str) -> None:
        """Show this colour ("#rrggbb")."""
        self.setAccessibleName(f"{self._name}: {color}")
        self.setToolTip(f"{self._name}: {color}. Click for another.")
        if color != self.color:
            self.color = color
            self.update()
            self.changed.emit()

    def _ask(self) -> None:
        dialog = QColorDialog(QColor(self.color), self)
        dialog.setWindowTitle(self._name)
        dialog.colorSelected.connect(lambda color: self.set_color(color.name()))
        dialog.finished.connect(dialog.deleteLater)
        open_beside(dialog)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The button with a field of the colour on it."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(QColor(theme().colors.muted))
        painter.setBrush(QColor(self.color))
        painter.drawRect(self.rect().adjusted(6, 5, -7, -6))
        painter.end()


class StyleForm(QWidget):
    """The fields for enlargement, gaps and background.

    Signals:
        changed(): one of them holds something else.
    """

    changed = Signal()

    def __init__(self, choices: ExportChoices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tip = "Pixels in the file for each pixel of an image, along each side"
        self.scale = spin_box(1, MAX_SCALE, choices.scale, "Scale", tip)
        self.scale.setSuffix("×")
        tip = "Lines between images and around them, in pixels of an image"
        self.padding = spin_box(0, MAX_PADDING, choices.padding, "Padding", tip)
        self.padding.setSuffix(" px")
        self.background = ColorButton("Background colour")
        self.background.set_color(choices.background)
        self.white = tool_button("White", "White background", lambda: self.background.set_color("#ffffff"))
        self.black = tool_button("Black", "Black background", lambda: self.background.set_color("#000000"))
        colors = QHBoxLayout()
        colors.setSpacing(6)
        for button in (self.background, self.white, self.black):
            colors.addWidget(button)
        colors.addStretch(1)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(8)
        form.addRow("Scale", self.scale)
        form.addRow("Padding", self.padding)
        form.addRow("Background", colors)
        for box in (self.scale, self.padding):
            box.setKeyboardTracking(True)
            box.valueChanged.connect(self.changed)
        self.background.changed.connect(self.changed)

    @property
    def style_chosen(self) -> GridStyle:
        """What the fields say."""
        return GridStyle(self.scale.value(), self.padding.value(), self.background.color)
