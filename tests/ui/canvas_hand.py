"""A hand for tests of the canvas and its panel: shows them in a window, and works mouse, wheel and keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow
from pytestqt.qtbot import QtBot

from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig
from vae_desktop.ui.canvas_panel import CanvasPanel
from vae_desktop.ui.latent_canvas import LatentCanvas

if TYPE_CHECKING:
    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
PATIENCE = 60_000

ShowCanvas = Callable[[Session], LatentCanvas]
ShowPanel = Callable[[Session], CanvasPanel]
ModelOf = Callable[[int], Session]


@pytest.fixture
def show_canvas(qtbot: QtBot) -> ShowCanvas:
    """Shows a canvas in a window that has the keyboard."""

    def make(session: Session) -> LatentCanvas:
        window = QMainWindow()
        canvas = LatentCanvas(session)
        window.setCentralWidget(canvas)
        window.resize(700, 660)
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitActive(window)
        canvas.setFocus()
        windows.append(window)
        return canvas

    windows: list[QMainWindow] = []
    return make


@pytest.fixture
def canvas(ready: Session, show_canvas: ShowCanvas) -> LatentCanvas:
    """A canvas on the digits and a small untrained 2-D model."""
    return show_canvas(ready)


@pytest.fixture
def spread(ready: Session, show_canvas: ShowCanvas) -> LatentCanvas:
    """A canvas on which digits lie where a test wants them: on a grid half a standard deviation wide."""
    count = len(ready.codes.means)
    places = np.stack([np.arange(count) % 12 * 0.5 - 2.75, np.arange(count) // 12 * 0.5 - 2.75], axis=1)
    ready._set_codes(places.astype(np.float32))
    return show_canvas(ready)


@pytest.fixture
def show_panel(qtbot: QtBot) -> ShowPanel:
    """Shows a panel in a window that has the keyboard."""
    windows: list[QMainWindow] = []

    def make(session: Session) -> CanvasPanel:
        window = QMainWindow()
        panel = CanvasPanel(session)
        window.setCentralWidget(panel)
        window.resize(1000, 760)
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitActive(window)
        windows.append(window)
        return panel

    return make


@pytest.fixture
def model_of(
    qtbot: QtBot, session: Session, digits: Dataset, make_checkpoint: Callable[..., Checkpoint]
) -> ModelOf:
    """Opens the digits and an untrained model of so many dimensions."""

    def make(dimensions: int) -> Session:
        session.show_dataset(digits)
        checkpoint = make_checkpoint(ModelConfig(latent_dim=dimensions, hidden=(32, 16)))
        session.show_model(checkpoint, checkpoint.model_id, None, "small", saved=True)
        qtbot.waitUntil(lambda: session.codes is not None and session.picture is not None, timeout=PATIENCE)
        return session

    return make


def at(canvas: LatentCanvas, x: float, y: float) -> QPoint:
    """The pixel of a place in latent space."""
    return canvas.from_plane(x, y).toPoint()


def close_to(canvas: LatentCanvas, place: tuple[float, float]) -> object:
    """Equal up to the rounding of pixels."""
    return pytest.approx(place, abs=1.5 * canvas.pixel_size()[0])


def drag(canvas: LatentCanvas, *places: tuple[float, float], button: Qt.MouseButton = LEFT) -> None:
    """Press at the first place, move over the others, release at the last."""
    pixels = [at(canvas, *place) for place in places]
    QTest.mousePress(canvas.viewport(), button, NONE, pixels[0])
    for pixel in pixels[1:]:
        move(canvas, pixel, button)
    QTest.mouseRelease(canvas.viewport(), button, NONE, pixels[-1])


def move(canvas: LatentCanvas, pixel: QPoint, button: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
    """Move the mouse, with a button down or without: QTest.mouseMove itself knows no buttons."""
    viewport = canvas.viewport()
    where = QPointF(pixel)
    event = QMouseEvent(
        QEvent.Type.MouseMove, where, viewport.mapToGlobal(where), Qt.MouseButton.NoButton, button, NONE
    )
    QApplication.sendEvent(viewport, event)


def turn_wheel(canvas: LatentCanvas, pixel: QPoint, notches: int) -> None:
    """Turn the wheel with the pointer at a pixel."""
    viewport = canvas.viewport()
    event = QWheelEvent(
        QPointF(pixel),
        viewport.mapToGlobal(QPointF(pixel)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        NONE,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def painted(canvas: LatentCanvas) -> QImage:
    """What the canvas shows."""
    return canvas.grab().toImage()


def count_colour(image: QImage, colour: str, tolerance: int = 12) -> int:
    """How many pixels are nearly of a colour."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    raw = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    pixels = raw[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3).astype(int)
    wanted = np.array(QColor(colour).getRgb()[:3])
    return int((np.abs(pixels - wanted).max(axis=2) <= tolerance).sum())


def type_into(field: QLineEdit, text: str, end: Qt.Key | None = Qt.Key.Key_Return) -> None:
    """Replace a field's text as a person would."""
    field.setFocus()
    field.selectAll()
    for letter in text:
        # QTest.keyClicks gives up on letters beyond Latin-1.
        QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, 0, NONE, letter))
    if end is not None:
        QTest.keyClick(field, end)
