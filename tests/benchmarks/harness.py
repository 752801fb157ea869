"""A hand for benchmarks: moves a real mouse pointer over a real window, and notes when its traces are painted."""

from __future__ import annotations

import gc
import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QEventLoop, QPointF, QProcess, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QApplication

from tests.benchmarks import hand as hand_module
from vae_desktop.app.session import Session
from vae_desktop.app.settings import Preferences
from vae_desktop.core.paths import state_dir
from vae_desktop.ui.latent_canvas import LatentCanvas
from vae_desktop.ui.main_window import MainWindow
from vae_desktop.ui.picture_view import PictureView
from vae_desktop.ui.theme import theme

HERTZ = 125
PATIENCE = 120.0

Times = npt.NDArray[np.float64]


def wait(seconds: float) -> None:
    """Let the window live for so long."""
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Let the window live until something holds.

    Raises:
        TimeoutError: it never did.
    """
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited in vain for {what}")
        wait(0.02)


def steps_done(session: Session) -> tuple[float, float]:
    """Batches trained so far, and when that was reported."""
    seen: list[tuple[float, float]] = []

    def note() -> None:
        report = session.training.progress
        if report is not None:
            seen.append((report.epoch * report.steps + report.step, time.perf_counter()))

    session.training.progress_changed.connect(note)
    wait_until(lambda: bool(seen), "the training's progress")
    session.training.progress_changed.disconnect(note)
    return seen[0]


@contextmanager
def main_window(
    data: str, model: str | None = None, size: tuple[int, int] = (1600, 1000)
) -> Iterator[MainWindow]:
    """The program's window with a model (None: the bundled one) and a data set, settled; closed at the end."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme().apply("light")
    session = Session(Preferences(Path(state_dir()) / "benchmark.ini"))
    window = MainWindow(session)
    window.complete()
    window.resize(*size)
    window.show()
    # As the program does once its window is painted.
    gc.freeze()
    session.start(model, data)
    wait_until(lambda: session.codes is not None and session.picture is not None, "codes and a picture")
    wait_until(lambda: session.backdrop.image is not None, "the backdrop")
    wait(1.0)
    yield window
    window.close()
    window.deleteLater()


@dataclass
class Watch:
    """Which cursor positions were painted, and when.

    Attributes:
        positions: every cursor since the watch began; the array objects themselves tell them apart.
        canvas, picture: (time, number of the newest position painted) of each repaint.
    """

    session: Session
    positions: list[object] = field(default_factory=list)
    canvas: list[tuple[float, int]] = field(default_factory=list)
    picture: list[tuple[float, int]] = field(default_factory=list)
    _numbers: dict[int, int] = field(default_factory=dict)

    def note_position(self) -> None:
        """The cursor is somewhere else."""
        self._numbers[id(self.session.cursor)] = len(self.positions)
        self.positions.append(self.session.cursor)

    def note_canvas(self) -> None:
        """The canvas was painted: with the cursor where it is now."""
        self.canvas.append((time.perf_counter(), self._numbers.get(id(self.session.cursor), -1)))

    def note_picture(self) -> None:
        """The picture was painted: the one that the session has now."""
        self.picture.append((time.perf_counter(), self._numbers.get(id(self.session.picture_z), -1)))


@contextmanager
def watching(session: Session) -> Iterator[Watch]:
    """Note each repaint of canvas and picture, right after it."""
    watch = Watch(session)
    paint_canvas, paint_picture = LatentCanvas.paintEvent, PictureView.paintEvent

    def canvas_painted(self: LatentCanvas, event: QPaintEvent) -> None:
        paint_canvas(self, event)
        watch.note_canvas()

    def picture_painted(self: PictureView, event: QPaintEvent) -> None:
        paint_picture(self, event)
        watch.note_picture()

    LatentCanvas.paintEvent, PictureView.paintEvent = canvas_painted, picture_painted  # type: ignore[method-assign]
    session.cursor_changed.connect(watch.note_position)
    try:
        yield watch
    finally:
        session.cursor_changed.disconnect(watch.note_position)
        LatentCanvas.paintEvent, PictureView.paintEvent = paint_canvas, paint_picture  # type: ignore[method-assign]


def _path(area_width: float, area_height: float, step: int) -> QPointF:
    """A wandering curve over the middle of an area that never comes to the same place twice."""
    angle = step / HERTZ
    across = 0.5 + 0.38 * math.sin(1.7 * angle)
    down = 0.5 + 0.38 * math.sin(2.3 * angle + 0.5)
    return QPointF(area_width * across, area_height * down)


@dataclass(frozen=True)
class Drag:
    """What a drag showed.

    Attributes:
        delays: for each move, seconds until canvas and picture were both painted with it, or with a later one.
        shown: part of the moves whose very own picture was painted.
    """

    delays: Times
    shown: float

    def milliseconds(self, percent: float) -> float:
        """A percentile of the delays."""
        return float(np.percentile(self.delays, percent) * 1000)


def drag(window: MainWindow, seconds: float) -> Drag:
    """Drag the cursor about at 125 moves a second, and measure each move.

    The moves come from a process of their own at fixed times, as a mouse's do, however busy the window is; a
    move's delay counts from its appointed time, so that a window that keeps the mouse waiting is not forgiven.
    """
    canvas = window.canvas.canvas
    viewport, area = canvas.viewport(), canvas.plane_area()
    appointed: list[float] = []

    def send(kind: QEvent.Type) -> None:
        at = area.topLeft() + _path(area.width(), area.height(), len(appointed))
        moves, ends = kind == QEvent.Type.MouseMove, kind == QEvent.Type.MouseButtonRelease
        button = Qt.MouseButton.NoButton if moves else Qt.MouseButton.LeftButton
        down = Qt.MouseButton.NoButton if ends else Qt.MouseButton.LeftButton
        event = QMouseEvent(kind, at, viewport.mapToGlobal(at), button, down, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(viewport, event)

    def moved() -> None:
        for (due,) in hand_module.MOVE.iter_unpack(hand.readAllStandardOutput().data()):
            appointed.append(due)
            send(QEvent.Type.MouseMove)

    hand = QProcess()
    hand.readyReadStandardOutput.connect(moved)
    with watching(window.session) as watch:
        send(QEvent.Type.MouseButtonPress)
        wait_until(lambda: len(watch.positions) == 1, "the press")
        hand.start(sys.executable, [hand_module.__file__, str(int(seconds * HERTZ)), str(HERTZ)])
        wait(seconds)
        wait_until(lambda: hand.state() == QProcess.ProcessState.NotRunning, "the hand")
        wait_until(lambda: bool(watch.picture) and watch.picture[-1][1] == len(appointed), "the last picture")
        wait_until(lambda: watch.canvas[-1][1] == len(appointed), "the last repaint")
        send(QEvent.Type.MouseButtonRelease)
        wait(0.1)
    assert len(appointed) == int(seconds * HERTZ)
    numbers = np.arange(1, len(appointed) + 1)
    done = np.maximum(_first_painted(watch.canvas, numbers), _first_painted(watch.picture, numbers))
    own = {number for _, number in watch.picture}
    return Drag(done - np.array(appointed), float(np.mean([number in own for number in numbers])))


def _first_painted(paints: list[tuple[float, int]], numbers: npt.NDArray[np.int_]) -> Times:
    """When each position, or a later one, was first painted."""
    times = np.array([moment for moment, _ in paints])
    newest = np.maximum.accumulate([number for _, number in paints])
    return times[np.searchsorted(newest, numbers)]
