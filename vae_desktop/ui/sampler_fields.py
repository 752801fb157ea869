"""The choice of what a grid of samples shows, with the fields that this kind has."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from vae_desktop.app.problems import from_exception
from vae_desktop.core.config import MAX_SEED
from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.sample_recipe import FITTED_KINDS, MAX_SIDE, SampleRecipe
from vae_desktop.core.samplers import MAX_COMPONENTS
from vae_desktop.ui.controls import ChoiceButton, labelled, side_by_side, spin_box
from vae_desktop.ui.dice_button import DiceButton
from vae_desktop.ui.flow_layout import FlowLayout
from vae_desktop.ui.form_fields import ChoiceField

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
RANDOM = ("presets", "size", "seed", "reroll", "temperature")
FIELDS = {
    "prior": (*RANDOM, "truncation"),
    "posterior": RANDOM,
    "gmm": (*RANDOM, "components"),
    "kde": (*RANDOM, "bandwidth"),
    "traversal": ("size", "reach", "around", "dimensions"),
    "manifold": ("presets", "size", "around"),
}


class SamplerFields(QWidget):
    """Mirrors the settings of `session.samples`, and asks for others.

    Attributes:
        kind: the choice of what is drawn; note: what that is of, or that it is being fitted.
        presets, rows, columns, seed, reroll, temperature, truncation, components, bandwidth, class_box, density,
            reach, around, dimensions: the fields, of which those are shown that matter.
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
        self.kind = _choice("What the grid shows", "What the grid shows")
        self.kind.set_choices(tuple((name, text) for name, text, _ in KINDS))
        for row, (_, _, tip) in enumerate(KINDS):
            self.kind.setItemData(row, tip, Qt.ItemDataRole.ToolTipRole)
        self.kind.activated.connect(lambda _: self._ask_kind(self.kind.value()))
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
        self.temperature = _number(0.0, 2.0, 0.1, "Temperature")
        self.temperature.setToolTip(
            "How far from the middle codes are drawn: 0 is the middle, 1 is how the model was trained,\n"
            "more is bolder (scales the standard deviation of the prior, or of a mixture's Gaussians)"
        )
        self.temperature.valueChanged.connect(samples.set_temperature)
        self.truncation = _number(0.01, 1.0, 0.05, "Truncation")
        self.truncation.setToolTip(
            "The share of the prior that is kept: 1 is all of it, less keeps to the middle\n"
            "(cut off at the radius that holds this share)"
        )
        self.truncation.valueChanged.connect(lambda value: change(truncation=value))
        tip = "Gaussians in the mixture: more follow the encoded digits more closely"
        self.components = spin_box(1, MAX_COMPONENTS, samples.settings.components, "Components", tip)
        self.components.valueChanged.connect(lambda value: change(components=value))
        self.bandwidth = _number(0.0, 2.0, 0.05, "Bandwidth")
        self.bandwidth.setSpecialValueText("auto")
        self.bandwidth.setToolTip(
            "Width of the Gaussian around each encoded digit, as a share of the width of all of them;\n"
            "auto is Scott's rule"
        )
        self.bandwidth.valueChanged.connect(lambda value: change(bandwidth=value or None))
        self.class_box = _choice("Class", "The class whose digits the samples are like")
        self.class_box.activated.connect(lambda row: change(class_label=row))
        self.density = _choice("Density", "What is fitted to the class's encoded digits and drawn from")
        self.density.set_choices(tuple((name, text) for name, text, _ in KINDS if name in FITTED_KINDS))
        self.density.activated.connect(lambda _: change(kind=self.density.value()))
        self.reach = _number(0.1, 10.0, 0.5, "Range")
        self.reach.setPrefix("±")
        self.reach.setDecimals(1)
        self.reach.setToolTip(
            "How far each dimension goes to either side, in standard deviations of the prior"
        )
        self.reach.valueChanged.connect(lambda value: change(reach=value))
        self.around = _choice("Around", "Where all other dimensions are held")
        self.around.set_choices((("origin", "the origin"), ("cursor", "the cursor")))
        self.around.activated.connect(lambda _: change(around=self.around.value()))
        self.dimensions = QLineEdit()
        self.dimensions.setPlaceholderText("most active")
        self.dimensions.setFixedWidth(self.dimensions.fontMetrics().horizontalAdvance("most active") + 24)
        self.dimensions.setAccessibleName("Dimensions")
        self.dimensions.setToolTip(
            "The dimensions to traverse, such as 0, 3; without any the most active ones come first\n"
            "(those that tell most of the digits, by their KL divergence)"
        )
        self.dimensions.editingFinished.connect(self._ask_dimensions)

    def _lay_out(self) -> None:
        self._groups = {
            "presets": side_by_side(0, *self.presets),
            "size": side_by_side(6, self.rows, QLabel("×"), self.columns),
            "class": labelled("Class", self.class_box),
            "density": labelled("by", self.density),
            "components": labelled("Components", self.components),
            "bandwidth": labelled("Bandwidth", self.bandwidth),
            "reach": labelled("Range", self.reach),
            "around": labelled("Around", self.around),
            "dimensions": labelled("Dimensions", self.dimensions),
            "seed": labelled("Seed", self.seed),
            "reroll": self.reroll,
            "temperature": labelled("Temperature", self.temperature),
            "truncation": labelled("Truncation", self.truncation),
        }
        fields = QWidget()
        flow = FlowLayout(fields, spacing=12, line_spacing=6)
        for group in self._groups.values():
            flow.addWidget(group)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self.kind)
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

    def _ask_dimensions(self) -> None:
        words = self.dimensions.text().replace(",", " ").split()
        count = len(self.session.cursor)
        try:
            if not all(word.isdecimal() and int(word) < count for word in words):
                raise ConfigurationError(f"The dimensions of this model are 0 to {count - 1}, such as 0, 1.")
            self._samples.change(dimensions=tuple(map(int, words)))
        except ConfigurationError as error:
            self.session.problem_raised.emit(from_exception(error))
            self.mirror()

    # -- mirror -------------------------------------------------------------------------------------

    def mirror(self) -> None:
        """Show the settings."""
        it, name = self._samples.settings, _name_of(self._samples.settings)
        self._show_classes()
        with QSignalBlocker(self.kind), QSignalBlocker(self.density), QSignalBlocker(self.around):
            self.kind.set_value(name)
            self.around.set_value(it.around)
            if it.kind in FITTED_KINDS:
                self.density.set_value(it.kind)
        self.kind.setToolTip(self.kind.currentData(Qt.ItemDataRole.ToolTipRole))
        for whole, value in (
            (self.rows, it.rows),
            (self.columns, it.columns),
            (self.seed, it.seed),
            (self.components, it.components),
        ):
            with QSignalBlocker(whole):
                whole.setValue(value)
        for number, share in (
            (self.temperature, it.temperature),
            (self.truncation, it.truncation),
            (self.bandwidth, it.bandwidth or 0.0),
            (self.reach, it.reach),
        ):
            with QSignalBlocker(number):
                # A recipe may come from elsewhere, with bolder values than anybody chooses here.
                number.setMaximum(max(number.maximum(), share))
                number.setValue(share)
        self.dimensions.setText(", ".join(map(str, it.dimensions)) if it.kind == "traversal" else "")
        for button, size in zip(self.presets, PRESETS, strict=True):
            button.setChecked(size == (it.rows, it.columns))
        shown = {*FIELDS[it.kind], *(("class", "density") if name == "class" else ())}
        if it.kind == "manifold" and len(self.session.cursor) <= 2:
            # The plane is all of latent space.
            shown.discard("around")
        for field, group in self._groups.items():
            group.setVisible(field in shown)
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
        if recipe.kind in FITTED_KINDS and recipe.class_label is None:
            return f"of {len(dataset.explored):,} {dataset.split_name} digits"
        return ""


def _name_of(settings: SampleRecipe) -> str:
    one_class = settings.kind in FITTED_KINDS and settings.class_label is not None
    return "class" if one_class else settings.kind


def _choice(name: str, tip: str) -> ChoiceField:
    box = ChoiceField(())
    box.setSizeAdjustPolicy(ChoiceField.SizeAdjustPolicy.AdjustToContents)
    box.setMinimumContentsLength(0)
    box.setAccessibleName(name)
    box.setToolTip(tip)
    return box


def _number(low: float, high: float, step: float, name: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(low, high)
    box.setSingleStep(step)
    box.setDecimals(2)
    box.setKeyboardTracking(False)
    box.setAccessibleName(name)
    return box
