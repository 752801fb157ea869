"""The choice of what a grid of samples shows, with the fields that this kind has."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from vae_desktop.core.config import MAX_SEED
from vae_desktop.core.sample_recipe import FITTED_KINDS, MAX_SIDE, RANDOM_KINDS, SampleRecipe
from vae_desktop.ui.controls import ChoiceButton, labelled, number_box, set_number, side_by_side, spin_box
from vae_desktop.ui.dice_button import DiceButton
from vae_desktop.ui.flow_layout import FlowLayout
from vae_desktop.ui.popup import popup_button
from vae_desktop.ui.sampler_settings_popup import SamplerSettingsPopup, choice_box

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

PRESETS = ((1, 5), (8, 8), (20, 20))
# "class" is no kind of its own: a mixture fitted to the digits of one class.
KINDS = (
    ("prior", "Prior", "Codes drawn from the prior N(0, I), as the model was trained for"),
    ("posterior", "Posterior", "Each row: codes drawn from q(z|x) of one of the chosen digits"),
    (
        "gmm",
        "Gaussian mixture",
        "Codes drawn from a mixture of Gaussians fitted to the encoded digits\n(to the aggregate posterior q(z))",
    ),
    (
        "kde",
        "Kernel density",
        "Codes drawn from a kernel density estimate of the encoded digits:\na Gaussian around each of them",
    ),
    ("class", "One class", "Codes like those of one class of digits"),
    ("traversal", "Traversal", "Each row: one latent dimension from one end to the other, all others held"),
    (
        "manifold",
        "Manifold",
        "The canvas's plane, spaced so that each picture stands for an equal share of the prior\n"
        "(inverse-normal spacing)",
    ),
)
RANDOM = ("presets", "size", "seed", "reroll")
FIELDS = {
    **dict.fromkeys(RANDOM_KINDS, RANDOM),
    "traversal": ("size", "reach"),
    "manifold": ("presets", "size"),
}


class SamplerFields(QWidget):
    """Mirrors the settings of `session.samples`, and asks for others.

    Attributes:
        kind: the choice of what is drawn; note: what that is of, or that it is being fitted.
        class_box, presets, rows, columns, reach, seed, reroll: the fields, of which those are shown that matter.
        more, settings: a button, and what it opens: the settings that are not changed all the time.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._samples = session.samples
        self._make_chooser()
        self._make_fields()
        self._lay_out()
        self._samples.changed.connect(self.mirror)
        session.model_changed.connect(self.mirror)
        session.dataset_changed.connect(self.mirror)
        self.mirror()

    # -- parts --------------------------------------------------------------------------------------

    def _make_chooser(self) -> None:
        self.kind = choice_box("What the grid shows", "What the grid shows")
        self.kind.set_choices(tuple((name, text) for name, text, _ in KINDS))
        for row, (_, _, tip) in enumerate(KINDS):
            self.kind.setItemData(row, tip, Qt.ItemDataRole.ToolTipRole)
        self.kind.activated.connect(lambda _: self._ask_kind(self.kind.value()))
        self.settings = SamplerSettingsPopup(self.session, self)
        self.more = popup_button("Settings", "How the samples are drawn, in more detail", self.settings)
        self.note = QLabel()
        self.note.setProperty("role", "muted")

    def _make_fields(self) -> None:
        samples, change = self._samples, self._samples.change
        self.presets: list[ChoiceButton] = []
        for rows, columns in PRESETS:
            count = rows * columns
            tip = f"{rows} {'row' if rows == 1 else 'rows'} of {columns} samples ({count} in all)"
            ask = partial(samples.set_layout, rows, columns)
            self.presets.append(ChoiceButton(f"{rows}×{columns}", tip, ask))
        self.rows = spin_box(1, MAX_SIDE, samples.rows, "Rows of samples", "Rows of samples")
        self.columns = spin_box(
            1, MAX_SIDE, samples.columns, "Columns of samples", "Columns: samples in a row"
        )
        for box in (self.rows, self.columns):
            box.valueChanged.connect(lambda _: samples.set_layout(self.rows.value(), self.columns.value()))
        tip = "Number that the random codes are drawn from: the same seed gives the same codes again"
        self.seed = spin_box(0, MAX_SEED, samples.seed, "Seed of the samples", tip)
        self.seed.valueChanged.connect(samples.set_seed)
        self.reroll = DiceButton()
        self.reroll.setText("Re-roll")
        self.reroll.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.reroll.setToolTip("Draw other samples, with another seed")
        self.reroll.setAccessibleName("Re-roll samples")
        self.reroll.clicked.connect(samples.reroll)
        self.class_box = choice_box("Class", "The class whose digits the samples are like")
        self.class_box.activated.connect(lambda row: change(class_label=row))
        self.reach = number_box(0.1, 10.0, 0.5, "Range")
        self.reach.setPrefix("±")
        self.reach.setDecimals(1)
        self.reach.setToolTip(
            "How far each dimension goes to either side, in standard deviations of the prior"
        )
        self.reach.valueChanged.connect(lambda value: change(reach=value))

    def _lay_out(self) -> None:
        self._groups = {
            "presets": side_by_side(0, *self.presets),
            "size": side_by_side(6, self.rows, QLabel("×"), self.columns),
            "reach": labelled("Range", self.reach),
            "seed": labelled("Seed", self.seed),
            "reroll": self.reroll,
        }
        fields = QWidget()
        flow = FlowLayout(fields, spacing=12, line_spacing=6)
        for group in self._groups.values():
            flow.addWidget(group)
        top = QHBoxLayout()
        top.setSpacing(8)
        for part in (self.kind, self.class_box, self.more):
            top.addWidget(part)
        top.addWidget(self.note, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(fields)

    # -- intents ------------------------------------------------------------------------------------

    def _ask_kind(self, name: str) -> None:
        if name != "class":
            self._samples.change(kind=name, class_label=None)
            return
        kind = self._samples.settings.kind
        label = max(0, self.class_box.currentIndex())
        self._samples.change(kind=kind if kind in FITTED_KINDS else "gmm", class_label=label)

    # -- mirror -------------------------------------------------------------------------------------

    def mirror(self) -> None:
        """Show the settings."""
        it, name = self._samples.settings, _name_of(self._samples.settings)
        self._show_classes()
        with QSignalBlocker(self.kind):
            self.kind.set_value(name)
        self.kind.setToolTip(self.kind.currentData(Qt.ItemDataRole.ToolTipRole))
        for box, value in ((self.rows, it.rows), (self.columns, it.columns), (self.seed, it.seed)):
            with QSignalBlocker(box):
                box.setValue(value)
        set_number(self.reach, it.reach)
        for button, size in zip(self.presets, PRESETS, strict=True):
            button.setChecked(size == (it.rows, it.columns))
        for field, group in self._groups.items():
            group.setVisible(field in FIELDS[it.kind])
        self.class_box.setVisible(name == "class")
        self.settings.prepare()
        self.more.setVisible(bool(self.settings.wanted))
        self.note.setText(self._note())

    def _show_classes(self) -> None:
        dataset, label = self.session.dataset, self._samples.settings.class_label
        names = dataset.class_names if dataset is not None else ()
        with QSignalBlocker(self.class_box):
            if [self.class_box.itemText(row) for row in range(self.class_box.count())] != list(names):
                self.class_box.set_choices(tuple((str(row), text) for row, text in enumerate(names)))
            if label is not None:
                self.class_box.setCurrentIndex(label if label < len(names) else -1)

    def _note(self) -> str:
        """What the pictures are of, in a few words."""
        recipe, dataset = self._samples.shown, self.session.dataset
        if self._samples.fitting:
            return "Fitting…"
        if recipe is None or dataset is None or recipe.kind != self._samples.settings.kind:
            return ""
        if recipe.kind == "posterior":
            digits = recipe.digits
            return f"of digit {digits[0]:,}" if len(digits) == 1 else f"of {len(digits):,} digits"
        return ""


def _name_of(settings: SampleRecipe) -> str:
    one_class = settings.kind in FITTED_KINDS and settings.class_label is not None
    return "class" if one_class else settings.kind
