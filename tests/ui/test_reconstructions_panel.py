"""The reconstructions panel: digits over what the model makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from vae_desktop.app.session import Session
from vae_desktop.ui.mosaic import lay_out, render
from vae_desktop.ui.reconstructions_panel import ReconstructionsPanel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.data.dataset import Dataset

PATIENCE = 60_000


@pytest.fixture
def panel(qtbot: QtBot, ready: Session) -> ReconstructionsPanel:
    """The panel, shown, with its first digits."""
    it = ReconstructionsPanel(ready)
    qtbot.addWidget(it)
    it.resize(420, 520)
    it.show()
    qtbot.waitExposed(it)
    qtbot.waitUntil(lambda: it.grid.count >= 20, timeout=PATIENCE)
    return it


def cell_of(panel: ReconstructionsPanel, digit: int, reconstruction: bool = False) -> QPoint:
    cell = panel._pairs.cell_of(digit) + (panel.grid.columns if reconstruction else 0)
    return panel.grid.cell_rect(cell).center().toPoint()


def test_each_digit_stands_over_its_reconstruction(qtbot: QtBot, panel: ReconstructionsPanel) -> None:
    shown = panel.session.reconstructions
    picture = panel.grid.grab().toImage()
    for digit in range(10):
        for images, second in ((shown.originals, False), (shown.reconstructions, True)):
            cell = panel._pairs.cell_of(digit) + (panel.grid.columns if second else 0)
            rect = panel.grid.cell_rect(cell).toRect()
            # The same image alone, enlarged alike.
            alone = render(
                images[digit : digit + 1],
                lay_out(1, 1, (28, 28), (rect.width(), rect.height()), 0),
                "#000000",
            )
            x, y = rect.width() // 2, rect.height() // 2
            assert picture.pixelColor(rect.topLeft() + QPoint(x, y)).red() == pytest.approx(
                alone.pixelColor(x, y).red(), abs=12
            )


def test_a_click_selects_the_digit(qtbot: QtBot, panel: ReconstructionsPanel) -> None:
    session = panel.session
    assert session.reconstructions.indices is not None and session.codes is not None
    for digit, reconstruction in ((0, False), (7, True), (9, False)):
        qtbot.mouseClick(panel.grid, Qt.MouseButton.LeftButton, pos=cell_of(panel, digit, reconstruction))
        index = int(session.reconstructions.indices[digit])
        assert session.selected == index
        assert np.array_equal(session.cursor, session.codes.means[index])
        assert panel.grid.selected == panel._pairs.cell_of(digit)


def test_every_column_is_labelled_with_its_class(panel: ReconstructionsPanel, digits: Dataset) -> None:
    """Ten digits of the built-in set show each class once."""
    described = {panel._describe(panel._pairs.cell_of(digit)).split(",")[0] for digit in range(10)}
    assert described == {f"Class {name}" for name in digits.class_names}
    captions = [text for text in panel.grid._captions if text]
    assert sorted(captions) == sorted(digits.class_names)


def test_shuffle_shows_other_digits(qtbot: QtBot, panel: ReconstructionsPanel) -> None:
    before = panel._shown
    qtbot.mouseClick(panel.shuffle, Qt.MouseButton.LeftButton)
    # The old grid stays whole until the new one is complete.
    assert panel.grid.count and panel._shown is before
    qtbot.waitUntil(lambda: panel._shown is not before, timeout=PATIENCE)
    assert before is not None and panel._shown is not None
    assert panel._shown.indices.tolist() != before.indices.tolist()


def test_the_count_can_be_typed(qtbot: QtBot, panel: ReconstructionsPanel) -> None:
    panel.count.selectAll()
    qtbot.keyClicks(panel.count, "23")
    qtbot.keyClick(panel.count, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel._pairs.count == 23, timeout=PATIENCE)
    last = cell_of(panel, 22)
    qtbot.mouseClick(panel.grid, Qt.MouseButton.LeftButton, pos=last)
    assert panel.session.selected == int(panel.session.reconstructions.indices[22])


def test_the_grid_uses_the_room_it_has(qtbot: QtBot, panel: ReconstructionsPanel) -> None:
    panel.resize(360, 700)
    qtbot.waitUntil(lambda: panel.grid.columns < 10)
    narrow = panel.grid.cell_rect(0).width()
    panel.resize(1400, 320)
    qtbot.waitUntil(lambda: panel.grid.columns == 10)
    assert narrow > 50 and panel.grid.cell_rect(0).width() > 50


def test_copy_leaves_the_empty_places_in_the_background(qtbot: QtBot, panel: ReconstructionsPanel) -> None:
    panel.session.reconstructions.set_count(5)
    qtbot.waitUntil(lambda: panel._pairs.count == 5, timeout=PATIENCE)
    panel.resize(360, 520)
    qtbot.waitUntil(lambda: bool(panel._pairs.blank))
    qtbot.mouseClick(panel.copy_button, Qt.MouseButton.LeftButton)
    image = QGuiApplication.clipboard().image()
    columns = panel.grid.columns
    assert image.width() == (columns * 30 + 2) * 4
    for cell in range(panel._pairs.cells):
        row, column = divmod(cell, columns)
        corner = image.pixelColor((column * 30 + 3) * 4, (row * 30 + 3) * 4)
        assert (corner.lightness() > 250) == (cell in panel._pairs.blank)


def test_without_data_or_model_there_is_a_way_to_them(
    qtbot: QtBot, session: Session, digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(session, "open_bundled", opened.append)
    panel = ReconstructionsPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    assert not panel.shuffle.isEnabled() and not panel.export_button.isEnabled()
    qtbot.mouseClick(panel._empty.button, Qt.MouseButton.LeftButton)
    assert opened == ["mnist-2d"]
    session.show_dataset(digits)
    assert panel.shuffle.isEnabled() and not panel.grid.isVisible()


def test_another_data_set_leaves_no_digit_of_the_old_one(
    qtbot: QtBot, panel: ReconstructionsPanel, digits: Dataset
) -> None:
    """Between two data sets nothing of the first can be clicked."""
    from dataclasses import replace

    fewer = replace(digits, name="few", test=replace(
        digits.test, images=digits.test.images[:12], labels=digits.test.labels[:12]
    ))  # fmt: skip
    session = panel.session
    session.show_dataset(fewer)
    assert panel.grid.count == 0
    qtbot.waitUntil(lambda: panel._pairs.count == 10, timeout=PATIENCE)
    for digit in range(10):
        qtbot.mouseClick(panel.grid, Qt.MouseButton.LeftButton, pos=cell_of(panel, digit))
        assert session.selected is not None and session.selected < 12


def test_pointing_marks_the_digit_everywhere(qtbot: QtBot, panel: ReconstructionsPanel) -> None:
    session = panel.session
    assert session.reconstructions.indices is not None
    for digit, reconstruction in ((2, False), (8, True)):
        QTest.mouseMove(panel.grid, cell_of(panel, digit, reconstruction))
        assert session.hovered is not None
        assert session.hovered.index == int(session.reconstructions.indices[digit])
    QTest.mouseMove(panel.grid, QPoint(1, 1))
    assert session.hovered is None


def test_digits_smaller_than_a_letter_have_no_letters_below_them(
    qtbot: QtBot, panel: ReconstructionsPanel
) -> None:
    shown = panel.session.reconstructions
    assert any(panel.grid._captions)
    panel.resize(420, 300)
    shown.set_count(359)
    qtbot.waitUntil(lambda: panel.grid.count >= 718, timeout=PATIENCE)
    width = panel.grid.width() / panel.grid.columns
    letters = width >= panel.grid.fontMetrics().horizontalAdvance("0")
    assert any(panel.grid._captions) == letters
    panel.grid.resize(150, 100)
    panel._show_grid()
    assert not any(panel.grid._captions)
    assert panel.grid.name_of(0).strip(), "the class is told under the pointer and to screen readers"
