"""Lines in a plane's units that stay readable on whatever lies below them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from vae_desktop.ui.theme import theme

HALO_WIDTH = 4.0
DASHES = (3.0, 2.0)


def paint_haloed(
    painter: QPainter, path: QPainterPath, width: float, *, dashed: bool = False, sharp: bool = False
) -> None:
    """Paint a halo, then the line in the colour of words: of the same width, in pixels, at any zoom.

    Args:
        width: of the line, in pixels.
        dashed: whether the line has gaps; its halo has none.
        sharp: whether the path has corners that want to be rounded; a curve's are too blunt to be seen.
    """
    colors = theme().colors
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    halo, line = QPen(QColor(colors.cursor_halo), HALO_WIDTH), QPen(QColor(colors.text), width)
    join = Qt.PenJoinStyle.RoundJoin if sharp else Qt.PenJoinStyle.BevelJoin
    if dashed:
        line.setDashPattern(DASHES)
    for pen in (halo, line):
        pen.setCosmetic(True)
        pen.setJoinStyle(join)
        painter.setPen(pen)
        painter.drawPath(path)


def with_room(bounds: QRectF) -> QRectF:
    """The bounds of a line, with room for its width at any sensible zoom."""
    room = 0.05 + 0.1 * max(bounds.width(), bounds.height())
    return bounds.adjusted(-room, -room, room, room)
