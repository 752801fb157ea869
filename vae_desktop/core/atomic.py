"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from vae_desktop.core.errors import ExportError


def explain(error: OSError, path: Path) -> ExportError:
    """An operating system's refusal to write `path`, in plain words."""
    reasons = {
        errno.ENOSPC: ("the disk is full", "Make room or choose another folder."),
        errno.EDQUOT: ("your disk quota is used up", "Make room or choose another folder."),
        errno.EACCES: ("you may not write there", "Choose another folder."),
        errno.EPERM: ("you may not write there", "Choose another folder."),
        errno.EROFS: ("that place is read-only", "Choose another folder."),
        errno.ENOENT: ("its folder does not exist", "Make the folder first or choose another."),
        errno.ENOTDIR: ("its folder is a file", "Choose another folder."),
        errno.EISDIR: ("it is a folder", "Give a file name."),
        errno.ENAMETOOLONG: ("the name is too long", "Give a shorter name."),
    }
    reason, remedy = reasons.get(error.errno or 0, (error.strerror or str(error), "Choose another place."))
    return ExportError(f"Can't write {path}: {reason}.", remedy)


@contextmanager
def atomic_path(path: Path | str) -> Iterator[Path]:
    """A place for a file that replaces `path` only once it is complete and on the disk.

    An older file at `path` stays untouched until then, and also when the writing fails.

    Raises:
        ExportError: the operating system refused; its words say why.
    """
    target = Path(path)
    folder: str | None = None
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
        folder = tempfile.mkdtemp(prefix=f".{target.name[:64]}.", suffix=".part", dir=target.parent)
        temporary = Path(folder) / "file"
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        # Whoever wrote it may have made it for its owner alone; give it the mode that a plain open() would.
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, target)
    except OSError as error:
        raise explain(error, target) from error
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def atomic_write(path: Path | str) -> Iterator[IO[bytes]]:
    """As `atomic_path`, with the file open for writing."""
    with atomic_path(path) as place, place.open("wb") as file:
        yield file


@contextmanager
def atomic_folder(path: Path | str) -> Iterator[Path]:
    """Make a folder to fill, which appears at `path` only once it is complete.

    Raises:
        ExportError: something is at `path` already, other than an empty folder; or the operating system refused.
    """
    target = Path(path)
    temporary: Path | None = None
    try:
        check_new_folder(target)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name[:64]}.", suffix=".part", dir=target.parent))
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o777 & ~umask)
        if target.exists():
            target.rmdir()
        temporary.rename(target)
        temporary = None
    except OSError as error:
        raise explain(error, target) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def check_new_folder(path: Path) -> None:
    """Make sure that `atomic_folder` would not have to take something away.

    Raises:
        ExportError: there is a file, or a folder that is not empty.
    """
    if path.is_dir() and next(path.iterdir(), None) is not None:
        raise ExportError(f"Can't write {path}: the folder is not empty.", "Choose a new one.")
    if path.exists() and not path.is_dir():
        raise ExportError(f"Can't write {path}: it is a file.", "Choose a new folder.")
