"""A hand for tests of the map: a map whose digits lie where a test wants them, and drags with keys held."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from vae_desktop.app.session import Session
from vae_desktop.core.config import TsneConfig
from vae_desktop.core.records import MapFrame
from vae_desktop.ui.map_panel import MapPanel
from vae_desktop.ui.plot_navigation import NavigablePlot

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

COLUMNS = 20
NO_KEY, LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def laid(qtbot: QtBot, ready: Session) -> Iterator[MapPanel]:
    """The panel in a window of its own, with a map on which digit i lies at (i % 20, i // 20)."""
    assert ready.codes is not None
    numbers = np.arange(len(ready.codes.means))
    places = np.stack([numbers % COLUMNS, numbers // COLUMNS], axis=1).astype(np.float32)
    ready.map._newest_codes, ready.map.config = ready.codes, TsneConfig()
    ready.map._show(MapFrame(embedding=places, iteration=750, iterations=750, kl=1.0, stage="refinement"))
    window, panel = QMainWindow(), MapPanel(ready)
    window.setCentralWidget(panel)
    window.resize(560, 720)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    panel._mirror()
    panel.view.setFocus()
    yield panel
    window.close()


def numbers_in(left: int, right: int, bottom: int, top: int, count: int = 359) -> list[int]:
    """The digits of the laid map in a block of columns and rows, both ends included."""
    rows = [row * COLUMNS + column for row in range(bottom, top + 1) for column in range(left, right + 1)]
    return [number for number in rows if number < count]


def draw(
    plot: NavigablePlot,
    *places: tuple[float, float],
    keys: Qt.KeyboardModifier = NO_KEY,
    release: bool = True,
) -> None:
    """Press at the first place of the plane, move over the others, and let go at the last, keys held."""
    pixels = [plot.from_plane(*place) for place in places]
    _send(plot, QEvent.Type.MouseButtonPress, pixels[0], keys)
    for start, end in pairwise(pixels):
        for part in (0.25, 0.5, 0.75, 1.0):
            _send(plot, QEvent.Type.MouseMove, start + (end - start) * part, keys)
    if release:
        let_go(plot, places[-1], keys)


def let_go(plot: NavigablePlot, place: tuple[float, float], keys: Qt.KeyboardModifier = NO_KEY) -> None:
    """Release the left button."""
    _send(plot, QEvent.Type.MouseButtonRelease, plot.from_plane(*place), keys)


def click(plot: NavigablePlot, place: tuple[float, float], keys: Qt.KeyboardModifier = NO_KEY) -> None:
    """Press and release at a place."""
    draw(plot, place, keys=keys)


def _send(plot: NavigablePlot, kind: QEvent.Type, at: QPointF, keys: Qt.KeyboardModifier) -> None:
    viewport = plot.viewport()
    moves, ends = kind == QEvent.Type.MouseMove, kind == QEvent.Type.MouseButtonRelease
    button = Qt.MouseButton.NoButton if moves else LEFT
    down = Qt.MouseButton.NoButton if ends else LEFT
    QApplication.sendEvent(viewport, QMouseEvent(kind, at, viewport.mapToGlobal(at), button, down, keys))


def pixel(plot: NavigablePlot, place: tuple[float, float]) -> QPoint:
    """Where a place is painted."""
    return plot.from_plane(*place).toPoint()
