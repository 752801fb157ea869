"""The t-SNE map: started, watched, held, pointed at and clicked on as a person does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig, TsneConfig
from vae_desktop.core.export import GridStyle
from vae_desktop.core.palette import class_color
from vae_desktop.ui.export_dialog import ExportDialog
from vae_desktop.ui.export_source import pixels_of, preview_of
from vae_desktop.ui.map_panel import MapPanel
from vae_desktop.ui.map_source import map_source
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset

PATIENCE = 60_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot, ready: Session) -> MapPanel:
    """The panel, shown, before any map."""
    it = MapPanel(ready)
    qtbot.addWidget(it)
    it.resize(420, 560)
    it.show()
    qtbot.waitExposed(it)
    return it


@pytest.fixture
def mapped(qtbot: QtBot, panel: MapPanel) -> MapPanel:
    """The panel with a map that stands still: stopped after its first moves."""
    qtbot.mouseClick(panel.start_button, LEFT)
    wait_for_moves(qtbot, panel)
    qtbot.mouseClick(panel.stop_button, LEFT)
    assert panel.session.map.state == "idle"
    return panel


def wait_for_moves(qtbot: QtBot, panel: MapPanel) -> None:
    controller = panel.session.map
    qtbot.waitUntil(lambda: controller.frame is not None and controller.frame.iteration > 0, timeout=PATIENCE)


def place_of(panel: MapPanel, index: int) -> QPoint:
    """Where a digit is painted, in the viewport."""
    x, y = (float(value) for value in panel.view.points.points[index])
    return panel.view.from_plane(x, y).toPoint()


def lonely(panel: MapPanel, among: np.ndarray | None = None) -> int:
    """The digit on the map that is farthest from all others: nobody else can be meant by pointing at it."""
    points = panel.view.points.points.astype(np.float64)
    distances = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    np.fill_diagonal(distances, np.inf)
    nearest = distances.min(axis=1)
    if among is not None:
        nearest[~among] = -1
    return int(nearest.argmax())


def test_the_map_is_made_of_every_test_digit_and_moves(
    qtbot: QtBot, panel: MapPanel, digits: Dataset
) -> None:
    frames: list[int] = []
    controller = panel.session.map
    controller.frame_changed.connect(
        lambda: frames.append(controller.frame.iteration if controller.frame else -1)
    )
    qtbot.mouseClick(panel._empty.button, LEFT)
    assert controller.state == "running" and panel.start_button.text() == "Pause"
    wait_for_moves(qtbot, panel)
    assert panel.view.isVisible() and len(panel.view.points.points) == len(digits.test)
    before = panel.view.points.points
    qtbot.waitUntil(lambda: panel.view.points.points is not before, timeout=PATIENCE)
    assert frames[1] == 0, "PCA is there at once"
    qtbot.waitUntil(lambda: panel.figures.text().startswith("Iteration "), timeout=PATIENCE)
    assert panel.progress.value() == controller.frame.iteration
    controller.stop()


def test_the_settings_are_those_of_the_fields(qtbot: QtBot, panel: MapPanel) -> None:
    qtbot.mouseClick(panel.settings_button, LEFT)
    fields = panel.settings
    assert fields.isVisible() and fields.method.hasFocus()
    for box, text in ((fields.perplexity, "12"), (fields.seed, "9"), (fields.exaggeration, "2.5")):
        box.selectAll()
        qtbot.keyClicks(box, text)
        qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.keyClick(fields, Qt.Key.Key_Escape)
    assert not fields.isVisible()
    qtbot.mouseClick(panel.start_button, LEFT)
    config = panel.session.map.config
    assert config is not None and (config.perplexity, config.seed, config.exaggeration) == (12, 9, 2.5)
    panel.session.map.stop()


def test_pause_resume_stop(qtbot: QtBot, panel: MapPanel) -> None:
    controller = panel.session.map
    qtbot.mouseClick(panel.start_button, LEFT)
    wait_for_moves(qtbot, panel)
    qtbot.mouseClick(panel.start_button, LEFT)
    assert controller.state == "paused" and panel.start_button.text() == "Resume"
    held = panel.view.points.points
    qtbot.mouseClick(panel.start_button, LEFT)
    assert controller.state == "running"
    qtbot.waitUntil(lambda: panel.view.points.points is not held, timeout=PATIENCE)
    qtbot.mouseClick(panel.stop_button, LEFT)
    assert controller.state == "idle" and panel.start_button.text() == "Restart"
    assert not panel.stop_button.isEnabled() and not panel.progress.isVisible()
    assert len(panel.view.points.points) and panel.view.isVisible(), "a stopped map stays"


def test_a_map_that_cannot_be_made_leaves_a_way_to_another(
    qtbot: QtBot, panel: MapPanel, problems: list[Problem]
) -> None:
    panel.settings.perplexity.setValue(900)
    qtbot.mouseClick(panel.start_button, LEFT)
    qtbot.waitUntil(lambda: bool(problems), timeout=PATIENCE)
    assert "perplexity" in problems[0].message.lower() and problems[0].remedy
    assert panel.session.map.state == "idle"
    assert not panel.view.isVisible() and panel._empty.button.isVisible()
    panel.settings.perplexity.setValue(20)
    qtbot.mouseClick(panel._empty.button, LEFT)
    wait_for_moves(qtbot, panel)
    assert panel.view.isVisible()
    panel.session.map.stop()


def test_restarting_never_shows_an_empty_panel(qtbot: QtBot, mapped: MapPanel) -> None:
    counts: list[int] = []
    mapped.session.map.frame_changed.connect(lambda: counts.append(len(mapped.view.points.points)))
    qtbot.mouseClick(mapped.start_button, LEFT)
    qtbot.waitUntil(lambda: mapped.session.map.frame is not None, timeout=PATIENCE)
    mapped.session.map.stop()
    assert mapped.view.isVisible() and counts and min(counts) > 0


def test_a_map_of_an_earlier_model_says_so_and_can_be_updated(
    qtbot: QtBot, mapped: MapPanel, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    session = mapped.session
    assert not mapped.stale_row.isVisible()
    other = make_checkpoint(ModelConfig(hidden=(16,), latent_dim=3), seed=2)
    session.show_model(other, other.model_id, None, "other", saved=True)
    assert mapped.stale_row.isVisible()
    assert not mapped.update_button.isEnabled(), "there are no codes to map yet"
    qtbot.waitUntil(lambda: session.codes is not None, timeout=PATIENCE)
    qtbot.mouseClick(mapped.update_button, LEFT)
    assert not mapped.stale_row.isVisible()
    assert session.map.codes is session.codes
    session.map.stop()


def test_pointing_at_a_digit_shows_it_and_its_reconstruction(
    qtbot: QtBot, mapped: MapPanel, digits: Dataset
) -> None:
    session, view = mapped.session, mapped.view
    index = lonely(mapped)
    assert not view.card.isVisible()
    QTest.mouseMove(view.viewport(), place_of(mapped, index))
    qtbot.waitUntil(view.card.isVisible)
    digit = view.card.digit
    assert digit is not None and digit.index == index
    assert digit.label == int(digits.test.labels[index])
    assert np.array_equal(digit.image * 255, digits.test.images[index].numpy())
    assert view.card.heading == digits.class_names[digit.label]
    assert f"{index:,}" in view.card.place
    assert view.points.highlight == index
    qtbot.waitUntil(
        lambda: view.card.digit is not None and view.card.digit.reconstruction is not None, timeout=PATIENCE
    )
    window = view.window()
    assert window.rect().contains(view.card.geometry())
    at = view.mapTo(window, place_of(mapped, index))
    assert not view.card.geometry().contains(at), "the card hides not what it explains"
    # Away from all digits, and out of the map.
    QTest.mouseMove(view.viewport(), QPoint(2, 2))
    assert not view.card.isVisible() and session.hovered is None and view.points.highlight is None
    QTest.mouseMove(view.viewport(), place_of(mapped, index))
    assert view.card.isVisible()
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert not view.card.isVisible() and session.hovered is None


def test_a_click_puts_the_cursor_on_the_digits_latent_mean(qtbot: QtBot, mapped: MapPanel) -> None:
    session = mapped.session
    index = lonely(mapped)
    qtbot.mouseClick(mapped.view.viewport(), LEFT, pos=place_of(mapped, index))
    assert session.selected == index
    assert session.codes is not None and np.array_equal(session.cursor, session.codes.means[index])
    assert mapped.view._chosen.isVisible()
    image = mapped.view.grab().toImage()
    ring = place_of(mapped, index) + QPoint(9, 0)
    around = {image.pixelColor(ring + QPoint(dx, dy)).name() for dx in range(-2, 3) for dy in range(-2, 3)}
    assert theme().colors.cursor in around
    session.undo()
    assert not np.array_equal(session.cursor, session.codes.means[index])


def test_classes_that_are_off_are_neither_seen_nor_found(
    qtbot: QtBot, mapped: MapPanel, digits: Dataset
) -> None:
    session, view = mapped.session, mapped.view
    index = lonely(mapped)
    label = int(digits.test.labels[index])
    qtbot.mouseClick(mapped.legend.chips[label], LEFT)
    QTest.mouseMove(view.viewport(), place_of(mapped, index))
    assert session.hovered is None or session.hovered.label != label
    qtbot.mouseClick(view.viewport(), LEFT, pos=place_of(mapped, index))
    assert session.selected != index
    assert not view._names[label].isVisible()
    qtbot.mouseClick(mapped.legend.chips[label], LEFT)
    qtbot.mouseClick(view.viewport(), LEFT, pos=place_of(mapped, index))
    assert session.selected == index and view._names[label].isVisible()


def test_each_class_has_its_name_on_the_middle_of_its_points(mapped: MapPanel, digits: Dataset) -> None:
    labels = digits.test.labels.numpy()
    for label, item in mapped.view._names.items():
        middle = np.median(mapped.view.points.points[labels == label], axis=0)
        np.testing.assert_allclose((item.pos().x(), item.pos().y()), middle, rtol=1e-4, atol=1e-4)
        assert item.name == digits.class_names[label]
    assert len(mapped.view._names) == 10


def wheel(panel: MapPanel, at: QPoint, turned: int) -> None:
    viewport = panel.view.viewport()
    event = QWheelEvent(
        QPointF(at), QPointF(viewport.mapToGlobal(at)), QPoint(), QPoint(0, turned),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)


def test_the_wheel_zooms_dragging_moves_and_fit_shows_all_again(qtbot: QtBot, mapped: MapPanel) -> None:
    view, viewport = mapped.view, mapped.view.viewport()
    whole = view.view_box.viewRect()
    index = lonely(mapped)
    before = place_of(mapped, index)
    wheel(mapped, before, 480)
    zoomed = view.view_box.viewRect()
    assert zoomed.width() < 0.6 * whole.width() and not view.follows
    assert (place_of(mapped, index) - before).manhattanLength() <= 2, "the place under the pointer stays"
    middle = viewport.rect().center()
    QTest.mousePress(viewport, LEFT, pos=middle)
    for step in range(1, 9):
        QTest.mouseMove(viewport, middle + QPoint(5 * step, 3 * step))
    QTest.mouseRelease(viewport, LEFT, pos=middle + QPoint(40, 24))
    assert (place_of(mapped, index) - before - QPoint(40, 24)).manhattanLength() <= 2
    assert mapped.session.selected is None, "a drag is no click"
    qtbot.mouseClick(mapped.fit_button, LEFT)
    assert view.follows
    assert view.view_box.viewRect().width() == pytest.approx(whole.width(), rel=1e-3)


def test_a_view_moved_by_hand_is_left_alone_while_the_map_grows(qtbot: QtBot, panel: MapPanel) -> None:
    qtbot.mouseClick(panel.start_button, LEFT)
    wait_for_moves(qtbot, panel)
    wheel(panel, panel.view.viewport().rect().center(), 240)
    held, before = panel.view.view_box.viewRect(), panel.view.points.points
    qtbot.waitUntil(lambda: panel.view.points.points is not before, timeout=PATIENCE)
    assert panel.view.view_box.viewRect() == held
    panel.session.map.stop()


def test_the_keyboard_walks_from_digit_to_digit(qtbot: QtBot, mapped: MapPanel) -> None:
    session, view = mapped.session, mapped.view
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert session.selected is not None
    steps = {
        Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Up: (1, 1), Qt.Key.Key_Down: (1, -1),
    }  # fmt: skip
    for key, (axis, sign) in steps.items():
        start = session.selected
        qtbot.keyClick(view, key)
        moved = view.points.points[session.selected] - view.points.points[start]
        assert moved[axis] * sign > 0 and abs(moved[axis]) >= abs(moved[1 - axis])
        assert session.codes is not None
        assert np.array_equal(session.cursor, session.codes.means[session.selected])
    whole = view.view_box.viewRect()
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.view_box.viewRect().width() < whole.width()
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert view.view_box.viewRect().center().x() > whole.center().x()
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.view_box.viewRect().width() == pytest.approx(whole.width(), rel=1e-3)


def test_walking_on_brings_the_digit_into_view(qtbot: QtBot, mapped: MapPanel) -> None:
    view, session = mapped.view, mapped.session
    view.setFocus()
    session.select(lonely(mapped))
    for _ in range(8):
        qtbot.keyClick(view, Qt.Key.Key_Plus)
    for _ in range(30):
        qtbot.keyClick(view, Qt.Key.Key_Left)
        assert session.selected is not None
        x, y = (float(value) for value in view.points.points[session.selected])
        assert view.view_box.viewRect().contains(QPointF(x, y))


def test_where_nothing_lies_further_the_chosen_digit_comes_into_view(qtbot: QtBot, mapped: MapPanel) -> None:
    view, session = mapped.view, mapped.session
    view.setFocus()
    leftmost = int(view.points.points[:, 0].argmin())
    session.select(leftmost)
    for _ in range(8):
        qtbot.keyClick(view, Qt.Key.Key_Plus)
    place = QPointF(*(float(value) for value in view.points.points[leftmost]))
    assert not view.view_box.viewRect().contains(place)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert session.selected == leftmost
    assert view.view_box.viewRect().contains(place)


def test_another_data_set_takes_the_map_away(qtbot: QtBot, mapped: MapPanel, digits: Dataset) -> None:
    from dataclasses import replace

    session = mapped.session
    session.select(lonely(mapped))
    few = replace(digits, name="few", test=replace(
        digits.test, images=digits.test.images[:120], labels=digits.test.labels[:120]
    ))  # fmt: skip
    session.show_dataset(few)
    assert len(mapped.view.points.points) == 0 and not mapped.view._chosen.isVisible()
    assert not mapped.view.isVisible() and not mapped.fit_button.isEnabled()
    qtbot.waitUntil(lambda: session.codes is not None, timeout=PATIENCE)
    qtbot.mouseClick(mapped._empty.button, LEFT)
    qtbot.waitUntil(lambda: len(mapped.view.points.points) == 120, timeout=PATIENCE)
    session.map.stop()


def test_what_is_missing_is_said_with_a_way_to_mend_it(
    qtbot: QtBot,
    session: Session,
    digits: Dataset,
    make_checkpoint: Callable[..., Checkpoint],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(session, "open_bundled", opened.append)
    monkeypatch.setattr(session, "open_dataset", opened.append)
    panel = MapPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.mouseClick(panel._empty.button, LEFT)
    assert opened == ["mnist-2d"]
    wide = make_checkpoint(ModelConfig(image_shape=(1, 32, 32), hidden=(8,)))
    session.show_model(wide, wide.model_id, None, "wide", saved=True)
    qtbot.mouseClick(panel._empty.button, LEFT)
    assert opened == ["mnist-2d", "digits"]
    session.show_dataset(digits)
    assert "another size" in panel._empty.label.text() and not panel._empty.button.isVisible()
    assert not panel.start_button.isEnabled()


@pytest.mark.parametrize("width", [320, 360, 900])
def test_nothing_is_cut_off(qtbot: QtBot, mapped: MapPanel, width: int) -> None:
    mapped.resize(width, 640)
    qtbot.waitUntil(lambda: mapped.width() == width)
    QApplication.processEvents()
    parts = (mapped.start_button, mapped.stop_button, mapped.fit_button, mapped.export_button,
             mapped.more_button, mapped.settings_button, mapped.look_button, *mapped.legend.chips)  # fmt: skip
    for part in parts:
        corner = part.mapTo(mapped, part.rect().bottomRight())
        assert corner.x() < width and corner.y() < 640, part.accessibleName()
        assert part.width() >= part.sizeHint().width(), part.accessibleName()


def test_the_map_is_exported_as_it_is_seen(qtbot: QtBot, mapped: MapPanel, tmp_path: Path) -> None:
    session = mapped.session
    source = map_source(session, mapped.view)
    assert source is not None and session.map.frame is not None and session.codes is not None
    assert source.text["Perplexity"] == "30" and source.text["Seed"] == "0"
    _, channels, height, width = source.images.shape
    assert channels == 3 and max(height, width) >= 2000
    ratio = height / mapped.view.viewport().height()
    index = lonely(mapped)
    x, y = (round(value * ratio) for value in place_of(mapped, index).toTuple())
    label = int(session.codes.labels[index])
    rgb = np.frombuffer(bytes.fromhex(class_color(label)[1:]), np.uint8).astype(int)
    # Around the middle, where the class's name may be written.
    reach = round(6 * ratio)
    seen = source.images[0, :, y - reach : y + reach + 1, x - reach : x + reach + 1].astype(int)
    # What the preview shows is what is written.
    style = GridStyle(1, 3, "#102030")
    assert np.array_equal(preview_of(source, style), pixels_of(source, style))
    assert np.abs(seen - rgb[:, None, None]).max(axis=0).min() < 40
    qtbot.mouseClick(mapped.export_button, LEFT)
    dialog = mapped.findChild(ExportDialog)
    assert dialog is not None and dialog.grid_style.scale == 1
    qtbot.mouseClick(dialog.kinds["npz"], LEFT)
    dialog.path.setText(str(tmp_path / "map.npz"))
    qtbot.mouseClick(dialog.save_button, LEFT)
    qtbot.waitUntil((tmp_path / "map.npz").exists, timeout=PATIENCE)
    with np.load(tmp_path / "map.npz") as values:
        assert np.array_equal(values["embedding"], session.map.frame.embedding)
        assert np.array_equal(values["z"], session.codes.means)
        assert np.array_equal(values["labels"], session.codes.labels)
        assert "images" not in values
    qtbot.waitUntil(lambda: mapped.findChild(ExportDialog) is None, timeout=PATIENCE)


def choose_method(qtbot: QtBot, panel: MapPanel, place: int) -> None:
    """Choose a method by the keyboard, counted from the first."""
    qtbot.mouseClick(panel.settings_button, LEFT)
    for key in (Qt.Key.Key_Home, *[Qt.Key.Key_Down] * place):
        qtbot.keyClick(panel.settings.method, key)
    qtbot.keyClick(panel.settings, Qt.Key.Key_Escape)


def test_pca_and_the_latent_space_are_maps_too(qtbot: QtBot, panel: MapPanel) -> None:
    session = panel.session
    assert session.codes is not None
    means = session.codes.means
    # The map's quality may take the words' place before anybody looks.
    said: list[str] = []
    session.map.state_changed.connect(lambda: said.append(panel.figures.text()))
    choose_method(qtbot, panel, 1)
    assert not panel.settings.perplexity.isEnabled()
    qtbot.mouseClick(panel.start_button, LEFT)
    qtbot.waitUntil(lambda: session.map.state == "idle", timeout=PATIENCE)
    assert "principal components" in said[-1]
    spread = panel.view.points.points.var(axis=0)
    assert spread.sum() == pytest.approx(means.var(axis=0).sum(), rel=1e-4)
    assert not panel.more_button.isEnabled()
    choose_method(qtbot, panel, 2)
    qtbot.mouseClick(panel.start_button, LEFT)
    qtbot.waitUntil(lambda: "latent space" in said[-1], timeout=PATIENCE)
    np.testing.assert_array_equal(panel.view.points.points, means)


def test_more_iterations_go_on_where_the_map_ended(qtbot: QtBot, panel: MapPanel) -> None:
    controller = panel.session.map
    controller.start(TsneConfig(iterations=30))
    qtbot.waitUntil(lambda: controller.state == "idle", timeout=PATIENCE)
    assert controller.frame is not None and panel.more_button.isEnabled()
    ended = controller.frame.iteration
    seen: list[int] = []
    controller.frame_changed.connect(
        lambda: seen.append(controller.frame.iteration if controller.frame else -1)
    )
    qtbot.mouseClick(panel.more_button, LEFT)
    assert len(panel.view.points.points), "the map stays in view"
    qtbot.waitUntil(lambda: controller.state == "idle", timeout=PATIENCE)
    assert controller.frame.iteration == controller.frame.iterations > ended
    # Its first frame says where it goes on from; no iteration before that is shown again.
    assert seen and all(iteration == 0 or iteration >= ended for iteration in seen)


def test_the_quality_of_a_finished_map_is_told(qtbot: QtBot, panel: MapPanel) -> None:
    controller = panel.session.map
    controller.start(TsneConfig(iterations=50))
    qtbot.waitUntil(lambda: controller.quality is not None, timeout=PATIENCE)
    quality, text = controller.quality, panel.figures.text()
    assert quality is not None and quality.map_accuracy is not None
    assert f"{100 * quality.map_accuracy:.1f}" in text and f"KL {quality.kl:.3f}" in text
    tip = panel.figures.toolTip()
    assert f"{quality.trustworthiness:.3f}" in tip and f"{100 * quality.preserved:.0f} %" in tip
    assert 0.5 < quality.trustworthiness <= 1.0
    controller.start(TsneConfig(iterations=50, seed=1))
    assert controller.quality is None and "alike" not in panel.figures.text()
    controller.stop()
