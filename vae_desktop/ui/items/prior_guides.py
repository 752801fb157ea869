"""Quiet guides where the prior's first three standard deviations end."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from vae_desktop.ui.theme import theme

DEVIATIONS = (1, 2, 3)
NAME_SIZE = 11
# Lines of a one-dimensional prior end here; no view reaches further.
FAR = 1000.0


class PriorGuides(QGraphicsItem):
    """Circles with 1, 2 and 3 standard deviations as radius; upright lines where there is one dimension only.

    Each is named ("2σ") at its upper right.

    Attributes:
        dimensions: 1 or 2.
    """

    def __init__(self, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        # The exposed rectangle tells which names need no painting: most of them under a cursor that is dragged.
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.dimensions = 2

    def set_dimensions(self, dimensions: int) -> None:
        """Draw for a plane (2) or for a line (1)."""
        if dimensions != self.dimensions:
            self.prepareGeometryChange()
            self.dimensions = dimensions

    def boundingRect(self) -> QRectF:
        """All guides; their lines are as good as free of width."""
        reach = DEVIATIONS[-1] + 0.5
        tall = reach if self.dimensions == 2 else FAR
        return QRectF(-reach, -tall, 2 * reach, 2 * tall)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Dashed lines one pixel wide, whatever the zoom."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = QColor(theme().colors.muted)
        color.setAlphaF(0.55)
        pen = QPen(color, 1.0, Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        # `exposedRect` is no attribute of the type that PySide6 declares.
        exposed: QRectF = option.exposedRect  # type: ignore[attr-defined]
        for deviation in DEVIATIONS:
            if self.dimensions == 1:
                for side in (-deviation, deviation):
                    painter.drawLine(QLineF(side, -FAR, side, FAR))
            elif _meets_circle(exposed, deviation):
                painter.drawEllipse(QPointF(0, 0), deviation, deviation)
        self._paint_names(painter, exposed)
        painter.restore()

    def _paint_names(self, painter: QPainter, exposed: QRectF) -> None:
        colors, transform = theme().colors, painter.transform()
        area = transform.mapRect(exposed)
        painter.resetTransform()
        font = painter.font()
        font.setPixelSize(NAME_SIZE)
        painter.setFont(font)
        for deviation in DEVIATIONS:
            # On a circle, up and to the right; on a line, below its upper end in view.
            part = math.sqrt(0.5)
            at = transform.map(QPointF(deviation * part, deviation * part))
            if self.dimensions == 1:
                at = QPointF(transform.map(QPointF(deviation, 0)).x() + 2 + NAME_SIZE, 2 + NAME_SIZE)
            box = QRectF(at.x() - NAME_SIZE, at.y() - NAME_SIZE / 2 - 2, 2 * NAME_SIZE, NAME_SIZE + 4)
            if not box.intersects(area):
                continue
            halo = QColor(colors.plot)
            halo.setAlphaF(0.85)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(halo)
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(QColor(colors.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{deviation}σ")


def _meets_circle(area: QRectF, radius: float) -> bool:
    """Whether a circle around the origin passes through an area: dashes that are not seen cost as much as others."""
    across = max(area.left(), -area.right(), 0.0), max(-area.left(), area.right())
    down = max(area.top(), -area.bottom(), 0.0), max(-area.top(), area.bottom())
    return math.hypot(across[0], down[0]) <= radius <= math.hypot(across[1], down[1])
