"""Quiet layers of the canvas that say where its pictures can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor

from vae_desktop.app.survey import SHARES
from vae_desktop.core.palette import class_color
from vae_desktop.ui.items.contours import Contours
from vae_desktop.ui.items.layer_name import LayerName
from vae_desktop.ui.items.raster import RasterItem
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.app.survey import Survey
    from vae_desktop.core.terrain import Regions
    from vae_desktop.ui.latent_canvas import LatentCanvas

# From the bottom up: over the backdrop (0), below the guides (1); lines over the points (2).
REGIONS_DEPTH, SPEED_DEPTH, LINES_DEPTH, NAMES_DEPTH = 0.25, 0.5, 3, 4
REGIONS_STRENGTH, SPEED_STRENGTH = 0.34, 0.42
# Where there is no data near, its classes are only guessed.
GUESSED = 0.2
# The quickest few places would leave no colour for all others.
QUICKEST = 99.0
# Seen beyond each edge, so that a short move of the view finds the layers there.
MARGIN = 0.12
NOWHERE = (0.0, 0.0, 0.0, 0.0)


class TrustLayers(QObject):
    """Mirrors `session.trust` on a canvas.

    Attributes:
        lines, names: around the densest parts of the encoded data.
        speed: darker where the decoder changes faster.
        regions: tinted by class; region_names: in the middle of each.
    """

    def __init__(self, session: Session, canvas: LatentCanvas) -> None:
        super().__init__(canvas)
        self._session = session
        self._canvas = canvas
        self._shown: Survey | None = None
        self.regions = RasterItem(REGIONS_STRENGTH)
        self.speed = RasterItem(SPEED_STRENGTH)
        self.lines = Contours()
        self.names = [LayerName(f"{share:.0%}".replace("%", " %")) for share in SHARES]
        self.region_names: list[LayerName] = []
        for depth, item in (
            (REGIONS_DEPTH, self.regions),
            (SPEED_DEPTH, self.speed),
            (LINES_DEPTH, self.lines),
            *((NAMES_DEPTH, name) for name in self.names),
        ):
            item.setZValue(depth)
            canvas.view_box.addItem(item, ignoreBounds=True)
        session.trust.changed.connect(self._show)
        session.hidden_classes_changed.connect(self._tint)
        canvas.range_changed.connect(self._look)
        theme().changed.connect(self.recolor)
        self.recolor()
        self._look()
        self._show()

    def set_density_on(self, on: bool) -> None:
        """Show where the encoded data is dense, or not."""
        self._session.trust.set_layer("density", on)
        self._show_density()

    def set_speed_on(self, on: bool) -> None:
        """Show how fast the decoder changes, or not."""
        self._session.trust.set_layer("speed", on)
        self.speed.setVisible(on)

    def set_regions_on(self, on: bool) -> None:
        """Show which class the data is of, or not."""
        self._session.trust.set_layer("regions", on)
        self.regions.setVisible(on)
        for name in self.region_names:
            name.setVisible(on)

    def recolor(self) -> None:
        """Take over the theme's colours."""
        self.speed.set_ink(theme().colors.kl, SPEED_STRENGTH)
        self.lines.update()
        for name in (*self.names, *self.region_names):
            name.update()

    def _look(self) -> None:
        seen = self._canvas.view_box.viewRect()
        across, up = MARGIN * seen.width(), MARGIN * seen.height()
        self._session.trust.look(
            (seen.left() - across, seen.top() - up, seen.right() + across, seen.bottom() + up)
        )

    def _show(self) -> None:
        found = self._session.trust.found
        self._show_density()
        extent = found.extent if found is not None else None
        if found is None or extent is None or found.speed is None:
            self.speed.set_pixels(None, NOWHERE)
        elif self._shown is None or found.speed is not self._shown.speed:
            self.speed.set_pixels(_toned(found.speed), extent)
        before, self._shown = self._shown, found
        if before is None or found is None or found.regions is not before.regions:
            self._tint()

    def _tint(self) -> None:
        """Paint each class's region but those of hidden classes, and write its name into it: to some, colours say it
        alone too little."""
        for old in self.region_names:
            self._canvas.view_box.removeItem(old)
        self.region_names = []
        found, names = self._shown, self._session.data_class_names
        if found is None or found.regions is None or found.extent is None:
            self.regions.set_pixels(None, NOWHERE)
            return
        reach = found.posterior.reach(SHARES[-1])
        # The legend's classes may be others: of a data set that the model was not trained on.
        hidden = self._session.hidden_classes if names == self._session.class_names else frozenset()
        self.regions.set_pixels(_tinted(found.regions, reach, hidden), found.extent)
        x0, _, x1, y1 = found.extent
        step = (x1 - x0) / found.regions.classes.shape[1]
        for label, (row, column) in found.regions.middles(reach).items():
            if label in hidden:
                continue
            name = LayerName(names[label] if label < len(names) else str(label))
            name.setZValue(NAMES_DEPTH)
            self._canvas.view_box.addItem(name, ignoreBounds=True)
            name.put(x0 + (column + 0.5) * step, y1 - (row + 0.5) * step)
            name.setVisible(self.regions.isVisible())
            self.region_names.append(name)

    def _show_density(self) -> None:
        found = self._session.trust.found
        wanted = "density" in self._session.trust.layers
        density = found.density if found is not None and wanted else None
        self.lines.set_lines(density)
        for number, name in enumerate(self.names):
            name.sit_on(density[number] if density is not None else np.zeros((0, 2, 2), np.float32))


def _toned(speed: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Speeds [H, W] from 0, where nothing changes, to 1, where as good as nothing changes faster."""
    # A model that went astray decodes no pictures, which change by no number.
    known = np.nan_to_num(speed, nan=0.0, posinf=0.0)
    most = float(np.percentile(known, QUICKEST))
    return np.clip(known / most, 0, 1) if most > 0 else known


def _tinted(regions: Regions, reach: float, hidden: frozenset[int]) -> npt.NDArray[np.uint8]:
    """Class regions as pixels [H, W, 4]: the surer the vote, the stronger; faint off the data, clear where hidden."""
    count = int(regions.classes.max()) + 1
    table = np.array([QColor(class_color(label)).getRgb() for label in range(count)], np.uint8)
    pixels: npt.NDArray[np.uint8] = table[regions.classes]
    sure = regions.shares**2 * np.where(regions.distances <= reach, 1.0, GUESSED)
    sure[np.isin(regions.classes, list(hidden))] = 0
    pixels[..., 3] = np.rint(255 * sure)
    return pixels
