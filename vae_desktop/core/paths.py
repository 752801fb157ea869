"""Where the program keeps its own files, by the habits of each platform.

`VAE_DESKTOP_HOME`, where set, is one folder that holds them all: for tests, portable copies and lecture rooms.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

APP_NAME = "vae_desktop"
HOME_VARIABLE = "VAE_DESKTOP_HOME"


def _home() -> Path | None:
    home = os.environ.get(HOME_VARIABLE)
    return Path(home).expanduser().absolute() if home else None


def data_dir() -> Path:
    """The folder of downloaded data sets (not made here)."""
    import platformdirs

    home = _home()
    return home / "data" if home else Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)) / "data"


def state_dir() -> Path:
    """The folder of autosaved trainings (not made here)."""
    import platformdirs

    home = _home()
    return home / "state" if home else Path(platformdirs.user_state_dir(APP_NAME, appauthor=False))


def settings_file() -> Path:
    """The file of the window's preferences (not made here)."""
    import platformdirs

    home = _home()
    return (home if home else Path(platformdirs.user_config_dir(APP_NAME, appauthor=False))) / "settings.ini"


def resource(name: str) -> Path:
    """A file that comes with the program, such as "models/mnist-2d.safetensors".

    Installed, resources lie inside the package; in a checkout they lie beside it.

    Raises:
        FileNotFoundError: the program was installed without this file.
    """
    package = Path(__file__).resolve().parents[1]
    for root in (package / "resources", package.parent / "resources"):
        if (root / name).exists():
            return root / name
    raise FileNotFoundError(f"The program's own file {name} is missing; install it again.")


def licences_dir() -> Path | None:
    """The folder of licence texts that a bundle carries; None where the program was installed without one."""
    bundle = getattr(sys, "_MEIPASS", None)
    folders = [Path(bundle) / "licences", Path(bundle).parent / "Resources/licences"] if bundle else []
    return next((folder for folder in folders if folder.is_dir()), None)
