"""What the map's colours stand for: the classes, or a scale of values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from vae_desktop.core.plane import axis_name
from vae_desktop.ui.class_legend import ClassLegend
from vae_desktop.ui.color_bar import ColorBar
from vae_desktop.ui.placed_row import PlacedRow
from vae_desktop.ui.value_colors import scale_of

if TYPE_CHECKING:
    from vae_desktop.app.map_colours import MapColours
    from vae_desktop.app.session import Session


def value_words(colours: MapColours) -> tuple[str, str]:
    """What the values are that the map is coloured by, and their unit."""
    if colours.kind == "elbo":
        return "−ELBO of each digit", "nats"
    return f"Latent mean {axis_name(colours.dimension)}", "σ of the prior"


class MapKey(QWidget):
    """Below the map: the classes with their counts, or in their place a colour bar.

    Attributes:
        legend: the classes; bar: the scale; note: a line on what stands out; placed: about the digits placed
            into the map.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.legend = ClassLegend(session, counts=True)
        self.bar = ColorBar()
        self.placed = PlacedRow(session)
        self.note = QLabel()
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)
        self.note.setToolTip(
            "Colours are those of the class that most of a digit's 10 nearest codes have (k-nearest-neighbour vote\n"
            "in latent space); digits that are of another class have a ring"
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for part in (self.note, self.bar, self.legend, self.placed):
            layout.addWidget(part)
        self._brief = False
        session.map_colours.changed.connect(self._mirror)
        session.placed.changed.connect(self._mirror)
        self._mirror()

    def set_brief(self, brief: bool) -> None:
        """Leave out the classes, whose names stand on the map."""
        if brief != self._brief:
            self._brief = brief
            self._mirror()

    def _mirror(self) -> None:
        colours = self._session.map_colours
        by_value = colours.kind in ("elbo", "latent") and self._session.map.codes is not None
        self.legend.setVisible(not by_value and not self._brief)
        self.bar.setVisible(by_value)
        if by_value:
            scale = scale_of(colours.values) if colours.values is not None else None
            self.bar.show_scale(", ".join(value_words(colours)), scale)
        self.note.setText(self._note())
        self.note.setVisible(bool(self.note.text()))
        # Empty, it would still be kept apart from what is above it.
        parts = (self.note, self.bar, self.legend, self.placed)
        self.setVisible(not all(part.isHidden() for part in parts))

    def _note(self) -> str:
        colours, codes = self._session.map_colours, self._session.map.codes
        if colours.kind != "predicted" or codes is None:
            return ""
        if colours.predicted is None:
            return "Finding each digit's neighbours…"
        wrong = int(np.count_nonzero(colours.predicted != codes.labels))
        return f"Ringed: {wrong:,} of {len(codes.labels):,} digits, taken for another class"
