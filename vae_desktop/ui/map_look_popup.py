"""The "View" button of the map, and what it opens: colours, size, opacity, contours, thumbnails."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QSlider, QToolButton, QWidget

from vae_desktop.app.map_look import FAINTEST, LARGEST, SMALLEST, MapLook
from vae_desktop.core.plane import axis_name
from vae_desktop.ui.controls import tool_button
from vae_desktop.ui.form_fields import ChoiceField
from vae_desktop.ui.popup import Popup, popup_button

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

# Sliders count in these parts of a pixel and of full opacity.
SIZE_STEPS = 2
OPACITY_STEPS = 20

COLOUR_TIP = (
    "What the points' colours show: each digit's class; the class of most of its ten nearest codes\n"
    "(a k-nearest-neighbour vote in latent space); how poorly the model explains the digit (negative ELBO,\n"
    "in nats); or where its code lies along one latent dimension"
)
SIZE_TIP = "How large the points are, in pixels"
OPACITY_TIP = "How much of what lies below a point it covers (opacity)"
CONTOURS_TIP = (
    "Draw lines around the densest parts of the map, which hold 25, 50, 75 and 95 % of the points shown\n"
    "(contours of a kernel density estimate)"
)
THUMBNAILS_TIP = (
    "Draw the digits themselves in place of points (thumbnails) once you have zoomed in far enough"
)


class MapLookPopup(Popup):
    """A small window that goes away with Escape or a click elsewhere; what is chosen counts at once.

    Attributes:
        colour_by, point_size, opacity, contours, thumbnails: the fields; reset: back to how it was at first.
    """

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__("map_look_popup", "How the map is shown", parent)
        self._session = session
        self.colour_by = ChoiceField((("class", "Class"),))
        self.colour_by.setMinimumContentsLength(16)
        self.colour_by.currentIndexChanged.connect(self._choose_colour)
        self.point_size = _slider(round(SMALLEST * SIZE_STEPS), round(LARGEST * SIZE_STEPS))
        self.point_size.valueChanged.connect(lambda value: self._change(size=value / SIZE_STEPS))
        self.opacity = _slider(round(FAINTEST * OPACITY_STEPS), OPACITY_STEPS)
        self.opacity.valueChanged.connect(lambda value: self._change(opacity=value / OPACITY_STEPS))
        self.contours = QCheckBox("Density &contours")
        self.contours.toggled.connect(lambda on: self._change(contours=on))
        self.thumbnails = QCheckBox("&Digits when zoomed in")
        self.thumbnails.toggled.connect(lambda on: self._change(thumbnails=on))
        self.reset = tool_button("Reset", "Show the map as it is shown at first", self._reset)
        self._lay_out()
        session.preferences.changed.connect(self._preference_changed)
        session.model_changed.connect(self._offer_dimensions)
        self._offer_dimensions()

    def _lay_out(self) -> None:
        for text, name, tip, field in (
            ("Colour &by", "Colour by", COLOUR_TIP, self.colour_by),
            ("&Size", "Size of the points", SIZE_TIP, self.point_size),
            ("&Opacity", "Opacity of the points", OPACITY_TIP, self.opacity),
        ):
            self.add_field(text, name, tip, field)
        for box, tip in ((self.contours, CONTOURS_TIP), (self.thumbnails, THUMBNAILS_TIP)):
            box.setToolTip(tip)
            box.setAccessibleName(box.text().replace("&", ""))
            self.form.addRow(box)
        self.form.addRow(self.reset)

    def prepare(self) -> None:
        """Show what is chosen now."""
        self._mirror()

    # -- intents ------------------------------------------------------------------------------------

    def _change(self, **values: Any) -> None:
        preferences = self._session.preferences
        preferences.map_look = replace(preferences.map_look, **values)

    def _choose_colour(self) -> None:
        kind, _, dimension = self.colour_by.value().partition(" ")
        self._change(colour_by=kind, dimension=int(dimension or 0))

    def _reset(self) -> None:
        self._session.preferences.map_look = MapLook()

    # -- mirror -------------------------------------------------------------------------------------

    def _offer_dimensions(self) -> None:
        count = len(self._session.cursor) if self._session.model is not None else 0
        latent = tuple((f"latent {d}", f"Latent mean {axis_name(d)}") for d in range(count))
        kinds = (("class", "Class"), ("predicted", "Predicted class"), ("elbo", "Negative ELBO"))
        self.colour_by.set_choices((*kinds, *latent))
        self._mirror()

    def _preference_changed(self, name: str) -> None:
        if name == "map_look":
            self._mirror()

    def _mirror(self) -> None:
        look = self._session.preferences.map_look
        name = f"latent {look.dimension}" if look.colour_by == "latent" else look.colour_by
        with QSignalBlocker(self.colour_by):
            # A dimension that this model does not have leaves the classes, here as on the map.
            self.colour_by.setCurrentIndex(max(0, self.colour_by.findData(name)))
        for slider, value in (
            (self.point_size, look.size * SIZE_STEPS),
            (self.opacity, look.opacity * OPACITY_STEPS),
        ):
            with QSignalBlocker(slider):
                slider.setValue(round(value))
        for box, on in ((self.contours, look.contours), (self.thumbnails, look.thumbnails)):
            with QSignalBlocker(box):
                box.setChecked(on)
        self.reset.setEnabled(look != MapLook())


def look_button(session: Session, panel: QWidget) -> tuple[QToolButton, MapLookPopup]:
    """The button for a panel's row, and the popup that it opens."""
    popup = MapLookPopup(session, panel)
    tip = "Choose how the map is shown: colours, size of the points, contours, digits"
    return popup_button("View", tip, popup), popup


def _slider(low: int, high: int) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(low, high)
    slider.setPageStep(4)
    slider.setMinimumWidth(140)
    return slider
