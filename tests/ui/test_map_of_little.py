"""Codes of which no map, or hardly one, can be made: what the window says and shows then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMainWindow

from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.core.data.dataset import Dataset, ImageSet
from vae_desktop.ui.map_panel import MapPanel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

PATIENCE = 60_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot, ready: Session) -> Iterator[MapPanel]:
    """The map's panel in a window of its own, before any map."""
    window, it = QMainWindow(), MapPanel(ready)
    window.setCentralWidget(it)
    window.resize(420, 560)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield it
    window.close()


def show_some(qtbot: QtBot, session: Session, digits: Dataset, chosen: np.ndarray) -> None:
    """Open a data set of these test images alone, and wait for their codes."""
    some = ImageSet(digits.test.images[chosen], digits.test.labels[chosen])
    session.show_dataset(replace(digits, test=some))
    qtbot.waitUntil(lambda: session.codes is not None, timeout=PATIENCE)


def start(qtbot: QtBot, panel: MapPanel) -> None:
    """Press the button, and wait for the end."""
    qtbot.mouseClick(panel.start_button, LEFT)
    qtbot.waitUntil(lambda: panel.session.map.state == "idle", timeout=PATIENCE)


def choose_pca(panel: MapPanel) -> None:
    panel.settings.method.setCurrentIndex(panel.settings.method.findData("pca"))


def still_usable(qtbot: QtBot, panel: MapPanel) -> None:
    """After a refusal the panel says how to begin again, and its buttons work."""
    assert panel.start_button.isEnabled() and panel.start_button.text() in ("Start", "Restart")
    assert not panel.stop_button.isEnabled() and not panel.progress.isVisible()


def test_too_few_points_for_the_perplexity(
    qtbot: QtBot, panel: MapPanel, digits: Dataset, problems: list[Problem]
) -> None:
    show_some(qtbot, panel.session, digits, np.arange(90))
    start(qtbot, panel)
    assert "needs more than 90 points, and there are 90" in problems[0].message
    assert "at most 29" in problems[0].remedy
    still_usable(qtbot, panel)
    # What the remedy says works.
    panel.settings.perplexity.setValue(29)
    start(qtbot, panel)
    assert len(problems) == 1 and len(panel.view.points.points) == 90


@pytest.mark.parametrize(
    ("value", "words"), [(0.5, "All codes are equal"), (np.nan, "not a number"), (np.inf, "infinite")]
)
def test_identical_codes_and_codes_that_are_no_numbers(
    qtbot: QtBot, panel: MapPanel, problems: list[Problem], value: float, words: str
) -> None:
    session = panel.session
    assert session.codes is not None
    means = session.codes.means.copy()
    if np.isfinite(value):
        means[:] = value
    else:
        means[5, 0] = value
    session._set_codes(means)
    start(qtbot, panel)
    assert words in problems[0].message and problems[0].remedy
    still_usable(qtbot, panel)


def test_pca_of_identical_codes_is_one_place(qtbot: QtBot, panel: MapPanel, problems: list[Problem]) -> None:
    session = panel.session
    assert session.codes is not None
    session._set_codes(np.full_like(session.codes.means, 0.5))
    choose_pca(panel)
    start(qtbot, panel)
    assert not problems and not np.ptp(panel.view.points.points, axis=0).any()
    assert panel.view.view_box.viewRect().contains(0.0, 0.0)
    panel.grab()


def test_one_class_only(qtbot: QtBot, panel: MapPanel, digits: Dataset, problems: list[Problem]) -> None:
    labels = digits.test.labels.numpy()
    show_some(qtbot, panel.session, digits, np.flatnonzero(labels == 3))
    panel.settings.perplexity.setValue(5)
    start(qtbot, panel)
    qtbot.waitUntil(lambda: panel.session.map.quality is not None, timeout=PATIENCE)
    assert not problems
    assert len(panel.view.points.points) == np.count_nonzero(labels == 3)
    assert list(panel.view._names) == [3], "one name stands on the map"
    assert "100.0" in panel.figures.text(), "all neighbours are alike"
    # Without its only class the map is empty, and comes back.
    panel.session.set_class_hidden(3, True)
    panel.grab()
    panel.session.set_class_hidden(3, False)
    assert panel.view.points.visible.all()


def test_one_point(qtbot: QtBot, panel: MapPanel, digits: Dataset, problems: list[Problem]) -> None:
    show_some(qtbot, panel.session, digits, np.array([4]))
    assert "all 1 test" in " ".join(label.text() for label in panel.findChildren(QLabel))
    start(qtbot, panel)
    assert "there are 1" in problems[0].message and "larger data set" in problems[0].remedy
    still_usable(qtbot, panel)
    choose_pca(panel)
    start(qtbot, panel)
    assert len(problems) == 1 and len(panel.view.points.points) == 1
    assert panel.view.view_box.viewRect().contains(0.0, 0.0)
    panel.grab()
