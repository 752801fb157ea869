"""The card beside the pointer: the nearest digits follow, and nothing moves when they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.map_hand import pixel
from vae_desktop.core.palette import class_color
from vae_desktop.ui.map_panel import MapPanel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.data.dataset import Dataset

PATIENCE = 60_000


@pytest.mark.parametrize("size", [(560, 720), (380, 420)])
def test_the_five_nearest_in_latent_space_follow(
    qtbot: QtBot, laid: MapPanel, digits: Dataset, size: tuple[int, int]
) -> None:
    laid.window().resize(*size)
    qtbot.waitUntil(lambda: laid.window().height() == size[1])
    # A low panel is laid out once more.
    QApplication.sendPostedEvents()
    laid.view.fit()
    session, card = laid.session, laid.view.card
    QTest.mouseMove(laid.view.viewport(), pixel(laid.view, (4, 9)))
    qtbot.waitUntil(card.isVisible)
    at_first = card.geometry()
    qtbot.waitUntil(lambda: card.neighbours.neighbours is not None, timeout=PATIENCE)
    assert card.geometry() == at_first, "it had its size before"
    assert card.parentWidget() is laid.window() and laid.window().rect().contains(card.geometry())
    index = 9 * 20 + 4
    assert card.place == f"test image {index}"
    assert session.codes is not None
    distances = np.linalg.norm(session.codes.means - session.codes.means[index], axis=1)
    distances[index] = np.inf
    nearest = np.argsort(distances)[:5]
    assert card.neighbours.neighbours.indices.tolist() == nearest.tolist()
    names = [digits.class_names[label] for label in digits.test.labels[nearest].tolist()]
    assert card.neighbours.accessibleDescription() == ", ".join(names)
    # Each neighbour's picture stands over a bar in its class's colour.
    strip, image = card.neighbours, card.neighbours.grab().toImage()
    side, pitch = strip._side, strip._side + 4
    for place, digit in enumerate(nearest.tolist()):
        bar = image.pixelColor(place * pitch + side // 2, side + 1).name()
        assert bar == class_color(int(digits.test.labels[digit]))
        seen = [image.pixelColor(place * pitch + x, y).red() for y in range(side) for x in range(side)]
        bright = float(digits.test.images[digit].float().mean())
        assert np.mean(seen) == pytest.approx(bright, rel=0.35, abs=8)


def test_another_digit_takes_the_neighbours_away_at_once(qtbot: QtBot, laid: MapPanel) -> None:
    card = laid.view.card
    QTest.mouseMove(laid.view.viewport(), pixel(laid.view, (4, 9)))
    qtbot.waitUntil(lambda: card.neighbours.neighbours is not None, timeout=PATIENCE)
    QTest.mouseMove(laid.view.viewport(), pixel(laid.view, (12, 3)))
    assert card.digit is not None and card.digit.index == 72
    assert card.neighbours.neighbours is None and card.neighbours.accessibleDescription() == ""
