"""The line below a map: how far it is and how good, or in its place the chosen group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from vae_desktop.app.projection import PAST
from vae_desktop.ui.group_bar import LINES, GroupBar
from vae_desktop.ui.map_words import (
    KL_TIP,
    brief_figures_text,
    brief_quality_text,
    figures_text,
    quality_text,
    quality_tip,
)
from vae_desktop.ui.pace import Pace
from vae_desktop.ui.readable import tabular
from vae_desktop.ui.steady_label import SteadyLabel

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

# How long figures that change with every frame stand, so that they can be read; and they hold up no frame.
STAND_MS = 250


class MapStatus(QStackedWidget):
    """Mirrors a map's frames and figures, and the group. Both in one place, so that the map stays where it is.

    Attributes:
        figures: about the map; group: about the chosen digits.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._controller = session.map
        self._pace = Pace()
        self._brief = False
        # Without a name of its own, it is read out as its words.
        self.figures = SteadyLabel("", role="muted")
        self.figures.setFont(tabular(self.figures.font()))
        self.group = GroupBar(session)
        self.addWidget(self.figures)
        self.addWidget(self.group)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(STAND_MS)
        self._timer.timeout.connect(self._write)
        self._controller.state_changed.connect(self._state_changed)
        self._controller.frame_changed.connect(self._frame_changed)
        self._controller.quality_changed.connect(self._write)
        session.group_changed.connect(self._choose)
        self._state_changed()

    def set_brief(self, brief: bool) -> None:
        """Make do with one line, or say all."""
        if brief != self._brief:
            self._brief = brief
            self.group.set_lines(1 if brief else LINES)
            self._write()

    def _state_changed(self) -> None:
        self._pace.restart()
        self._write()
        self._choose()

    def _frame_changed(self) -> None:
        if self._controller.state != "running":
            self._write()
        elif not self._timer.isActive():
            self._timer.start()

    def _choose(self) -> None:
        """About the group where there is one, but for the time that a map takes to be made."""
        chosen = len(self._session.group) > 0 and self._controller.state == "idle"
        self.setCurrentWidget(self.group if chosen else self.figures)

    def _write(self) -> None:
        frame, state, quality = self._controller.frame, self._controller.state, self._controller.quality
        if frame is None:
            self._say("Preparing the map…" if state == "running" else "", "", KL_TIP)
        elif quality is not None and frame.stage != PAST:
            self._say(quality_text(quality), brief_quality_text(quality), quality_tip(quality))
        else:
            left = self._pace.seconds_left(frame.iteration, frame.iterations)
            self._say(figures_text(frame, state, left), brief_figures_text(frame, state, left), KL_TIP)

    def _say(self, text: str, brief: str, tip: str) -> None:
        self.figures.setText((brief or text) if self._brief else text)
        if tip != self.figures.toolTip():
            self.figures.setToolTip(tip)
