"""The digits placed into a map: hollow marks above its points, which show themselves under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPoint

from vae_desktop.ui.items.class_points import ClassPoints
from vae_desktop.ui.map_picker import MapPicker
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from vae_desktop.app.placed import Placed
    from vae_desktop.app.session import Session
    from vae_desktop.ui.map_view import MapView

# Above points, contours and thumbnails, below the classes' names.
DEPTH = 8
# So much larger than the map's own points are the marks, in pixels, and at least so large.
LARGER, LEAST = 4.0, 9.0
# How near the pointer must come to a mark's edge, in pixels: a mark goes before the points below it.
NEAR = 2.0


class PlacedOnMap(QObject):
    """Mirrors `session.placed` on a map view.

    Attributes:
        points: the marks, in their classes' colours where those are the map's; empty while there are none.
        pointed: the placed digit under the pointer, or None.
    """

    def __init__(self, session: Session, view: MapView) -> None:
        super().__init__(view)
        self._session, self._view = session, view
        self._picker = MapPicker()
        self._shown: Placed | None = None
        self.pointed: int | None = None
        self.points = ClassPoints(opacity=1.0)
        self.points.plain = self.points.hollow = True
        self.points.setZValue(DEPTH)
        view.view_box.addItem(self.points, ignoreBounds=True)
        session.placed.changed.connect(self._show)
        session.hidden_classes_changed.connect(self._show)
        session.map_colours.changed.connect(self._show)
        session.preferences.changed.connect(lambda name: self._show() if name == "map_look" else None)
        self._show()

    @property
    def same_classes(self) -> bool:
        """Whether the placed digits' classes are those of the map."""
        placed, dataset = self._session.placed.placed, self._session.dataset
        return (
            placed is not None and dataset is not None and placed.dataset.class_names == dataset.class_names
        )

    def recolor(self) -> None:
        """Take over the theme's colours."""
        self._show()
        self.points.recolor()

    def point_at(self, x: float, y: float, pointer: QPoint) -> bool:
        """Show the card of the mark at a place of the plane; whether there is one."""
        width, height = self._view.pixel_size()
        reach = self.points.size / 2 + NEAR
        self.pointed = self._picker.nearest(x, y, reach * width, reach * height) if self._shown else None
        self.points.set_highlight(self.pointed)
        if self.pointed is None:
            return False
        self._view.card.show_digit(self._session.placed.digit(self.pointed), pointer)
        return True

    def leave(self) -> None:
        """No mark is under the pointer any more."""
        self.pointed = None
        self.points.set_highlight(None)

    def _show(self) -> None:
        controller = self._session.placed
        placed = controller.placed if controller.shown else None
        if placed is not self._shown:
            self.leave()
            self._shown = placed
            self._view.card.dismiss()
            self.points.set_data(
                placed.points if placed is not None else None, placed.labels if placed is not None else None
            )
        if placed is None:
            self._picker.set_points(self.points.points, self.points.visible)
            return
        by_class = self.same_classes and self._session.map_colours.kind in ("class", "predicted")
        if by_class:
            self.points.set_colors(None)
        else:
            self.points.set_colors(np.zeros(len(placed.points), np.intp), (theme().colors.text,))
        self.points.set_hidden(self._session.hidden_classes if self.same_classes else frozenset())
        self.points.set_size(max(LEAST, self._session.preferences.map_look.size + LARGER))
        self._picker.set_points(self.points.points, self.points.visible)
