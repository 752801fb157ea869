"""The chosen group as a whole: its mean digit, and digits generated from its region of latent space."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from vae_desktop.app.region import COLUMNS, Sampler
from vae_desktop.core.config import MAX_SEED
from vae_desktop.ui.controls import labelled, spin_box, tool_button
from vae_desktop.ui.dice_button import DiceButton
from vae_desktop.ui.exporting import open_export
from vae_desktop.ui.flow_layout import FlowLayout
from vae_desktop.ui.form_fields import ChoiceField
from vae_desktop.ui.image_grid import ImageGrid
from vae_desktop.ui.picture_view import PictureView
from vae_desktop.ui.readable import with_comma

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

MEAN_SIDE = 84
SAMPLERS: dict[Sampler, tuple[str, str]] = {
    "gaussian": (
        "Gaussian",
        "Codes drawn from a Gaussian with the mean and covariance of the group's, decoded",
    ),
    "kde": (
        "Kernel density",
        "Codes drawn from a kernel density estimate of the group's: a Gaussian around each, decoded",
    ),
}


class GroupPage(QWidget):
    """Mirrors `session.region`.

    Attributes:
        session: the owner of all state.
        mean: the group's mean digit; generated: digits like its own, a click puts the latent cursor on one.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._region = session.region
        self.mean = PictureView()
        self.mean.setFixedSize(MEAN_SIDE, MEAN_SIDE)
        self.mean.setAccessibleName("Mean digit of the group")
        self.mean.setToolTip("The mean of the group's digits, pixel by pixel")
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.generated = ImageGrid("Digits generated from the group's region")
        self.generated.clicked.connect(self._region.set_cursor_from)
        self.generated.set_description(self._tell)
        self.sampler = _SamplerChoice()
        self.sampler.activated.connect(lambda _: self._region.set_sampler(self.sampler.chosen()))
        tip = "Number that the codes are drawn from: the same seed and group give the same digits again"
        self.seed = spin_box(0, MAX_SEED, self._region.seed, "Seed of the generated digits", tip)
        self.seed.valueChanged.connect(self._region.set_seed)
        self.reroll = DiceButton()
        self.reroll.setText("Generate")
        self.reroll.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.reroll.setToolTip("Generate other digits from this region, with another seed")
        self.reroll.setAccessibleName("Generate from this region")
        self.reroll.clicked.connect(self._region.reroll)
        self.export_button = tool_button("Export…", "Save the generated digits, or their values", self.export)
        self.export_button.setAccessibleName("Export the generated digits")
        self._lay_out()
        self._region.changed.connect(self._show)
        session.group_changed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self.mean)
        top.addWidget(self.words, 1)
        tools = QWidget()
        flow = FlowLayout(tools, spacing=8, line_spacing=6)
        flow.addWidget(self.reroll)
        flow.addWidget(self.sampler)
        flow.addWidget(labelled("Seed", self.seed))
        flow.addWidget(self.export_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addLayout(top)
        rows.addWidget(self.generated, 1)
        rows.addWidget(tools)

    def export(self) -> None:
        """Open the export dialog on the generated digits."""
        from vae_desktop.ui.group_source import region_source

        open_export(self.session, region_source(self.session), self.window())

    def _tell(self, place: int) -> str:
        looks = with_comma(self.session.likeness.words_of(self._region.codes, place))
        return f"Generated digit {place + 1} of {self.generated.count}{looks}"

    def _show(self) -> None:
        region, count = self._region, len(self.session.group)
        self.words.setText(
            f"The mean of {count:,} digit{'' if count == 1 else 's'}, and below digits that the model makes up "
            "in their region of latent space."
        )
        self.mean.set_picture(region.mean_digit)
        self.generated.set_images(region.images, COLUMNS)
        self.export_button.setEnabled(region.images is not None)
        with QSignalBlocker(self.seed), QSignalBlocker(self.sampler):
            self.seed.setValue(region.seed)
            self.sampler.set_value(region.sampler)
        self.words.setToolTip(SAMPLERS[region.sampler][1])

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks: digits are generated."""
        super().showEvent(event)
        self._region.active = True

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: decoding may rest."""
        super().hideEvent(event)
        self._region.active = False


class _SamplerChoice(ChoiceField):
    """Which density is fitted to the region."""

    def __init__(self) -> None:
        super().__init__(tuple((name, title) for name, (title, _) in SAMPLERS.items()))
        self.setSizeAdjustPolicy(ChoiceField.SizeAdjustPolicy.AdjustToContents)
        self.setAccessibleName("Density of the region")
        self.setToolTip("What is fitted to the group's codes and drawn from")
        for row, (_, tip) in enumerate(SAMPLERS.values()):
            self.setItemData(row, tip, Qt.ItemDataRole.ToolTipRole)

    def chosen(self) -> Sampler:
        """The density chosen."""
        return "kde" if self.value() == "kde" else "gaussian"
