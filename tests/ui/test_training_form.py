"""The training form: what people type is judged at once, remembered, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.app.conftest import let_go
from vae_desktop.app.session import Session
from vae_desktop.app.settings import Preferences
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.ui.form_fields import ChoiceField, IntegerField, NumberField, SizesField
from vae_desktop.ui.training_form import TrainingForm


@pytest.fixture
def sessions(qapp: QApplication, tmp_path: Path) -> Iterator[Callable[[], Session]]:
    """Makes sessions over one settings file, as successive runs of the program would."""
    made: list[Session] = []

    def make() -> Session:
        made.append(Session(Preferences(tmp_path / "settings.ini")))
        return made[-1]

    yield make
    for session in made:
        assert session.shutdown()
        let_go(session)


@pytest.fixture
def form(qtbot: QtBot, sessions: Callable[[], Session]) -> TrainingForm:
    form = TrainingForm(sessions())
    qtbot.addWidget(form)
    form.show()
    qtbot.waitExposed(form)
    return form


def text_field(form: TrainingForm, name: str) -> QLineEdit:
    editor = form.cells[name].editor
    assert isinstance(editor, NumberField | SizesField)
    return editor


def number_field(form: TrainingForm, name: str) -> IntegerField:
    editor = form.cells[name].editor
    assert isinstance(editor, IntegerField)
    return editor


def choice_field(form: TrainingForm, name: str) -> ChoiceField:
    editor = form.cells[name].editor
    assert isinstance(editor, ChoiceField)
    return editor


def retype(qtbot: QtBot, widget: QLineEdit | IntegerField, text: str) -> None:
    """Select all and type, as a person does."""
    widget.setFocus()
    qtbot.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(widget, text)


def test_a_fresh_form_holds_the_defaults(form: TrainingForm) -> None:
    assert form.model_config == ModelConfig()
    assert form.training_config == TrainingConfig()
    assert form.problem == ""


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("hidden", "512, many", "whole numbers with commas"),
        ("hidden", "512,,256", "whole numbers with commas"),
        ("hidden", " ", "at least one size"),
        ("hidden", "512, 99999", "between 1 and 8192"),
        ("learning_rate", "fast", "Write a number"),
        ("learning_rate", "0", "above 0"),
        ("learning_rate", "1e999", "ordinary number"),
        ("beta", "-1", "0 or more"),
        ("latent_dim", "500", "1 to 256"),
        ("latent_dim", "0", "1 to 256"),
        ("epochs", "0", "between 1 and 100000"),
        ("batch_size", "70000", "between 1 and 65536"),
    ],
)
def test_a_wrong_entry_is_explained_below_its_field(
    qtbot: QtBot, form: TrainingForm, name: str, typed: str, said: str
) -> None:
    editor = form.cells[name].editor
    assert isinstance(editor, QLineEdit | IntegerField)
    retype(qtbot, editor, typed)
    cell = form.cells[name]
    assert said in cell.error
    assert said in form.problem
    assert form.model_config is None and form.training_config is None
    assert cell.isVisible(), "a wrong field must not stay folded away"
    others = [other.error for key, other in form.cells.items() if key != name]
    assert not any(others)

    retype(qtbot, editor, "3")
    assert cell.error == ""
    assert form.problem == ""


@pytest.mark.parametrize(
    ("typed", "value"), [("1e-3", 1e-3), ("0,002", 0.002), (" 5E-4 ", 5e-4), (".01", 0.01)]
)
def test_learning_rates_may_be_written_in_many_ways(
    qtbot: QtBot, form: TrainingForm, typed: str, value: float
) -> None:
    retype(qtbot, text_field(form, "learning_rate"), typed)
    assert form.training_config is not None
    assert form.training_config.learning_rate == pytest.approx(value)


def test_typing_sets_every_part_of_both_configurations(qtbot: QtBot, form: TrainingForm) -> None:
    retype(qtbot, text_field(form, "hidden"), "64, 32,16")
    retype(qtbot, number_field(form, "latent_dim"), "12")
    retype(qtbot, number_field(form, "epochs"), "7")
    retype(qtbot, text_field(form, "beta"), "0.5")
    retype(qtbot, number_field(form, "batch_size"), "100")
    retype(qtbot, number_field(form, "seed"), "42")
    qtbot.keyClick(choice_field(form, "schedule"), Qt.Key.Key_Down)
    assert form.model_config == ModelConfig(latent_dim=12, hidden=(64, 32, 16))
    assert form.training_config == TrainingConfig(
        epochs=7, batch_size=100, beta=0.5, seed=42, schedule="one-cycle"
    )


def test_stepping_stays_inside_what_is_legal(qtbot: QtBot, form: TrainingForm) -> None:
    field = number_field(form, "latent_dim")
    retype(qtbot, field, "255")
    for _ in range(3):
        qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.value() == 256
    retype(qtbot, field, "2")
    for _ in range(3):
        qtbot.keyClick(field, Qt.Key.Key_Down)
    assert field.value() == 1


def test_each_architecture_keeps_sizes_of_its_own(qtbot: QtBot, form: TrainingForm) -> None:
    retype(qtbot, text_field(form, "hidden"), "300, 100")
    qtbot.keyClick(choice_field(form, "architecture"), Qt.Key.Key_Down)
    assert form.model_config == ModelConfig(architecture="conv", hidden=(32, 64))
    assert text_field(form, "hidden").accessibleName() == "Channels"
    qtbot.keyClick(choice_field(form, "architecture"), Qt.Key.Key_Up)
    assert form.model_config == ModelConfig(hidden=(300, 100))
    assert text_field(form, "hidden").accessibleName() == "Hidden sizes"


def test_the_rate_is_called_a_peak_in_one_cycle(qtbot: QtBot, form: TrainingForm) -> None:
    form.show_more(True)
    qtbot.keyClick(choice_field(form, "schedule"), Qt.Key.Key_Down)
    assert text_field(form, "learning_rate").accessibleName() == "Peak learning rate"


def test_settings_survive_a_restart(
    qtbot: QtBot, form: TrainingForm, sessions: Callable[[], Session]
) -> None:
    retype(qtbot, text_field(form, "hidden"), "48")
    retype(qtbot, number_field(form, "epochs"), "77")
    retype(qtbot, text_field(form, "learning_rate"), "2e-4")
    qtbot.mouseClick(form.dice, Qt.MouseButton.LeftButton)
    wanted = form.model_config, form.training_config
    retype(qtbot, text_field(form, "beta"), "nonsense")

    again = TrainingForm(sessions())
    qtbot.addWidget(again)
    assert (again.model_config, again.training_config) == wanted, (
        "the last settings that made sense come back"
    )


def test_the_die_brings_another_seed_and_undo_takes_it_back(qtbot: QtBot, form: TrainingForm) -> None:
    form.show_more(True)
    seed = number_field(form, "seed")
    seen = set()
    for _ in range(3):
        qtbot.mouseClick(form.dice, Qt.MouseButton.LeftButton)
        seen.add(seed.value())
    assert len(seen - {0}) >= 2
    latest = seed.value()
    form.dice.setFocus()
    qtbot.keyClick(form.dice, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert seed.value() == 0
    redo = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(form.dice, Qt.Key.Key_Z, redo)
    assert seed.value() == latest


def test_undo_takes_back_what_the_defaults_replaced(qtbot: QtBot, form: TrainingForm) -> None:
    retype(qtbot, text_field(form, "hidden"), "48, 24")
    retype(qtbot, number_field(form, "epochs"), "99")
    qtbot.keyClick(choice_field(form, "architecture"), Qt.Key.Key_Down)
    wanted = form.model_config, form.training_config
    qtbot.mouseClick(form.defaults, Qt.MouseButton.LeftButton)
    assert form.model_config == ModelConfig()
    text_field(form, "hidden").setFocus()
    qtbot.keyClick(text_field(form, "hidden"), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (form.model_config, form.training_config) == wanted


def test_undo_in_a_field_first_undoes_its_typing(qtbot: QtBot, form: TrainingForm) -> None:
    retype(qtbot, number_field(form, "epochs"), "50")
    hidden = text_field(form, "hidden")
    retype(qtbot, hidden, "7")
    for _ in range(3):
        qtbot.keyClick(hidden, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        if hidden.text() == "512, 256":
            break
    assert hidden.text() == "512, 256"
    assert number_field(form, "epochs").value() == 50


def test_undo_in_the_form_wins_over_the_window_only_inside_the_form(
    qtbot: QtBot, sessions: Callable[[], Session]
) -> None:
    window, form = QWidget(), TrainingForm(sessions())
    taken: list[str] = []
    button = QPushButton("elsewhere")
    menu = button.addAction("Undo elsewhere")
    menu.setShortcut("Ctrl+Z")
    menu.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    menu.triggered.connect(lambda: taken.append("window"))
    layout = QVBoxLayout(window)
    layout.addWidget(form)
    layout.addWidget(button)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    form.show_more(True)
    qtbot.mouseClick(form.dice, Qt.MouseButton.LeftButton)
    control = Qt.KeyboardModifier.ControlModifier
    form.more.setFocus()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Z, control)
    assert number_field(form, "seed").value() == 0 and taken == []
    button.setFocus()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Z, control)
    assert taken == ["window"]


def test_the_wheel_scrolls_past_fields_that_nobody_clicked(qtbot: QtBot, form: TrainingForm) -> None:
    form.more.setFocus()
    for name in ("epochs", "architecture"):
        editor = form.cells[name].editor
        before = form.cells[name].raw()
        middle = QPointF(editor.rect().center())
        event = QWheelEvent(
            middle,
            editor.mapToGlobal(middle),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(editor, event)
        assert form.cells[name].raw() == before
        assert not event.isAccepted(), "the scroll area around the form must get it"


def test_devices_are_offered_and_a_missing_one_is_told(qtbot: QtBot, sessions: Callable[[], Session]) -> None:
    session = sessions()
    session.preferences.device = "cuda"
    form = TrainingForm(session)
    qtbot.addWidget(form)
    assert form.problem == "", "before the devices are known, none is wrong"
    with qtbot.waitSignal(session.devices.changed):
        session.devices.ask()
    device = choice_field(form, "device")
    names = [device.itemData(i) for i in range(device.count())]
    assert names[0] == "auto" and "cpu" in names and device.value() == "cuda"
    has_cuda = any(name.startswith("cuda:") for name in names)
    assert ("no such device" in form.problem) is not has_cuda
    device.set_value("cpu")
    assert form.problem == ""
    assert session.preferences.device == "cpu"
    session.preferences.device = "auto"
    assert device.value() == "auto", "the preferences dialog and the form are one"
