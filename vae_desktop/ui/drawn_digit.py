"""The drawn digit's marks on the latent canvas and on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from vae_desktop.core.posterior import posterior_outline
from vae_desktop.ui.items.drawn_star import DrawnStar
from vae_desktop.ui.items.posterior_ellipse import PosteriorEllipse

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.ui.latent_canvas import LatentCanvas
    from vae_desktop.ui.map_view import MapView

# Above points and names, below the cursor.
DEPTH = 15


class DrawnOnCanvas(QObject):
    """Follows `session.drawing` on the canvas: its latent mean, and one standard deviation of its posterior.

    Attributes:
        star, ellipse: the marks; hidden while nothing is drawn.
    """

    def __init__(self, session: Session, canvas: LatentCanvas) -> None:
        super().__init__(canvas)
        self._session = session
        self.star, self.ellipse = DrawnStar(), PosteriorEllipse()
        for depth, item in ((DEPTH, self.ellipse), (DEPTH + 1, self.star)):
            item.setZValue(depth)
            canvas.view_box.addItem(item, ignoreBounds=True)
        session.drawing.changed.connect(self._show)
        session.plane_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        portrait, plane = self._session.drawing.portrait, self._session.plane
        # A portrait by the model before has no place in this one's plane.
        if portrait is None or len(portrait.mean) != plane.dimensions:
            self.star.hide()
            self.ellipse.set_outlines(())
            return
        x, y = plane.to_plane(portrait.mean).tolist()
        self.star.setPos(x, y)
        self.star.show()
        self.ellipse.set_outlines([posterior_outline(plane, portrait.mean, portrait.logvar, 1.0)])


class DrawnOnMap(QObject):
    """Follows `session.drawing` on the map.

    Attributes:
        star: the mark; hidden while the drawn digit has no place there.
    """

    def __init__(self, session: Session, view: MapView) -> None:
        super().__init__(view)
        self._placing = session.drawing.placing
        self.star = DrawnStar()
        self.star.setZValue(DEPTH)
        view.view_box.addItem(self.star, ignoreBounds=True)
        self._placing.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        place = self._placing.place
        self.star.setVisible(place is not None)
        if place is not None:
            self.star.setPos(*place)
