"""The form of a training: what the model is made of and how it is trained, checked while it is typed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.core.config import DEFAULT_HIDDEN, MAX_LATENT_DIM, MAX_SEED, ModelConfig, TrainingConfig
from vae_desktop.core.errors import ConfigurationError
from vae_desktop.ui import training_terms as terms
from vae_desktop.ui.dice_button import DiceButton
from vae_desktop.ui.form_fields import ChoiceField, Editor, FieldCell, IntegerField, NumberField, SizesField
from vae_desktop.ui.form_history import FormHistory

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

MODEL_FIELDS = ("architecture", "hidden", "latent_dim")
BASIC_FIELDS = (*MODEL_FIELDS, "epochs")
UNDO, REDO = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo


class TrainingForm(QWidget):
    """Settings of the next training, remembered in the preferences whenever they make sense.

    Attributes:
        cells: every setting's cell, by its name in ModelConfig or TrainingConfig.
        model_config, training_config: what the form says, both None while it makes no sense. The image shape
            is the data set's business and left at its default here.
        titles_width: width of the column of titles in pixels.
        problem: the first thing that is wrong, with the field's name before it, or "".

    Signals:
        changed(): the form says something else.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("training_form")
        self._preferences = session.preferences
        self._device_list = session.devices
        self.cells: dict[str, FieldCell] = {}
        self._titles: dict[str, QLabel] = {}
        self.model_config: ModelConfig | None = None
        self.training_config: TrainingConfig | None = None
        self.problem = ""
        # What stood in the field of hidden sizes when each architecture was last chosen.
        self._sizes = {name: SizesField.text_of(sizes) for name, sizes in DEFAULT_HIDDEN.items()}
        self._loading = True
        self._build()
        self._restore()
        self._architecture = self.cells["architecture"].raw()
        self._history = FormHistory(self._state())
        self._show_devices()
        self._preferences.changed.connect(self._preference_changed)
        self._device_list.changed.connect(self._show_devices)

    # Building

    def _build(self) -> None:
        self.dice = DiceButton()
        self.dice.setToolTip("Another random seed")
        self.dice.setAccessibleName("Random seed")
        self.dice.clicked.connect(self._roll)
        basic = _form_layout()
        self._advanced = QWidget()
        advanced = _form_layout()
        self._advanced.setLayout(advanced)
        editors: dict[str, Editor] = {
            "architecture": ChoiceField(terms.ARCHITECTURES),
            "hidden": SizesField(),
            "latent_dim": IntegerField(1, MAX_LATENT_DIM),
            "epochs": IntegerField(1, 100_000),
            "beta": NumberField(),
            "learning_rate": NumberField(),
            "schedule": ChoiceField(terms.SCHEDULES),
            "batch_size": IntegerField(1, 65_536),
            "seed": IntegerField(0, MAX_SEED),
            "device": ChoiceField((terms.AUTOMATIC,)),
        }
        for name, editor in editors.items():
            cell = FieldCell(editor, self.dice if name == "seed" else None)
            self.cells[name] = cell
            self._titles[name] = self._title(name, editor)
            (basic if name in BASIC_FIELDS else advanced).addRow(self._titles[name], cell)
            cell.edited.connect(lambda name=name: self._edited(name))
        self._name_fields()
        self._align_titles()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(basic)
        column.addLayout(self._bar())
        column.addWidget(self._advanced)
        self.show_more(False)

    def _title(self, name: str, editor: Editor) -> QLabel:
        label = QLabel(terms.TITLES[name])
        label.setBuddy(editor)
        editor.setObjectName(name)
        editor.installEventFilter(self)
        for widget in (label, editor):
            widget.setToolTip(terms.TIPS[name])
            widget.setAccessibleDescription(terms.TIPS[name])
        return label

    def _align_titles(self) -> None:
        """Give both halves of the form one left column, wide enough for every title that may stand in it."""
        metrics = self.fontMetrics()
        words = [*terms.TITLES.values(), *terms.HIDDEN_TITLES.values(), *terms.RATE_TITLES.values()]
        width = max(metrics.horizontalAdvance(word) for word in words)
        self.titles_width = width + 2
        for label in self._titles.values():
            label.setMinimumWidth(self.titles_width)

    def _bar(self) -> QHBoxLayout:
        self.more = QToolButton()
        self.more.setAutoRaise(True)
        self.more.setText("More settings")
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.setToolTip("β, learning rate, schedule, batch size, seed and device")
        self.more.clicked.connect(lambda: self.show_more(not self._unfolded))
        self.defaults = QPushButton("Defaults")
        self.defaults.setToolTip("Put all settings back to what the program starts with. Ctrl+Z undoes it.")
        self.defaults.clicked.connect(self._set_defaults)
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.more)
        bar.addStretch(1)
        bar.addWidget(self.defaults)
        return bar

    def show_more(self, more: bool) -> None:
        """Unfold or fold the settings that most people never need."""
        self._unfolded = more
        self.more.setArrowType(Qt.ArrowType.DownArrow if more else Qt.ArrowType.RightArrow)
        self._advanced.setVisible(more)

    def _show_devices(self) -> None:
        """Offer this machine's devices besides the automatic choice; any other is wrong from now on."""
        editor = self.cells["device"].editor
        assert isinstance(editor, ChoiceField)
        offered = [terms.AUTOMATIC, *self._device_list.devices]
        chosen = editor.value()
        if chosen not in (name for name, _ in offered):
            offered.append((chosen, terms.DEVICE_KINDS.get(chosen, chosen)))
        self._loading = True
        editor.set_choices(tuple(offered))
        self._loading = False
        self._check()
        self.changed.emit()

    def _check_device(self, chosen: str) -> None:
        """ "cuda" stands for any of "cuda:0", "cuda:1", …"""
        names = [name for name, _ in self._device_list.devices]
        present = {"auto", *names, *(name.partition(":")[0] for name in names)}
        if names and chosen not in present:
            raise ConfigurationError("This machine has no such device. Choose another.")

    # Between the form and the settings

    def _restore(self) -> None:
        device = self._preferences.device
        self._load(self._preferences.last_model, self._preferences.last_training, device)

    def _load(self, model: ModelConfig, training: TrainingConfig, device: str) -> None:
        values: dict[str, Any] = {**model.__dict__, **training.__dict__, "device": device}
        self._sizes[model.architecture] = SizesField.text_of(model.hidden)
        for name, cell in self.cells.items():
            cell.editor.set_value(values[name])

    def _set_defaults(self) -> None:
        self._loading = True
        self._sizes = {name: SizesField.text_of(sizes) for name, sizes in DEFAULT_HIDDEN.items()}
        self._load(ModelConfig(), TrainingConfig(), "auto")
        self._loading = False
        self._edited("defaults")

    def _roll(self) -> None:
        # Six digits can be read out, written down and typed again.
        self.cells["seed"].set_raw(random.randrange(1_000_000))

    def _state(self) -> dict[str, str | int]:
        return {name: cell.raw() for name, cell in self.cells.items()}

    def _edited(self, name: str) -> None:
        if self._loading:
            return
        self._follow_architecture()
        self._history.record(name, self._state())
        self._name_fields()
        self._check()
        if self.model_config is not None and self.training_config is not None:
            self._preferences.last_model = self.model_config
            self._preferences.last_training = self.training_config
            self._preferences.device = self.training_config.device
        self.changed.emit()

    def _follow_architecture(self) -> None:
        """Each kind of layers has sizes of its own: put back those that were last written for this kind."""
        architecture = str(self.cells["architecture"].raw())
        hidden = self.cells["hidden"]
        if architecture != self._architecture:
            self._architecture = architecture
            self._loading = True
            hidden.set_raw(self._sizes[architecture])
            self._loading = False
        self._sizes[architecture] = str(hidden.raw())

    def _name_fields(self) -> None:
        self._titles["hidden"].setText(terms.HIDDEN_TITLES[str(self.cells["architecture"].raw())])
        self._titles["learning_rate"].setText(terms.RATE_TITLES[str(self.cells["schedule"].raw())])
        for name, label in self._titles.items():
            self.cells[name].editor.setAccessibleName(label.text())

    def _preference_changed(self, name: str) -> None:
        if name == "device":
            self.cells["device"].set_raw(self._preferences.device)

    def _check(self) -> None:
        """Let the settings' own rules judge every field, and show their words below it."""
        values: dict[str, Any] = {}
        for name, cell in self.cells.items():
            try:
                values[name] = cell.editor.value()
                if name == "hidden":
                    ModelConfig(hidden=values[name], architecture=values["architecture"])
                elif name in MODEL_FIELDS:
                    ModelConfig(**{name: values[name]})
                else:
                    TrainingConfig(**{name: values[name]})
                if name == "device":
                    self._check_device(values[name])
                cell.error = ""
            except ConfigurationError as error:
                cell.error = str(error)
        wrong = [name for name, cell in self.cells.items() if cell.error]
        self.model_config = self.training_config = None
        self.problem = ""
        if wrong:
            self.problem = f"{self._titles[wrong[0]].text()}: {self.cells[wrong[0]].error}"
            if any(name not in BASIC_FIELDS for name in wrong):
                self.show_more(True)
        else:
            self.model_config = ModelConfig(**{name: values[name] for name in MODEL_FIELDS})
            self.training_config = TrainingConfig(
                **{name: value for name, value in values.items() if name not in MODEL_FIELDS}
            )

    # Undo

    @property
    def undo_name(self) -> str:
        """What `undo` would take back, for people, or ""."""
        return _change_of(self._history.undo_key)

    @property
    def redo_name(self) -> str:
        """What `redo` would do again, for people, or ""."""
        return _change_of(self._history.redo_key)

    def undo(self) -> None:
        """Put the form back to before the last edit."""
        if self._history.can_undo:
            self._put(self._history.undo())

    def redo(self) -> None:
        """Take back an undo."""
        if self._history.can_redo:
            self._put(self._history.redo())

    def _put(self, state: dict[str, str | int]) -> None:
        self._loading = True
        for name, raw in state.items():
            self.cells[name].set_raw(raw)
        self._architecture = str(state["architecture"])
        self._loading = False
        self._edited("undo")

    def event(self, event: QEvent) -> bool:
        """Claim the keys of undo for the form while the keyboard is in it, before the window's menus do."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            claimed = event.matches(UNDO) or event.matches(REDO)
            if claimed:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo and redo what no field undid itself."""
        if event.matches(UNDO):
            self.undo()
        elif event.matches(REDO):
            self.redo()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let a text field undo its own typing first; when it has nothing left, the form takes over."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            line = watched.lineEdit() if isinstance(watched, QSpinBox) else watched
            if isinstance(line, QLineEdit):
                if event.matches(UNDO) and not line.isUndoAvailable():
                    self.undo()
                    return True
                if event.matches(REDO) and not line.isRedoAvailable():
                    self.redo()
                    return True
        return super().eventFilter(watched, event)


def _change_of(key: str) -> str:
    return f"change of {terms.TITLES.get(key, key).lower()}" if key else ""


def _form_layout() -> QFormLayout:
    form = QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(12)
    form.setVerticalSpacing(6)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
    return form
