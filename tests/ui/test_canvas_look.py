"""What the latent canvas paints: its backdrop, its themes, and latent spaces of other dimensions."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.canvas_hand import (
    PATIENCE,
    ModelOf,
    ShowCanvas,
    at,
    close_to,
    count_colour,
    drag,
    painted,
    turn_wheel,
)
from vae_desktop.core.config import ModelConfig
from vae_desktop.ui.latent_canvas import LatentCanvas
from vae_desktop.ui.theme import DARK, LIGHT, theme

if TYPE_CHECKING:
    from vae_desktop.core.checkpoint import Checkpoint


# -- backdrop -----------------------------------------------------------------------------------------


def test_the_backdrop_fills_the_view_and_follows_it(canvas: LatentCanvas, qtbot: QtBot) -> None:
    def covered() -> bool:
        return bool(canvas.backdrop.boundingRect().contains(canvas.view_box.viewRect()))

    qtbot.waitUntil(covered, timeout=PATIENCE)
    canvas.pan(400, -300)
    assert not covered()
    qtbot.waitUntil(covered, timeout=PATIENCE)
    turn_wheel(canvas, at(canvas, 0, 0), -8)
    assert not covered()
    qtbot.waitUntil(covered, timeout=PATIENCE)


def test_a_short_pan_asks_for_no_new_backdrop(canvas: LatentCanvas, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not canvas.backdrop.empty, timeout=PATIENCE)
    with qtbot.assertNotEmitted(canvas.session.backdrop.changed, wait=300):
        canvas.pan(10, 10)


def test_the_backdrop_can_be_switched_off_and_costs_nothing_then(canvas: LatentCanvas, qtbot: QtBot) -> None:
    canvas.set_points_on(False)
    qtbot.waitUntil(lambda: not canvas.backdrop.empty, timeout=PATIENCE)
    plain = LIGHT.plot
    with_backdrop = count_colour(painted(canvas), plain, tolerance=2)
    canvas.manifold.set_on(False)
    assert count_colour(painted(canvas), plain, tolerance=2) > 1.5 * with_backdrop
    assert not canvas.session.backdrop.active
    canvas.manifold.set_on(True)
    assert canvas.session.backdrop.active
    assert count_colour(painted(canvas), plain, tolerance=2) == with_backdrop


def test_the_backdrop_lies_the_right_way_up(canvas: LatentCanvas, qtbot: QtBot) -> None:
    canvas.set_points_on(False)
    qtbot.waitUntil(lambda: not canvas.backdrop.empty, timeout=PATIENCE)
    seen = canvas.view_box.viewRect()
    # White paper above, black ink below y = 0 and left of x = 0.
    pixels = np.zeros((100, 100), np.uint8)
    pixels[50:, :50] = 255
    canvas.backdrop.set_pixels(pixels, (seen.left(), seen.top(), seen.right(), seen.bottom()))
    image = painted(canvas)

    def darkness(x: float, y: float) -> int:
        return 255 - QColor(image.pixel(at(canvas, x, y))).lightness()

    assert darkness(-2.6, -2.5) > 60
    assert max(darkness(2.6, -2.5), darkness(2.6, 2.5), darkness(-2.6, 2.5)) < 10


# -- themes and other spaces --------------------------------------------------------------------------


def test_another_theme_recolours_everything(canvas: LatentCanvas, qtbot: QtBot) -> None:
    assert count_colour(painted(canvas), LIGHT.plot, 2) > count_colour(painted(canvas), DARK.plot, 2)
    assert count_colour(painted(canvas), LIGHT.cursor, 2) > 10
    theme().apply("dark")
    image = painted(canvas)
    assert count_colour(image, DARK.plot, 2) > 50_000
    assert count_colour(image, LIGHT.plot, 2) < 2_000
    assert count_colour(image, DARK.cursor, 2) > 10


def test_two_of_eight_dimensions(model_of: ModelOf, show_canvas: ShowCanvas, qtbot: QtBot) -> None:
    session = model_of(8)
    canvas = show_canvas(session)
    held = np.arange(8, dtype=np.float32) / 10
    session.set_cursor(held)
    session.set_axes(5, 2)
    assert np.array_equal(canvas.points.points, session.codes.means[:, [5, 2]])
    assert canvas.cursor_mark.place.toTuple() == pytest.approx((0.5, 0.2))
    assert canvas.plotItem.getAxis("bottom").labelText.startswith("z₅")
    assert canvas.plotItem.getAxis("left").labelText.startswith("z₂")
    drag(canvas, (0.0, 0.0), (1.0, 2.0), (1.5, -1.0))
    expected = held.copy()
    expected[[5, 2]] = session.cursor[[5, 2]]
    assert session.cursor.tolist() == pytest.approx(expected.tolist())
    assert session.cursor[[5, 2]].tolist() == close_to(canvas, (1.5, -1.0))
    qtbot.waitUntil(lambda: np.array_equal(session.picture_z, session.cursor), timeout=PATIENCE)


def test_another_held_value_makes_another_backdrop(
    model_of: ModelOf, show_canvas: ShowCanvas, qtbot: QtBot
) -> None:
    session = model_of(8)
    canvas = show_canvas(session)
    qtbot.waitUntil(lambda: not canvas.backdrop.empty, timeout=PATIENCE)
    with qtbot.waitSignal(session.backdrop.changed, timeout=PATIENCE):
        session.set_cursor([0, 0, 0, 2, 0, 0, 0, 0])


def test_a_single_dimension_is_a_line(model_of: ModelOf, show_canvas: ShowCanvas, qtbot: QtBot) -> None:
    session = model_of(1)
    canvas = show_canvas(session)
    qtbot.waitUntil(lambda: not canvas.backdrop.empty, timeout=PATIENCE)
    drag(canvas, (0.0, 0.0), (1.0, 2.0), (1.5, -0.5))
    assert session.cursor.tolist() == close_to(canvas, (1.5,))
    assert canvas.cursor_mark.place.y() == 0
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert session.cursor.tolist() == close_to(canvas, (1.6,))
    # Each class in a lane of its own, above the strip of pictures.
    heights = canvas.points.points[:, 1]
    assert heights.min() > canvas.backdrop.boundingRect().bottom()
    lanes = [heights[session.codes.labels == label] for label in range(10)]
    assert all(below.max() < above.min() for below, above in itertools.pairwise(lanes))


def test_another_model_brings_its_own_space(
    canvas: LatentCanvas, make_checkpoint: Callable[..., Checkpoint], qtbot: QtBot
) -> None:
    session = canvas.session
    canvas.pan(500, 500)
    checkpoint = make_checkpoint(ModelConfig(latent_dim=3, hidden=(32, 16)), seed=1)
    session.show_model(checkpoint, checkpoint.model_id, None, "other", saved=True)
    assert canvas.view_box.viewRect().center().x() == pytest.approx(0.0, abs=0.01)
    qtbot.waitUntil(lambda: session.codes is not None, timeout=PATIENCE)
    assert np.array_equal(canvas.points.points, session.codes.means[:, :2])
