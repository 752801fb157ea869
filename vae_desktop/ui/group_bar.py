"""The line below a map that tells of the chosen group: how many digits of which classes, and what to do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from vae_desktop.ui.controls import tool_button
from vae_desktop.ui.exporting import open_export

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

LINES = 2


class GroupBar(QWidget):
    """Mirrors `session.group`.

    Attributes:
        label: the counts, those of the most common classes first.
        clear_button, export_button: end the group, and save it.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("group_bar")
        self.session = session
        self._counts: list[tuple[str, int]] = []
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._lines = 0
        self.clear_button = tool_button("Clear", "Choose no digits any more (Esc on the map)", self._clear)
        self.clear_button.setAccessibleName("Clear the group")
        tip = "Save the group's digits as a picture or as values (PNG, SVG, PDF, CSV, NPZ)"
        self.export_button = tool_button("Export…", tip, self.export)
        self.export_button.setAccessibleName("Export the group")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.label, 1)
        row.addWidget(self.clear_button)
        row.addWidget(self.export_button)
        self.set_lines(LINES)
        session.group_changed.connect(self._mirror)
        self._mirror()

    def set_lines(self, lines: int) -> None:
        """Have room for so many lines of counts."""
        if lines != self._lines:
            self._lines = lines
            self.label.setFixedHeight(lines * self.label.fontMetrics().lineSpacing() + 2)
            self._fill()

    def export(self) -> None:
        """Open the export dialog on the group."""
        from vae_desktop.ui.group_source import group_source

        open_export(self.session, group_source(self.session), self.window())

    def _clear(self) -> None:
        self.session.set_group([])

    def _mirror(self) -> None:
        group, dataset = self.session.group, self.session.dataset
        self._counts = []
        if dataset is not None and len(group):
            counts = np.bincount(dataset.explored.labels.numpy()[group], minlength=len(dataset.class_names))
            order = np.argsort(-counts, kind="stable")
            self._counts = [
                (dataset.class_names[label], int(counts[label])) for label in order if counts[label]
            ]
        text = group_text(self._counts) if self._counts else ""
        self.label.setToolTip(text)
        self.label.setAccessibleName(f"Chosen group: {text}")
        for button in (self.clear_button, self.export_button):
            button.setVisible(bool(self._counts))
        self._fill()

    def _fill(self) -> None:
        """As many classes as there is room for."""
        if not self._counts:
            self.label.clear()
            return
        metrics, width = self.label.fontMetrics(), max(self.label.width(), 60)
        room = QRect(0, 0, width, 10_000)
        for named in range(len(self._counts), -1, -1):
            text = group_text(self._counts, named)
            lines = (
                metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, text).height() / metrics.lineSpacing()
            )
            if lines <= self._lines + 0.5:
                break
        self.label.setText(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There is room for more, or for fewer."""
        super().resizeEvent(event)
        self._fill()


def group_text(counts: list[tuple[str, int]], named: int | None = None) -> str:
    """What a group is made of: "312 digits: 4 × 210, 9 × 98, …"; only so many classes are named."""
    total = sum(count for _, count in counts)
    named = len(counts) if named is None else named
    # No-break spaces: a name and its count stay on one line.
    parts = [f"{name} × {count:,}".replace(" ", "\u00a0") for name, count in counts[:named]]
    if named < len(counts):
        parts.append("…")
    return f"{total:,} {'digit' if total == 1 else 'digits'}: {', '.join(parts)}"
