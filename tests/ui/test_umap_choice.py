"""UMAP among the methods of the map panel: offered where its library is, and named by what is exported."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from tests.core.test_umap_projection import library
from vae_desktop.app.session import Session
from vae_desktop.core.map_method import umap_installed
from vae_desktop.ui.map_panel import MapPanel
from vae_desktop.ui.map_source import map_source

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

PATIENCE = 120_000
LEFT = Qt.MouseButton.LeftButton


def shown_panel(qtbot: QtBot, session: Session) -> MapPanel:
    panel = MapPanel(session)
    qtbot.addWidget(panel)
    panel.resize(420, 560)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def offered(panel: MapPanel) -> list[str]:
    method = panel.settings.method
    return [method.itemText(place) for place in range(method.count())]


def test_it_is_not_offered_without_its_library(
    qtbot: QtBot, ready: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "umap", None)
    panel = shown_panel(qtbot, ready)
    assert offered(panel) == ["t-SNE", "PCA", "Latent space"]
    assert "UMAP" not in panel.settings.method.toolTip()


def test_it_is_offered_exactly_where_its_library_is(qtbot: QtBot, ready: Session) -> None:
    assert ("UMAP" in offered(shown_panel(qtbot, ready))) == umap_installed()


@library
def test_chosen_by_the_keyboard_it_is_made_and_named(qtbot: QtBot, ready: Session) -> None:
    panel = shown_panel(qtbot, ready)
    fields = panel.settings
    qtbot.mouseClick(panel.settings_button, LEFT)
    qtbot.keyClick(fields.method, Qt.Key.Key_End)
    assert fields.method.currentText() == "UMAP"
    assert fields.seed.isEnabled() and not fields.perplexity.isEnabled()
    fields.seed.selectAll()
    qtbot.keyClicks(fields.seed, "3")
    qtbot.keyClick(fields, Qt.Key.Key_Escape)
    words: list[str] = []
    ready.map.frame_changed.connect(lambda: words.append(panel.figures.text()))
    qtbot.mouseClick(panel.start_button, LEFT)
    qtbot.waitUntil(lambda: "Iteration " in panel.figures.text(), timeout=PATIENCE)
    qtbot.waitUntil(lambda: ready.map.state == "idle", timeout=PATIENCE)
    assert any(text.startswith("Iteration ") and "left" in text for text in words)
    qtbot.waitUntil(lambda: "neighbours alike" in panel.figures.text(), timeout=PATIENCE)
    assert not panel.more_button.isEnabled()
    source = map_source(ready, panel.view)
    assert source is not None and source.drawing is not None
    assert source.stem == "map-umap-seed3" and source.seed == 3
    assert source.facts["method"] == "UMAP" and source.facts["neighbours"] == 15
    assert "perplexity" not in source.facts
    assert source.drawing.caption.startswith("UMAP with 15 neighbours, seed 3, model ")
    assert source.view is not None and source.view.settings["map"]["method"] == "umap"
