"""The row below the map about what is placed into it: its count, a switch, a way to be rid of it, and progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QProgressBar, QSizePolicy, QWidget

from vae_desktop.ui.controls import tool_button
from vae_desktop.ui.items.sprites import draw_diamond
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

SIDE = 14
STEPS = 1000


class PlacedSwitch(QCheckBox):
    """Shows or hides the placed digits; bears their mark."""

    def __init__(self) -> None:
        super().__init__()
        self.setIconSize(QSize(SIDE, SIDE))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._drawn: tuple[str, float] | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the mark again where colours or resolution changed."""
        key = (theme().colors.text, self.devicePixelRatioF())
        if key != self._drawn:
            self._drawn = key
            pixmap = QPixmap(round(SIDE * key[1]), round(SIDE * key[1]))
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            middle = pixmap.width() / 2
            draw_diamond(painter, key[0], (middle, middle), 0.7 * pixmap.width(), key[1])
            painter.end()
            pixmap.setDevicePixelRatio(key[1])
            self.setIcon(QIcon(pixmap))
        super().paintEvent(event)


class PlacedRow(QWidget):
    """Mirrors `session.placed`; hidden while nothing is placed or under way.

    Attributes:
        switch: shows or hides the placed digits; clear: takes them away.
        words, progress, stop: what is under way, and a way to end it.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("placed_row")
        self._controller = session.placed
        self.switch = PlacedSwitch()
        self.switch.toggled.connect(self._controller.set_shown)
        self.clear = tool_button("Clear", "Take the placed digits off the map", self._controller.clear)
        self.words = QLabel()
        self.words.setProperty("role", "muted")
        self.words.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.setAccessibleName("Progress of the placing")
        self.stop = tool_button("Stop", "Give up placing digits", self._controller.stop)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        for row, (left, right) in enumerate(((self.switch, self.clear), (self.words, self.stop))):
            grid.addWidget(left, row, 0)
            grid.addWidget(right, row, 1)
        grid.addWidget(self.progress, 2, 0, 1, 2)
        self._controller.changed.connect(self._mirror)
        self._mirror()

    def _mirror(self) -> None:
        placed, busy = self._controller.placed, self._controller.busy
        self.setVisible(placed is not None or bool(busy))
        for about_placed in (self.switch, self.clear):
            about_placed.setVisible(placed is not None)
        for about_work in (self.words, self.progress, self.stop):
            about_work.setVisible(bool(busy))
        self.words.setText(busy)
        share = self._controller.share
        self.progress.setRange(0, 0 if share is None else STEPS)
        self.progress.setValue(round(STEPS * (share or 0.0)))
        if placed is not None:
            # An ampersand in a data set's name is no mnemonic.
            name = f"{placed.dataset.title}, {len(placed.points):,} {placed.dataset.split_name} images"
            self.switch.setText(name.replace("&", "&&"))
            self.switch.setAccessibleName(f"Show {name}")
            self.switch.setToolTip(
                f"{name}, placed among the map's digits (hollow marks): each amid those that the model finds most\n"
                "alike. The map itself stays as it is. Click to show or hide them."
            )
            with QSignalBlocker(self.switch):
                self.switch.setChecked(self._controller.shown)
