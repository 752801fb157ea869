"""`vae-desktop` without a command: the window."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from pathlib import Path

from vae_desktop.cli.parser import COMMANDS
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
        # Nearly all that is made until the window is there stays. `application.run` turns this on again.
        gc.disable()
        from vae_desktop.ui.quick_pyside import import_pyside

        import_pyside()
        from vae_desktop.ui.quick_pyqtgraph import import_pyqtgraph

        import_pyqtgraph()
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
    """Qt would end the process itself where it finds no screen, and not in plain words."""
    if not sys.platform.startswith("linux"):
        return
    if os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM"):
        return
    display = os.environ.get("DISPLAY", "")
    if display and _answers(display):
        return
    raise NoDisplayError(
        f"The display {display} does not answer."
        if display
        else "There is no display to open the window on.",
        f"These commands work without one: {', '.join(COMMANDS)}.",
    )


def _answers(display: str) -> bool:
    """Whether an X server listens where `display` points, such as ":0", ":1.0" or "host:10.0"."""
    import socket  # the window opens sooner where no X server is asked

    host, _, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not number.isdecimal():
        return False
    path = f"/tmp/.X11-unix/X{number}"
    places: list[tuple[socket.AddressFamily, str | tuple[str, int]]] = [
        (socket.AF_INET, (host or "localhost", 6000 + int(number)))
    ]
    if host in ("", "unix"):
        # The second is Linux's abstract name, which needs no file.
        places = [(socket.AF_UNIX, path), (socket.AF_UNIX, "\0" + path), *places]
    for family, address in places:
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(3.0)
            try:
                connection.connect(address)
            except (OSError, OverflowError):  # a port past 65535 overflows
                continue
            return True
    return False


def _check_data(spec: str) -> None:
    """The window tells what is wrong with a data set; a name that is none at all needs no window."""
    if spec.strip().lower() not in names() and not Path(spec).expanduser().exists():
        raise DataError(
            f"There is no data set, folder or file called {spec!r}.", f"The names are {', '.join(names())}."
        )
