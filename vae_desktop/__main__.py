"""`python -m vae_desktop`: the same as the command `vae-desktop`."""

from __future__ import annotations

import sys

from vae_desktop.cli import main

if __name__ == "__main__":
    sys.exit(main())
