"""What the "Settings" button of the samples opens: the settings that are not changed all the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QLineEdit, QWidget

from vae_desktop.app.problems import from_exception
from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.sample_recipe import FITTED_KINDS
from vae_desktop.core.samplers import MAX_COMPONENTS
from vae_desktop.ui.controls import number_box, set_number, spin_box
from vae_desktop.ui.form_fields import ChoiceField
from vae_desktop.ui.popup import Popup

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

DENSITIES = (("gmm", "Gaussian mixture"), ("kde", "Kernel density"))
FIELDS = {
    "prior": {"temperature", "truncation"},
    "posterior": {"temperature"},
    "gmm": {"components", "temperature"},
    "kde": {"bandwidth", "temperature"},
    "traversal": {"around", "dimensions"},
    "manifold": {"around"},
}


class SamplerSettingsPopup(Popup):
    """Mirrors the settings of `session.samples`; what is chosen counts at once.

    Attributes:
        density, components, bandwidth, temperature, truncation, around, dimensions: the fields, of which those are
            shown that matter.
    """

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__("sampler_settings_popup", "How the samples are drawn", parent)
        self.session = session
        self._samples = session.samples
        self._make_fields()
        self._fields = {
            "density": self.density,
            "components": self.components,
            "bandwidth": self.bandwidth,
            "temperature": self.temperature,
            "truncation": self.truncation,
            "around": self.around,
            "dimensions": self.dimensions,
        }
        for name, field in self._fields.items():
            self.add_field(name.capitalize(), name.capitalize(), field.toolTip(), field)

    def _make_fields(self) -> None:
        samples, change = self._samples, self._samples.change
        self.density = choice_box("Density", "What is fitted to the class's encoded digits and drawn from")
        self.density.set_choices(DENSITIES)
        self.density.activated.connect(lambda _: change(kind=self.density.value()))
        self.temperature = number_box(0.0, 2.0, 0.1, "Temperature")
        self.temperature.setToolTip(
            "How far from the middle codes are drawn: 0 is the middle, 1 is how the model was trained,\n"
            "more is bolder (scales the standard deviation of the prior, or of a mixture's Gaussians)"
        )
        self.temperature.valueChanged.connect(samples.set_temperature)
        self.truncation = number_box(0.01, 1.0, 0.05, "Truncation")
        self.truncation.setToolTip(
            "The share of the prior that is kept: 1 is all of it, less keeps to the middle\n"
            "(cut off at the radius that holds this share)"
        )
        self.truncation.valueChanged.connect(lambda value: change(truncation=value))
        tip = "Gaussians in the mixture: more follow the encoded digits more closely"
        self.components = spin_box(1, MAX_COMPONENTS, samples.settings.components, "Components", tip)
        self.components.valueChanged.connect(lambda value: change(components=value))
        self.bandwidth = number_box(0.0, 2.0, 0.05, "Bandwidth")
        self.bandwidth.setSpecialValueText("auto")
        self.bandwidth.setToolTip(
            "Width of the Gaussian around each encoded digit, as a share of the width of all of them;\n"
            "auto is Scott's rule"
        )
        self.bandwidth.valueChanged.connect(lambda value: change(bandwidth=value or None))
        self.around = choice_box("Around", "Where all other dimensions are held")
        self.around.set_choices((("origin", "the origin"), ("cursor", "the cursor")))
        self.around.activated.connect(lambda _: change(around=self.around.value()))
        self.dimensions = QLineEdit()
        self.dimensions.setMaxLength(2000)
        self.dimensions.setPlaceholderText("most active")
        self.dimensions.setFixedWidth(self.dimensions.fontMetrics().horizontalAdvance("most active") + 24)
        self.dimensions.setAccessibleName("Dimensions")
        self.dimensions.setToolTip(
            "The dimensions to traverse, such as 0, 3; without any the most active ones come first\n"
            "(those that tell most of the digits, by their KL divergence)"
        )
        self.dimensions.editingFinished.connect(self._ask_dimensions)

    @property
    def wanted(self) -> frozenset[str]:
        """The fields that matter to the settings as they are."""
        it = self._samples.settings
        names = set(FIELDS[it.kind])
        if it.kind in FITTED_KINDS and it.class_label is not None:
            names.add("density")
        if it.kind == "manifold" and len(self.session.cursor) <= 2:
            # The plane is all of latent space.
            names.discard("around")
        return frozenset(names)

    def _ask_dimensions(self) -> None:
        self.dimensions.setModified(False)
        words = self.dimensions.text().replace(",", " ").split()
        count = len(self.session.cursor)
        try:
            if not all(word.isdecimal() and int(word) < count for word in words):
                raise ConfigurationError(f"The dimensions of this model are 0 to {count - 1}, such as 0, 1.")
            self._samples.change(dimensions=tuple(map(int, words)))
        except ConfigurationError as error:
            self.session.problem_raised.emit(from_exception(error))
            self.prepare()

    def prepare(self) -> None:
        """Show the settings."""
        it, wanted = self._samples.settings, self.wanted
        for name, field in self._fields.items():
            self.form.setRowVisible(field, name in wanted)
        with QSignalBlocker(self.density), QSignalBlocker(self.around), QSignalBlocker(self.components):
            self.around.set_value(it.around)
            self.components.setValue(it.components)
            if it.kind in FITTED_KINDS:
                self.density.set_value(it.kind)
        for number, value in (
            (self.temperature, it.temperature),
            (self.truncation, it.truncation),
            (self.bandwidth, it.bandwidth or 0.0),
        ):
            set_number(number, value)
        if not self.dimensions.isModified():
            self.dimensions.setText(", ".join(map(str, it.dimensions)) if it.kind == "traversal" else "")
        if self.isVisible():
            self.adjustSize()


def choice_box(name: str, tip: str) -> ChoiceField:
    """A choice as wide as its longest entry."""
    box = ChoiceField(())
    box.setSizeAdjustPolicy(ChoiceField.SizeAdjustPolicy.AdjustToContents)
    box.setMinimumContentsLength(0)
    box.setAccessibleName(name)
    box.setToolTip(tip)
    return box
