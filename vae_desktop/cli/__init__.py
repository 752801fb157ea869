"""The command line: commands that need no screen, and the one that opens the window.

Importing it loads neither torch nor Qt, so that `--help` and a mistyped option answer at once.
"""

from __future__ import annotations

from vae_desktop.cli.entry import main

__all__ = ["main"]
