"""The samples panel: what a person sees and gets for each control."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from tests.ui.cells_hand import name_of
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig
from vae_desktop.ui.samples_panel import SamplesPanel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint

PATIENCE = 60_000


@pytest.fixture
def panel(qtbot: QtBot, ready: Session) -> SamplesPanel:
    """The panel, shown, with its first samples."""
    it = SamplesPanel(ready)
    qtbot.addWidget(it)
    it.resize(360, 420)
    it.show()
    qtbot.waitExposed(it)
    qtbot.waitUntil(lambda: it.grid.count == 64, timeout=PATIENCE)
    return it


def wait_for_fresh(qtbot: QtBot, session: Session, act: Callable[[], object]) -> np.ndarray:
    """The pictures that come after `act`."""
    before = session.samples.images
    act()
    qtbot.waitUntil(lambda: session.samples.images is not before, timeout=PATIENCE)
    assert session.samples.images is not None
    return session.samples.images


def test_the_presets_set_rows_and_columns(qtbot: QtBot, panel: SamplesPanel) -> None:
    assert [button.isChecked() for button in panel.presets] == [False, True, False]
    for button, rows, columns in zip(panel.presets, (1, 8, 20), (5, 8, 20), strict=True):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda n=rows * columns: panel.grid.count == n, timeout=PATIENCE)
        assert panel.grid.columns == columns
        assert (panel.rows.value(), panel.columns.value()) == (rows, columns)
        assert [other.isChecked() for other in panel.presets] == [other is button for other in panel.presets]


def test_rows_and_columns_can_be_typed(qtbot: QtBot, panel: SamplesPanel) -> None:
    for box, text in ((panel.rows, "3"), (panel.columns, "12")):
        box.setFocus()
        box.selectAll()
        qtbot.keyClicks(box, text)
        qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.grid.count == 36, timeout=PATIENCE)
    assert panel.grid.columns == 12
    assert not any(button.isChecked() for button in panel.presets)


def test_a_seed_gives_the_same_samples_again(qtbot: QtBot, panel: SamplesPanel) -> None:
    session = panel.session
    first = session.samples.images
    assert first is not None

    def type_seed(seed: str) -> None:
        panel.seed.selectAll()
        qtbot.keyClicks(panel.seed, seed)
        qtbot.keyClick(panel.seed, Qt.Key.Key_Return)

    second = wait_for_fresh(qtbot, session, lambda: type_seed("7"))
    third = wait_for_fresh(qtbot, session, lambda: type_seed("0"))
    assert not np.array_equal(first, second)
    assert np.array_equal(first, third)


def test_re_roll_shows_the_seed_that_it_drew(qtbot: QtBot, panel: SamplesPanel) -> None:
    session = panel.session
    before = session.samples.codes
    wait_for_fresh(qtbot, session, lambda: qtbot.mouseClick(panel.reroll, Qt.MouseButton.LeftButton))
    assert panel.seed.value() == session.samples.seed != 0
    assert not np.array_equal(before, session.samples.codes)


def test_temperature_zero_is_the_middle_of_the_latent_space(qtbot: QtBot, panel: SamplesPanel) -> None:
    session = panel.session
    one = session.samples.codes
    qtbot.mouseClick(panel.fields.more, Qt.MouseButton.LeftButton)
    temperature = panel.fields.settings.temperature
    assert temperature.isVisible()

    def type_temperature(text: str) -> None:
        temperature.selectAll()
        qtbot.keyClicks(temperature, text)
        qtbot.keyClick(temperature, Qt.Key.Key_Return)

    separator = temperature.locale().decimalPoint()
    wait_for_fresh(qtbot, session, lambda: type_temperature(f"1{separator}5"))
    np.testing.assert_allclose(session.samples.codes, one * 1.5, rtol=1e-5)
    images = wait_for_fresh(qtbot, session, lambda: type_temperature("0"))
    assert not np.any(session.samples.codes)
    assert (images == images[0]).all()
    qtbot.keyClick(panel.fields.settings, Qt.Key.Key_Escape)
    assert not temperature.isVisible()


def test_a_click_on_a_sample_puts_the_cursor_there(qtbot: QtBot, panel: SamplesPanel) -> None:
    session = panel.session
    assert session.samples.codes is not None
    for index in (0, 37, 63):
        place = panel.grid.cell_rect(index).center().toPoint()
        qtbot.mouseClick(panel.grid, Qt.MouseButton.LeftButton, pos=place)
        assert np.array_equal(session.cursor, session.samples.codes[index])
        assert panel.grid.selected == index
    session.set_cursor(np.zeros(2))
    assert panel.grid.selected == -1


def test_the_keyboard_reaches_a_sample(qtbot: QtBot, panel: SamplesPanel) -> None:
    session = panel.session
    panel.grid.setFocus()
    qtbot.keyClick(panel.grid, Qt.Key.Key_Down)
    qtbot.keyClick(panel.grid, Qt.Key.Key_Right)
    qtbot.keyClick(panel.grid, Qt.Key.Key_Return)
    assert session.samples.codes is not None
    assert np.array_equal(session.cursor, session.samples.codes[9])
    x, y = session.cursor
    name = name_of(panel.grid)
    assert name.startswith("Sample 10 of 64: row 2, column 2") and name.endswith(f", z = ({x:.2f}, {y:.2f})")


def test_a_hidden_panel_costs_nothing(qtbot: QtBot, panel: SamplesPanel) -> None:
    session = panel.session
    panel.hide()
    answers: list[str] = []
    session.decoding.ready.connect(lambda result: answers.append(result.slot))
    session.samples.reroll()
    moved = session.cursor + 1
    with qtbot.waitSignal(session.picture_changed, timeout=PATIENCE):
        session.set_cursor(moved)
    assert "samples" not in answers
    panel.show()
    qtbot.waitUntil(lambda: "samples" in answers, timeout=PATIENCE)


def test_copy_puts_the_grid_on_the_clipboard(qtbot: QtBot, panel: SamplesPanel) -> None:
    notices: list[str] = []
    panel.session.notice_raised.connect(notices.append)
    qtbot.mouseClick(panel.copy_button, Qt.MouseButton.LeftButton)
    image = QGuiApplication.clipboard().image()
    # 8 cells of 28 pixels, 9 lines of 2 between and around them, enlarged 4 times.
    assert (image.width(), image.height()) == (968, 968)
    assert notices == ["Samples copied to the clipboard."]


def test_the_choice_to_follow_a_training_is_kept(qtbot: QtBot, panel: SamplesPanel) -> None:
    before = panel.refresh.isChecked()
    qtbot.keyClick(panel.refresh, Qt.Key.Key_Space)
    assert panel.session.preferences.refresh_samples is not before
    again = SamplesPanel(panel.session)
    qtbot.addWidget(again)
    assert again.refresh.isChecked() is not before


def test_without_a_model_there_is_a_way_to_one(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(session, "open_bundled", opened.append)
    panel = SamplesPanel(session)
    qtbot.addWidget(panel)
    panel.resize(360, 420)
    panel.show()
    assert not panel.grid.isVisible()
    assert not panel.copy_button.isEnabled() and not panel.export_button.isEnabled()
    qtbot.mouseClick(panel._empty.button, Qt.MouseButton.LeftButton)
    assert opened == ["mnist-2d"]


def test_another_model_brings_its_own_samples(
    qtbot: QtBot, panel: SamplesPanel, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    session = panel.session
    other = make_checkpoint(ModelConfig(hidden=(16,), latent_dim=5), seed=3)
    session.show_model(other, other.model_id, None, "other", saved=True)
    qtbot.waitUntil(
        lambda: session.samples.codes is not None and session.samples.codes.shape == (64, 5), timeout=PATIENCE
    )
    qtbot.mouseClick(panel.grid, Qt.MouseButton.LeftButton, pos=panel.grid.cell_rect(3).center().toPoint())
    assert np.array_equal(session.cursor, session.samples.codes[3])


@pytest.mark.parametrize("width", [320, 360, 1200])
def test_nothing_is_cut_off(qtbot: QtBot, panel: SamplesPanel, width: int) -> None:
    panel.resize(width, 520)
    qtbot.wait(1)
    for child in (panel.rows, panel.columns, panel.seed, panel.reroll, panel.fields.kind, panel.fields.more,
                  panel.refresh, panel.copy_button, panel.export_button, *panel.presets):  # fmt: skip
        place = child.mapTo(panel, child.rect().bottomRight())
        assert place.x() < width and place.y() < 520, child.accessibleName()
        assert child.width() >= child.sizeHint().width(), child.accessibleName()
