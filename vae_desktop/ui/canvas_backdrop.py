"""The decoded manifold below all else on the latent canvas: asked for cell by cell, while somebody sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from vae_desktop.ui.latent_plane import Cells, cell_width, cells_in_view, strip_extent
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.ui.items.raster import RasterItem
    from vae_desktop.ui.latent_canvas import LatentCanvas

INTERVAL_MS = 60
# Ink of the backdrop: weak enough for the points above it; stronger where there are none.
INK_UNDER_POINTS, INK_ALONE = 0.32, 0.6


class BackdropOnCanvas(QObject):
    """Mirrors `session.backdrop`, and asks it for the cells in view.

    Attributes:
        item: what is painted.
        on: whether it is wanted.
    """

    def __init__(self, session: Session, canvas: LatentCanvas, item: RasterItem) -> None:
        super().__init__(canvas)
        self._session = session
        self._canvas = canvas
        self.item = item
        self.on = True
        self._cells: Cells | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._request)
        canvas.range_changed.connect(self.request_later)
        session.backdrop.changed.connect(self.show)
        self.set_ink(under_points=True)

    def set_on(self, on: bool) -> None:
        """Show the decoded manifold or not."""
        self.on = on
        self.item.setVisible(on)
        self.watch()

    def watch(self) -> None:
        """Decode only while somebody can see it."""
        self._session.backdrop.active = self.on and self._canvas.isVisible()
        self.request_later()

    def begin_anew(self) -> None:
        """Another model: no cell of the one before serves."""
        self._cells = None

    def request_later(self) -> None:
        """The view shows another part of the plane, or another plane."""
        # Not restarted while it runs: a long move of the view is followed on the way, not only at its end.
        if not self._timer.isActive():
            self._timer.start()

    def _request(self) -> None:
        model, canvas = self._session.model, self._canvas
        if model is None:
            return
        seen, width = canvas.view_box.viewRect(), cell_width(canvas.pixel_size()[0])
        if self._cells is None or not self._cells.serve(width, seen):
            _, rows, columns = model.config.image_shape
            self._cells = cells_in_view(seen, width, rows / columns, canvas.flat)
            self._session.backdrop.request(self._cells.xs, self._cells.ys)

    def show(self) -> None:
        """Show what there is of it."""
        image, extent = self._session.backdrop.image, self._session.backdrop.extent
        if image is None or extent is None:
            self.item.set_pixels(None, (0.0, 0.0, 0.0, 0.0))
        else:
            if self._canvas.flat:
                extent = strip_extent(extent, columns=image.shape[1], rows=image.shape[0])
            self.item.set_pixels(image, extent)

    def set_ink(self, under_points: bool) -> None:
        """Take over the theme's colour; `under_points`: points lie above it."""
        self.item.set_ink(theme().colors.text, INK_UNDER_POINTS if under_points else INK_ALONE)
