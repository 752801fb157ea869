"""Moving, zooming and pointing on a map of 70,000 digits, and painting one of 10,000 that moves by itself.

The map is a plot of 1280 × 800 pixels on Qt's offscreen platform; its points lie like those of a t-SNE map. A
frame's time runs from the mouse event to the end of all that it causes in the window's thread: painting, and
work that was put off.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.benchmarks.rows import Row
from vae_desktop.core.records import FloatArray, IntArray
from vae_desktop.ui.items.class_points import ClassPoints
from vae_desktop.ui.plot_navigation import NavigablePlot

SIZE = (1280, 800)
MANY, SOME = 70_000, 10_000
CLASSES = 10
FRAMES = 150
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


def run() -> list[Row]:
    """Measure our points, and for comparison pyqtgraph's scatter plots, one for each class."""
    app = QApplication.instance() or QApplication([])
    (ours, _), reach = _ours(MANY), _hover_times()
    pan, zoom = _percentile(_pan(ours)), _percentile(_zoom(ours))
    ours.close()
    theirs = _theirs(MANY)
    their_pan, their_zoom = _percentile(_pan(theirs)), _percentile(_zoom(theirs))
    theirs.close()
    moving = _percentile(_moving())
    del app
    return [
        Row("70,000 points moved with the mouse, p95", pan, 16, "ms"),
        Row("70,000 points moved, pyqtgraph's scatter plots, p95", their_pan, None, "ms"),
        Row("70,000 points zoomed with the wheel, p95", zoom, 16, "ms"),
        Row("70,000 points zoomed, pyqtgraph's scatter plots, p95", their_zoom, None, "ms"),
        Row("a frame of 10,000 moving points, painted, p95", moving, 16, "ms"),
        Row("the digit under the pointer among 70,000, p95", _percentile(reach), 2, "ms"),
    ]


def _percentile(seconds: list[float]) -> float:
    return float(np.percentile(seconds, 95) * 1000)


def _blobs(count: int) -> tuple[FloatArray, IntArray]:
    """Ten round groups that touch here and there."""
    rng = np.random.default_rng(0)
    centres = rng.normal(0, 40, (CLASSES, 2))
    labels = rng.integers(0, CLASSES, count)
    return (centres[labels] + rng.normal(0, 9, (count, 2))).astype(np.float32), labels


class _HandMovedPlot(NavigablePlot):
    """A plot that shows the groups; the middle button moves it, as on every such plot.

    Attributes:
        painted: set by each repaint.
    """

    painted = False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Note that there was a repaint."""
        super().paintEvent(event)
        self.painted = True

    def home_rect(self) -> QRectF:
        """Around all groups."""
        return QRectF(-110, -110, 220, 220)


def _plot() -> _HandMovedPlot:
    plot = _HandMovedPlot()
    plot.plotItem.hideAxis("left")
    plot.plotItem.hideAxis("bottom")
    plot.resize(*SIZE)
    plot.view_box.setAspectLocked(True)
    plot.show()
    _settle()
    plot.fit()
    return plot


def _ours(count: int) -> tuple[_HandMovedPlot, ClassPoints]:
    plot = _plot()
    points = ClassPoints(size=4.5, opacity=0.85)
    plot.view_box.addItem(points, ignoreBounds=True)
    points.set_data(*_blobs(count))
    _settle()
    return plot, points


def _theirs(count: int) -> _HandMovedPlot:
    import pyqtgraph as pg

    from vae_desktop.core.palette import class_color

    plot = _plot()
    points, labels = _blobs(count)
    for label in range(CLASSES):
        item = pg.ScatterPlotItem(
            pos=points[labels == label], size=4.5, pen=None, brush=pg.mkBrush(class_color(label))
        )
        plot.view_box.addItem(item, ignoreBounds=True)
    _settle()
    return plot


def _settle(seconds: float = 0.3) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        QCoreApplication.processEvents()


def _frame(act: Callable[[], None], plot: _HandMovedPlot) -> float:
    """Seconds until what was done is painted, and all else that was due at once is done too."""
    plot.painted = False
    began = time.perf_counter()
    act()
    plot.viewport().update()
    while not plot.painted:
        QCoreApplication.processEvents()
    QCoreApplication.processEvents()
    taken = time.perf_counter() - began
    # A hand moves sixty times a second at most; the next move comes in its turn.
    _settle(max(0.0, 1 / 60 - taken))
    return taken


def _mouse(plot: _HandMovedPlot, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton) -> None:
    viewport = plot.viewport()
    held = NONE if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.MiddleButton
    event = QMouseEvent(kind, at, viewport.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, event)


def _pan(plot: _HandMovedPlot) -> list[float]:
    """Seconds for each move of a view that is dragged about, twice as near as the whole map."""
    plot.fit()
    plot.zoom(2)
    _settle()
    middle, at = QPointF(SIZE[0] / 2, SIZE[1] / 2), QPointF(SIZE[0] / 2, SIZE[1] / 2)
    _mouse(plot, QEvent.Type.MouseButtonPress, middle, Qt.MouseButton.MiddleButton)
    taken = []
    for step in range(FRAMES):
        angle = step / FRAMES * 4 * np.pi
        at = QPointF(round(middle.x() + 300 * np.sin(angle)), round(middle.y() + 200 * np.sin(1.7 * angle)))

        def move(place: QPointF = at) -> None:
            _mouse(plot, QEvent.Type.MouseMove, place, NONE)

        taken.append(_frame(move, plot))
    _mouse(plot, QEvent.Type.MouseButtonRelease, at, Qt.MouseButton.MiddleButton)
    return taken


def _zoom(plot: _HandMovedPlot) -> list[float]:
    """Seconds for each step of a wheel that turns finely, in and out again."""
    plot.fit()
    _settle()
    taken = []
    at = QPoint(SIZE[0] // 2 + 90, SIZE[1] // 2 - 40)
    for step in range(FRAMES):
        turned = 24 if step % 50 < 25 else -24

        def turn(angle: int = turned) -> None:
            event = QWheelEvent(
                QPointF(at), QPointF(plot.viewport().mapToGlobal(at)), QPoint(), QPoint(0, angle),
                NONE, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
            )  # fmt: skip
            QApplication.sendEvent(plot.viewport(), event)

        taken.append(_frame(turn, plot))
    return taken


def _moving() -> list[float]:
    """Seconds for each frame of a map that is being made."""
    plot, points = _ours(SOME)
    places, _ = _blobs(SOME)
    taken = []
    for step in range(60):
        moved = (places * np.float32(1 + 0.002 * step)).astype(np.float32)

        def move(there: FloatArray = moved) -> None:
            points.set_points(there)

        taken.append(_frame(move, plot))
    plot.close()
    return taken


def _hover_times() -> list[float]:
    """Seconds to find the digit under a pointer that wanders over a map that has just moved."""
    from vae_desktop.ui.map_picker import MapPicker

    points, _ = _blobs(MANY)
    picker = MapPicker()
    rng = np.random.default_rng(1)
    taken = []
    for place in points[rng.integers(0, MANY, FRAMES)]:
        picker.set_points(points, np.ones(MANY, np.bool_))
        began = time.perf_counter()
        found = picker.nearest(float(place[0]), float(place[1]), 2.0, 2.0)
        taken.append(time.perf_counter() - began)
        assert found is not None and np.allclose(points[found], place, atol=0.5)
    return taken
