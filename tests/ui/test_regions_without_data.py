"""The bundled model with no data set open: its classes, its data and what is off them, by mouse and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.canvas_hand import LEFT, NONE, PATIENCE, ShowPanel, at, painted
from vae_desktop.app.session import Session
from vae_desktop.core.palette import class_color
from vae_desktop.ui.canvas_panel import CanvasPanel
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from vae_desktop.core.data.dataset import Dataset

CONTROL = Qt.KeyboardModifier.ControlModifier
# Where the bundled model's data are surely of a class.
SURE = {0: (2.0, -1.6), 1: (-2.4, -0.4), 7: (-0.5, 2.7)}


@pytest.fixture
def panel(session: Session, show_panel: ShowPanel, qtbot: QtBot) -> CanvasPanel:
    """The canvas with nothing on it but the regions, switched on by their shortcut."""
    panel = show_panel(session)
    session.open_bundled("mnist-2d")
    qtbot.waitUntil(lambda: session.picture is not None, timeout=PATIENCE)
    panel.canvas.setFocus()
    for key in (Qt.Key.Key_B, Qt.Key.Key_D, Qt.Key.Key_3):
        QTest.keyClick(panel.canvas, key, CONTROL)
    assert panel.toolbar.regions.isChecked() and not panel.toolbar.backdrop.isChecked()
    qtbot.waitUntil(lambda: not panel.canvas.trust.regions.empty, timeout=PATIENCE)
    assert session.dataset is None
    return panel


def tint(panel: CanvasPanel, place: tuple[float, float]) -> np.ndarray:
    """How far the canvas's colour at a place is off its background, red, green and blue."""
    seen, plain = painted(panel.canvas).pixelColor(at(panel.canvas, *place)), QColor(theme().colors.plot)
    return np.subtract(seen.getRgb()[:3], plain.getRgb()[:3])


def test_the_words_below_the_picture_agree_with_the_regions(panel: CanvasPanel, qtbot: QtBot) -> None:
    for label, place in SURE.items():
        panel.session.set_cursor(place)
        words = f"looks like {label}, "
        qtbot.waitUntil(lambda words=words: panel.likeness.text().startswith(words), timeout=PATIENCE)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_regions_are_tinted_by_class_and_named(panel: CanvasPanel, colours: str) -> None:
    theme().apply(colours)
    for label, place in SURE.items():
        plain = QColor(theme().colors.plot)
        pure = np.subtract(QColor(class_color(label)).getRgb()[:3], plain.getRgb()[:3])
        seen = tint(panel, place)
        likeness = np.dot(seen, pure) / np.linalg.norm(seen) / np.linalg.norm(pure)
        assert likeness > 0.97, f"class {label}"
        assert 0.15 < np.linalg.norm(seen) / np.linalg.norm(pure) < 0.5, (
            "quiet enough to read what lies above"
        )
    assert {name.text for name in panel.canvas.trust.region_names if name.isVisible()} == set("0123456789")


def test_the_legend_hides_a_classs_region_too(panel: CanvasPanel) -> None:
    chips = {chip.text(): chip for chip in panel.legend.chips}
    assert list(chips) == list("0123456789")
    zero, one = (np.linalg.norm(tint(panel, SURE[label])) for label in (0, 1))
    QTest.mouseClick(chips["0"], LEFT)
    assert np.linalg.norm(tint(panel, SURE[0])) == 0
    assert np.linalg.norm(tint(panel, SURE[1])) == pytest.approx(one)
    assert {name.text for name in panel.canvas.trust.region_names} == set("123456789")
    QTest.mouseClick(chips["0"], LEFT)
    assert np.linalg.norm(tint(panel, SURE[0])) == pytest.approx(zero)
    assert "0" in {name.text for name in panel.canvas.trust.region_names if name.isVisible()}


def test_density_and_badge_know_the_models_data(panel: CanvasPanel, qtbot: QtBot) -> None:
    canvas = panel.canvas
    QTest.keyClick(canvas, Qt.Key.Key_1, CONTROL)
    qtbot.waitUntil(lambda: not canvas.trust.lines.empty, timeout=PATIENCE)
    assert canvas.trust.names and all(name.isVisible() for name in canvas.trust.names)
    QTest.mouseClick(canvas.viewport(), LEFT, NONE, at(canvas, -3.2, 3.2))
    qtbot.waitUntil(panel.badge.isVisible, timeout=PATIENCE)
    QTest.mouseClick(canvas.viewport(), LEFT, NONE, at(canvas, 0.0, 0.0))
    qtbot.waitUntil(lambda: not panel.badge.isVisible(), timeout=PATIENCE)


def test_other_data_keep_their_legend_and_leave_the_regions(
    panel: CanvasPanel, digits: Dataset, qtbot: QtBot
) -> None:
    """With classes of other names, the chips are of the points alone."""
    from dataclasses import replace

    letters = replace(digits, class_names=tuple("abcdefghij"), fingerprint="0" * 64)
    panel.session.show_dataset(letters)
    qtbot.waitUntil(lambda: panel.session.codes is not None, timeout=PATIENCE)
    chips = {chip.text(): chip for chip in panel.legend.chips}
    assert list(chips) == list("abcdefghij")
    zero = tint(panel, SURE[0])
    QTest.mouseClick(chips["a"], LEFT)
    np.testing.assert_array_equal(tint(panel, SURE[0]), zero)
    assert {name.text for name in panel.canvas.trust.region_names if name.isVisible()} == set("0123456789")


def test_a_model_of_many_dimensions_on_any_plane(
    session: Session, show_panel: ShowPanel, qtbot: QtBot
) -> None:
    panel = show_panel(session)
    session.open_bundled("mnist-16d")
    qtbot.waitUntil(lambda: session.picture is not None, timeout=PATIENCE)
    panel.canvas.setFocus()
    for key in (Qt.Key.Key_1, Qt.Key.Key_3):
        QTest.keyClick(panel.canvas, key, CONTROL)
    trust = panel.canvas.trust
    qtbot.waitUntil(lambda: not (trust.regions.empty or trust.lines.empty), timeout=PATIENCE)
    before = session.trust.found.regions.classes
    session.set_axes(4, 7)
    assert trust.regions.empty
    qtbot.waitUntil(lambda: not trust.regions.empty, timeout=PATIENCE)
    assert not np.array_equal(session.trust.found.regions.classes, before)
