"""The digit panel: which digit it shows, what it tells of it, and the way on to its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from tests.ui.canvas_hand import PATIENCE, ShowCanvas, at, count_colour, move
from tests.ui.cells_hand import name_of
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig
from vae_desktop.ui.digit_panel import DigitPanel
from vae_desktop.ui.latent_canvas import LatentCanvas
from vae_desktop.ui.reconstructions_panel import ReconstructionsPanel
from vae_desktop.ui.theme import theme
from vae_desktop.ui.value_colors import difference_colors, difference_picture

if TYPE_CHECKING:
    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def panel(qtbot: QtBot, ready: Session) -> Iterator[DigitPanel]:
    """The panel in a window as narrow as its dock in a window of 1280 × 800."""
    window, panel = QMainWindow(), DigitPanel(ready)
    window.setCentralWidget(panel)
    window.resize(320, 320)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(window.isVisible)
    yield panel
    window.close()


def shown(qtbot: QtBot, panel: DigitPanel, index: int | None) -> None:
    """Wait until the panel shows a test digit, or (None) the drawn one."""
    details = panel.session.digit_details
    qtbot.waitUntil(lambda: details.portrait is not None and details.index == index, timeout=PATIENCE)


def draw_something(session: Session) -> None:
    """A bar of ink, as a pad would send it."""
    ink = np.zeros((280, 280), np.uint8)
    ink[60:220, 120:150] = 255
    session.drawing.show_ink(ink)


def test_hovered_comes_before_selected_before_drawn(qtbot: QtBot, panel: DigitPanel, digits: Dataset) -> None:
    session = panel.session
    assert "Point at a digit" in panel._empty.label.text() and panel._empty.isVisible()
    draw_something(session)
    shown(qtbot, panel, None)
    assert panel.heading.text() == "The drawn digit"
    session.select(7)
    shown(qtbot, panel, 7)
    session.hover(9)
    shown(qtbot, panel, 9)
    name = digits.class_names[int(digits.test.labels[9])]
    assert panel.heading.text() == f"{name}, test image 9"
    session.hover(None)
    shown(qtbot, panel, 7)
    session.select(None)
    shown(qtbot, panel, None)
    session.drawing.show_ink(None)
    assert panel._empty.isVisible()


def test_pictures_and_figures_are_those_of_the_model(
    qtbot: QtBot, panel: DigitPanel, digits: Dataset, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    from vae_desktop.core.evaluation import evaluate, negative_elbos, posterior_noise
    from vae_desktop.core.models import rebuild

    session = panel.session
    session.select(12)
    shown(qtbot, panel, 12)
    qtbot.waitUntil(lambda: "Stranger" in panel.figures.text(), timeout=PATIENCE)
    model = rebuild(make_checkpoint().model_config, make_checkpoint().weights).eval()
    noise = posterior_noise(len(digits.test), 2)
    elbos = negative_elbos(model, digits.test.images, noise)
    portrait = session.digit_details.portrait
    assert portrait is not None
    assert portrait.negative_elbo == pytest.approx(float(elbos[12]), rel=1e-4)
    one = evaluate(model, digits.test.images)
    assert float(elbos.mean()) == pytest.approx(one.terms.negative_elbo, rel=1e-4)
    share = 100 * float((elbos < elbos[12]).float().mean())
    assert panel.figures.text() == (
        f"−ELBO {portrait.negative_elbo:.1f} nats: reconstruction {portrait.reconstruction_loss:.1f}, "
        f"KL {portrait.kl:.1f}. Stranger than {share:.0f}\N{NO-BREAK SPACE}% of the test digits."
    )
    digit, decoded, difference = (view.picture for view in panel.pictures)
    assert digit is not None and decoded is not None and difference is not None
    np.testing.assert_allclose(digit, digits.test.images[12].numpy() / 255, atol=1e-6)
    with torch.inference_mode():
        mean, _ = model.encode(digits.test.images[12:13].float() / 255)
        np.testing.assert_allclose(decoded, torch.sigmoid(model.decode(mean))[0].numpy(), atol=1e-5)
    assert difference.shape == (3, 28, 28)


def test_differences_are_blue_and_orange_and_nothing_where_there_is_none() -> None:
    values = np.array([[[-1.0, 0.0, 1.0], [-0.25, 0.0, 0.25]]], np.float32)
    for dark, ground in ((False, "#ffffff"), (True, "#15171b")):
        picture = np.rint(difference_picture(values, ground, dark).transpose(1, 2, 0) * 255).astype(int)
        names = ["#" + "".join(f"{part:02x}" for part in pixel) for pixel in picture[0]]
        less, more = difference_colors(dark)
        assert names == [less, ground, more]
        # A small difference lies between its colour and the ground.
        for column in (0, 2):
            low, high = (
                np.minimum(picture[0, column], picture[0, 1]),
                np.maximum(picture[0, column], picture[0, 1]),
            )
            assert ((low <= picture[1, column]) & (picture[1, column] <= high)).all()
            assert (picture[1, column] != picture[0, 1]).any()


def test_so_many_neighbours_as_asked_for_nearest_first(qtbot: QtBot, panel: DigitPanel) -> None:
    session = panel.session
    session.select(3)
    shown(qtbot, panel, 3)
    assert session.codes is not None and panel.neighbours.neighbours is not None
    distances = np.linalg.norm(session.codes.means - session.codes.means[3], axis=1)
    distances[3] = np.inf
    nearest = np.argsort(distances, kind="stable")
    for count in (1, 10, 20):
        panel.count.selectAll()
        qtbot.keyClicks(panel.count, str(count))
        qtbot.keyClick(panel.count, Qt.Key.Key_Return)
        assert panel.neighbours.count == count
        assert panel.neighbours.neighbours.indices[:count].tolist() == nearest[:count].tolist()
        last = panel.neighbours.cell_rect(count - 1)
        assert panel.neighbours.rect().contains(last.toRect())


def test_pointing_at_a_neighbour_marks_it_and_leaves_the_panel_alone(qtbot: QtBot, panel: DigitPanel) -> None:
    session = panel.session
    session.select(3)
    shown(qtbot, panel, 3)
    qtbot.waitUntil(lambda: "Stranger" in panel.figures.text(), timeout=PATIENCE)
    near = panel.neighbours.neighbours
    assert near is not None
    middle = panel.neighbours.cell_rect(2).center().toPoint()
    QTest.mouseMove(panel.neighbours, middle)
    assert session.hovered is not None and session.hovered.index == near.indices[2]
    qtbot.waitUntil(lambda: session.hovered is not None and session.hovered.reconstruction is not None)
    qtbot.wait(50)
    assert session.digit_details.index == 3 and panel.neighbours.neighbours is near
    QTest.mouseClick(panel.neighbours, LEFT, NONE, middle)
    assert session.selected == near.indices[2]
    shown(qtbot, panel, int(near.indices[2]))
    QTest.mouseMove(panel.heading, QPoint(3, 3))


def test_the_keyboard_reaches_the_neighbours(qtbot: QtBot, panel: DigitPanel) -> None:
    panel.session.select(3)
    shown(qtbot, panel, 3)
    near = panel.neighbours.neighbours
    assert near is not None
    panel.neighbours.setFocus()
    qtbot.keyClick(panel.neighbours, Qt.Key.Key_Right)
    words = name_of(panel.neighbours)
    assert words.startswith(f"Class {near.class_names[1]}, test image {near.indices[1]:,}")
    qtbot.keyClick(panel.neighbours, Qt.Key.Key_Return)
    assert panel.session.selected == near.indices[1]


def test_nothing_is_computed_while_nobody_looks(qtbot: QtBot, panel: DigitPanel) -> None:
    panel.window().hide()
    asked: list[str] = []
    panel.session.decoding.ready.connect(lambda result: asked.append(result.slot))
    panel.session.select(5)
    panel.session.hover(6)
    qtbot.waitUntil(lambda: "hover" in asked, timeout=PATIENCE)
    qtbot.wait(50)
    assert "digit" not in asked
    panel.window().show()
    shown(qtbot, panel, 6)


def test_another_model_tells_anew_and_one_of_other_images_says_so(
    qtbot: QtBot, panel: DigitPanel, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    session = panel.session
    session.select(3)
    shown(qtbot, panel, 3)
    before = session.digit_details.portrait
    other = make_checkpoint(seed=4)
    session.show_model(other, other.model_id, None, "other", saved=True)
    assert session.digit_details.portrait is None
    shown(qtbot, panel, 3)
    assert before is not None and session.digit_details.portrait is not None
    assert session.digit_details.portrait.negative_elbo != before.negative_elbo
    colour = make_checkpoint(ModelConfig((3, 8, 10), 2, (16,)))
    session.show_model(colour, colour.model_id, None, "colour", saved=True)
    assert panel._empty.isVisible() and "another size" in panel._empty.label.text()


def test_a_digit_pointed_at_on_the_canvas_is_marked_among_the_reconstructions(
    qtbot: QtBot, spread: LatentCanvas, panel: DigitPanel, show_canvas: ShowCanvas
) -> None:
    """And the other way round: one click in the grid selects it for the panel."""
    session = panel.session
    grid_panel = ReconstructionsPanel(session)
    qtbot.addWidget(grid_panel)
    grid_panel.resize(700, 300)
    grid_panel.show()
    qtbot.waitUntil(lambda: grid_panel._pairs.count == 10, timeout=PATIENCE)
    assert session.reconstructions.indices is not None and session.codes is not None
    index = int(session.reconstructions.indices[4])
    x, y = session.codes.means[index].tolist()
    spread.reveal(x, y)
    plain = count_colour(grid_panel.grid.grab().toImage(), theme().colors.text)
    move(spread, at(spread, x, y))
    assert session.hovered is not None and session.hovered.index == index
    assert grid_panel.grid.pointed == grid_panel._pairs.cell_of(4)
    assert count_colour(grid_panel.grid.grab().toImage(), theme().colors.text) > plain + 20
    shown(qtbot, panel, index)
    move(spread, at(spread, x + 0.25, y + 0.25))
    assert grid_panel.grid.pointed == -1
    cell = grid_panel.grid.cell_rect(grid_panel._pairs.cell_of(7)).center().toPoint()
    QTest.mouseClick(grid_panel.grid, LEFT, NONE, cell)
    other = int(session.reconstructions.indices[7])
    assert session.selected == other
    session.hover(None)
    shown(qtbot, panel, other)
