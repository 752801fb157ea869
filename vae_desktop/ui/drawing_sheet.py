"""The sheet that is drawn on: strokes of a soft pen, a rubber, pictures laid on it, and the way back."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

Bytes = npt.NDArray[np.uint8]

# Ten pixels for each of MNIST's: fine enough for a smooth line, little enough to look at with every move.
SIDE = 280


@dataclass
class Stroke:
    """One line.

    Attributes:
        erases: whether it takes ink away.
        points: x, y and the pen's width, all as shares of the sheet's side.
    """

    erases: bool
    points: list[tuple[float, float, float]] = field(default_factory=list)


# A digit [28, 28] covers what lies below it, and so does None, an empty sheet.
Layer = Stroke | Bytes | None


class Sheet:
    """What was drawn, and the ink that it comes to.

    Attributes:
        image: the ink, white with its density as alpha, `SIDE` × `SIDE`.
    """

    def __init__(self) -> None:
        self.image = QImage(SIDE, SIDE, QImage.Format.Format_RGBA8888_Premultiplied)
        self.image.fill(Qt.GlobalColor.transparent)
        self._layers: list[Layer] = []
        self._undone: list[Layer] = []

    @property
    def empty(self) -> bool:
        """Whether there is nothing on it, and nothing was rubbed out either."""
        return not self._layers or self._layers[-1] is None

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._layers)

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back."""
        return bool(self._undone)

    @property
    def digit(self) -> Bytes | None:
        """The digit laid on it, where nothing was drawn over it."""
        top = self._layers[-1] if self._layers else None
        return top if isinstance(top, np.ndarray) else None

    def ink(self) -> Bytes:
        """A copy of the ink, [SIDE, SIDE] uint8, 255 where it is full."""
        pixels = np.frombuffer(self.image.constBits(), np.uint8).reshape(SIDE, -1, 4)
        ink: Bytes = pixels[:, :SIDE, 3].copy()
        return ink

    def begin(self, x: float, y: float, width: float, erases: bool = False) -> None:
        """Put the pen down: a dot."""
        stroke = Stroke(erases, [(x, y, width)])
        self._push(stroke)
        self._paint(stroke, 0)

    def extend(self, x: float, y: float, width: float) -> None:
        """Draw on from where the pen is; a stroke must have begun."""
        stroke = self._layers[-1]
        assert isinstance(stroke, Stroke)
        stroke.points.append((x, y, width))
        self._paint(stroke, len(stroke.points) - 1)

    def lay(self, digit: Bytes) -> None:
        """Lay a digit [28, 28] on the sheet, over everything."""
        self._push(digit)
        self._repaint()

    def clear(self) -> None:
        """Take an empty sheet."""
        if not self.empty:
            self._push(None)
            self._repaint()

    def undo(self) -> None:
        """Take the last stroke, picture or clearing back."""
        if self._layers:
            self._undone.append(self._layers.pop())
            self._repaint()

    def redo(self) -> None:
        """Take the last undo back."""
        if self._undone:
            self._layers.append(self._undone.pop())
            self._repaint()

    def _push(self, layer: Layer) -> None:
        self._layers.append(layer)
        self._undone.clear()

    def _repaint(self) -> None:
        """Everything anew, from the last layer on that covers all before it."""
        self.image.fill(Qt.GlobalColor.transparent)
        covering = [place for place, layer in enumerate(self._layers) if not isinstance(layer, Stroke)]
        for layer in self._layers[covering[-1] if covering else 0 :]:
            if isinstance(layer, Stroke):
                self._paint(layer, 0)
            elif layer is not None:
                self._paint_digit(layer)

    def _paint(self, stroke: Stroke, first: int) -> None:
        """The parts of a stroke from this one on: a dot, and then a line to each further point."""
        painter = QPainter(self.image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if stroke.erases:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
        pen = QPen(QColor("white"))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        for part in range(first, len(stroke.points)):
            x0, y0, _ = stroke.points[max(part - 1, 0)]
            x1, y1, width = stroke.points[part]
            pen.setWidthF(max(1.0, width * SIDE))
            painter.setPen(pen)
            start, end = QPointF(x0 * SIDE, y0 * SIDE), QPointF(x1 * SIDE, y1 * SIDE)
            if start == end:
                painter.drawPoint(start)
            else:
                painter.drawLine(start, end)
        painter.end()

    def _paint_digit(self, digit: Bytes) -> None:
        rows, columns = digit.shape
        pixels = np.repeat(digit[:, :, None], 4, axis=2)
        image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888_Premultiplied)
        painter = QPainter(self.image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(0, 0, SIDE, SIDE), image)
        painter.end()
