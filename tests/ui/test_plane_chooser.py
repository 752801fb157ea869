"""Any plane through latent space, chosen by keys and mouse; the canvas goes along."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from tests.ui.canvas_hand import LEFT, PATIENCE, ModelOf, ShowPanel, at, close_to, drag, type_into
from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.core.plane import plane_through, principal_plane
from vae_desktop.ui.canvas_panel import CanvasPanel
from vae_desktop.ui.exports import backdrop_source


def choose(box: QComboBox, row: int) -> None:
    """Choose an entry with the keyboard."""
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(row):
        QTest.keyClick(box, Qt.Key.Key_Down)


@pytest.fixture
def panel(model_of: ModelOf, show_panel: ShowPanel) -> CanvasPanel:
    """A panel on the digits, which lie far apart in the latent space of a 6-D model."""
    session = model_of(6)
    codes = np.random.default_rng(0).normal(size=session.codes.means.shape).astype(np.float32)
    session._set_codes(codes * np.float32([2, 0.1, 1, 0.5, 0.2, 0.1]))
    return show_panel(session)


def shift_click(panel: CanvasPanel, digit: int) -> None:
    """Choose a digit on the canvas with Shift held."""
    canvas = panel.canvas
    x, y = canvas.points.points[digit].tolist()
    QTest.mouseClick(canvas.viewport(), LEFT, Qt.KeyboardModifier.ShiftModifier, at(canvas, x, y))


def lonely(panel: CanvasPanel, count: int) -> list[int]:
    """Digits in view that no other one is near."""
    points = panel.canvas.points.points
    steps = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(steps, np.inf)
    far = steps.min(axis=1) * (np.abs(points).max(axis=1) < 3)
    return np.argsort(-far)[:count].tolist()


def test_principal_components_by_keys(panel: CanvasPanel, qtbot: QtBot) -> None:
    session, canvas, chooser = panel.session, panel.canvas, panel.toolbar.plane
    session.set_cursor(np.ones(6))
    choose(chooser.kind, 1)
    assert session.plane.same_as(principal_plane(session.codes.means))
    np.testing.assert_array_equal(canvas.points.points, session.plane.to_plane(session.codes.means))
    assert session.plane.holds(session.cursor), "the cursor comes onto the plane"
    assert canvas.plotItem.getAxis("bottom").labelText.startswith("PC₁")
    assert not chooser.across.isVisible() and "variance" in chooser.kind.toolTip()
    assert panel.coordinates.fields[1].accessibleName() == (
        "Coordinate principal component 2 in standard deviations"
    )
    drag(canvas, (0.0, 0.0), (1.0, 2.0), (1.5, -1.0))
    assert session.plane.to_plane(session.cursor).tolist() == close_to(canvas, (1.5, -1.0))
    assert canvas.cursor_mark.place.toTuple() == close_to(canvas, (1.5, -1.0))
    assert session.plane.holds(session.cursor)
    type_into(panel.coordinates.fields[0], "0.5")
    assert session.plane.to_plane(session.cursor)[0] == pytest.approx(0.5, abs=1e-5)
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert session.plane.to_plane(session.cursor)[0] == pytest.approx(0.6, abs=1e-5)
    QTest.keyClick(canvas, Qt.Key.Key_Home)
    prior_mean = session.plane.to_plane(np.zeros(6, np.float32))
    assert session.plane.to_plane(session.cursor) == pytest.approx(prior_mean, abs=1e-5)
    assert canvas.guides.pos().toTuple() == pytest.approx(prior_mean.tolist())
    qtbot.waitUntil(lambda: np.array_equal(session.picture_z, session.cursor), timeout=PATIENCE)


def test_the_backdrop_is_of_the_plane(panel: CanvasPanel, qtbot: QtBot) -> None:
    session = panel.session
    qtbot.waitUntil(lambda: session.backdrop.image is not None, timeout=PATIENCE)
    with qtbot.waitSignal(session.backdrop.changed, timeout=PATIENCE):
        choose(panel.toolbar.plane.kind, 1)
    backdrop = session.backdrop
    qtbot.waitUntil(
        lambda: backdrop.shown is backdrop._asked and backdrop.shown.plane is session.plane, timeout=PATIENCE
    )
    x0, y0, x1, _ = session.backdrop.extent
    columns = session.backdrop.image.shape[1] // 28
    width = (x1 - x0) / columns
    session.move_cursor(x0 + width * 2.5, y0 + width * 1.5)
    qtbot.waitUntil(lambda: np.array_equal(session.picture_z, session.cursor), timeout=PATIENCE)
    cell = session.backdrop.image[-2 * 28 : -28, 2 * 28 : 3 * 28]
    np.testing.assert_allclose(cell, session.picture[0] * 255, atol=1.0)
    with qtbot.assertNotEmitted(session.backdrop.changed, wait=200):
        session.move_cursor(0.5, 0.5)


def test_an_exported_manifold_tells_its_plane_and_codes(panel: CanvasPanel, qtbot: QtBot) -> None:
    session = panel.session
    with qtbot.waitSignal(session.backdrop.changed, timeout=PATIENCE):
        choose(panel.toolbar.plane.kind, 1)
    backdrop = session.backdrop
    qtbot.waitUntil(
        lambda: backdrop.shown is backdrop._asked and backdrop.shown.plane is session.plane, timeout=PATIENCE
    )
    source = backdrop_source(session)
    assert source.facts == {"latent_plane": session.plane.title}
    codes = source.arrays["z"]
    assert len(codes) == len(source.images) and all(session.plane.holds(code) for code in codes[::7])


def test_three_digits_are_clicked_one_after_the_other(panel: CanvasPanel) -> None:
    session, chooser = panel.session, panel.toolbar.plane
    choose(chooser.kind, 2)
    assert chooser.waiting and chooser.hint.isVisible() and "0 of 3" in chooser.hint.text()
    digits = lonely(panel, 3)
    for count, digit in enumerate(digits, start=1):
        shift_click(panel, digit)
        assert count == 3 or f"{count} of 3" in chooser.hint.text()
    first, second, third = sorted(digits)
    assert session.plane.same_as(plane_through(session.codes.means, (first, second, third)))
    assert not chooser.waiting and not chooser.hint.isVisible()
    assert chooser.kind.currentText() == "Through three digits"
    seen = panel.canvas.view_box.viewRect()
    for digit in digits:
        assert session.plane.holds(session.codes.means[digit])
        assert seen.contains(QPointF(*panel.canvas.points.points[digit].tolist()))


def test_three_digits_far_apart_come_into_view(panel: CanvasPanel) -> None:
    session, canvas = panel.session, panel.canvas
    codes = session.codes.means.copy()
    codes[[3, 5, 8]] = np.eye(6, dtype=np.float32)[[0, 2, 4]] * 9
    session._set_codes(codes)
    session.set_group([3, 5, 8])
    choose(panel.toolbar.plane.kind, 2)
    for digit in (3, 5, 8):
        assert canvas.view_box.viewRect().contains(QPointF(*canvas.points.points[digit].tolist()))
    canvas.zoom_in()
    width = canvas.view_box.viewRect().width()
    session._set_codes(codes * np.float32(1.01))
    assert canvas.view_box.viewRect().width() == width, "a training leaves the view alone"


def test_a_group_of_three_is_taken_at_once(panel: CanvasPanel) -> None:
    panel.session.set_group([3, 5, 8])
    choose(panel.toolbar.plane.kind, 2)
    assert panel.session.plane.digits == (3, 5, 8)
    assert panel.session.plane.title == "Through digits 3, 5 and 8"


def test_three_digits_on_one_line_are_answered_in_words(panel: CanvasPanel, problems: list[Problem]) -> None:
    session = panel.session
    codes = session.codes.means.copy()
    codes[2] = (codes[0] + codes[1]) / 2
    session._set_codes(codes)
    session.set_group([0, 1, 2])
    choose(panel.toolbar.plane.kind, 2)
    assert "on one line" in problems[-1].message
    # The plane stays that on which the arrow keys came by.
    assert session.plane.kind == "principal"
    assert panel.toolbar.plane.kind.currentText() == "Principal components"


def test_back_to_the_axes_that_were_chosen_last(panel: CanvasPanel) -> None:
    session, chooser = panel.session, panel.toolbar.plane
    session.set_axes(3, 1)
    choose(chooser.kind, 1)
    assert panel.coordinates_list.held.dimensions == list(range(6))
    choose(chooser.kind, 0)
    assert session.axes == (3, 1)
    assert panel.coordinates_list.held.dimensions == [0, 2, 4, 5]


def test_a_plane_is_one_step_to_undo(panel: CanvasPanel) -> None:
    session, canvas = panel.session, panel.canvas
    session.set_cursor(np.ones(6))
    choose(panel.toolbar.plane.kind, 1)
    there = session.cursor
    session.undo()
    assert session.axes == (0, 1) and session.cursor.tolist() == [1.0] * 6
    assert np.array_equal(canvas.points.points, session.codes.means[:, :2])
    session.redo()
    assert session.plane.kind == "principal" and np.array_equal(session.cursor, there)
    assert panel.toolbar.plane.kind.currentText() == "Principal components"


def test_all_coordinates_slide_off_the_plane_and_a_button_brings_back(panel: CanvasPanel) -> None:
    session = panel.session
    choose(panel.toolbar.plane.kind, 1)
    session.move_cursor(1.0, -1.0)
    panel.coordinates_list.held.set_value(4, 2.5)
    assert not session.plane.holds(session.cursor) and session.cursor[4] == 2.5
    place = session.plane.to_plane(session.cursor)
    assert panel.reset_button.text() == "Onto the plane"
    QTest.mouseClick(panel.reset_button, LEFT)
    assert session.plane.holds(session.cursor)
    np.testing.assert_allclose(session.plane.to_plane(session.cursor), place, atol=1e-5)


def test_the_plane_follows_a_training_and_the_cursor_stays_in_it(panel: CanvasPanel) -> None:
    session = panel.session
    choose(panel.toolbar.plane.kind, 1)
    session.move_cursor(1.0, -1.0)
    session._set_codes(session.codes.means[:, [1, 0, 2, 3, 4, 5]] + np.float32(0.5))
    assert session.plane.same_as(principal_plane(session.codes.means, session.plane))
    np.testing.assert_array_equal(panel.canvas.points.points, session.plane.to_plane(session.codes.means))
    assert session.plane.holds(session.cursor)
    assert session.plane.to_plane(session.cursor).tolist() == pytest.approx([1, -1], abs=1e-5)


def test_other_digits_have_no_plane_through_these(panel: CanvasPanel) -> None:
    session = panel.session
    session.set_group([3, 5, 8])
    choose(panel.toolbar.plane.kind, 2)
    session.show_dataset(session.dataset)
    assert session.axes == (0, 1)
    session.undo()
    assert session.plane.digits == ()


def test_without_digits_there_are_axes_only(session: Session, show_panel: ShowPanel, make_checkpoint) -> None:
    from vae_desktop.core.config import ModelConfig

    panel = show_panel(session)
    checkpoint = make_checkpoint(ModelConfig(latent_dim=4, hidden=(8,)))
    session.show_model(checkpoint, checkpoint.model_id, None, "four", saved=True)
    choose(panel.toolbar.plane.kind, 2)
    assert session.axes == (0, 1) and panel.toolbar.plane.kind.currentText() == "Axes"


def test_inactive_dimensions_are_marked(panel: CanvasPanel) -> None:
    session, means = panel.session, panel.session.codes.means.copy()
    logvars = np.full_like(means, -4)
    means[:, [1, 4]], logvars[:, [1, 4]] = 0, 0
    session._set_codes(means, logvars)
    across = panel.toolbar.across
    assert [across.itemText(row) for row in range(6)] == ["z₀", "z₁ ∅", "z₂", "z₃", "z₄ ∅", "z₅"]
    assert across.currentIndex() == 0 and panel.toolbar.up.currentText() == "z₁ ∅"
    held = panel.coordinates_list.held
    names = [held.index(row, 0).data() for row in range(held.rowCount())]
    assert names == ["z₂", "z₃", "z₄ ∅", "z₅"]
    # All cells of a row are read out, so each says its own part.
    said = [held.index(2, column).data(Qt.ItemDataRole.AccessibleTextRole) for column in range(3)]
    assert said == ["z4, inactive", None, f"{held.index(2, 2).data()} standard deviations"]


def test_digits_wander_to_their_places_in_another_plane(
    panel: CanvasPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vae_desktop.ui.glide.DURATION_MS", 400)
    canvas, session = panel.canvas, panel.session
    start = canvas.points.points
    choose(panel.toolbar.plane.kind, 1)
    end = session.plane.to_plane(session.codes.means)
    seen = []

    def there() -> bool:
        seen.append(np.linalg.norm(canvas.points.points - start) / np.linalg.norm(end - start))
        return np.array_equal(canvas.points.points, end)

    qtbot.waitUntil(there, timeout=PATIENCE)
    between = [part for part in seen if 0.01 < part < 0.99]
    assert len(between) > 2 and between == sorted(between)
