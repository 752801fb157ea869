"""Pointing at digits, drawing around them and taking the map away: what each costs the window's thread."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from tests.benchmarks.harness import main_window, wait, wait_until
from tests.benchmarks.rows import Row, Skipped
from tests.places import find_mnist
from vae_desktop.core.config import TsneConfig
from vae_desktop.core.map_svg import write_map_svg
from vae_desktop.core.neighbours import nearest_codes
from vae_desktop.core.region import points_inside
from vae_desktop.ui.main_window import MainWindow

MOVES = 200
ROUNDS = 21


def run() -> list[Row]:
    """Measure on the real MNIST test digits, and on 70,000 points at random."""
    mnist = find_mnist()
    if mnist is None:
        raise Skipped("no MNIST on this machine")
    random = np.random.default_rng(0)
    points = random.normal(size=(70_000, 2)).astype(np.float32)
    # A hand's lasso: three pixels apart, and not quite round.
    angles = np.linspace(0, 2 * np.pi, 300, endpoint=False)
    radii = 1.2 + 0.3 * np.sin(3 * angles) + 0.01 * random.normal(size=300)
    outline = np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=1)
    codes = random.normal(size=(60_000, 20)).astype(np.float32)
    rows = [
        Row(
            "digits in a lasso of 300 corners, of 70,000",
            _median(lambda: points_inside(points, outline)),
            20,
            "ms",
        ),
        Row(
            "exact 10 nearest of 60,000 codes, 20-D",
            _median(lambda: nearest_codes(codes, codes[7], 10, 7)),
            10,
            "ms",
        ),
    ]
    with main_window(str(mnist), size=(1280, 800)) as window:
        session = window.session
        session.map.start(TsneConfig())
        wait_until(
            lambda: session.map.frame is not None and session.map.frame.iteration > 60, "the map's shape"
        )
        session.map.stop()
        wait(0.5)
        beside, _ = _hover(window, random)
        wait_until(lambda: session.map.quality is not None, "the map's quality")
        wait(0.5)
        moves, followed = _hover(window, random)
        frame = session.map.frame
        assert frame is not None and session.codes is not None and session.dataset is not None
        labels, names = session.codes.labels, session.dataset.class_names
        with TemporaryDirectory() as folder:
            svg = _median(lambda: write_map_svg(Path(folder) / "map.svg", frame.embedding, labels, names))
    return [
        *rows,
        Row(
            "move of the mouse to another of 10,000 digits, card shown, p50",
            1000 * float(np.median(moves)),
            2,
            "ms",
        ),
        Row("the same, p95", 1000 * float(np.percentile(moves, 95)), None, "ms"),
        Row("the same while the map's quality is measured, p50", 1000 * float(np.median(beside)), None, "ms"),
        Row(
            "until its decoding and neighbours are there, p50", 1000 * float(np.median(followed)), None, "ms"
        ),
        Row("map of 10,000 digits as SVG", svg, None, "ms"),
    ]


def _hover(window: MainWindow, random: np.random.Generator) -> tuple[list[float], list[float]]:
    """Seconds that moves of the mouse onto digits take, and until all of the card is known."""
    session, view = window.session, window.map.view
    viewport = view.viewport()
    moves, followed = [], []
    for index in random.permutation(len(view.points.points))[:MOVES].tolist():
        x, y = view.points.points[index].tolist()
        at = view.from_plane(x, y)
        nothing = Qt.MouseButton.NoButton
        event = QMouseEvent(
            QEvent.Type.MouseMove, at, viewport.mapToGlobal(QPointF(at)), nothing, nothing,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        began = time.perf_counter()
        QApplication.sendEvent(viewport, event)
        moves.append(time.perf_counter() - began)
        while session.hovered is not None and session.hovered.neighbours is None:
            QApplication.processEvents()
        followed.append(time.perf_counter() - began)
    return moves, followed


def _median(work: object) -> float:
    """Milliseconds that a function takes."""
    assert callable(work)
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times)
