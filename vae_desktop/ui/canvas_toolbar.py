"""The row above the canvas: what is shown, of which plane, and how near."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QHBoxLayout, QToolButton, QWidget

from vae_desktop.ui.announce import announce
from vae_desktop.ui.controls import ChoiceButton, tool_button
from vae_desktop.ui.flow_layout import FlowLayout
from vae_desktop.ui.plane_chooser import PlaneChooser

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.ui.latent_canvas import LatentCanvas


class CanvasToolbar(QWidget):
    """Switches for backdrop and digits, the choice of a plane (above two dimensions), zoom.

    Attributes:
        backdrop, digits, density, speed, regions, flags: switches, for the menu too; switches: all of them.
        path: the switch of the path tool.
        plane: the choice of a plane; across, up: its choices of which latent dimension is which axis.
        zoom_in, zoom_out, fit: buttons.
    """

    def __init__(self, session: Session, canvas: LatentCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.canvas = canvas
        tip = "Show what the model decodes at each place (the decoded manifold)"
        self.backdrop = switch(self, "Backdrop", tip, canvas.manifold.set_on, "Ctrl+B")
        tip = "Show where the encoder puts the digits (their latent means)"
        self.digits = switch(self, "Digits", tip, canvas.set_points_on, "Ctrl+D")
        trust = canvas.trust
        tip = "Show where the model’s own data is dense: lines around 50, 90 and 99 % of it (the aggregate posterior)"
        self.density = switch(self, "Trust", tip, trust.set_density_on, "Ctrl+1", on=False)
        tip = "Show how fast the picture changes from place to place (norm of the decoder’s Jacobian)"
        self.speed = switch(self, "Change", tip, trust.set_speed_on, "Ctrl+2", on=False)
        tip = "Tint the plane by class: a vote of the model’s own nearest digits, faint where none is near"
        self.regions = switch(self, "Classes", tip, trust.set_regions_on, "Ctrl+3", on=False)
        tip = "Show the bookmarks of this model as flags; a click on one goes there"
        self.flags = switch(self, "Flags", tip, canvas.flags.set_on, "Ctrl+4", on=canvas.flags.on)
        tip = "Click stops of a path on the canvas, or drag to draw one; Shift goes on from the last, Esc ends it"
        self.path = switch(self, "Path tool", tip, canvas.path_hand.set_on, "Ctrl+L", on=False)
        canvas.path_hand.on_changed.connect(lambda: self.path.setChecked(canvas.path_hand.on))
        self.plane = PlaneChooser(session)
        self.across, self.up = self.plane.across, self.plane.up
        self.zoom_out = tool_button("−", "Zoom out (−)", canvas.zoom_out)
        self.zoom_in = tool_button("+", "Zoom in (+)", canvas.zoom_in)
        self.fit = tool_button("Fit", "Show three standard deviations around the centre (0)", canvas.fit)
        flow = FlowLayout(self, spacing=12, line_spacing=6)
        self.switches = (self.backdrop, self.digits, self.density, self.speed, self.regions, self.flags)
        # The flags by themselves: narrow windows have no room for six in a row.
        flow.addWidget(_row(*(switch_button(action) for action in self.switches[:-1])))
        flow.addWidget(switch_button(self.flags))
        flow.addWidget(switch_button(self.path, "Path"))
        flow.addWidget(self.plane)
        flow.addWidget(_row(self.zoom_out, self.zoom_in, self.fit))
        session.model_changed.connect(self._show_model)
        self._show_model()

    def _show_model(self) -> None:
        """The layers are of a plane: a line has none."""
        for action in (self.density, self.speed, self.regions):
            if len(self.session.cursor) == 1:
                action.setChecked(False)
            action.setEnabled(len(self.session.cursor) > 1)


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
    action.triggered.connect(lambda now: _say_switched(owner, text, now))
    return action


def _say_switched(owner: QWidget, text: str, now: bool) -> None:
    """Say what a key or a menu has switched; with the keyboard on its button, that is said of the button."""
    here = QApplication.focusWidget()
    if here is None or here.accessibleName() != text:
        announce(owner, f"{text} {'on' if now else 'off'}")


def switch_button(action: QAction, text: str = "") -> ChoiceButton:
    """A button that shows whether an action is on, and switches it; named like it unless `text` is given."""
    button = ChoiceButton(text or action.text(), action.toolTip(), action.trigger)
    button.setAccessibleName(action.text())
    button.setChecked(action.isChecked())
    action.toggled.connect(button.setChecked)
    action.enabledChanged.connect(button.setEnabled)
    return button


def _row(*buttons: QToolButton) -> QWidget:
    group = QWidget()
    row = QHBoxLayout(group)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(2)
    for button in buttons:
        row.addWidget(button)
    return group
