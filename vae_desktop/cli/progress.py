"""Progress bars on stderr."""

from __future__ import annotations

import sys
from typing import Any


def progress_bar(total: int | None, description: str, *, quiet: bool = False, **options: Any) -> Any:
    """A tqdm bar on stderr; with `quiet` one that shows nothing.

    Where stderr is no terminal (a log file) it writes a line every few seconds instead of several a second.
    """
    from tqdm import tqdm

    # tqdm's own thread, which wakes bars that stand still, would outlive the command.
    tqdm.monitor_interval = 0
    return tqdm(
        total=total,
        desc=description,
        disable=quiet,
        file=sys.stderr,
        mininterval=0.1 if sys.stderr.isatty() else 5.0,
        dynamic_ncols=True,
        **options,
    )
