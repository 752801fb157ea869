"""Lets go of a lock file of this run's."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLockFile


def let_go(lock: QLockFile) -> None:
    """Unlock, without a complaint of Qt's where somebody has cleared the file away."""
    file = Path(lock.fileName())
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    lock.unlock()
