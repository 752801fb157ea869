"""What is spoken while the window is worked by keys: where the cursor rests, what was switched, what has ended."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QStackedWidget,
    QTextBrowser,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui.canvas_hand import ShowPanel
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig, TrainingConfig, TsneConfig
from vae_desktop.ui.latent_canvas import LatentCanvas
from vae_desktop.ui.main_window import MainWindow
from vae_desktop.ui.map_panel import MapPanel
from vae_desktop.ui.shortcuts_dialog import ShortcutsDialog

PATIENCE = 60_000
CONTROL = Qt.KeyboardModifier.ControlModifier
Text = QAccessible.Text


@pytest.fixture(params=[True, False])
def at_spi(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether this is a system on which a new description of the part with the keyboard is spoken."""
    monkeypatch.setattr("vae_desktop.ui.announce.AT_SPI", request.param)
    return bool(request.param)


@pytest.fixture
def active(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The window has the keyboard, on the canvas."""
    window.activateWindow()
    qtbot.waitActive(window)
    window.canvas.canvas.setFocus()
    return window


def told(part: QWidget, kind: QAccessible.Text) -> str:
    """What an assistive program finds of a widget."""
    known = QAccessible.queryAccessibleInterface(part)
    assert known is not None and known.isValid()
    return known.text(kind)


def rested(canvas: LatentCanvas, qtbot: QtBot, place: str) -> str:
    """What the canvas is described by once the cursor rests at a place."""
    session = canvas.session
    qtbot.waitUntil(
        lambda: session.likeness.verdict is not None and place in canvas.accessibleDescription(),
        timeout=PATIENCE,
    )
    assert session.likeness.verdict is not None
    assert session.likeness.verdict.words in canvas.accessibleDescription()
    return told(canvas, Text.Description)


def test_a_walk_over_the_canvas_is_told_by_place_and_likeness(
    canvas: LatentCanvas, qtbot: QtBot, spoken: list[str], at_spi: bool
) -> None:
    assert "Arrow keys" in rested(canvas, qtbot, "z0 0.00, z1 0.00"), "how to move is said until one has"
    spoken.clear()
    before = canvas.accessibleDescription()
    for _ in range(5):
        QTest.keyClick(canvas, Qt.Key.Key_Right)
        assert canvas.accessibleDescription() == before, "of a cursor that moves nothing is said"
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    words = rested(canvas, qtbot, "z0 0.50, z1 −0.10")
    assert words.startswith("z0 0.50, z1 −0.10; looks like ") and "Arrow keys" not in words
    assert spoken == ([] if at_spi else [words]), "once, and not twice"


def test_the_digit_that_enter_chooses_is_told(canvas: LatentCanvas, qtbot: QtBot) -> None:
    rested(canvas, qtbot, "z0 0.00")
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    session = canvas.session
    assert session.selected is not None and session.dataset is not None
    label = int(session.dataset.test.labels[session.selected])
    chosen = f"class {session.dataset.class_names[label]}, test image {session.selected:,}"
    assert rested(canvas, qtbot, chosen).startswith(chosen)
    QTest.keyClick(canvas, Qt.Key.Key_Home)
    assert chosen not in rested(canvas, qtbot, "z0 0.00, z1 0.00"), "the cursor is on it no more"


def test_a_cursor_that_something_else_moves_is_told_by_its_likeness(
    active: MainWindow, qtbot: QtBot, spoken: list[str]
) -> None:
    session = active.session
    rested(active.canvas.canvas, qtbot, "z0 0.00")
    active.samples.seed.setFocus()
    spoken.clear()
    session.set_cursor([1.5, 0.0])
    qtbot.waitUntil(lambda: spoken != [], timeout=PATIENCE)
    assert session.likeness.verdict is not None and spoken == [session.likeness.verdict.words]


def test_a_walk_on_the_map_is_spoken_once(laid: MapPanel, spoken: list[str], at_spi: bool) -> None:
    laid.session.select(45)
    spoken.clear()
    QTest.keyClick(laid.view, Qt.Key.Key_Right)
    words = told(laid.view, Text.Description)
    assert words.endswith("test image 46") and spoken == ([] if at_spi else [words])


def test_what_a_key_switches_and_takes_back_is_spoken(active: MainWindow, spoken: list[str]) -> None:
    window = active.windowHandle()
    spoken.clear()
    QTest.keyClick(window, Qt.Key.Key_B, CONTROL)
    QTest.keyClick(window, Qt.Key.Key_B, CONTROL)
    assert spoken == ["Backdrop off", "Backdrop on"]
    button = next(it for it in active.findChildren(QAbstractButton) if it.accessibleName() == "Backdrop")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert not button.isChecked() and len(spoken) == 2, "a button tells its own state"
    active.session.move_cursor(1.0, 1.0)
    active.canvas.canvas.setFocus()
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    QTest.keyClick(window, Qt.Key.Key_Y, CONTROL)
    assert spoken[2:] == ["Undone: move of the cursor", "Done again: move of the cursor"]


def test_groups_searches_and_notices_are_spoken(active: MainWindow, spoken: list[str]) -> None:
    session, field = active.session, active.map.tools.field
    spoken.clear()
    session.set_group([1, 2, 3])
    assert "3 digits" in spoken[-1]
    session.set_group([])
    assert spoken[-1] == "No digits are chosen any more"
    field.setFocus()
    QTest.keyClicks(field, "hello")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "hello" in spoken[-1] and spoken[-1] == active.map.tools.answer.text()
    session.notice_raised.emit("Saved it")
    assert spoken[-1] == "Saved it"


def test_the_beginning_and_the_end_of_long_work_are_spoken(
    active: MainWindow, qtbot: QtBot, spoken: list[str]
) -> None:
    session = active.session
    spoken.clear()
    session.map.start(TsneConfig(iterations=20))
    qtbot.waitUntil(lambda: session.map.frame is not None and session.map.state == "idle", timeout=PATIENCE)
    assert spoken[0] == "The map has begun" and "The map has ended: " in spoken[-1] and "nats" in spoken[-1]
    spoken.clear()
    active.training.controls.start.setFocus()
    session.training.start(ModelConfig(hidden=(32, 16)), TrainingConfig(epochs=2, batch_size=256))
    qtbot.waitUntil(lambda: QApplication.focusWidget() is active.training.controls.pause, timeout=PATIENCE)
    qtbot.waitUntil(
        lambda: session.training.state == "idle" and len(session.training.history) == 2, timeout=PATIENCE
    )
    loss = session.training.history[-1].held_out.negative_elbo
    told_of = [words for words in spoken if "training" in words]
    assert told_of == [
        "The training has begun",
        f"The training has ended after 2 epochs: held-out −ELBO {loss:.1f} nats",
    ]
    # The curves tell where they have got to.
    active.training.plot.live.due.emit()
    curves = told(active.training.plot.plot, Text.Description)
    assert curves.count("nats") >= 3 and "KL held-out" in curves


def test_a_name_does_not_hide_the_words_of_a_label(active: MainWindow) -> None:
    labels = [it for it in active.findChildren(QLabel) if it.isVisible() and it.text() and not it.buddy()]
    assert len(labels) > 20
    for label in labels:
        assert label.text() in told(label, Text.Name), label.accessibleName()
    assert told(active.model_label, Text.Name) == f"Model: {active.model_label.text()}"


def test_every_choice_has_a_label_where_its_value_is_its_name(active: MainWindow, qtbot: QtBot) -> None:
    boxes = [box for box in active.findChildren(QComboBox) if box.accessibleName()]
    assert len(boxes) > 8

    def names(box: QComboBox) -> list[str]:
        known = QAccessible.queryAccessibleInterface(box)
        return [told.text(Text.Name) for told, _ in known.relations(QAccessible.RelationFlag.Label)]

    for box in boxes:
        names(box)
    QApplication.processEvents()
    for box in boxes:
        assert names(box) == [box.accessibleName()]
        # Asked again, it has no more than one.
    QApplication.processEvents()
    assert all(len(names(box)) == 1 for box in boxes)


def test_stacks_of_pages_are_no_part_of_what_is_read(active: MainWindow) -> None:
    stacks = active.findChildren(QStackedWidget)
    roles = {QAccessible.queryAccessibleInterface(stack).role() for stack in stacks}
    assert len(stacks) > 5 and roles == {QAccessible.Role.Client}


def test_a_field_tells_what_is_wrong_with_it(active: MainWindow, at_spi: bool, spoken: list[str]) -> None:
    cell = active.training.form.cells["epochs"]
    usual = told(cell.editor, Text.Description)
    cell.editor.setFocus()
    spoken.clear()
    cell.set_raw(0)
    assert cell.error and told(cell.editor, Text.Description) == cell.error
    assert spoken == ([] if at_spi else [cell.error])
    cell.set_raw(3)
    assert told(cell.editor, Text.Description) == usual


def test_the_page_of_keys_can_be_read_line_by_line(active: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClick(active, Qt.Key.Key_F1)
    page = active.findChild(ShortcutsDialog).findChild(QTextBrowser)
    words = QAccessible.queryAccessibleInterface(page).textInterface()
    text = words.text(0, words.characterCount())
    assert "Home\tCursor to the centre of the prior" in text.splitlines()
    assert not any("\ufdd0" <= letter <= "\ufdef" for letter in text)
    assert page.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard


def test_keys_that_draw_say_where_the_pen_is(active: MainWindow) -> None:
    pad = active.drawing.pad
    active.drawing.take_pad()
    QTest.keyClick(pad, Qt.Key.Key_Right)
    assert told(pad, Text.Description) == "pen up, 55\u00a0% across, 25\u00a0% down"
    QTest.keyClick(pad, Qt.Key.Key_Space)
    QTest.keyClick(pad, Qt.Key.Key_Down)
    assert told(pad, Text.Description) == "pen down, 55\u00a0% across, 30\u00a0% down"


def test_what_keys_do_to_a_held_coordinate_is_spoken(
    bundled: Session, show_panel: ShowPanel, spoken: list[str]
) -> None:
    held = show_panel(bundled).coordinates_list
    held.setFocus()
    held.setCurrentIndex(held.held.index(2, 0))
    spoken.clear()
    QTest.keyClick(held, Qt.Key.Key_Left)
    assert spoken == ["−0.100 standard deviations"]
    QTest.keyClick(held, Qt.Key.Key_Delete)
    assert spoken == ["−0.100 standard deviations", "0.000 standard deviations"]


def test_the_stops_that_enter_adds_are_counted(active: MainWindow, spoken: list[str]) -> None:
    canvas, window = active.canvas.canvas, active.windowHandle()
    QTest.keyClick(window, Qt.Key.Key_L, CONTROL)
    spoken.clear()
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert spoken == ["The path has 1 stop", "The path has 2 stops"]


def test_a_tab_that_comes_forward_does_not_take_the_keyboard_along(
    active: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_of: list[object] = []
    tell = QAccessible.updateAccessibility

    def listen(event: QAccessibleEvent) -> None:
        if event.type() == QAccessible.Event.Focus:
            told_of.append(event.object())
        tell(event)

    monkeypatch.setattr(QAccessible, "updateAccessibility", listen)
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    active.docks["path"].raise_()
    qtbot.waitUntil(lambda: told_of != [], timeout=PATIENCE)
    assert told_of == [active.canvas.canvas] and QApplication.focusWidget() is active.canvas.canvas
