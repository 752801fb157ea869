"""How the map is dressed: its points' colours, size and opacity, its contours and thumbnails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from vae_desktop.core.palette import class_color
from vae_desktop.ui.items.contours import Contours
from vae_desktop.ui.items.group_marks import LARGE
from vae_desktop.ui.items.thumbnails import Thumbnails
from vae_desktop.ui.theme import theme
from vae_desktop.ui.value_colors import columns_of, scale_of, value_palette

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.data.dataset import Dataset
    from vae_desktop.ui.items.class_points import ClassPoints
    from vae_desktop.ui.map_view import MapView


class MapDress(QObject):
    """Mirrors `preferences.map_look`, `map_colours` and `map_density` on the items of a map view.

    Attributes:
        contours, thumbnails: above the points.
    """

    def __init__(self, session: Session, view: MapView) -> None:
        super().__init__(view)
        self._session = session
        self._points: ClassPoints = view.points
        self._pictured: Dataset | None = None
        self.contours = Contours()
        self.thumbnails = Thumbnails(view.points)
        for depth, item in ((4, self.contours), (6, self.thumbnails)):
            item.setZValue(depth)
            view.view_box.addItem(item, ignoreBounds=True)
        session.preferences.changed.connect(self._preference_changed)
        session.map_colours.changed.connect(self._color)
        session.map_density.changed.connect(self._draw_contours)
        session.hover_changed.connect(self._mark_hovered)
        self._take_look()
        self._draw_contours()

    def spot(self) -> float:
        """How large that is, in pixels, which is painted around a point where few are in view."""
        return 1.42 * self.thumbnails.side if self.thumbnails.shown else max(self._points.size, LARGE)

    def points_changed(self) -> None:
        """The view shows other points, or other ones of them."""
        self._color()
        self._show_images()
        self.thumbnails.follow()

    def _mark_hovered(self) -> None:
        if self.thumbnails.shown:
            self.thumbnails.update()

    def recolor(self) -> None:
        """Take over the theme's colours."""
        self._color()
        self.thumbnails.recolor()
        self.contours.update()

    def _preference_changed(self, name: str) -> None:
        if name == "map_look":
            self._take_look()

    def _take_look(self) -> None:
        look = self._session.preferences.map_look
        self._points.set_size(look.size)
        self._points.set_point_opacity(look.opacity)
        self._show_images()

    def _show_images(self) -> None:
        dataset, shows = self._session.dataset, self._session.preferences.map_look.thumbnails
        if dataset is None or not shows or len(dataset.explored) != len(self._points.points):
            dataset = None
        if dataset is not self._pictured:
            self._pictured = dataset
            self.thumbnails.set_images(dataset.explored.images.numpy() if dataset is not None else None)

    def _draw_contours(self) -> None:
        self.contours.set_lines(self._session.map_density.contours)

    def _color(self) -> None:
        """Give the points the colours that are known by now, and until then those of their classes."""
        colours, points = self._session.map_colours, self._points
        count = len(points.points)
        if colours.predicted is not None and len(colours.predicted) == count:
            palette = tuple(class_color(label) for label in range(int(colours.predicted.max()) + 1))
            points.set_colors(colours.predicted, palette, colours.predicted != points.labels)
        elif colours.values is not None and len(colours.values) == count:
            columns = columns_of(colours.values, scale_of(colours.values))
            points.set_colors(columns, value_palette(theme().dark))
        elif points.columns is not None:
            points.set_colors(None)
        self.thumbnails.update()
