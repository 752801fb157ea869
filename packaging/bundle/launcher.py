"""Where a bundle starts: the same as the command `vae-desktop`."""

from __future__ import annotations

import multiprocessing
import os
import sys

if sys.stdout is None or sys.stderr is None:
    # Windows gives a program without a console no streams at all; nobody reads what goes here.
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
# What a machine's own Qt is told must not lead this one to plugins of another version.
for variable in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QML2_IMPORT_PATH", "QML_IMPORT_PATH", "QT_STYLE_OVERRIDE"):
    os.environ.pop(variable, None)
if sys.platform.startswith("linux") and os.environ.get("QT_QPA_PLATFORMTHEME") not in (
    None,
    "xdgdesktopportal",
):
    # The bundle has no theme plugin that would load the machine's own GTK.
    os.environ.pop("QT_QPA_PLATFORMTHEME")

from vae_desktop.cli import main  # noqa: E402  # after the environment is in order

if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
