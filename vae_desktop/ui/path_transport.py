"""What plays the path: play and pause, a scrubber, speed, and what happens at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from vae_desktop.app.path_player import LEAST_SECONDS, LOOPS, MOST_SECONDS
from vae_desktop.ui.controls import tool_button
from vae_desktop.ui.flow_layout import FlowLayout
from vae_desktop.ui.number_box import NumberBox

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

STEPS = 1000
LOOP_NAMES = {"once": "Once", "loop": "Loop", "ping-pong": "To and fro"}


class Scrubber(QSlider):
    """A slider whose Space key is left to the panel."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays and pauses."""
        if event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)


class PathTransport(QWidget):
    """Mirrors `session.path.player`.

    Attributes:
        play_button: plays and pauses; scrubber: where on the path; place: the same in words.
        seconds: the time from start to end; loop: what happens there; flow: takes further fields beside them.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._path, self._player = session.path, session.path.player
        tip = "Let the cursor go along the path (Space in this panel, Ctrl+Shift+L everywhere)"
        self.play_button = tool_button("Pause", tip, self._player.toggle)
        # As wide for the one word as for the other.
        self.play_button.setMinimumWidth(self.play_button.sizeHint().width())
        self.scrubber = Scrubber(Qt.Orientation.Horizontal)
        self.scrubber.setRange(0, STEPS)
        self.scrubber.setPageStep(STEPS // 10)
        self.scrubber.setMinimumWidth(60)
        self.scrubber.setAccessibleName("Place on the path")
        self.scrubber.setToolTip("Put the cursor on a place of the path")
        self.scrubber.valueChanged.connect(lambda value: self._player.seek(value / STEPS))
        # However far it is dragged, that is one step for undo.
        self.scrubber.sliderPressed.connect(session.begin_gesture)
        self.scrubber.sliderReleased.connect(session.end_gesture)
        self.place = QLabel()
        self.place.setProperty("role", "muted")
        self.place.setMinimumWidth(self.place.fontMetrics().horizontalAdvance("0000 / 0000"))
        self.place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.seconds = NumberBox()
        self.seconds.setRange(LEAST_SECONDS, MOST_SECONDS)
        self.seconds.setDecimals(1)
        self.seconds.setSingleStep(0.5)
        self.seconds.setSuffix(" s")
        self.seconds.setKeyboardTracking(False)
        self.seconds.setAccessibleName("Seconds from the path's start to its end")
        self.seconds.setToolTip("How long the way from the path's start to its end takes")
        self.seconds.valueChanged.connect(self._player.set_seconds)
        self.loop = QComboBox()
        for loop in LOOPS:
            self.loop.addItem(LOOP_NAMES[loop], loop)
        self.loop.setAccessibleName("At the end of the path")
        self.loop.setToolTip("What happens at the path's end: stop, start again, or come back")
        self.loop.currentIndexChanged.connect(lambda number: self._player.set_loop(LOOPS[number]))
        self._lay_out()
        self._player.changed.connect(self._show)
        self._player.moved.connect(self._show_place)
        self._path.changed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.play_button)
        row.addWidget(self.scrubber, 1)
        row.addWidget(self.place)
        self.settings = QWidget()
        self.flow = FlowLayout(self.settings, spacing=6, line_spacing=4)
        self.flow.addWidget(self.seconds)
        self.flow.addWidget(self.loop)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addLayout(row)
        rows.addWidget(self.settings)

    def _show(self) -> None:
        player = self._player
        self.play_button.setText("Pause" if player.playing else "Play")
        self.play_button.setAccessibleName(f"{self.play_button.text()} the path")
        for part in (self.play_button, self.scrubber):
            part.setEnabled(player.can_play)
        with QSignalBlocker(self.seconds):
            self.seconds.setValue(player.seconds)
        with QSignalBlocker(self.loop):
            self.loop.setCurrentIndex(LOOPS.index(player.loop))
        self._show_place()

    def _show_place(self) -> None:
        player, film = self._player, self._path.film
        with QSignalBlocker(self.scrubber):
            self.scrubber.setValue(round(player.position * STEPS))
        text = f"{player.frame + 1} / {len(film.codes)}" if film is not None and player.can_play else ""
        if text != self.place.text():
            self.place.setText(text)
            self.place.setAccessibleName(f"Frame {text.replace('/', 'of')}" if text else "No path")
