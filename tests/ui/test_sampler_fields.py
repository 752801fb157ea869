"""The choice of what the samples are: what a person sees and gets for each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSpinBox, QWidget

from tests.ui.cells_hand import name_of
from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.core.sample_recipe import SampleRecipe
from vae_desktop.ui.sampler_fields import KINDS
from vae_desktop.ui.sampler_settings_popup import SamplerSettingsPopup
from vae_desktop.ui.samples_panel import SamplesPanel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.data.dataset import Dataset

PATIENCE = 60_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot, session: Session, digits: Dataset) -> SamplesPanel:
    """The panel, shown with the bundled model of 16 dimensions and the built-in digits."""
    session.show_dataset(digits)
    session.open_bundled("mnist-16d")
    it = SamplesPanel(session)
    qtbot.addWidget(it)
    it.resize(320, 480)
    it.show()
    qtbot.waitExposed(it)
    qtbot.waitUntil(lambda: session.codes is not None and it.grid.count == 64, timeout=PATIENCE)
    return it


def choose(qtbot: QtBot, box: QComboBox, text: str) -> None:
    """Open a box by the mouse and choose an entry by the keys."""
    QTest.mouseClick(box, LEFT)
    view = box.view()
    qtbot.waitUntil(view.isVisible, timeout=PATIENCE)
    QTest.keyClick(view, Qt.Key.Key_Home)
    for _ in range([box.itemText(number) for number in range(box.count())].index(text)):
        QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert not view.isVisible() and box.currentText() == text


def type_number(qtbot: QtBot, box: QSpinBox | QDoubleSpinBox, text: str) -> None:
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, text.replace(".", box.locale().decimalPoint()))
    qtbot.keyClick(box, Qt.Key.Key_Return)


def drawn(qtbot: QtBot, panel: SamplesPanel) -> SampleRecipe:
    """The recipe on show, once it is the one that is set."""
    samples = panel.session.samples
    qtbot.waitUntil(lambda: samples.shown is not None and samples.shown == samples.recipe, timeout=PATIENCE)
    assert samples.shown is not None
    return samples.shown


def inline(panel: SamplesPanel) -> dict[str, QWidget]:
    it = panel.fields
    return {
        "presets": it.presets[0], "rows": it.rows, "seed": it.seed, "reroll": it.reroll, "reach": it.reach,
        "class": it.class_box, "settings": it.more,
    }  # fmt: skip


def open_settings(qtbot: QtBot, panel: SamplesPanel) -> SamplerSettingsPopup:
    """What the button opens."""
    qtbot.mouseClick(panel.fields.more, LEFT)
    assert panel.fields.settings.isVisible()
    return panel.fields.settings


def in_settings(popup: SamplerSettingsPopup) -> dict[str, QWidget]:
    return {
        "density": popup.density, "components": popup.components, "bandwidth": popup.bandwidth,
        "temperature": popup.temperature, "truncation": popup.truncation, "around": popup.around,
        "dimensions": popup.dimensions,
    }  # fmt: skip


RANDOM = {"presets", "rows", "seed", "reroll", "settings"}


@pytest.mark.parametrize(
    ("text", "beside", "within"),
    [
        ("Prior", RANDOM, {"temperature", "truncation"}),
        ("Posterior", RANDOM, {"temperature"}),
        ("Gaussian mixture", RANDOM, {"components", "temperature"}),
        ("Kernel density", RANDOM, {"bandwidth", "temperature"}),
        ("One class", RANDOM | {"class"}, {"density", "components", "temperature"}),
        ("Traversal", {"rows", "reach", "settings"}, {"around", "dimensions"}),
        ("Manifold", {"presets", "rows", "settings"}, {"around"}),
    ],
)
def test_each_kind_shows_its_own_fields_and_none_is_cut_off(
    qtbot: QtBot, panel: SamplesPanel, text: str, beside: set[str], within: set[str]
) -> None:
    if text != "Prior":
        choose(qtbot, panel.fields.kind, text)
    assert panel.fields.kind.currentText() == text
    if text != "Posterior":
        drawn(qtbot, panel)
    assert {name for name, field in inline(panel).items() if field.isVisible()} == beside
    commands = {action.text(): action for action in panel.actions()}
    assert commands["&Re-roll samples"].isEnabled() == ("reroll" in beside)
    # The first height is that of the dock in a window of 1280 × 800.
    for width, height in ((320, 250), (700, 480)):
        panel.resize(width, height)
        qtbot.wait(1)
        for name in beside:
            field = inline(panel)[name]
            place = field.mapTo(panel, field.rect().bottomRight())
            assert place.x() < width and place.y() < height, name
            assert field.width() >= field.minimumSizeHint().width(), name
            assert field.height() >= field.minimumSizeHint().height(), name
        assert panel.grid.height() > 80 or not panel.grid.isVisible()
    popup = open_settings(qtbot, panel)
    assert {name for name, field in in_settings(popup).items() if field.isVisible()} == within
    assert popup.focusWidget() in [in_settings(popup)[name] for name in within], "the keyboard is in it"
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_a_mixture_by_the_mouse_alone(qtbot: QtBot, panel: SamplesPanel) -> None:
    choose(qtbot, panel.fields.kind, "Gaussian mixture")
    recipe = drawn(qtbot, panel)
    assert (recipe.kind, recipe.components) == ("gmm", 10)
    type_number(qtbot, open_settings(qtbot, panel).components, "3")
    assert panel.fields.note.text() == "Fitting…"
    assert panel.grid.count == 64, "the old grid stays meanwhile"
    assert drawn(qtbot, panel).components == 3
    before = panel.session.samples.codes
    qtbot.mouseClick(panel.reroll, LEFT)
    drawn(qtbot, panel)
    assert not np.array_equal(before, panel.session.samples.codes)


def test_one_class_and_its_density(qtbot: QtBot, panel: SamplesPanel) -> None:
    choose(qtbot, panel.fields.kind, "One class")
    assert drawn(qtbot, panel).class_label == 0
    choose(qtbot, panel.fields.class_box, "7")
    popup = open_settings(qtbot, panel)
    choose(qtbot, popup.density, "Kernel density")
    recipe = drawn(qtbot, panel)
    assert (recipe.kind, recipe.class_label) == ("kde", 7)
    assert panel.fields.kind.currentText() == "One class"
    type_number(qtbot, popup.bandwidth, "0.5")
    assert drawn(qtbot, panel).bandwidth == 0.5
    type_number(qtbot, popup.bandwidth, "0")
    assert drawn(qtbot, panel).bandwidth is None and popup.bandwidth.text() == "auto"
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    choose(qtbot, panel.fields.kind, "Kernel density")
    assert drawn(qtbot, panel).class_label is None


def test_a_group_as_posterior(qtbot: QtBot, panel: SamplesPanel) -> None:
    choose(qtbot, panel.fields.kind, "Posterior")
    assert panel._empty.isVisible() and "Choose a digit" in panel._empty.label.text()
    assert not panel.export_button.isEnabled()
    panel.session.set_group([4, 8, 15, 16])
    assert drawn(qtbot, panel).digits == (4, 8, 15, 16)
    assert panel.grid.isVisible() and panel.fields.note.text() == "of 4 digits"
    assert panel.export_button.isEnabled()


def test_a_truncated_prior(qtbot: QtBot, panel: SamplesPanel) -> None:
    whole = np.linalg.norm(panel.session.samples.codes, axis=1)
    type_number(qtbot, open_settings(qtbot, panel).truncation, "0.3")
    assert drawn(qtbot, panel).truncation == 0.3
    assert np.linalg.norm(panel.session.samples.codes, axis=1).max() < np.median(whole)


def test_a_traversal_names_its_rows(qtbot: QtBot, panel: SamplesPanel) -> None:
    choose(qtbot, panel.fields.kind, "Traversal")
    type_number(qtbot, panel.columns, "5")
    type_number(qtbot, panel.fields.reach, "2")
    drawn(qtbot, panel)
    popup = open_settings(qtbot, panel)
    qtbot.keyClicks(popup.dimensions, "12, 3")
    qtbot.keyClick(popup.dimensions, Qt.Key.Key_Return)
    assert drawn(qtbot, panel).dimensions == (12, 3)
    assert (panel.grid.count, panel.grid.columns) == (10, 5)
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    qtbot.mouseClick(panel.grid, LEFT, pos=panel.grid.cell_rect(5).center().toPoint())
    assert name_of(panel.grid).startswith("z₃ = −2.00: row 2, column 1, looks like ")
    cursor = panel.session.cursor
    assert cursor[3] == -2 and not np.delete(cursor, 3).any()
    assert panel.grid.selected == 5


@pytest.mark.parametrize("text", ["16", "a", "1;2", "-1"])
def test_dimensions_that_there_are_not(
    qtbot: QtBot, panel: SamplesPanel, problems: list[Problem], text: str
) -> None:
    choose(qtbot, panel.fields.kind, "Traversal")
    before = drawn(qtbot, panel)
    popup = open_settings(qtbot, panel)
    qtbot.keyClicks(popup.dimensions, text)
    qtbot.keyClick(popup.dimensions, Qt.Key.Key_Return)
    assert "are 0 to 15" in problems[0].message
    assert popup.dimensions.text() == "" and drawn(qtbot, panel) == before


def test_around_the_cursor(qtbot: QtBot, panel: SamplesPanel) -> None:
    choose(qtbot, panel.fields.kind, "Manifold")
    choose(qtbot, open_settings(qtbot, panel).around, "the cursor")
    panel.session.set_cursor(np.full(16, 0.5))
    assert drawn(qtbot, panel).origin == (0.5,) * 16
    held = np.delete(panel.session.samples.codes, panel.session.plane.axes, axis=1)
    assert (held == 0.5).all()


def test_a_plane_that_is_all_of_latent_space_has_nothing_around_it(qtbot: QtBot, panel: SamplesPanel) -> None:
    choose(qtbot, panel.fields.kind, "Manifold")
    assert panel.fields.more.isVisible()
    panel.session.open_bundled("mnist-2d")
    qtbot.waitUntil(lambda: len(panel.session.cursor) == 2 and panel.grid.count == 64, timeout=PATIENCE)
    assert not panel.fields.more.isVisible()
    codes = panel.session.samples.codes.reshape(8, 8, 2)
    assert (np.diff(codes[:, :, 0], axis=1) > 0).all() and (np.diff(codes[:, :, 1], axis=0) < 0).all()


def test_a_recipe_from_elsewhere_is_mirrored(qtbot: QtBot, panel: SamplesPanel) -> None:
    recipe = SampleRecipe(kind="gmm", rows=3, columns=4, seed=9, temperature=5.0, components=7, class_label=2)
    panel.session.samples.choose(recipe)
    it = panel.fields
    assert drawn(qtbot, panel) == recipe
    assert (it.kind.currentText(), it.class_box.currentText()) == ("One class", "2")
    assert (it.rows.value(), it.columns.value(), it.seed.value()) == (3, 4, 9)
    assert (it.settings.temperature.value(), it.settings.components.value()) == (5.0, 7)


def test_every_kind_has_words(panel: SamplesPanel) -> None:
    box = panel.fields.kind
    for row, (_, text, tip) in enumerate(KINDS):
        assert box.itemText(row) == text and box.itemData(row, Qt.ItemDataRole.ToolTipRole) == tip
