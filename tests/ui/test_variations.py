"""The chosen digit's posterior: ellipses on the canvas and variations beside it, by mouse and keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.canvas_hand import LEFT, NONE, PATIENCE, ModelOf, ShowPanel, at, count_colour, drag, painted
from vae_desktop.app.posterior import VARIATIONS
from vae_desktop.core.inference import Inference
from vae_desktop.core.posterior import posterior_outline
from vae_desktop.ui.canvas_panel import CanvasPanel
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from vae_desktop.core.checkpoint import Checkpoint

DIGIT = 30


@pytest.fixture
def panel(model_of: ModelOf, show_panel: ShowPanel) -> CanvasPanel:
    """A panel on the digits and a 4-D model, with one digit chosen by a click where it lies alone."""
    session = model_of(4)
    codes = np.zeros_like(session.codes.means)
    codes[:, 0] = np.linspace(-3, 3, len(codes))
    codes[DIGIT] = (1, 2, 0, 0)
    session._set_codes(codes)
    return show_panel(session)


def click(panel: CanvasPanel, x: float, y: float) -> None:
    """Click the canvas at a place."""
    QTest.mouseClick(panel.canvas.viewport(), LEFT, NONE, at(panel.canvas, x, y))


def pick(panel: CanvasPanel, qtbot: QtBot) -> None:
    """Click the digit, and wait for what is to be seen of it."""
    click(panel, 1, 2)
    assert panel.session.selected == DIGIT
    qtbot.waitUntil(lambda: panel.session.posterior.found is not None, timeout=PATIENCE)


def test_a_chosen_digit_has_variations_that_are_decoded_draws(
    panel: CanvasPanel, qtbot: QtBot, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    assert not panel.variations.isVisible()
    pick(panel, qtbot)
    session = panel.session
    found, checkpoint = session.posterior.found, make_checkpoint(session.model.config)
    inference = Inference(checkpoint.model_config, checkpoint.weights)
    mean, logvar = (each[0] for each in inference.encode(session.dataset.test.images[DIGIT : DIGIT + 1]))
    np.testing.assert_allclose(found.mean, mean, atol=1e-5)
    np.testing.assert_allclose(found.logvar, logvar, atol=1e-5)
    np.testing.assert_allclose(found.images, inference.decode(found.codes), atol=1e-5)
    assert panel.variations.isVisible() and panel.variations.grid.count == VARIATIONS
    name = session.dataset.class_names[int(session.codes.labels[DIGIT])]
    assert panel.variations.heading.text() == f"Variations of this {name}"


def test_others_are_rolled_and_one_is_gone_to(panel: CanvasPanel, qtbot: QtBot) -> None:
    pick(panel, qtbot)
    session, grid = panel.session, panel.variations.grid
    before = session.posterior.found
    QTest.mouseClick(panel.variations.reroll, LEFT)
    qtbot.waitUntil(lambda: session.posterior.found is not before, timeout=PATIENCE)
    after = session.posterior.found
    assert not np.array_equal(after.codes, before.codes) and np.array_equal(after.mean, before.mean)
    QTest.mouseClick(grid, LEFT, NONE, grid.cell_rect(7).center().toPoint())
    np.testing.assert_array_equal(session.cursor, after.codes[7])
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Home)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    np.testing.assert_array_equal(session.cursor, after.codes[0])
    session.undo()
    np.testing.assert_array_equal(session.cursor, after.codes[7])


def test_letting_go_of_a_digit_takes_its_marks_away(panel: CanvasPanel, qtbot: QtBot) -> None:
    pick(panel, qtbot)
    assert panel.canvas.posterior.ellipse.isVisible()
    drag(panel.canvas, (-1.0, -1.0), (-1.5, -2.0))
    assert not panel.canvas.posterior.ellipse.isVisible()
    qtbot.waitUntil(lambda: not panel.variations.isVisible(), timeout=PATIENCE)


def test_ellipses_lie_around_the_posterior_in_any_plane(panel: CanvasPanel, qtbot: QtBot) -> None:
    pick(panel, qtbot)
    session, ellipse = panel.session, panel.canvas.posterior.ellipse
    found = session.posterior.found

    def right() -> bool:
        return len(ellipse.outlines) == 2 and all(
            np.array_equal(
                outline, posterior_outline(session.plane, found.mean, found.logvar, float(deviations))
            )
            for deviations, outline in enumerate(ellipse.outlines, start=1)
        )

    assert right()
    session.set_axes(2, 3)
    assert right()
    session.set_principal_plane()
    assert right()


def test_ellipses_are_painted(panel: CanvasPanel, qtbot: QtBot) -> None:
    canvas = panel.canvas
    canvas.set_points_on(False)
    before = count_colour(painted(canvas), theme().colors.text)
    canvas.set_points_on(True)
    pick(panel, qtbot)
    canvas.set_points_on(False)
    assert count_colour(painted(canvas), theme().colors.text) > before + 200


def test_nothing_is_cut_off_at_a_small_size(panel: CanvasPanel, qtbot: QtBot) -> None:
    panel.window().resize(600, 700)
    pick(panel, qtbot)
    for part in (panel.variations, panel.variations.grid, panel.variations.reroll, panel.coordinates_list):
        assert part.isVisible()
        corner = part.mapTo(panel, QPoint(part.width(), part.height()))
        assert corner.x() <= panel.width() and corner.y() <= panel.height()
    assert panel.coordinates_list.height() >= panel.coordinates_list.minimumSizeHint().height()
