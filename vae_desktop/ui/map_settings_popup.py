"""The "Settings" button of the map, and what it opens: how the next map is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QToolButton, QWidget

from vae_desktop.core.config import MAX_SEED
from vae_desktop.core.map_method import umap_installed
from vae_desktop.ui.controls import number_box, set_number, spin_box
from vae_desktop.ui.form_fields import ChoiceField
from vae_desktop.ui.popup import Popup, popup_button

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.config import TsneConfig
    from vae_desktop.core.map_method import MapMethod

METHOD_TIP = (
    "t-SNE puts digits close together that the model finds alike. PCA is there at once and shows the directions\n"
    "in which the codes differ most (principal components). The latent space itself is a map where it has no\n"
    "more than two dimensions. Counts from the next start."
)
UMAP_TIP = (
    "t-SNE and UMAP put digits close together that the model finds alike; UMAP packs them more tightly. PCA is\n"
    "there at once and shows the directions in which the codes differ most (principal components). The latent\n"
    "space itself is a map where it has no more than two dimensions. Counts from the next start."
)
PERPLEXITY_TIP = (
    "How many neighbours each digit is drawn to: few show small groups, many the large picture\n"
    "(perplexity). Counts from the next start."
)
EXAGGERATION_TIP = (
    "How much more than by itself each digit is drawn to its neighbours: above 1, groups come out denser and\n"
    "further apart (exaggeration). Counts from the next start."
)
SEED_TIP = "The same seed and settings give the same map again. Counts from the next start."
DIGITS_TIP = (
    "Which digits map, canvas and reconstructions show: those that the model never saw (test), or those that it\n"
    "learnt from (training), which are many more"
)
FOLLOW_TIP = (
    "After each epoch the map goes on from where its points stand, so that you see the model learn.\n"
    "A training is slower meanwhile."
)


class MapSettingsPopup(Popup):
    """What the next map is made with.

    Attributes:
        method, perplexity, exaggeration, seed, digits, follow: the fields.
    """

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__("map_settings_popup", "How the map is made", parent)
        self._session = session
        self._settings = session.map_settings
        self.digits = ChoiceField((("test", "Test digits"), ("train", "Training digits")))
        self.digits.currentIndexChanged.connect(self._explore)
        self.method = ChoiceField((("tsne", "t-SNE"), ("pca", "PCA")))
        self.method.currentIndexChanged.connect(self._choose_method)
        self.perplexity = number_box(1, 1000, 5, "Perplexity")
        self.perplexity.setDecimals(0)
        self.perplexity.valueChanged.connect(lambda value: self._settings.change(perplexity=value))
        self.exaggeration = number_box(1, 12, 0.5, "Exaggeration")
        self.exaggeration.setDecimals(1)
        self.exaggeration.valueChanged.connect(lambda value: self._settings.change(exaggeration=value))
        self.seed = spin_box(0, MAX_SEED, self._settings.recipe.config.seed, "Seed of the map", SEED_TIP)
        self.seed.valueChanged.connect(lambda value: self._settings.change(seed=value))
        self.follow = QCheckBox("&Follow training")
        self.follow.setToolTip(FOLLOW_TIP)
        self.follow.setAccessibleName("Follow training")
        self.follow.toggled.connect(self._settings.follow_training)
        self.add_field("&Method", "Method", UMAP_TIP if umap_installed() else METHOD_TIP, self.method)
        self.add_field("&Perplexity", "Perplexity", PERPLEXITY_TIP, self.perplexity)
        self.add_field("E&xaggeration", "Exaggeration", EXAGGERATION_TIP, self.exaggeration)
        self.add_field("&Seed", "Seed of the map", SEED_TIP, self.seed)
        self.add_field("&Digits", "Digits that are explored", DIGITS_TIP, self.digits)
        self.form.addRow(self.follow)
        session.model_changed.connect(self._offer_methods)
        self._settings.changed.connect(self._mirror)
        session.map.state_changed.connect(self._mirror_follow)
        session.dataset_changed.connect(self._mirror_digits)
        self._offer_methods()
        self._mirror_follow()
        self._mirror_digits()

    @property
    def config(self) -> TsneConfig:
        """The settings of t-SNE."""
        # What is typed counts, also where the field still has the keyboard.
        for field in (self.perplexity, self.exaggeration, self.seed):
            field.interpretText()
        return self._settings.recipe.config

    @property
    def chosen_method(self) -> MapMethod:
        """What the next map is made by."""
        return cast("MapMethod", self.method.value())

    def _choose_method(self) -> None:
        self._settings.choose_method(self.chosen_method)

    def _mirror(self) -> None:
        """Show the settings; by a method that this model can't have, the first one takes its place."""
        recipe = self._settings.recipe
        with QSignalBlocker(self.method):
            self.method.setCurrentIndex(max(0, self.method.findData(recipe.method)))
        for number, value in (
            (self.perplexity, recipe.config.perplexity),
            (self.exaggeration, recipe.config.exaggeration),
        ):
            set_number(number, value)
        with QSignalBlocker(self.seed):
            self.seed.setValue(recipe.config.seed)
        self._enable()

    def _explore(self) -> None:
        self._session.explore(self.digits.value())

    def _mirror_digits(self) -> None:
        dataset = self._session.dataset
        with QSignalBlocker(self.digits):
            self.digits.setCurrentIndex(self.digits.findData("test" if dataset is None else dataset.explores))
        self.digits.setEnabled(dataset is not None and len(dataset.train) > 0)

    def _mirror_follow(self) -> None:
        with QSignalBlocker(self.follow):
            self.follow.setChecked(self._session.map.follow)

    def _offer_methods(self) -> None:
        few = self._session.model is not None and self._session.model.config.latent_dim <= 2
        choices = [("tsne", "t-SNE"), ("pca", "PCA")]
        if few:
            choices.append(("latent", "Latent space"))
        if umap_installed():
            choices.append(("umap", "UMAP"))
        self.method.set_choices(tuple(choices))
        self._mirror()

    def _enable(self) -> None:
        method = self.method.value()
        self.perplexity.setEnabled(method == "tsne")
        self.exaggeration.setEnabled(method == "tsne")
        self.seed.setEnabled(method in ("tsne", "umap"))


def settings_button(session: Session, panel: QWidget) -> tuple[QToolButton, MapSettingsPopup]:
    """The button for a panel's row, and the popup that it opens."""
    popup = MapSettingsPopup(session, panel)
    tip = (
        "Choose how the next map is made: t-SNE with its settings, or PCA; and whether it follows a training"
    )
    return popup_button("Settings", tip, popup), popup
