"""`vae-desktop download`: fetch a known data set."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Generator
from contextlib import closing
from typing import TYPE_CHECKING, cast

from vae_desktop.cli.progress import progress_bar

if TYPE_CHECKING:
    from vae_desktop.core.data.download import DownloadProgress

INTERRUPTED = 130


def run(arguments: argparse.Namespace) -> int:
    """Fetch what is not here yet, and say where it lies."""
    from vae_desktop.core.data.catalog import CATALOG
    from vae_desktop.core.data.open import find_dataset

    title = CATALOG[arguments.name].title
    if (here := find_dataset(arguments.name)) is not None:
        print(f"{title} is here already: {here}")
        return 0
    try:
        _fetch(arguments.name, arguments.quiet)
    except KeyboardInterrupt:
        print("vae-desktop: Stopped. The same command goes on from here.", file=sys.stderr)
        return INTERRUPTED
    print(f"{title} is here now: {find_dataset(arguments.name)}")
    return 0


def _fetch(name: str, quiet: bool) -> None:
    from vae_desktop.core.data.download import download_dataset

    progresses = cast("Generator[DownloadProgress, None, None]", download_dataset(name))
    with closing(progresses), progress_bar(None, name, quiet=quiet, unit="B", unit_scale=True) as bar:
        for progress in progresses:
            bar.total = progress.total
            bar.set_description(
                f"{progress.file or name} ({progress.file_index + 1}/{progress.files})", refresh=False
            )
            bar.update(progress.received - bar.n)
