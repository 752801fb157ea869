"""The group in the digit panel: its mean digit, and digits generated from its region."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from tests.ui.canvas_hand import PATIENCE
from vae_desktop.app.session import Session
from vae_desktop.core.export import GridStyle
from vae_desktop.core.samplers import kernel_density
from vae_desktop.core.sampling import gaussian_codes
from vae_desktop.ui.digit_panel import DigitPanel
from vae_desktop.ui.export_source import write_source
from vae_desktop.ui.group_source import region_source

if TYPE_CHECKING:
    from vae_desktop.core.data.dataset import Dataset

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
GROUP = np.arange(20, 60)


@pytest.fixture
def panel(qtbot: QtBot, ready: Session) -> Iterator[DigitPanel]:
    """The panel in a window as narrow as its dock in a window of 1280 × 800."""
    window, panel = QMainWindow(), DigitPanel(ready)
    window.setCentralWidget(panel)
    window.resize(320, 330)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(window.isVisible)
    yield panel
    window.close()


def open_group(qtbot: QtBot, panel: DigitPanel) -> None:
    """Choose a group and look at it."""
    panel.session.set_group(GROUP)
    QTest.mouseClick(panel.group_button, LEFT)
    qtbot.waitUntil(lambda: panel.session.region.images is not None, timeout=PATIENCE)


def test_the_choice_is_there_while_there_is_a_group(qtbot: QtBot, panel: DigitPanel) -> None:
    assert not panel.choice.isVisible() and panel._empty.isVisible()
    open_group(qtbot, panel)
    assert panel.choice.isVisible() and panel.group.isVisible() and panel.group_button.isChecked()
    for part in (panel.group.mean, panel.group.reroll, panel.group.export_button):
        assert panel.rect().contains(part.mapTo(panel, part.rect().bottomRight()))
    QTest.mouseClick(panel.digit_button, LEFT)
    assert not panel.group.isVisible()
    QTest.mouseClick(panel.group_button, LEFT)
    panel.session.set_group([])
    assert not panel.choice.isVisible() and panel._empty.isVisible()


def test_the_mean_digit_is_the_mean_of_the_groups(qtbot: QtBot, panel: DigitPanel, digits: Dataset) -> None:
    open_group(qtbot, panel)
    expected = digits.test.images[GROUP].numpy().astype(np.float64).mean(axis=0) / 255
    qtbot.waitUntil(lambda: panel.group.mean.picture is not None, timeout=PATIENCE)
    np.testing.assert_allclose(panel.group.mean.picture, expected, atol=1e-6)
    assert "The mean of 40 digits" in panel.group.words.text()
    panel.session.set_class_hidden(int(digits.test.labels[20]), True)
    left = GROUP[digits.test.labels[GROUP].numpy() != int(digits.test.labels[20])]
    expected = digits.test.images[left].numpy().astype(np.float64).mean(axis=0) / 255
    qtbot.waitUntil(lambda: panel.group.mean.picture is not None, timeout=PATIENCE)
    np.testing.assert_allclose(panel.group.mean.picture, expected, atol=1e-6)


def test_generated_digits_come_from_the_region_and_their_seed(qtbot: QtBot, panel: DigitPanel) -> None:
    session, region = panel.session, panel.session.region
    open_group(qtbot, panel)
    assert session.codes is not None and region.codes is not None
    near = session.codes.means[GROUP]
    np.testing.assert_array_equal(region.codes, gaussian_codes(near, 20, 0))
    assert panel.group.generated.count == 20
    first = region.images
    QTest.mouseClick(panel.group.reroll, LEFT)
    qtbot.waitUntil(lambda: region.images is not first, timeout=PATIENCE)
    assert region.seed != 0 and panel.group.seed.value() == region.seed
    second = region.images
    panel.group.seed.selectAll()
    qtbot.keyClicks(panel.group.seed, "0")
    qtbot.keyClick(panel.group.seed, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: region.images is not second, timeout=PATIENCE)
    np.testing.assert_array_equal(region.images, first)
    place = panel.group.generated.cell_rect(13).center().toPoint()
    QTest.mouseClick(panel.group.generated, LEFT, NONE, place)
    assert np.array_equal(session.cursor, region.codes[13])


def test_generated_digits_are_exported_with_all_that_makes_them_again(
    qtbot: QtBot, panel: DigitPanel, tmp_path: Path
) -> None:
    open_group(qtbot, panel)
    source = region_source(panel.session)
    assert source is not None and panel.session.codes is not None
    write_source(source, tmp_path / "region.npz", "npz", GridStyle())
    with np.load(tmp_path / "region.npz") as stored:
        again = gaussian_codes(panel.session.codes.means[stored["indices"]], 20, int(stored["seed"]))
        np.testing.assert_array_equal(stored["z"], again)
        assert stored["images"].shape == (20, 1, 28, 28)
    write_source(source, tmp_path / "region.png", "png", GridStyle())
    from PIL import Image

    with Image.open(tmp_path / "region.png") as image:
        assert any("gaussian of a group" in str(value) for value in image.info.values())
    panel.session.set_group([])
    assert region_source(panel.session) is None


def test_a_kernel_density_in_place_of_one_gaussian(qtbot: QtBot, panel: DigitPanel) -> None:
    open_group(qtbot, panel)
    session, region, first = panel.session, panel.session.region, panel.session.region.images
    assert session.codes is not None
    assert panel.group.sampler.currentText() == "Gaussian" and "Gaussian" in panel.group.words.toolTip()
    QTest.keyClick(panel.group.sampler, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: region.images is not first, timeout=PATIENCE)
    expected = kernel_density(session.codes.means[GROUP]).draw(20, 0)
    np.testing.assert_allclose(region.codes, expected, atol=1e-5)
    assert "kernel density" in panel.group.words.toolTip()
    source = region_source(session)
    assert source is not None and source.facts["sampler"] == "kde of a group"
    for part in (panel.group.mean, panel.group.reroll, panel.group.sampler, panel.group.export_button):
        assert panel.rect().contains(part.mapTo(panel, part.rect().bottomRight()))
    # Of a single digit there is no density but its code.
    session.set_group([5])
    qtbot.waitUntil(lambda: region.images is not None, timeout=PATIENCE)
    assert region.codes is not None
    np.testing.assert_allclose(region.codes, np.tile(session.codes.means[5], (20, 1)), atol=1e-5)
