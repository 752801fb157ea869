"""The path panel: choosing stops, playing, the film strip, its export, and arithmetic on digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QSlider, QStyle, QStyleOptionSlider

from tests.app.conftest import SMALL
from tests.ui.canvas_hand import LEFT, NONE, PATIENCE, ModelOf, drag
from tests.ui.cells_hand import name_of
from vae_desktop.app.latent_place import LatentPlace
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.ui.export_command import command_line
from vae_desktop.ui.export_dialog import ExportDialog
from vae_desktop.ui.export_style import ExportChoices
from vae_desktop.ui.main_window import MainWindow
from vae_desktop.ui.path_panel import PathPanel
from vae_desktop.ui.path_source import path_source
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint

Show = Callable[[Session], PathPanel]
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def show(qtbot: QtBot) -> Iterator[Show]:
    """Shows the panel in a window as narrow as its dock in a window of 1280 × 800."""
    windows: list[QMainWindow] = []

    def make(session: Session) -> PathPanel:
        window, panel = QMainWindow(), PathPanel(session)
        window.setCentralWidget(panel)
        window.resize(330, 300)
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitActive(window)
        windows.append(window)
        return panel

    yield make
    for window in windows:
        window.close()


@pytest.fixture
def panel(ready: Session, show: Show) -> PathPanel:
    """The panel on the digits and a small untrained 2-D model, without a path."""
    return show(ready)


@pytest.fixture
def filled(qtbot: QtBot, panel: PathPanel) -> PathPanel:
    """The same with a path through three digits."""
    panel.session.path.add(*(LatentPlace(index=index) for index in (3, 40, 8)))
    found(qtbot, panel)
    return panel


def found(qtbot: QtBot, panel: PathPanel) -> None:
    path = panel.session.path
    qtbot.waitUntil(lambda: path.film is not None and not path.busy, timeout=PATIENCE)


def indices(panel: PathPanel) -> list[int | None]:
    return [stop.index for stop in panel.session.path.plan.stops]


def test_an_empty_panel_says_how_to_begin(qtbot: QtBot, panel: PathPanel) -> None:
    page = panel.page
    wanted: list[bool] = []
    page.tool_wanted.connect(lambda: wanted.append(True))
    assert page._empty.isVisible() and "Draw a path" in page._empty.label.text()
    assert not page.transport.isVisible() and not page.stops.isVisible()
    QTest.mouseClick(page._empty.button, LEFT)
    assert wanted == [True]
    assert not page.add_digit.isEnabled() and not page.from_group.isEnabled()
    QTest.mouseClick(page.add_cursor, LEFT)
    assert "One more stop" in page._empty.label.text() and page._empty.isVisible()
    panel.session.select(8)
    QTest.mouseClick(page.add_digit, LEFT)
    assert indices(panel) == [None, 8]
    found(qtbot, panel)
    assert page.strip.isVisible() and page.strip.count == 24 and page.transport.isVisible()
    qtbot.waitUntil(lambda: page.stops.count == 2, timeout=PATIENCE)


def test_without_a_model_there_is_a_way_to_one(session: Session, show: Show) -> None:
    panel = show(session)
    assert "none is open" in panel.page._empty.label.text() and panel.page._empty.button.isVisible()
    assert not panel.page.add_cursor.isEnabled() and not panel.add_cursor_action.isEnabled()


def test_a_group_becomes_a_path(qtbot: QtBot, panel: PathPanel) -> None:
    panel.session.set_group([5, 9, 300])
    QTest.mouseClick(panel.page.from_group, LEFT)
    assert indices(panel) == [5, 9, 300]


def test_stops_are_chosen_moved_and_removed(qtbot: QtBot, filled: PathPanel) -> None:
    page = filled.page
    assert not page.remove.isEnabled()
    QTest.mouseClick(page.stops, LEFT, NONE, page.stops.cell_rect(0).center().toPoint())
    assert page.stops.selected == 0 and page.remove.isEnabled() and not page.earlier.isEnabled()
    QTest.mouseClick(page.later, LEFT)
    assert indices(filled) == [40, 3, 8] and page.stops.selected == 1
    QTest.mouseClick(page.earlier, LEFT)
    assert indices(filled) == [3, 40, 8] and page.stops.selected == 0
    page.stops.setFocus()
    qtbot.keyClick(page.stops, Qt.Key.Key_Right)
    assert page.stops.selected == 1
    assert name_of(page.stops).startswith("Stop 2 of 3: ")
    qtbot.keyClick(page.stops, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert indices(filled) == [3, 8, 40] and page.stops.selected == 2
    qtbot.keyClick(page.stops, Qt.Key.Key_Delete)
    assert indices(filled) == [3, 8]
    # Its picture is there a moment longer, and can be worked no more.
    assert page.stops.selected == -1 and not page.remove.isEnabled()
    for key in (Qt.Key.Key_End, Qt.Key.Key_Left):
        qtbot.keyClick(page.stops, key, CONTROL if key == Qt.Key.Key_Left else NONE)
    assert indices(filled) == [3, 8]
    filled.session.undo()
    assert indices(filled) == [3, 8, 40]
    QTest.mouseClick(page.clear_button, LEFT)
    assert indices(filled) == [] and page._empty.isVisible()
    filled.session.undo()
    assert indices(filled) == [3, 8, 40]


def test_kinds_and_frames(qtbot: QtBot, filled: PathPanel) -> None:
    page = filled.page
    straight = filled.session.path.film
    for kind in ("spline", "geodesic", "spherical"):
        QTest.mouseClick(page.kinds[kind], LEFT)
        assert [name for name, button in page.kinds.items() if button.isChecked()] == [kind]
        assert page.strip.isVisible(), "the path before stays until then"
        found(qtbot, filled)
        film = filled.session.path.film
        assert film is not None and straight is not None and film.plan.kind == kind
        assert not np.array_equal(film.codes, straight.codes)
    page.frames.selectAll()
    qtbot.keyClicks(page.frames, "7")
    qtbot.keyClick(page.frames, Qt.Key.Key_Return)
    found(qtbot, filled)
    assert page.strip.count == 7
    assert page.strip.rect().contains(page.strip.cell_rect(6).toRect())


def test_a_frame_that_is_clicked_is_under_the_cursor(qtbot: QtBot, filled: PathPanel) -> None:
    page, session, film = filled.page, filled.session, filled.session.path.film
    assert film is not None
    QTest.mouseClick(page.strip, LEFT, NONE, page.strip.cell_rect(11).center().toPoint())
    assert np.array_equal(session.cursor, film.codes[11]) and page.strip.selected == 11
    assert page.transport.place.text() == "12 / 24"
    assert page.transport.scrubber.value() == round(1000 * 11 / 23)
    page.strip.setFocus()
    qtbot.keyClick(page.strip, Qt.Key.Key_Right)
    qtbot.keyClick(page.strip, Qt.Key.Key_Return)
    assert np.array_equal(session.cursor, film.codes[12])


def test_space_plays_and_pauses_wherever_the_keyboard_is(qtbot: QtBot, filled: PathPanel) -> None:
    player, page = filled.session.path.player, filled.page
    for widget in (filled, page.strip, page.stops, page.transport.scrubber):
        widget.setFocus()
        qtbot.keyClick(widget, Qt.Key.Key_Space)
        assert player.playing and page.transport.play_button.text() == "Pause"
        qtbot.keyClick(widget, Qt.Key.Key_Space)
        assert not player.playing and page.transport.play_button.text() == "Play"
    QTest.mouseClick(page.transport.play_button, LEFT)
    assert player.playing
    frames = set()
    player.moved.connect(lambda: frames.add(page.strip.selected))
    qtbot.waitUntil(lambda: len(frames) > 3, timeout=PATIENCE)
    QTest.mouseClick(page.transport.play_button, LEFT)
    assert not player.playing


def test_speed_and_loop_are_the_players(qtbot: QtBot, filled: PathPanel) -> None:
    transport, player = filled.page.transport, filled.session.path.player
    transport.seconds.selectAll()
    qtbot.keyClicks(transport.seconds, "2.5")
    qtbot.keyClick(transport.seconds, Qt.Key.Key_Return)
    assert player.seconds == 2.5
    transport.loop.setFocus()
    qtbot.keyClick(transport.loop, Qt.Key.Key_Home)
    assert player.loop == "once"
    player.set_loop("loop")
    assert transport.loop.currentText() == "Loop"


def handle(slider: QSlider) -> QPoint:
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    style = slider.style()
    rect = style.subControlRect(
        QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, slider
    )
    return rect.center()


def test_the_scrubber_moves_the_cursor_in_one_step_for_undo(qtbot: QtBot, filled: PathPanel) -> None:
    session, slider = filled.session, filled.page.transport.scrubber
    start = handle(slider)
    QTest.mousePress(slider, LEFT, NONE, start)
    for right in range(10, 90, 10):
        QTest.mouseMove(slider, start + QPoint(right, 0))
    QTest.mouseRelease(slider, LEFT, NONE, start + QPoint(80, 0))
    player = session.path.player
    assert 0.2 < player.position <= 1.0
    np.testing.assert_array_equal(session.cursor, player.code())
    session.undo()
    assert session.cursor.tolist() == [0, 0] and session.undo_name == "change of the path"


def test_it_works_while_a_training_runs(qtbot: QtBot, filled: PathPanel) -> None:
    session, page = filled.session, filled.page
    session.training.start(SMALL, TrainingConfig(epochs=500, batch_size=32))
    qtbot.waitUntil(lambda: len(session.training.history) > 0 and session.codes is not None, timeout=PATIENCE)
    QTest.mouseClick(page.kinds["geodesic"], LEFT)
    found(qtbot, filled)
    assert page.strip.isVisible() and session.training.active
    page.strip.setFocus()
    qtbot.keyClick(page.strip, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.strip.selected > 2, timeout=PATIENCE)
    assert session.path.player.playing and session.training.active
    qtbot.keyClick(page.strip, Qt.Key.Key_Space)
    session.training.stop()


def test_another_latent_space_while_it_plays(
    qtbot: QtBot, filled: PathPanel, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    session = filled.session
    session.path.player.play()
    checkpoint = make_checkpoint(ModelConfig(latent_dim=200, hidden=(16,)))
    session.show_model(checkpoint, checkpoint.model_id, None, "large", saved=True)
    assert filled.page._empty.isVisible() and not filled.page.transport.isVisible()
    assert not session.path.player.playing and not filled.play_action.isEnabled()
    qtbot.waitUntil(lambda: session.codes is not None, timeout=PATIENCE)
    session.select(5)
    QTest.mouseClick(filled.page.add_digit, LEFT)
    QTest.mouseClick(filled.page.add_cursor, LEFT)
    session.select(9)
    QTest.mouseClick(filled.page.add_digit, LEFT)
    found(qtbot, filled)
    assert filled.page.strip.count == 24


def test_the_strip_goes_to_the_clipboard_and_into_files(qtbot: QtBot, filled: PathPanel) -> None:
    session, film = filled.session, filled.session.path.film
    QTest.mouseClick(filled.page.copy_button, LEFT)
    image = QGuiApplication.clipboard().image()
    assert image.width() > 20 * image.height() > 0
    source = path_source(session)
    assert source is not None and film is not None and source.moving and source.columns == 24
    assert np.array_equal(source.all_arrays["z"], film.codes)
    assert source.all_arrays["indices"].tolist() == [3, 40, 8]
    assert source.facts["path"] == "linear" and source.facts["test_images"] == "3, 40, 8"
    QTest.mouseClick(filled.page.export_button, LEFT)
    dialog = filled.window().findChild(ExportDialog)
    assert dialog is not None
    dialog.close()


def test_a_path_between_test_digits_can_be_made_by_a_command(
    qtbot: QtBot, filled: PathPanel, make_model_file: Callable[..., object]
) -> None:
    session = filled.session
    source = path_source(session)
    assert source is not None
    assert command_line(session, source, "gif", ExportChoices(), "a.gif") == "", "this model is in no file"
    session.open_model(make_model_file())  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: session.model is not None and session.model.path is not None, timeout=PATIENCE)
    qtbot.waitUntil(lambda: session.codes is not None, timeout=PATIENCE)
    found(qtbot, filled)
    source = path_source(session)
    words = "interpolate --from 3 --via 40 --to 8 --kind linear --frames 24"
    assert source is not None and source.command == tuple(words.split())
    line = command_line(session, source, "gif", ExportChoices(), "a.gif")
    assert line.endswith(f"small.safetensors {words.removeprefix('interpolate ')} --out a.gif")
    session.path.add_cursor()
    found(qtbot, filled)
    source = path_source(session)
    assert source is not None and source.command == () and "indices" not in source.all_arrays
    session.undo()
    session.path.set_frames(60)
    found(qtbot, filled)
    source = path_source(session)
    assert source is not None and source.columns == 20


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_everything_fits_into_a_narrow_dock(qtbot: QtBot, filled: PathPanel, mode: str) -> None:
    theme().apply(mode)
    page = filled.page
    parts = [
        page.strip,
        page.stops,
        page.transport.play_button,
        page.frames,
        page.clear_button,
        page.kinds["geodesic"],
    ]
    for part in parts:
        inside = part.rect().translated(part.mapTo(filled, QPoint(0, 0)))
        assert part.isVisible() and filled.rect().contains(inside), part.accessibleName()
    assert all(part.accessibleName() for part in parts)


# -- arithmetic ---------------------------------------------------------------------------------------


def choose(panel: PathPanel, number: int, text: str) -> None:
    """Choose a term from its menu."""
    menu = panel.analogy.terms[number].menu()
    menu.aboutToShow.emit()
    actions = [action for action in menu.actions() if action.text().startswith(text)]
    assert len(actions) == 1, [action.text() for action in menu.actions()]
    actions[0].trigger()


def test_digits_are_added_and_subtracted(qtbot: QtBot, panel: PathPanel) -> None:
    session, page = panel.session, panel.analogy
    QTest.mouseClick(panel.analogy_button, LEFT)
    assert page.isVisible() and not panel.page.isVisible() and not page.cursor_button.isEnabled()
    session.select(7)
    choose(panel, 0, "Selected digit: ")
    choose(panel, 1, "Mean of 4")
    choose(panel, 2, "The cursor")
    qtbot.waitUntil(lambda: page.pictures[3].picture is not None, timeout=PATIENCE)
    assert all(view.picture is not None for view in page.pictures)
    assert "test image 7" in page.terms[0].accessibleName() and "mean of 4" in page.terms[1].accessibleName()
    assert session.codes is not None
    mean = session.codes.means[session.codes.labels == 4].mean(axis=0)
    QTest.mouseClick(page.cursor_button, LEFT)
    np.testing.assert_allclose(session.cursor, 2 * session.codes.means[7] - mean, atol=1e-5)
    QTest.mouseClick(page.path_button, LEFT)
    stop = session.path.plan.stops[0].point
    assert stop is not None and np.array_equal(stop, session.cursor)
    QTest.mouseClick(page.clear_button, LEFT)
    assert page.pictures[0].picture is None and not page.path_button.isEnabled()


def test_many_dimensions_can_be_added_too(qtbot: QtBot, model_of: ModelOf, show: Show) -> None:
    panel = show(model_of(200))
    QTest.mouseClick(panel.analogy_button, LEFT)
    for number, text in enumerate(("Mean of 1", "Mean of 7", "Mean of 9")):
        choose(panel, number, text)
    qtbot.waitUntil(lambda: panel.analogy.pictures[3].picture is not None, timeout=PATIENCE)


def test_a_waiting_path_says_what_it_waits_for(
    qtbot: QtBot, filled: PathPanel, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    session = filled.session
    checkpoint = make_checkpoint(seed=5)
    session.show_model(checkpoint, checkpoint.model_id, None, "other", saved=True)
    assert "Waiting for the codes" in filled.page._empty.label.text() and filled.page._empty.isVisible()
    found(qtbot, filled)
    assert filled.page.strip.isVisible()
    dataset = session.dataset
    assert dataset is not None
    session.show_dataset(replace(dataset, name="again"))
    assert indices(filled) == [] and "Draw a path" in filled.page._empty.label.text()


def test_the_window_brings_the_panel_forward(qtbot: QtBot, ready: Session) -> None:
    window = MainWindow(ready)
    window.complete()
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    panel, dock = window.path, window.docks["path"]

    def seen() -> bool:
        """Whether the path's page is on the screen: a dock behind another lies outside the window."""
        return not panel.page.visibleRegion().isEmpty()

    qtbot.waitUntil(lambda: not seen(), timeout=10_000)
    dock.close()
    qtbot.waitUntil(lambda: not dock.isVisible(), timeout=PATIENCE)
    commands = {it.shortcut().toString(): it for it in window.menus.actions_with_shortcuts()}
    commands["Alt+7"].trigger()
    qtbot.waitUntil(lambda: seen() and panel.isAncestorOf(window.focusWidget()), timeout=10_000)
    window.docks["map"].raise_()
    qtbot.waitUntil(lambda: not seen(), timeout=10_000)
    commands["Ctrl+L"].trigger()
    canvas = window.canvas.canvas
    assert canvas.path_hand.on
    qtbot.waitUntil(seen, timeout=PATIENCE)
    drag(canvas, (-1, -1), (0, 0), (1, -1))
    found(qtbot, panel)
    before = ready.cursor
    commands["Ctrl+Shift+L"].trigger()
    assert ready.path.player.playing
    qtbot.waitUntil(lambda: not np.array_equal(ready.cursor, before), timeout=PATIENCE)
    qtbot.waitUntil(lambda: np.array_equal(ready.picture_z, ready.cursor), timeout=PATIENCE)
    window.close()
    assert window.all_threads_gone and not ready.path.player.playing
