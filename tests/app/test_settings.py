"""Preferences survive the program, and a damaged file does no harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from vae_desktop.app.settings import Preferences
from vae_desktop.core.config import ModelConfig, TrainingConfig


def test_everything_comes_back_in_the_next_run(home: Path) -> None:
    before = Preferences()
    before.device = "cpu"
    before.data_dir = home / "my data"
    before.theme = "dark"
    before.refresh_samples = False
    before.last_model = ModelConfig(latent_dim=7, hidden=(30, 20))
    before.last_training = TrainingConfig(epochs=3, learning_rate=0.25, schedule="one-cycle")
    before.window_geometry = QByteArray(b"\x00geometry\xff")
    before.window_state = QByteArray(b"state")
    for name in ("a b.safetensors", "c,d.safetensors"):
        before.add_recent_file(home / name)
    before.sync()
    after = Preferences()
    assert after.path.is_relative_to(home)
    assert after.device == "cpu"
    assert after.data_dir == home / "my data"
    assert after.theme == "dark"
    assert after.refresh_samples is False
    assert after.last_model == ModelConfig(latent_dim=7, hidden=(30, 20))
    assert after.last_training == TrainingConfig(epochs=3, learning_rate=0.25, schedule="one-cycle")
    assert after.window_geometry == QByteArray(b"\x00geometry\xff")
    assert after.window_state == QByteArray(b"state")
    assert after.recent_files == [str(home / "c,d.safetensors"), str(home / "a b.safetensors")]


def assert_defaults(preferences: Preferences) -> None:
    assert preferences.device == "auto"
    assert preferences.data_dir is None
    assert preferences.theme == "system"
    assert preferences.refresh_samples is True
    assert preferences.recent_files == []
    assert preferences.last_model == ModelConfig()
    assert preferences.last_training == TrainingConfig()
    assert preferences.window_geometry is None
    assert preferences.window_state is None


def test_a_new_user_has_the_defaults() -> None:
    assert_defaults(Preferences())


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\xff\xfe not a settings file \x80\x81",
        b"[General\nthis is = broken ] [\n=\n",
        b'[General]\nlast_model={"latent_dim": "many"}\nlast_training=[1\nrecent_files={}\n'
        b"theme=plaid\nwindow_geometry=3\ndevice=\n",
        b'[General]\nlast_model={\\"latent_dim\\": 1000000}\nlast_training=7\nrecent_files=3\n',
    ],
)
def test_a_damaged_file_means_defaults(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.ini"
    path.write_bytes(content)
    preferences = Preferences(path)
    assert_defaults(preferences)
    preferences.theme = "light"
    preferences.sync()
    assert Preferences(path).theme == "light"


def test_changed_tells_the_name_once(home: Path) -> None:
    names: list[str] = []
    preferences = Preferences()
    preferences.changed.connect(names.append)
    preferences.theme = "dark"
    preferences.theme = "dark"
    preferences.device = "cpu"
    assert names == ["theme", "device"]


def test_recent_files_are_the_newest_ten_without_repeats(home: Path) -> None:
    preferences = Preferences()
    for number in [*range(12), 5]:
        preferences.add_recent_file(home / f"{number}.safetensors")
    names = [Path(file).stem for file in preferences.recent_files]
    assert names == ["5", "11", "10", "9", "8", "7", "6", "4", "3", "2"]


def test_an_unknown_theme_is_refused() -> None:
    with pytest.raises(ValueError, match="plaid"):
        Preferences().theme = "plaid"
