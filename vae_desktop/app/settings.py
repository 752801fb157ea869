"""The user's preferences, kept between runs in one small text file."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from vae_desktop.app.map_look import MapLook
from vae_desktop.core import paths
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.errors import ConfigurationError

log = logging.getLogger(__name__)

THEMES = ("system", "light", "dark")
RECENT_FILES = 10
TIMELINE_MEGABYTES = 500
MOST_MEGABYTES = 100_000


class Preferences(QObject):
    """Typed settings over an INI file; what can't be read there counts as not set.

    Attributes:
        device: "auto" or a device name.
        data_dir: folder of downloaded data sets; None is the platform's.
        theme: "system", "light" or "dark".
        recent_files: paths, the newest first.
        refresh_samples: whether samples follow a training.
        map_follows_training: whether a map follows a training.
        timeline_megabytes: what past epochs may take on the disk; 0 keeps none.
        last_training, last_model: settings of the last training.
        export_choices: what was chosen in the last export.
        map_look: how the map is painted.
        bookmark_flags: whether bookmarks are shown on the canvas.
        window_geometry, window_state: the window's own memory; None where unknown.

    Signals:
        changed(str name): a preference has another value.
    """

    changed = Signal(str)

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path if path is not None else paths.settings_file()
        self._settings = QSettings(str(self.path), QSettings.Format.IniFormat)
        if self._settings.status() != QSettings.Status.NoError:
            log.warning("preferences in %s can't be read: starting from the defaults", self.path)
            self._settings.clear()

    def _flag(self, name: str) -> bool:
        """On unless it was switched off."""
        return self._text(name, "true") != "false"

    def _set_flag(self, name: str, on: bool) -> None:
        self._set(name, "true" if on else "false")

    def _text(self, name: str, default: str) -> str:
        value = self._settings.value(name, default)
        return value if isinstance(value, str) else default

    def _set(self, name: str, value: object) -> None:
        if self._settings.value(name) != value:
            self._settings.setValue(name, value)
            self.changed.emit(name)

    def _json(self, name: str) -> Any:
        try:
            return json.loads(self._text(name, "null"))
        except json.JSONDecodeError:
            return None

    @property
    def device(self) -> str:
        """Where to train: "auto" or a device name."""
        return self._text("device", "auto") or "auto"

    @device.setter
    def device(self, device: str) -> None:
        self._set("device", device)

    @property
    def data_dir(self) -> Path | None:
        """Folder of downloaded data sets; None is the platform's."""
        text = self._text("data_dir", "")
        return Path(text) if text else None

    @data_dir.setter
    def data_dir(self, folder: Path | None) -> None:
        self._set("data_dir", str(folder) if folder is not None else "")

    @property
    def theme(self) -> str:
        """ "system", "light" or "dark"."""
        theme = self._text("theme", "system")
        return theme if theme in THEMES else "system"

    @theme.setter
    def theme(self, theme: str) -> None:
        if theme not in THEMES:
            raise ValueError(f"no such theme: {theme}")
        self._set("theme", theme)

    @property
    def refresh_samples(self) -> bool:
        """Whether samples follow a training, epoch by epoch."""
        return self._flag("refresh_samples")

    @refresh_samples.setter
    def refresh_samples(self, refresh: bool) -> None:
        self._set_flag("refresh_samples", refresh)

    @property
    def map_follows_training(self) -> bool:
        """Whether a map follows a training, epoch by epoch."""
        return self._flag("map_follows_training")

    @map_follows_training.setter
    def map_follows_training(self, follow: bool) -> None:
        self._set_flag("map_follows_training", follow)

    @property
    def bookmark_flags(self) -> bool:
        """Whether bookmarks are shown on the canvas."""
        return self._flag("bookmark_flags")

    @bookmark_flags.setter
    def bookmark_flags(self, shown: bool) -> None:
        self._set_flag("bookmark_flags", shown)

    @property
    def timeline_megabytes(self) -> int:
        """What past epochs may take on the disk; 0 keeps none."""
        text = self._text("timeline_megabytes", "")
        return (
            min(int(text[:7]), MOST_MEGABYTES) if text.isdecimal() and text.isascii() else TIMELINE_MEGABYTES
        )

    @timeline_megabytes.setter
    def timeline_megabytes(self, megabytes: int) -> None:
        self._set("timeline_megabytes", str(megabytes))

    @property
    def recent_files(self) -> list[str]:
        """Paths of models and data sets opened or saved, the newest first."""
        entries = self._json("recent_files")
        if not isinstance(entries, list):
            return []
        return [entry for entry in entries if isinstance(entry, str)][:RECENT_FILES]

    @recent_files.setter
    def recent_files(self, files: list[str]) -> None:
        self._set("recent_files", json.dumps(files[:RECENT_FILES]))

    def add_recent_file(self, path: Path) -> None:
        """Put a path at the head of the recent files."""
        text = str(path.absolute())
        self.recent_files = [text, *(entry for entry in self.recent_files if entry != text)]

    @property
    def last_training(self) -> TrainingConfig:
        """Settings of the last training, or the defaults."""
        try:
            return TrainingConfig.from_json(self._json("last_training"))
        except (ConfigurationError, TypeError, ValueError):
            return TrainingConfig()

    @last_training.setter
    def last_training(self, config: TrainingConfig) -> None:
        self._set("last_training", json.dumps(config.to_json()))

    @property
    def last_model(self) -> ModelConfig:
        """Settings of the last model trained, or the defaults."""
        try:
            return ModelConfig.from_json(self._json("last_model"))
        except (ConfigurationError, TypeError, ValueError):
            return ModelConfig()

    @last_model.setter
    def last_model(self, config: ModelConfig) -> None:
        self._set("last_model", json.dumps(config.to_json()))

    @property
    def window_geometry(self) -> QByteArray | None:
        """The window's size and place, as Qt packs them; None where unknown."""
        return self._bytes("window_geometry")

    @window_geometry.setter
    def window_geometry(self, geometry: QByteArray | None) -> None:
        self._set("window_geometry", geometry)

    @property
    def window_state(self) -> QByteArray | None:
        """The docks' arrangement, as Qt packs it; None where unknown."""
        return self._bytes("window_state")

    @window_state.setter
    def window_state(self, state: QByteArray | None) -> None:
        self._set("window_state", state)

    @property
    def export_choices(self) -> dict[str, Any]:
        """What was chosen in the last export, as plain JSON values; empty where nothing was."""
        choices = self._json("export_choices")
        return choices if isinstance(choices, dict) else {}

    @export_choices.setter
    def export_choices(self, choices: dict[str, Any]) -> None:
        self._set("export_choices", json.dumps(choices))

    @property
    def map_look(self) -> MapLook:
        """How the map is painted."""
        return MapLook.from_json(self._json("map_look"))

    @map_look.setter
    def map_look(self, look: MapLook) -> None:
        self._set("map_look", json.dumps(look.to_json()))

    def _bytes(self, name: str) -> QByteArray | None:
        value = self._settings.value(name)
        return value if isinstance(value, QByteArray) else None

    def sync(self) -> None:
        """Write to the disk now."""
        self._settings.sync()
