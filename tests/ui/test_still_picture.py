"""A cursor dragged over a canvas that stands still: what is on the screen is what a fresh repaint would show."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.canvas_hand import LEFT, NONE, PATIENCE, at, move
from vae_desktop.ui.latent_canvas import LatentCanvas
from vae_desktop.ui.theme import theme

ROUNDING = 8
PLACES = [(-2.0, 1.0), (-1.9, 1.1), (-1.0, 1.5), (0.5, 0.5), (0.52, 0.48), (1.5, -1.0), (0.0, 0.0)]


def pixels(image: QImage) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """An image [height, width, 4], 0-255."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.array(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3]


def on_screen(canvas: LatentCanvas) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """What the screen shows of the canvas, without having it painted for the purpose."""
    window = canvas.window()
    shown = window.screen().grabWindow(window.winId()).toImage()
    assert shown.size() == window.size() * shown.devicePixelRatio()
    corner = canvas.viewport().mapTo(window, canvas.viewport().rect().topLeft())
    height, width = canvas.viewport().height(), canvas.viewport().width()
    return pixels(shown)[corner.y() : corner.y() + height, corner.x() : corner.x() + width]


def afresh(canvas: LatentCanvas) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The canvas painted as a whole."""
    return pixels(canvas.viewport().grab().toImage())


def as_afresh(canvas: LatentCanvas) -> bool:
    """Whether the screen shows what a whole repaint would, but for the rounding of stretched pixels."""
    QApplication.processEvents()
    shown, wanted = on_screen(canvas), afresh(canvas)
    return shown.shape == wanted.shape and int(np.abs(shown.astype(int) - wanted).max()) <= ROUNDING


@pytest.fixture
def at_rest(canvas: LatentCanvas, qtbot: QtBot) -> LatentCanvas:
    """A canvas with all that it shows, and the left button down on it."""
    # Qt begins a dashed line's dashes anew where it is clipped.
    canvas.guides.setVisible(False)
    qtbot.waitUntil(lambda: not canvas.backdrop.empty and canvas.points.settled, timeout=PATIENCE)
    qtbot.waitUntil(lambda: as_afresh(canvas), timeout=PATIENCE)
    QTest.mousePress(canvas.viewport(), LEFT, NONE, at(canvas, -2.0, 0.5))
    return canvas


def follow(canvas: LatentCanvas, qtbot: QtBot) -> None:
    """Drag the cursor about, and look at each step."""
    for place in PLACES:
        move(canvas, at(canvas, *place), LEFT)
        qtbot.waitUntil(lambda: as_afresh(canvas), timeout=PATIENCE)


def test_each_move_is_on_the_screen_as_if_painted_afresh(at_rest: LatentCanvas, qtbot: QtBot) -> None:
    before = on_screen(at_rest)
    follow(at_rest, qtbot)
    assert not np.array_equal(on_screen(at_rest), before)


@pytest.mark.parametrize("change", ["classes", "points", "theme", "zoom", "ring", "size"])
def test_what_changes_in_the_middle_of_a_drag_is_seen(
    at_rest: LatentCanvas, qtbot: QtBot, change: str
) -> None:
    canvas, session = at_rest, at_rest.session
    follow(canvas, qtbot)
    before = on_screen(canvas)
    if change == "classes":
        session.set_hidden_classes(frozenset(range(5)))
    elif change == "points":
        canvas.set_points_on(False)
    elif change == "theme":
        theme().apply("dark")
    elif change == "zoom":
        canvas.zoom_in()
    elif change == "ring":
        # So small a change that it lies within the cursor.
        x, y = canvas.points.points[7].tolist()
        move(canvas, at(canvas, x, y), LEFT)
        canvas.points.set_highlight(7)
    else:
        canvas.window().resize(canvas.window().width() + 40, canvas.window().height() + 30)
    qtbot.waitUntil(
        lambda: on_screen(canvas).shape != before.shape or bool((on_screen(canvas) != before).any())
    )
    qtbot.waitUntil(lambda: canvas.points.settled, timeout=PATIENCE)
    follow(canvas, qtbot)


def test_keys_walk_over_the_still_picture_too(at_rest: LatentCanvas, qtbot: QtBot) -> None:
    canvas = at_rest
    QTest.mouseRelease(canvas.viewport(), LEFT, NONE, at(canvas, -2.0, 0.5))
    canvas.setFocus()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(canvas, key)
        qtbot.waitUntil(lambda: as_afresh(canvas), timeout=PATIENCE)
