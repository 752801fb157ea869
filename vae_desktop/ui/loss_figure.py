"""The loss curves as a picture for a slide or a paper, PNG or SVG, painted in a size of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QImageWriter, QPainter, QPen
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication

from vae_desktop.ui.items.curves import RAW_ALPHA, draw_marks, draw_polyline, spaced
from vae_desktop.ui.loss_curves import SPLITS, DoubleArray, Line
from vae_desktop.ui.loss_legend import NAMES, curve_pen, draw_sample, term_color
from vae_desktop.ui.loss_ticks import tick_texts, ticks
from vae_desktop.ui.theme import theme

SIZE = QSize(960, 600)
FONT_PIXELS = 15
MARGIN = 20.0
MARK_SIZE = 8.0


@dataclass(frozen=True, eq=False)
class Figure:
    """What to paint.

    Attributes:
        title: above the curves.
        lines: the curves.
        x_mode, y_mode: modes of the axes, as in `loss_ticks.MODES`.
        x_label: below the x axis.
        view: x0, x1, y0, y1 of the plane; y as common logarithms where `y_mode` is "log".
    """

    title: str
    lines: list[Line]
    x_mode: str
    y_mode: str
    x_label: str
    view: tuple[float, float, float, float]


def png_bytes(figure: Figure, scale: float = 2.0) -> bytes:
    """The figure as a PNG, `scale` times 960 × 600 pixels."""
    image = QImage(SIZE * scale, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint(painter, figure)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def svg_bytes(figure: Figure) -> bytes:
    """The figure as an SVG whose words stay words."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(SIZE)
    generator.setViewBox(QRectF(0, 0, SIZE.width(), SIZE.height()))
    generator.setResolution(96)
    generator.setTitle(figure.title)
    generator.setDescription("Curves of a variational autoencoder's training, in nats per image")
    painter = QPainter(generator)
    paint(painter, figure)
    painter.end()
    return bytes(buffer.data().data())


def paint(painter: QPainter, figure: Figure) -> None:
    """Paint a figure of 960 × 600 units."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont(QApplication.font())
    font.setPixelSize(FONT_PIXELS)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    painter.fillRect(QRectF(0, 0, SIZE.width(), SIZE.height()), QColor(theme().colors.plot))
    top = _paint_head(painter, figure, metrics)
    count_x, count_y = 9, 9
    x_ticks = ticks(figure.x_mode, figure.view[0], figure.view[1], count_x)
    y_ticks = ticks(figure.y_mode, figure.view[2], figure.view[3], count_y)
    y_texts = tick_texts(figure.y_mode, y_ticks)
    line = metrics.height()
    left = MARGIN + line + 8 + max((metrics.horizontalAdvance(text) for text in y_texts), default=0.0) + 8
    bottom = SIZE.height() - MARGIN - 2 * line - 10
    area = QRectF(QPointF(left, top), QPointF(SIZE.width() - MARGIN, bottom))
    _paint_axes(painter, figure, area, (x_ticks, y_ticks), metrics)
    for curve in figure.lines:
        _paint_curve(painter, curve, figure, area)


def _paint_head(painter: QPainter, figure: Figure, metrics: QFontMetricsF) -> float:
    """Title and legend; returns where the plot may begin."""
    colors = theme().colors
    line = metrics.height()
    painter.setPen(QColor(colors.text))
    painter.drawText(QPointF(MARGIN, MARGIN + metrics.ascent()), figure.title)
    names = {curve: f"{NAMES[curve.term]}, {NAMES[curve.split].lower()}" for curve in figure.lines}
    width = max((metrics.horizontalAdvance(name) for name in names.values()), default=0.0) + 60
    middle = MARGIN + 1.9 * line
    for split in SPLITS:
        x = MARGIN
        for curve, name in names.items():
            if curve.split == split:
                sample = QRectF(x, middle - 7, 28, 14)
                draw_sample(painter, sample, term_color(curve.term), curve.split, curve.term)
                painter.setPen(QColor(colors.text))
                painter.drawText(QPointF(x + 36, middle + metrics.ascent() / 2 - 2), name)
                x += width
        middle += 1.3 * line if x > MARGIN else 0.0
    return middle


def _paint_axes(
    painter: QPainter,
    figure: Figure,
    area: QRectF,
    places: tuple[list[float], list[float]],
    metrics: QFontMetricsF,
) -> None:
    colors = theme().colors
    x0, x1, y0, y1 = figure.view
    grid, words = QPen(QColor(colors.line), 1), QColor(colors.muted)
    for value, text in zip(places[0], tick_texts(figure.x_mode, places[0]), strict=True):
        x = area.left() + (value - x0) / (x1 - x0) * area.width()
        painter.setPen(grid)
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.setPen(words)
        width = metrics.horizontalAdvance(text)
        painter.drawText(QPointF(x - width / 2, area.bottom() + 6 + metrics.ascent()), text)
    for value, text in zip(places[1], tick_texts(figure.y_mode, places[1]), strict=True):
        y = area.bottom() - (value - y0) / (y1 - y0) * area.height()
        painter.setPen(grid)
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setPen(words)
        width = metrics.horizontalAdvance(text)
        painter.drawText(QPointF(area.left() - 8 - width, y + metrics.ascent() / 2 - 2), text)
    painter.setPen(grid)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area)
    painter.setPen(words)
    width = metrics.horizontalAdvance(figure.x_label)
    painter.drawText(QPointF(area.center().x() - width / 2, SIZE.height() - MARGIN - 2), figure.x_label)
    painter.save()
    painter.translate(MARGIN + metrics.ascent(), area.center().y())
    painter.rotate(-90)
    label = "nats per image"
    painter.drawText(QPointF(-metrics.horizontalAdvance(label) / 2, 0), label)
    painter.restore()


def _paint_curve(painter: QPainter, line: Line, figure: Figure, area: QRectF) -> None:
    color = term_color(line.term)
    if line.raw is not line.y:
        faint = QColor(color)
        faint.setAlpha(RAW_ALPHA)
        _paint_path(painter, _pixels(line.x, line.raw, figure, area), area, QPen(faint, 1))
    points = _pixels(line.x, line.y, figure, area)
    _paint_path(painter, points, area, curve_pen(color, line.split))
    if line.split == "held_out":
        inside = [area.contains(x, y) for x, y in points.tolist()]
        draw_marks(painter, spaced(points[np.array(inside, dtype=bool)]), line.term, MARK_SIZE)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _pixels(x: DoubleArray, y: DoubleArray, figure: Figure, area: QRectF) -> DoubleArray:
    """Points [n, 2] of a curve in the picture; NaN where a logarithm has no value."""
    x0, x1, y0, y1 = figure.view
    if figure.y_mode == "log":
        y = np.log10(np.where(y > 0, y, np.nan))
    across = area.left() + (x - x0) / (x1 - x0) * area.width()
    down = area.bottom() - (y - y0) / (y1 - y0) * area.height()
    return np.stack([across, down], axis=1)


def _paint_path(painter: QPainter, points: DoubleArray, area: QRectF, pen: QPen) -> None:
    for piece in clipped(points, area):
        draw_polyline(painter, piece, pen)


def clipped(points: DoubleArray, area: QRectF) -> list[DoubleArray]:
    """The pieces [k, 2] of a polyline [n, 2] that lie in a rectangle, cut at its edges; NaN ends a piece.

    Segment by segment after Liang and Barsky (1984). Qt's SVG writer knows no clipping.
    """
    pieces: list[list[tuple[float, float]]] = []
    for (xa, ya), (xb, yb) in zip(points[:-1].tolist(), points[1:].tolist(), strict=True):
        cut = _cut(xa, ya, xb, yb, area)
        if cut is None:
            continue
        start, end = cut
        if pieces and pieces[-1][-1] == start:
            pieces[-1].append(end)
        else:
            pieces.append([start, end])
    return [np.array(piece) for piece in pieces]


def _cut(
    xa: float, ya: float, xb: float, yb: float, area: QRectF
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    if not all(map(math.isfinite, (xa, ya, xb, yb))):
        return None
    dx, dy, enter, leave = xb - xa, yb - ya, 0.0, 1.0
    borders = (
        (-dx, xa - area.left()),
        (dx, area.right() - xa),
        (-dy, ya - area.top()),
        (dy, area.bottom() - ya),
    )
    for speed, room in borders:
        if speed == 0:
            if room < 0:
                return None
        elif speed < 0:
            enter = max(enter, room / speed)
        else:
            leave = min(leave, room / speed)
    if enter > leave:
        return None
    start = (xa, ya) if enter == 0 else (xa + enter * dx, ya + enter * dy)
    end = (xb, yb) if leave == 1 else (xa + leave * dx, ya + leave * dy)
    return start, end
