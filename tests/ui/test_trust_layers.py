"""Trust on the canvas, switched by mouse and keys: lines, tints, and a badge in words."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from tests.ui.canvas_hand import LEFT, NONE, PATIENCE, ModelOf, ShowPanel, at, painted
from vae_desktop.app.session import Session
from vae_desktop.core.palette import class_color
from vae_desktop.ui.canvas_panel import CanvasPanel
from vae_desktop.ui.theme import theme


@pytest.fixture
def panel(ready: Session, show_panel: ShowPanel) -> CanvasPanel:
    """A panel whose digits lie in ten clouds on a circle of radius 2, class 0 on the right, class 5 on the left."""
    rng = np.random.default_rng(0)
    labels = np.asarray(ready.codes.labels)
    angles = 2 * np.pi * labels / 10
    means = 2 * np.stack([np.cos(angles), np.sin(angles)], axis=1) + 0.15 * rng.normal(size=(len(labels), 2))
    means = means.astype(np.float32)
    ready._set_codes(means, np.full_like(means, -4))
    return show_panel(ready)


def switch(panel: CanvasPanel, name: str) -> None:
    """Click the button of an accessible name."""
    found = [b for b in panel.findChildren(QAbstractButton) if b.accessibleName() == name]
    QTest.mouseClick(found[0], LEFT)


def test_lines_around_the_data_say_how_much_they_enclose(panel: CanvasPanel, qtbot: QtBot) -> None:
    canvas = panel.canvas
    assert canvas.trust.lines.empty and not any(name.isVisible() for name in canvas.trust.names)
    switch(panel, "Trust")
    qtbot.waitUntil(lambda: not canvas.trust.lines.empty, timeout=PATIENCE)
    assert [name.text for name in canvas.trust.names] == ["50 %", "90 %", "99 %"]
    heights = [name.pos().y() for name in canvas.trust.names if name.isVisible()]
    assert len(heights) == 3 and heights == sorted(heights, reverse=True), "the wider the line, the lower"
    switch(panel, "Trust")
    assert canvas.trust.lines.empty and not any(name.isVisible() for name in canvas.trust.names)


def test_classes_tint_their_part_of_the_plane(panel: CanvasPanel, qtbot: QtBot) -> None:
    canvas = panel.canvas
    for name in ("Backdrop", "Digits", "Classes"):
        switch(panel, name)
    qtbot.waitUntil(lambda: not canvas.trust.regions.empty, timeout=PATIENCE)
    image, plain = painted(canvas), QColor(theme().colors.plot)
    regions = panel.session.trust.found.regions
    x0, _, x1, y1 = panel.session.trust.found.extent
    step = (x1 - x0) / regions.classes.shape[1]
    strengths = {}
    for x, y, label in ((-2.0, 0.0, 5), (2.0, 0.0, 0), (3.4, 0.0, 0)):
        assert regions.classes[int((y1 - y) / step), int((x - x0) / step)] == label
        tint = QColor(class_color(label))
        seen = QColor(image.pixel(at(canvas, x, y)))
        strengths[x] = np.linalg.norm(np.subtract(seen.getRgb(), plain.getRgb()))
        # From the background towards the class's colour.
        toward = np.dot(
            np.subtract(seen.getRgb()[:3], plain.getRgb()[:3]),
            np.subtract(tint.getRgb()[:3], plain.getRgb()[:3]),
        )
        assert toward > 0
    names = {name.text: name.pos() for name in canvas.trust.region_names if name.isVisible()}
    assert set(names) == set(panel.session.dataset.class_names)
    assert names["0"].x() == pytest.approx(2, abs=0.5) and names["0"].y() == pytest.approx(0, abs=0.5)
    assert names["5"].x() == pytest.approx(-2, abs=0.5)
    assert strengths[3.4] < strengths[2.0], "where no data is, a class is only guessed"


def test_change_is_shown_as_a_layer_that_follows_the_view(panel: CanvasPanel, qtbot: QtBot) -> None:
    canvas = panel.canvas
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert panel.toolbar.speed.isChecked()

    def covered() -> bool:
        return bool(canvas.trust.speed.boundingRect().contains(canvas.view_box.viewRect()))

    qtbot.waitUntil(covered, timeout=PATIENCE)
    canvas.pan(500, -400)
    assert not covered()
    qtbot.waitUntil(covered, timeout=PATIENCE)
    QTest.keyClick(canvas, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert not canvas.trust.speed.isVisible()


def test_a_badge_says_when_the_picture_is_off_the_data(panel: CanvasPanel, qtbot: QtBot) -> None:
    canvas, badge = panel.canvas, panel.badge
    qtbot.waitUntil(lambda: panel.session.trust.found is not None, timeout=PATIENCE)
    QTest.mouseClick(canvas.viewport(), LEFT, NONE, at(canvas, 0.0, 3.2))
    qtbot.waitUntil(badge.isVisible, timeout=PATIENCE)
    assert badge.text() == "outside 99 % of the data"
    assert panel.picture.rect().contains(badge.geometry())
    QTest.mouseClick(canvas.viewport(), LEFT, NONE, at(canvas, -2.0, 0.05))
    qtbot.waitUntil(lambda: not badge.isVisible(), timeout=PATIENCE)


def test_layers_of_a_plane_through_many_dimensions(
    model_of: ModelOf, show_panel: ShowPanel, qtbot: QtBot
) -> None:
    session = model_of(10)
    panel = show_panel(session)
    for name in ("Trust", "Change", "Classes"):
        switch(panel, name)
    trust = panel.canvas.trust
    qtbot.waitUntil(lambda: not (trust.speed.empty or trust.regions.empty), timeout=PATIENCE)
    session.set_principal_plane()
    assert trust.speed.empty and trust.regions.empty and trust.lines.empty, "those were of another plane"
    qtbot.waitUntil(
        lambda: not (trust.speed.empty or trust.regions.empty or trust.lines.empty), timeout=PATIENCE
    )


def test_a_line_has_no_layers_but_a_badge(model_of: ModelOf, show_panel: ShowPanel, qtbot: QtBot) -> None:
    panel = show_panel(model_of(1))
    qtbot.waitUntil(lambda: panel.session.trust.found is not None, timeout=PATIENCE)
    assert not any(action.isEnabled() for action in panel.toolbar.switches[2:5])
    panel.session.set_cursor([50.0])
    qtbot.waitUntil(panel.badge.isVisible, timeout=PATIENCE)
