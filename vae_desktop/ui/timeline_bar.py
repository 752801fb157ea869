"""Below all panels: back over the epochs of the training, and forth to what it has reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QToolBar, QWidget

from vae_desktop.ui.announce import describe
from vae_desktop.ui.controls import add_action, push_button, tool_button
from vae_desktop.ui.naming import name_by
from vae_desktop.ui.readable import tabular
from vae_desktop.ui.steady_label import SteadyLabel

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

EARLIER = "Look at the epoch before (Alt+Left)"
LATER = "Look at the next epoch (Alt+Right)"
NEWEST = "Look at what the training has reached (Alt+End)"
NONE_YET = "No epoch is over yet"
# Fewer ticks than this can be told apart.
MOST_TICKS = 60


class TimelineBar(QToolBar):
    """A slider over the epochs that are kept; its right end is the newest weights.

    It comes when a training begins, not with its first epoch: the window is laid out anew then, which must not happen
    under a hand that drags. Hidden where no epoch is kept and none will be.

    Attributes:
        slider: one step for each epoch kept, and the last for the newest weights.
        words: which epoch is looked at.
        newest_button: back to the newest.
        row: holds all of these and, as its actions, the commands.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("Timeline", parent)
        self.setObjectName("timeline_bar")
        self.setMovable(False)
        # Whether it is there depends on the training, not on the user.
        self.toggleViewAction().setVisible(False)
        self.session = session
        self._timeline = session.timeline
        # The epoch that was last spoken of.
        self._told: int | None = None
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setPageStep(1)
        self.slider.setAccessibleName("Epoch looked at")
        self.slider.setToolTip(
            "Back over the training: canvas, map, samples and curves show the model as it was at the end of an\n"
            "epoch. A training goes on meanwhile; saving always saves what it has reached."
        )
        self.earlier_button = tool_button("◀", EARLIER, lambda: self._timeline.step(-1))
        self.later_button = tool_button("▶", LATER, lambda: self._timeline.step(1))
        self.newest_button = push_button("Newest", NEWEST, lambda: self._timeline.view(None))
        self.words = SteadyLabel("")
        self.words.setFont(tabular(self.words.font()))
        # One line of a width of its own, see `mirror`.
        self.words.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        # Holds the commands too: those of a tool bar itself would stand there as buttons.
        row = self.row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(8)
        title = QLabel("Timeline")
        title.setProperty("role", "heading")
        name_by(title, self.slider)
        for widget in (title, self.earlier_button, self.slider, self.later_button):
            layout.addWidget(widget, int(widget is self.slider))
        layout.addWidget(self.words)
        layout.addWidget(self.newest_button)
        row.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.addWidget(row)
        self._make_actions()
        self.slider.valueChanged.connect(self._slid)
        self._timeline.changed.connect(self.mirror)
        for signal in (session.training.epoch_finished, session.training.state_changed):
            signal.connect(self.mirror)
        self.mirror()

    def _make_actions(self) -> None:
        timeline = self._timeline
        self.earlier_action = add_action(
            self.row, "&Earlier epoch", EARLIER, lambda: timeline.step(-1), "Alt+Left"
        )
        self.later_action = add_action(self.row, "&Later epoch", LATER, lambda: timeline.step(1), "Alt+Right")
        self.newest_action = add_action(
            self.row, "&Newest epoch", NEWEST, lambda: timeline.view(None), "Alt+End"
        )

    def _slid(self, place: int) -> None:
        epochs = self._timeline.epochs
        self._timeline.view(epochs[place] if place < len(epochs) else None)

    def mirror(self) -> None:
        """Show what the timeline says."""
        timeline = self._timeline
        epochs, wanted = timeline.epochs, timeline.wanted
        self.setVisible(timeline.expected)
        self.slider.setEnabled(bool(epochs))
        place = epochs.index(wanted) if wanted in epochs else len(epochs)
        blocked = self.slider.blockSignals(True)
        self.slider.setRange(0, len(epochs))
        few = len(epochs) <= MOST_TICKS
        ticks = QSlider.TickPosition.TicksBelow if few else QSlider.TickPosition.NoTicks
        if ticks != self.slider.tickPosition():
            self.slider.setTickPosition(ticks)
        self.slider.setValue(place)
        self.slider.blockSignals(blocked)
        back, forth = place > 0, place < len(epochs)
        for part, can in (
            (self.earlier_button, back),
            (self.earlier_action, back),
            (self.later_button, forth),
            (self.later_action, forth),
            (self.newest_button, forth),
            (self.newest_action, forth),
        ):
            part.setEnabled(can)
        newest = len(self.session.training.history)
        text = f"Epoch {wanted:,} of {newest:,}" if wanted is not None else f"Newest: epoch {newest:,}"
        if not newest:
            text = NONE_YET
        if text != self.words.text():
            # A slider's own number is a place among the epochs that are kept.
            if self.slider.hasFocus() or wanted != self._told:
                describe(self.slider, text)
            else:
                self.slider.setAccessibleDescription(text)
        self._told = wanted
        self.words.setText(text)
        # Words that change while the slider is dragged must not move it.
        metrics = QFontMetrics(self.words.font())
        every = (text, NONE_YET, f"Epoch {newest:,} of {newest:,} ")
        self.words.setFixedWidth(max(map(metrics.horizontalAdvance, every)))
