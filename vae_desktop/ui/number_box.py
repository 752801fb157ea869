"""A box for a number that is written alike whatever language the system speaks."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QDoubleSpinBox, QWidget


class NumberBox(QDoubleSpinBox):
    """Shows a point, as all numbers of the window do, and takes a comma for one.

    By the system's own language, 1.5 would be shown as 1,5 in half of Europe, and what is typed as 1.5 read as 15.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setLocale(QLocale.c())

    def validate(self, text: str, place: int) -> object:
        """Qt's hook: what it gives back is what stands in the box."""
        return super().validate(text.replace(",", "."), place)
