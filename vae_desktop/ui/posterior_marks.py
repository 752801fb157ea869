"""The chosen digit's posterior on the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from vae_desktop.core.posterior import posterior_outline
from vae_desktop.ui.items.posterior_ellipse import PosteriorEllipse

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.ui.plot_navigation import NavigablePlot

DEVIATIONS = (1.0, 2.0)


class PosteriorMarks(QObject):
    """Mirrors `session.posterior` on a plot: ellipses of one and two standard deviations.

    Attributes:
        ellipse: what is painted.
    """

    def __init__(self, session: Session, plot: NavigablePlot, depth: float) -> None:
        super().__init__(plot)
        self._session = session
        self.ellipse = PosteriorEllipse()
        self.ellipse.setZValue(depth)
        plot.view_box.addItem(self.ellipse, ignoreBounds=True)
        session.posterior.changed.connect(self._show)
        session.plane_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        found, plane = self._session.posterior.found, self._session.plane
        if found is None or len(found.mean) != plane.dimensions:
            self.ellipse.set_outlines(())
        else:
            self.ellipse.set_outlines(
                [posterior_outline(plane, found.mean, found.logvar, size) for size in DEVIATIONS]
            )
