"""Small pictures of points, side by side in one pixmap, from which thousands are painted in one call."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap

from vae_desktop.ui.theme import theme

# A name needs this much more room than a dot, and may be fainter only where dots are fainter still.
NAME_ROOM = 8.5
NAME_OPACITY = 0.75
# Room around a disc for its outline, or for the ring of a marked point, in pixels.
MARGIN = 1.5
RING_GAP, RING_WIDTH = 1.0, 1.6
DIAMOND_EDGE = 1.8
# Sheets kept: dots and names, on two screens of different resolution.
MOST_SHEETS = 4


@dataclass(frozen=True)
class SpriteStyle:
    """What the sprites of a sheet look like.

    Attributes:
        colors: the palette, as "#rrggbb": one column for each.
        names: written in the discs, one row for each; () leaves them plain.
        size: diameter of a plain disc in pixels of the screen; opacity: of it, from 0 to 1. Discs with names are
            larger and fainter only where plain ones are very faint.
        marked: whether a second set of rows has a ring around each disc.
        hollow: whether a plain point is an empty diamond, for digits that are no part of the map.
        ratio: pixels of the device for one of the screen.
    """

    colors: tuple[str, ...]
    names: tuple[str, ...]
    size: float
    opacity: float
    marked: bool
    ratio: float
    hollow: bool = False


@dataclass(frozen=True)
class SpriteSheet:
    """A pixmap of square cells.

    Attributes:
        pixmap: the sprites; cell: the side of a cell, in pixels of the device.
        rows: cells that stand one over the other before the marked ones begin.
    """

    pixmap: QPixmap
    cell: float
    rows: int


class Sprites:
    """Makes sheets and keeps the last few."""

    def __init__(self) -> None:
        self._sheets: dict[SpriteStyle, SpriteSheet] = {}

    def forget(self) -> None:
        """Make all sheets anew: the theme has other colours."""
        self._sheets.clear()

    def sheet(self, style: SpriteStyle) -> SpriteSheet:
        """The sheet of a style."""
        if style not in self._sheets:
            if len(self._sheets) >= MOST_SHEETS:
                self._sheets.clear()
            self._sheets[style] = _draw_sheet(style)
        return self._sheets[style]


def named_size(size: float) -> float:
    """The diameter of a disc with a name, where plain ones have this diameter."""
    return size + NAME_ROOM


def _draw_sheet(style: SpriteStyle) -> SpriteSheet:
    diameter = named_size(style.size) if style.names else style.size
    opacity = min(1.0, style.opacity / NAME_OPACITY) if style.names else style.opacity
    margin = MARGIN + (RING_GAP + RING_WIDTH if style.marked else 0.0)
    cell = math.ceil((diameter + 2 * margin) * style.ratio)
    rows = max(1, len(style.names))
    pixmap = QPixmap(cell * max(1, len(style.colors)), cell * rows * (2 if style.marked else 1))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for row in range(rows * (2 if style.marked else 1)):
        marked = row >= rows
        painter.setOpacity(1.0 if marked else opacity)
        for column, color in enumerate(style.colors):
            centre = (cell * (column + 0.5), cell * (row + 0.5))
            if marked:
                _draw_ring(painter, centre, diameter * style.ratio, style.ratio)
            name = style.names[row % rows] if style.names else ""
            if style.hollow:
                draw_diamond(painter, color, centre, diameter * style.ratio, style.ratio)
            else:
                _draw_disc(painter, color, name, centre, diameter * style.ratio, style.ratio)
    painter.end()
    return SpriteSheet(pixmap, float(cell), rows)


def _draw_disc(
    painter: QPainter, color: str, name: str, centre: tuple[float, float], diameter: float, ratio: float
) -> None:
    """A disc, a hairline around it to keep neighbours apart, and in it the class's name, if it has one."""
    fill = QColor(color)
    disc = QRectF(centre[0] - diameter / 2, centre[1] - diameter / 2, diameter, diameter)
    painter.setBrush(fill)
    painter.setPen(QPen(QColor(theme().colors.cursor_halo), 0.5 * ratio))
    painter.drawEllipse(disc)
    if name:
        font = QFont(painter.font())
        font.setBold(True)
        font.setPixelSize(max(1, round(diameter * (0.72 if len(name) == 1 else 0.55))))
        painter.setFont(font)
        # Black or white, whichever stands out more; the weights are those of relative luminance.
        bright = 0.299 * fill.red() + 0.587 * fill.green() + 0.114 * fill.blue()
        painter.setPen(QColor("#000000" if bright > 140 else "#ffffff"))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, name)


def draw_diamond(
    painter: QPainter, color: str, centre: tuple[float, float], diameter: float, ratio: float
) -> None:
    """An empty diamond: paper within, its edge in the colour, and a halo that keeps it apart from what lies below."""
    x, y = centre
    reach = diameter / 2
    corners = [
        QPointF(x, y - reach), QPointF(x + reach, y), QPointF(x, y + reach), QPointF(x - reach, y),
    ]  # fmt: skip
    painter.setBrush(QColor(theme().colors.plot))
    for edge, width in ((theme().colors.cursor_halo, 3.0), (color, DIAMOND_EDGE)):
        pen = QPen(QColor(edge), width * ratio)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawPolygon(corners)


def _draw_ring(painter: QPainter, centre: tuple[float, float], diameter: float, ratio: float) -> None:
    """What makes a point stand out whatever its colour: a ring in the colour of words."""
    radius = diameter / 2 + (RING_GAP + RING_WIDTH / 2) * ratio
    painter.setBrush(QColor(theme().colors.plot))
    painter.setPen(QPen(QColor(theme().colors.text), RING_WIDTH * ratio))
    painter.drawEllipse(QRectF(centre[0] - radius, centre[1] - radius, 2 * radius, 2 * radius))
