"""How the next map is made, as the user chose it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from vae_desktop.core.config import TsneConfig

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.map_method import MapMethod


@dataclass(frozen=True)
class MapRecipe:
    """What a map is made by, and the settings of t-SNE."""

    method: MapMethod = "tsne"
    config: TsneConfig = field(default_factory=TsneConfig)


class MapSettings(QObject):
    """The settings of the next map; those of the map in view are the map's own.

    Attributes:
        recipe: what was chosen. The number of iterations is always that of a new map.

    Signals:
        changed(): another recipe.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.recipe = MapRecipe()

    def choose_method(self, method: MapMethod) -> None:
        """Make the next map by this."""
        self._choose(replace(self.recipe, method=method))

    def change(self, **values: float) -> None:
        """Choose other settings of t-SNE, by their names.

        Raises:
            ConfigurationError: one is outside its range.
        """
        config = replace(self.recipe.config, **values)  # type: ignore[arg-type]
        # A seed is one draw of many, each to come back to; any other number is turned up or down to a new value.
        run = "" if "seed" in values else f"map {' '.join(values)}"
        self._choose(replace(self.recipe, config=config), run)

    def choose(self, config: TsneConfig, method: MapMethod) -> None:
        """Choose all of it at once, as that of another map was."""
        self._choose(MapRecipe(method, replace(config, iterations=TsneConfig().iterations)))

    def follow_training(self, follow: bool) -> None:
        """Let the map follow a training, or not."""
        put = self._put_follow
        self._session.change_setting(put, self._session.map.follow, follow, "following of the training")

    def _choose(self, recipe: MapRecipe, run: str = "") -> None:
        self._session.change_setting(self._put, self.recipe, recipe, "map settings", run)

    def _put(self, recipe: MapRecipe) -> None:
        self.recipe = recipe
        self.changed.emit()

    def _put_follow(self, follow: bool) -> None:
        self._session.map.follow = follow
