"""The training panel, worked by mouse and keys: a training from start to end, and what it leaves behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel, QLineEdit, QMainWindow
from pytestqt.qtbot import QtBot

from tests.app.conftest import let_go
from vae_desktop.app.session import Session
from vae_desktop.app.settings import Preferences
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.data.dataset import Dataset, ImageSet
from vae_desktop.ui.loss_curves import Line
from vae_desktop.ui.theme import theme
from vae_desktop.ui.training_panel import TrainingPanel

LEFT = Qt.MouseButton.LeftButton
PATIENCE = 60_000
# Small enough for an epoch of well under a second; many epochs, so that there is something to pause and stop.
MODEL = ModelConfig(hidden=(32, 16))
MANY = TrainingConfig(epochs=2000, batch_size=64)
FEW = TrainingConfig(epochs=3, batch_size=256)


@pytest.fixture
def make_session(qapp: QApplication, tmp_path: Path) -> Iterator[Callable[[TrainingConfig], Session]]:
    """Makes sessions whose form opens on small settings."""
    made: list[Session] = []

    def make(config: TrainingConfig) -> Session:
        preferences = Preferences(tmp_path / f"settings{len(made)}.ini")
        preferences.last_model, preferences.last_training = MODEL, config
        made.append(Session(preferences))
        return made[-1]

    yield make
    for session in made:
        assert session.shutdown()
        let_go(session)


@pytest.fixture
def make_panel(
    qtbot: QtBot, digits: Dataset, make_session: Callable[[TrainingConfig], Session]
) -> Iterator[Callable[[TrainingConfig], TrainingPanel]]:
    """Makes shown panels in windows, with the digits open."""
    windows = []

    def make(config: TrainingConfig) -> TrainingPanel:
        session = make_session(config)
        session.show_dataset(digits)
        window = QMainWindow()
        panel = TrainingPanel(session)
        window.setCentralWidget(panel)
        window.resize(360, 800)
        qtbot.addWidget(window)
        windows.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitActive(window)
        return panel

    yield make


def finished(panel: TrainingPanel) -> Callable[[], bool]:
    training = panel.session.training
    return lambda: training.state == "idle" and len(training.history) == training.total_epochs > 0


def figure(panel: TrainingPanel, group: str, name: str) -> str:
    return panel.figures.cells[group, name].text()


def curve(panel: TrainingPanel, term: str, split: str) -> Line:
    """What the plot draws of one curve."""
    return next(line for line in panel.plot.plot.curves.lines if (line.term, line.split) == (term, split))


def drawn_to(panel: TrainingPanel, term: str, split: str) -> float:
    return float(curve(panel, term, split).x[-1])


def test_start_pause_resume_stop_continue(
    qtbot: QtBot, make_panel: Callable[[TrainingConfig], TrainingPanel]
) -> None:
    panel = make_panel(MANY)
    controls, training = panel.controls, panel.session.training
    assert panel.plot.empty.isVisible()
    assert not controls.pause.isEnabled() and not controls.stop.isEnabled() and not controls.go_on.isEnabled()

    qtbot.mouseClick(controls.start, LEFT)
    qtbot.waitUntil(lambda: len(training.history) >= 2, timeout=PATIENCE)
    qtbot.waitUntil(lambda: panel.plot.plot.isVisible())
    end = drawn_to(panel, "negative_elbo", "train")
    qtbot.waitUntil(lambda: drawn_to(panel, "negative_elbo", "train") > end)
    assert not controls.start.isEnabled() and not panel.form.isEnabled()
    assert "epoch" in controls.status.text() and "left" in controls.status.text()
    assert controls.bar.isVisible()
    assert float(figure(panel, "run", "speed").replace(",", "")) > 0

    assert controls.pause.text() == "Pause"
    qtbot.mouseClick(controls.pause, LEFT)
    qtbot.waitUntil(lambda: training.state == "paused")
    assert controls.pause.text() == "Resume" and controls.status.text().startswith("Paused")
    qtbot.wait(300)
    steps = len(training.steps)
    qtbot.wait(300)
    assert len(training.steps) == steps, "a paused training reports nothing"

    qtbot.mouseClick(controls.pause, LEFT)
    qtbot.waitUntil(lambda: len(training.steps) > steps, timeout=PATIENCE)

    qtbot.mouseClick(controls.stop, LEFT)
    qtbot.waitUntil(lambda: training.state == "idle", timeout=PATIENCE)
    done = len(training.history)
    assert 2 <= done < MANY.epochs
    assert figure(panel, "run", "epoch") == str(done)
    assert not controls.bar.isVisible() and panel.form.isEnabled()

    controls.more_epochs.setFocus()
    controls.more_epochs.selectAll()
    qtbot.keyClicks(controls.more_epochs, "2")
    qtbot.mouseClick(controls.go_on, LEFT)
    qtbot.waitUntil(finished(panel), timeout=PATIENCE)
    assert len(training.history) == done + 2
    np.testing.assert_array_equal(curve(panel, "kl", "held_out").x, np.arange(1, done + 3))


def test_the_figures_are_those_of_the_last_epoch(
    qtbot: QtBot, make_panel: Callable[[TrainingConfig], TrainingPanel]
) -> None:
    panel = make_panel(FEW)
    qtbot.mouseClick(panel.plot.empty.button, LEFT)
    qtbot.waitUntil(finished(panel), timeout=PATIENCE)
    record = panel.session.training.history[-1]
    assert record.epoch == 3
    for split in ("train", "held_out"):
        for term in ("negative_elbo", "reconstruction", "kl"):
            value = getattr(getattr(record, split), term)
            assert figure(panel, split, term) == f"{value:.2f}"
    assert figure(panel, "run", "epoch") == "3"
    assert figure(panel, "run", "left") == "–"


def test_keys_alone_do_it(qtbot: QtBot, make_panel: Callable[[TrainingConfig], TrainingPanel]) -> None:
    panel = make_panel(MANY)
    window, training = panel.window().windowHandle(), panel.session.training
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(window, Qt.Key.Key_T, control)
    qtbot.waitUntil(lambda: training.state == "running" and len(training.steps) > 0, timeout=PATIENCE)
    QTest.keyClick(window, Qt.Key.Key_P, control | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: training.state == "paused")
    QTest.keyClick(window, Qt.Key.Key_Period, control)
    qtbot.waitUntil(lambda: training.state == "idle", timeout=PATIENCE)
    texts = [action.text().replace("&", "") for action in panel.actions()]
    assert {"Start training", "Stop training", "Continue training"} <= set(texts)
    shortcuts = [action.shortcut().toString() for action in panel.actions() if action.shortcut().toString()]
    assert len(shortcuts) == len(set(shortcuts)) == 4


def test_every_control_is_reached_by_tab(
    qtbot: QtBot, make_panel: Callable[[TrainingConfig], TrainingPanel]
) -> None:
    panel = make_panel(FEW)
    panel.form.show_more(True)
    panel.data.combo.setFocus()
    reached = set()
    for _ in range(60):
        reached.add(QApplication.focusWidget())
        QTest.keyClick(panel.window().windowHandle(), Qt.Key.Key_Tab)
    wanted = [cell.editor for cell in panel.form.cells.values()]
    wanted += [panel.form.dice, panel.form.more, panel.form.defaults, panel.controls.start, panel.data.combo]
    assert [widget.objectName() for widget in wanted if widget not in reached] == []


def test_start_is_off_while_the_form_makes_no_sense(
    qtbot: QtBot, make_panel: Callable[[TrainingConfig], TrainingPanel]
) -> None:
    panel = make_panel(FEW)
    editor = panel.form.cells["hidden"].editor
    assert isinstance(editor, QLineEdit) and panel.controls.start.isEnabled()
    editor.selectAll()
    qtbot.keyClicks(editor, "many")
    assert not panel.controls.start.isEnabled() and not panel.controls.start_action.isEnabled()
    assert not panel.plot.empty.button.isEnabled()
    assert "Hidden sizes" in panel.controls.status.text() and "Hidden sizes" in panel.controls.start.toolTip()
    editor.selectAll()
    qtbot.keyClicks(editor, "16")
    assert panel.controls.start.isEnabled() and panel.plot.empty.button.isEnabled()


def test_without_data_the_panel_says_what_to_do(
    qtbot: QtBot, make_session: Callable[[TrainingConfig], Session]
) -> None:
    panel = TrainingPanel(make_session(FEW))
    qtbot.addWidget(panel)
    panel.show()
    assert not panel.controls.start.isEnabled()
    assert "data set" in panel.controls.status.text() and "data set" in panel.plot.empty.label.text()
    assert not panel.plot.empty.button.isVisible()


def test_a_set_without_training_images_can_not_be_trained_on(
    qtbot: QtBot, make_panel: Callable[[TrainingConfig], TrainingPanel], digits: Dataset
) -> None:
    panel = make_panel(FEW)
    none = ImageSet(digits.train.images[:0], digits.train.labels[:0])
    panel.session.show_dataset(replace(digits, train=none))
    assert not panel.controls.start.isEnabled()
    assert "no training images" in panel.controls.status.text()
    panel.session.show_dataset(digits)
    assert panel.controls.start.isEnabled()


def train_briefly(qtbot: QtBot, panel: TrainingPanel) -> None:
    qtbot.mouseClick(panel.controls.start, LEFT)
    qtbot.waitUntil(finished(panel), timeout=PATIENCE)


def test_an_unsaved_model_is_not_lost_silently(
    qtbot: QtBot, make_panel: Callable[[TrainingConfig], TrainingPanel]
) -> None:
    panel = make_panel(FEW)
    controls, training = panel.controls, panel.session.training
    train_briefly(qtbot, panel)
    model = panel.session.model
    assert model is not None and not model.saved and not controls.notice.isVisible()

    qtbot.mouseClick(controls.start, LEFT)
    assert controls.notice.isVisible() and training.state == "idle"
    qtbot.keyClick(controls.notice.save, Qt.Key.Key_Escape)
    assert not controls.notice.isVisible() and training.state == "idle"
    assert panel.session.model is model

    qtbot.mouseClick(controls.start, LEFT)
    qtbot.mouseClick(controls.notice.discard, LEFT)
    assert not controls.notice.isVisible() and training.state == "running"
    qtbot.waitUntil(finished(panel), timeout=PATIENCE)


def test_the_unsaved_model_can_be_saved_on_the_way(
    qtbot: QtBot,
    make_panel: Callable[[TrainingConfig], TrainingPanel],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from vae_desktop.core.checkpoint import load_checkpoint

    panel = make_panel(FEW)
    train_briefly(qtbot, panel)
    model, history = panel.session.model, panel.session.training.history
    assert model is not None
    answers = iter([tmp_path / "nowhere" / "mine.safetensors", tmp_path / "mine.safetensors"])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kw: (str(next(answers)), ""))
    qtbot.mouseClick(panel.controls.start, LEFT)
    with qtbot.waitSignal(panel.session.problem_raised, timeout=PATIENCE):
        qtbot.mouseClick(panel.controls.notice.save, LEFT)
    assert panel.controls.notice.isVisible(), "not saved, so the question stands"
    assert panel.controls.notice.save.isEnabled() and panel.session.training.state == "idle"

    qtbot.mouseClick(panel.controls.notice.save, LEFT)
    qtbot.waitUntil(lambda: panel.session.training.state == "running", timeout=PATIENCE)
    saved = load_checkpoint(tmp_path / "mine.safetensors")
    assert saved.model_id == model.model_id and saved.history == history
    assert not panel.controls.notice.isVisible()
    qtbot.waitUntil(finished(panel), timeout=PATIENCE)


def test_a_saved_model_is_replaced_without_a_question(
    qtbot: QtBot, make_panel: Callable[[TrainingConfig], TrainingPanel], tmp_path: Path
) -> None:
    panel = make_panel(FEW)
    train_briefly(qtbot, panel)
    panel.session.save_model(tmp_path / "mine.safetensors")
    qtbot.waitUntil(lambda: panel.session.model is not None and panel.session.model.saved, timeout=PATIENCE)
    qtbot.mouseClick(panel.controls.start, LEFT)
    assert panel.session.training.state == "running" and not panel.controls.notice.isVisible()
    qtbot.waitUntil(finished(panel), timeout=PATIENCE)


def test_closing_in_the_middle_of_a_training(
    qtbot: QtBot, make_panel: Callable[[TrainingConfig], TrainingPanel]
) -> None:
    panel = make_panel(MANY)
    training = panel.session.training
    qtbot.mouseClick(panel.controls.start, LEFT)
    qtbot.waitUntil(lambda: len(training.steps) > 0, timeout=PATIENCE)
    began = time.monotonic()
    panel.window().close()
    assert panel.session.shutdown()
    assert time.monotonic() - began < 2.0
    qtbot.wait(50)


def test_curves_of_an_opened_model_are_shown(
    qtbot: QtBot,
    make_panel: Callable[[TrainingConfig], TrainingPanel],
    make_session: Callable[[TrainingConfig], Session],
    tmp_path: Path,
) -> None:
    panel = make_panel(FEW)
    train_briefly(qtbot, panel)
    panel.session.save_model(tmp_path / "mine.safetensors")
    qtbot.waitUntil(lambda: panel.session.model is not None and panel.session.model.saved, timeout=PATIENCE)
    elbo = figure(panel, "held_out", "negative_elbo")

    other = TrainingPanel(make_session(FEW))
    qtbot.addWidget(other)
    other.show()
    qtbot.waitExposed(other)
    other.session.open_model(tmp_path / "mine.safetensors")
    qtbot.waitUntil(lambda: len(other.session.training.history) == 3, timeout=PATIENCE)
    assert figure(other, "held_out", "negative_elbo") == elbo
    assert other.plot.plot.isVisible()
    for split in ("train", "held_out"):
        np.testing.assert_array_equal(curve(other, "negative_elbo", split).x, [1, 2, 3])
    assert not other.controls.go_on.isEnabled(), "there is no data set to continue on"


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("unfolded", [False, True])
def test_nothing_is_clipped_in_a_narrow_dock(
    qtbot: QtBot, make_panel: Callable[[TrainingConfig], TrainingPanel], mode: str, unfolded: bool
) -> None:
    theme().apply(mode)
    panel = make_panel(FEW)
    panel.form.show_more(unfolded)
    qtbot.wait(20)
    assert panel.minimumSizeHint().width() <= 360
    for widget in panel.findChildren(QLabel) + panel.findChildren(QAbstractButton):
        if widget.isVisible() and widget.text() and not (isinstance(widget, QLabel) and widget.wordWrap()):
            assert widget.width() >= widget.minimumSizeHint().width(), widget.text()
            left = widget.mapTo(panel, QPoint(0, 0)).x()
            assert left >= 0 and left + widget.width() <= panel.width(), widget.text()
    assert panel.plot.height() >= 150


def test_a_wide_panel_puts_the_curves_beside_the_settings(
    qtbot: QtBot, make_panel: Callable[[TrainingConfig], TrainingPanel]
) -> None:
    panel = make_panel(FEW)
    assert panel.splitter.orientation() == Qt.Orientation.Vertical
    panel.window().resize(1400, 700)
    qtbot.waitUntil(lambda: panel.splitter.orientation() == Qt.Orientation.Horizontal)
    assert panel.plot.width() > panel.settings.width()
    panel.window().resize(360, 800)
    qtbot.waitUntil(lambda: panel.splitter.orientation() == Qt.Orientation.Vertical)


def test_settings_that_unfold_make_room_for_themselves(
    qtbot: QtBot, make_panel: Callable[[TrainingConfig], TrainingPanel]
) -> None:
    panel = make_panel(FEW)
    qtbot.waitUntil(lambda: panel.settings.height() == panel.settings.sizeHint().height())
    before = panel.settings.height()
    assert not panel.settings.verticalScrollBar().isVisible(), "there is room for all of them"
    qtbot.mouseClick(panel.form.more, LEFT)
    qtbot.waitUntil(lambda: panel.settings.height() > before + 50)
    assert panel.plot.height() >= 150
    qtbot.mouseClick(panel.form.more, LEFT)
    qtbot.waitUntil(lambda: abs(panel.settings.height() - before) <= 2)


def test_the_handle_between_settings_and_curves_stays_where_it_was_put(
    qtbot: QtBot, make_panel: Callable[[TrainingConfig], TrainingPanel]
) -> None:
    panel = make_panel(FEW)
    handle = panel.splitter.handle(1)
    before = panel.settings.height()
    middle = handle.rect().center()
    qtbot.mousePress(handle, LEFT, pos=middle)
    qtbot.mouseMove(handle, middle - QPoint(0, 60))
    qtbot.mouseRelease(handle, LEFT, pos=middle)
    moved = panel.settings.height()
    assert moved < before - 30
    panel.window().resize(360, 900)
    qtbot.waitUntil(lambda: panel.height() > 860)
    assert abs(panel.settings.height() - moved) <= 2


def test_a_message_below_a_field_is_scrolled_into_view(
    qtbot: QtBot, make_panel: Callable[[TrainingConfig], TrainingPanel]
) -> None:
    panel = make_panel(FEW)
    panel.window().resize(360, 620)
    qtbot.mouseClick(panel.form.more, LEFT)
    editor = panel.form.cells["learning_rate"].editor
    assert isinstance(editor, QLineEdit)
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClicks(editor, "fast")
    cell = panel.form.cells["learning_rate"]

    def in_view() -> bool:
        top = cell.mapTo(panel.settings.viewport(), QPoint(0, 0)).y()
        return cell.error != "" and top >= 0 and top + cell.height() <= panel.settings.viewport().height()

    qtbot.waitUntil(in_view)
