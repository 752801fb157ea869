"""Drawing a digit: how soon a move of the pen is seen as a place on the latent canvas, and all that follows."""

from __future__ import annotations

import math
import time

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QApplication

from tests.benchmarks.harness import main_window, wait, wait_until
from tests.benchmarks.rows import Row, Skipped
from tests.places import find_mnist
from vae_desktop.app.decoding import DecodeResult
from vae_desktop.core.config import ModelConfig, TrainingConfig, TsneConfig
from vae_desktop.ui.latent_canvas import LatentCanvas
from vae_desktop.ui.main_window import MainWindow

MOVES = 250
HERTZ = 125


def _moves(window: MainWindow) -> np.ndarray:
    """Seconds from each move of a stroke until the canvas was painted with the place that it led to.

    A move waits for the answer to the one before, but no less than a mouse lets pass.
    """
    pad, drawing, loop = window.drawing.pad, window.session.drawing, QEventLoop()
    area, delays = pad.area(), []
    asked: object = None
    answered = False
    star = window.canvas.canvas.drawn.star
    before = star.pos()

    def send(kind: QEvent.Type, step: int) -> None:
        angle = 2 * math.pi * step / MOVES
        at = QPointF(area.center().x() + 0.3 * area.width() * math.sin(2 * angle),
                     area.center().y() + 0.38 * area.height() * math.cos(angle))  # fmt: skip
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        moves, ends = kind == QEvent.Type.MouseMove, kind == QEvent.Type.MouseButtonRelease
        event = QMouseEvent(
            kind, at, pad.mapToGlobal(at), none if moves else left, none if ends else left,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(pad, event)

    def note(result: DecodeResult) -> None:
        nonlocal answered
        if result.slot == "drawing" and result.tag is asked:
            answered = True
            # A move that changes nothing in MNIST's geometry leaves the star where it is.
            if star.pos() == before:
                loop.quit()

    def painted(canvas: LatentCanvas, event: QPaintEvent) -> None:
        paint(canvas, event)
        if answered:
            loop.quit()

    paint = LatentCanvas.paintEvent
    LatentCanvas.paintEvent = painted  # type: ignore[method-assign]
    window.session.decoding.ready.connect(note)
    send(QEvent.Type.MouseButtonPress, 0)
    wait(0.2)
    try:
        for step in range(1, MOVES):
            before = star.pos()
            began, answered = time.perf_counter(), False
            send(QEvent.Type.MouseMove, step)
            asked = drawing._ink
            loop.exec()
            delays.append(time.perf_counter() - began)
            wait(max(0.0, 1 / HERTZ - delays[-1]))
    finally:
        LatentCanvas.paintEvent = paint  # type: ignore[method-assign]
        window.session.decoding.ready.disconnect(note)
    send(QEvent.Type.MouseButtonRelease, MOVES)
    return np.array(delays)


def run() -> list[Row]:
    """Measure with the bundled model and the real MNIST, at rest, with a map, and beside a training."""
    mnist = find_mnist()
    if mnist is None:
        raise Skipped("no MNIST on this machine")
    with main_window(str(mnist), size=(1280, 800)) as window:
        session = window.session
        window.drawing.take_pad()
        wait(0.5)
        _moves(window)
        wait_until(lambda: session.scores.values is not None, "the test digits' ELBOs")
        window.drawing.pad.clear()
        idle = _moves(window)
        session.map.start(TsneConfig())
        wait_until(lambda: session.map.frame is not None and session.map.frame.iteration > 60, "a map")
        session.map.stop()
        window.drawing.pad.clear()
        mapped = _moves(window)
        began = time.perf_counter()
        before = session.drawing.placing.place
        window.drawing.pad.clear()
        window.drawing.pad.press(window.drawing.pad.area().center())
        wait_until(lambda: session.drawing.placing.place not in (None, before), "the place on the map")
        placed = time.perf_counter() - began
        session.training.start(ModelConfig(), TrainingConfig(epochs=1000, device="cpu"))
        wait_until(lambda: session.training.progress is not None, "the training's first steps")
        wait(2.0)
        window.drawing.pad.clear()
        busy = _moves(window)
        session.training.stop()

    def row(name: str, delays: np.ndarray, percent: float, limit: float | None) -> Row:
        return Row(f"{name}, p{percent:.0f}", 1000 * float(np.percentile(delays, percent)), limit, "ms")

    return [
        row("stroke to encoded place on the canvas", idle, 50, 20.0),
        row("stroke to encoded place on the canvas", idle, 99, None),
        row("the same with its place on a map of 10,000 digits", mapped, 50, 20.0),
        row("the same with its place on a map of 10,000 digits", mapped, 99, None),
        Row("stroke to place on the map", 1000 * placed, None, "ms"),
        row("stroke to encoded place while training on the CPU", busy, 50, 20.0),
        row("stroke to encoded place while training on the CPU", busy, 99, None),
    ]
