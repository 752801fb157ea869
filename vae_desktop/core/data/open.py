"""Opens a data set by name or path, and says which one to open where nobody named any."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from vae_desktop.core import paths
from vae_desktop.core.data import catalog
from vae_desktop.core.data.idx_folder import IdxFiles, find_idx_files, load_idx_folder
from vae_desktop.core.errors import DataError, NotDownloadedError

if TYPE_CHECKING:
    from vae_desktop.core.data.dataset import Dataset

DATA_VARIABLE = "VAE_DESKTOP_DATA"


def open_dataset(spec: str | Path, data_dir: Path | None = None) -> Dataset:
    """Load the data set that `spec` names.

    Args:
        spec: one of `catalog.names()`, or a path as for `idx_folder.find_idx_files`. A name wins over a
            folder of the same name: "./mnist" is the folder.
        data_dir: where downloaded sets lie; the platform's own folder if not given.

    Raises:
        NotDownloadedError: the set is known but not on this machine.
        DataError: there is no such set, or it can't be used.
    """
    name = str(spec).strip().lower()
    if name == catalog.DIGITS:
        from vae_desktop.core.data.digits import load_digits

        return load_digits()
    entry = catalog.CATALOG.get(name)
    if entry is not None:
        folder = find_dataset(name, data_dir)
        if folder is None:
            raise NotDownloadedError(
                f"{entry.title} is not on this machine yet.",
                f"Download it (in the window, or with: vae-desktop download {name}), "
                f"or point {DATA_VARIABLE} at a folder that has it.",
            )
        return load_idx_folder(folder, entry)
    path = Path(spec).expanduser()
    if not path.exists():
        raise DataError(
            f"There is no data set, folder or file called {str(spec)!r}.",
            f"Give one of {', '.join(catalog.names())}, or the path of a folder with IDX files.",
        )
    return load_idx_folder(path)


def find_dataset(name: str, data_dir: Path | None = None) -> Path | None:
    """Where a known set lies on this machine, whole; None where it does not. Nothing is read.

    Looked at in turn: $VAE_DESKTOP_DATA, then `data_dir`, and in each of them "<name>", torchvision's
    "<Name>/raw", and the folder itself if it is called by that name. For "digits", which is built in, the file
    that it comes from.

    Raises:
        KeyError: no set is known by that name.
    """
    if name == catalog.DIGITS:
        from vae_desktop.core.data.digits import digits_file

        return digits_file()
    entry = catalog.CATALOG[name]
    for folder in _places(entry, data_dir if data_dir is not None else paths.data_dir()):
        if _is_whole(folder):
            return folder
    return None


def default_spec(data_dir: Path | None = None) -> str:
    """What to open where nobody said: what $VAE_DESKTOP_DATA is or names, else MNIST if it is here, else digits."""
    given = os.environ.get(DATA_VARIABLE, "").strip()
    if given:
        if given.lower() in catalog.names():
            return given.lower()
        with contextlib.suppress(DataError):  # a folder of folders, perhaps, or no set at all
            files = find_idx_files(given)
            return _known_name(files, data_dir) or given
    return "mnist" if find_dataset("mnist", data_dir) is not None else catalog.DIGITS


def _places(entry: catalog.CatalogEntry, data_dir: Path) -> Iterator[Path]:
    """Folders in which a known set may lie."""
    given = os.environ.get(DATA_VARIABLE, "").strip()
    for base in ([Path(given).expanduser().absolute()] if given else []) + [data_dir]:
        for folder_name in entry.folder_names:
            yield base / folder_name
        if catalog.entry_of_folder(base) is entry:
            yield base


def _known_name(files: IdxFiles, data_dir: Path | None) -> str | None:
    """The name that opens just these files, where they are those of a known set."""
    entry = None if files.prefix else catalog.entry_of_folder(files.folder)
    found = find_dataset(entry.name, data_dir) if entry is not None else None
    if entry is None or found is None or find_idx_files(found).folder != files.folder:
        return None
    return entry.name


def _is_whole(folder: Path) -> bool:
    """Whether a folder, or "raw" in it, has the files of both splits."""
    if not folder.is_dir():
        return False
    try:
        files = find_idx_files(folder)
    except DataError:
        return False
    return files.complete and not files.prefix
