"""`vae-desktop` without a command: the window."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from vae_desktop.core.data.catalog import names
from vae_desktop.core.errors import DataError, UserError


class NoDisplayError(UserError):
    """There is no screen to show a window on."""


def run(arguments: argparse.Namespace) -> int:
    """Open the window, or do the self-test in it; return its exit status."""
    _require_display()
    if arguments.data is not None:
        _check_data(arguments.data)
    if sys.platform == "win32":
        import torch  # noqa: F401  # c10.dll fails to load once Qt's libraries are there: before any of vae_desktop.ui
    try:
        if arguments.self_test:
            from vae_desktop.ui import self_test

            return self_test.run()
        from vae_desktop.ui import application

        return application.run(arguments.model, arguments.data)
    except ImportError as error:
        if ".so" not in str(error):
            raise
        raise UserError(
            f"A system library that the window needs is missing: {error}.",
            "On Debian or Ubuntu: sudo apt-get install libegl1 libgl1 libxkbcommon-x11-0 libxcb-cursor0 "
            "libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libdbus-1-3 libfontconfig1",
        ) from error


def _require_display() -> None:
    if not sys.platform.startswith("linux"):
        return
    if any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        return
    raise NoDisplayError(
        "There is no display to open the window on.",
        "The commands train, evaluate, generate, project and download work without one.",
    )


def _check_data(spec: str) -> None:
    """The window tells what is wrong with a data set; a name that is none at all needs no window."""
    if spec.strip().lower() not in names() and not Path(spec).expanduser().exists():
        raise DataError(
            f"There is no data set, folder or file called {spec!r}.", f"The names are {', '.join(names())}."
        )
