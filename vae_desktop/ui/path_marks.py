"""The session's path on the latent canvas, and those of its stops that are digits on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from vae_desktop.ui.items.path_line import PathLine, PlaceMark, StopMark

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.ui.map_view import MapView
    from vae_desktop.ui.plot_navigation import NavigablePlot

# Above points and names, below the cursor.
DEPTH = 16


class _Stops:
    """Numbered marks on a plot, made as they are needed."""

    def __init__(self, plot: NavigablePlot) -> None:
        self._plot = plot
        self.marks: list[StopMark] = []

    def show(self, places: list[tuple[float, float] | None]) -> None:
        """Mark these places, in order; None has no mark, but a number."""
        while len(self.marks) < len(places):
            mark = StopMark(len(self.marks) + 1)
            # Where two lie on each other, the earlier one is seen.
            mark.setZValue(DEPTH + 1 - 0.01 * mark.number)
            self.marks.append(mark)
            self._plot.view_box.addItem(mark, ignoreBounds=True)
        for number, mark in enumerate(self.marks):
            place = places[number] if number < len(places) else None
            mark.setVisible(place is not None)
            if place is not None:
                mark.setPos(*place)


class PathOnCanvas(QObject):
    """Mirrors `session.path` on the canvas. A path that leads off the plane is seen from straight above.

    Attributes:
        line, place: what is painted besides the stops; stops: their marks.
    """

    def __init__(self, session: Session, canvas: NavigablePlot) -> None:
        super().__init__(canvas)
        self._session = session
        self._path = session.path
        self.line, self.place = PathLine(), PlaceMark()
        for depth, item in ((DEPTH, self.line), (DEPTH + 0.5, self.place)):
            item.setZValue(depth)
            canvas.view_box.addItem(item, ignoreBounds=True)
        self.stops = _Stops(canvas)
        self._path.changed.connect(self._show)
        session.plane_changed.connect(self._show)
        self._path.player.moved.connect(self._show_place)
        self._show()

    def _show(self) -> None:
        session, plane, film = self._session, self._session.plane, self._path.film
        fits = film is not None and len(film.line) and film.line.shape[1] == plane.dimensions
        self.line.set_places(plane.to_plane(film.line) if film is not None and fits else None)
        places: list[tuple[float, float] | None] = []
        for stop in self._path.plan.stops:
            code = stop.code(session)
            if code is None or len(code) != plane.dimensions:
                places.append(None)
            else:
                x, y = plane.to_plane(code).tolist()
                places.append((x, y))
        self.stops.show(places)
        self._show_place()

    def _show_place(self) -> None:
        # The player hears before us that there is nothing to play any more.
        shown = self._path.player.can_play and self.line.isVisible()
        self.place.setVisible(shown)
        if shown:
            self.place.setPos(*self._session.plane.to_plane(self._path.player.code()).tolist())


class PathOnMap(QObject):
    """Marks the stops that are digits on the map.

    Attributes:
        stops: their marks.
    """

    def __init__(self, session: Session, view: MapView) -> None:
        super().__init__(view)
        self._session = session
        self.stops = _Stops(view)
        session.path.changed.connect(self._show)
        session.map.frame_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        frame = self._session.map.frame
        places: list[tuple[float, float] | None] = []
        for stop in self._session.path.plan.stops:
            if frame is None or stop.index is None or stop.index >= len(frame.embedding):
                places.append(None)
            else:
                x, y = frame.embedding[stop.index].tolist()
                places.append((x, y))
        self.stops.show(places)
