"""Panels that lie behind others follow a training rarely, and are up to date when they come forward."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTabBar
from pytestqt.qtbot import QtBot

from tests.app.conftest import PATIENCE, SMALL
from tests.ui.canvas_hand import LEFT
from vae_desktop.app import refresh
from vae_desktop.core.config import TrainingConfig
from vae_desktop.ui.docks_in_sight import lies_behind
from vae_desktop.ui.main_window import MainWindow


def bring_forward(window: MainWindow, name: str) -> None:
    """Click a dock's tab."""
    title = window.docks[name].windowTitle()
    for bar in window.findChildren(QTabBar):
        for place in range(bar.count()):
            if bar.tabText(place) == title:
                QTest.mouseClick(bar, LEFT, pos=bar.tabRect(place).center())
                return
    pytest.fail(f"no tab says {title}")


def test_a_tab_says_who_is_in_sight(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    for front, behind in (("reconstructions", "samples"), ("samples", "reconstructions")):
        bring_forward(window, front)
        pictures = {"samples": session.samples, "reconstructions": session.reconstructions}
        qtbot.waitUntil(lambda it=pictures[front]: it.in_sight, timeout=PATIENCE)
        qtbot.waitUntil(lambda it=pictures[behind]: not it.in_sight, timeout=PATIENCE)
        assert lies_behind(window.docks[behind]) and not lies_behind(window.docks[front])
    window.docks["reconstructions"].setFloating(True)
    qtbot.waitUntil(lambda: session.reconstructions.in_sight, timeout=PATIENCE)


def test_reconstructions_behind_another_panel_wait_until_they_come_forward(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "SHORTEST_INTERVAL", 0.01)
    monkeypatch.setattr(refresh, "UNSEEN_INTERVAL", 3600.0)
    session = window.session
    shown = session.reconstructions
    bring_forward(window, "samples")
    qtbot.waitUntil(lambda: not shown.in_sight and shown.reconstructions is not None, timeout=PATIENCE)
    old = shown.reconstructions
    session.training.start(SMALL, TrainingConfig(epochs=500))
    # Another model is shown at once, wherever the panel lies.
    qtbot.waitUntil(
        lambda: not (shown.reconstructions is None or shown.reconstructions is old), timeout=PATIENCE
    )
    before = shown.reconstructions
    epochs = len(session.training.history)
    qtbot.waitUntil(lambda: len(session.training.history) > epochs + 3, timeout=PATIENCE)
    assert shown.reconstructions is before
    bring_forward(window, "reconstructions")
    qtbot.waitUntil(lambda: shown.reconstructions is not before, timeout=PATIENCE)
    session.training.stop()
    qtbot.waitUntil(lambda: not session.training.active, timeout=PATIENCE)
