"""The row above the canvas: what is shown, along which axes, and how near."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QWidget

from vae_desktop.ui.controls import ChoiceButton, labelled, tool_button
from vae_desktop.ui.flow_layout import FlowLayout
from vae_desktop.ui.latent_plane import axis_name

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.ui.latent_canvas import LatentCanvas


class CanvasToolbar(QWidget):
    """Switches for backdrop and digits, the choice of axes (above two dimensions), zoom.

    Attributes:
        backdrop, digits: switches, for the menu too.
        across, up: which latent dimension is which axis.
        zoom_in, zoom_out, fit: buttons.
    """

    def __init__(self, session: Session, canvas: LatentCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.canvas = canvas
        tip = "Show what the model decodes at each place (the decoded manifold)"
        self.backdrop = switch(self, "Backdrop", tip, canvas.set_backdrop_on, "Ctrl+B")
        tip = "Show where the encoder puts the test digits (their latent means)"
        self.digits = switch(self, "Test digits", tip, canvas.set_points_on, "Ctrl+D")
        self.across = _axis_box("Axis across", "The latent dimension that runs from left to right")
        self.up = _axis_box("Axis up", "The latent dimension that runs from bottom to top")
        self.across.activated.connect(lambda chosen: self._ask_axes(chosen, self.up.currentIndex()))
        self.up.activated.connect(lambda chosen: self._ask_axes(self.across.currentIndex(), chosen))
        self._axes = QWidget()
        row = QHBoxLayout(self._axes)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(labelled("Across", self.across))
        row.addWidget(labelled("Up", self.up))
        self.zoom_out = tool_button("−", "Zoom out (−)", canvas.zoom_out)
        self.zoom_in = tool_button("+", "Zoom in (+)", canvas.zoom_in)
        self.fit = tool_button("Fit", "Show three standard deviations around the centre (0)", canvas.fit)
        flow = FlowLayout(self, spacing=12, line_spacing=6)
        flow.addWidget(_row(switch_button(self.backdrop), switch_button(self.digits)))
        flow.addWidget(self._axes)
        flow.addWidget(_row(self.zoom_out, self.zoom_in, self.fit))
        session.model_changed.connect(self._show_axes)
        session.axes_changed.connect(self._show_axes)
        self._show_axes()

    def _show_axes(self) -> None:
        count = len(self.session.cursor)
        self._axes.setVisible(count > 2)
        for box, axis in zip((self.across, self.up), self.session.axes, strict=True):
            with QSignalBlocker(box):
                if box.count() != count:
                    box.clear()
                    box.addItems([axis_name(dimension) for dimension in range(count)])
                box.setCurrentIndex(axis)
        self.updateGeometry()

    def _ask_axes(self, across: int, up: int) -> None:
        """Ask for other axes; choosing the other one's dimension exchanges the two."""
        i, j = self.session.axes
        if across == up:
            across, up = j, i
        self.session.set_axes(across, up)


def switch(
    owner: QWidget, text: str, tip: str, slot: Callable[[bool], None], shortcut: str = "", on: bool = True
) -> QAction:
    """A command that is on or off."""
    action = QAction(text, owner)
    action.setCheckable(True)
    action.setChecked(on)
    action.setShortcut(shortcut)
    action.setToolTip(f"{tip}\n{shortcut}".strip())
    action.setStatusTip(tip)
    action.toggled.connect(slot)
    return action


def switch_button(action: QAction, text: str = "") -> ChoiceButton:
    """A button that shows whether an action is on, and switches it; named like it unless `text` is given."""
    button = ChoiceButton(text or action.text(), action.toolTip(), action.trigger)
    button.setAccessibleName(action.text())
    button.setChecked(action.isChecked())
    action.toggled.connect(button.setChecked)
    return button


def _axis_box(name: str, tip: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(tip)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return box


def _row(*buttons: QToolButton) -> QWidget:
    group = QWidget()
    row = QHBoxLayout(group)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(2)
    for button in buttons:
        row.addWidget(button)
    return group
