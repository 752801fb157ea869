"""Keeps a training that was never saved: an autosave outlives a crash and is offered at the next start."""

from __future__ import annotations

import itertools
import json
import logging
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile

from vae_desktop.app.own_lock import let_go
from vae_desktop.core import paths
from vae_desktop.core.atomic import atomic_write
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.errors import ExportError, UserError
from vae_desktop.core.records import DatasetInfo

if TYPE_CHECKING:
    from vae_desktop.core.checkpoint import Checkpoint

log = logging.getLogger(__name__)

PREFIX = "autosave-"


@dataclass(frozen=True)
class RecoveryInfo:
    """A training that some earlier run of the program left behind.

    Attributes:
        path: the autosaved model.
        model_config, training_config, dataset: what was being trained, how, and on what.
        epochs: finished so far.
        total_epochs: asked for.
        negative_elbo: held-out, in nats per image, after the last finished epoch; None before the first.
        saved_at: when it was autosaved.
    """

    path: Path
    model_config: ModelConfig
    training_config: TrainingConfig
    dataset: DatasetInfo
    epochs: int
    total_epochs: int
    negative_elbo: float | None
    saved_at: datetime

    @property
    def epochs_left(self) -> int:
        """Epochs that the training still had to go."""
        return max(0, self.total_epochs - self.epochs)


class Recovery:
    """This run's autosave, and those that others left behind.

    Each run of the program writes a file of its own and holds a lock beside it, so that two windows never
    take each other's training for a crashed one. `autosave` may be called from any one thread at a time.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._lock: QLockFile | None = None
        self._path: Path | None = None

    @property
    def folder(self) -> Path:
        """Where autosaves lie."""
        return self._folder if self._folder is not None else paths.state_dir()

    def autosave(self, checkpoint: Checkpoint, total_epochs: int) -> None:
        """Write the training as it stands; replaces this run's earlier autosave, whole or not at all.

        Raises:
            ExportError: the file can't be written.
        """
        from vae_desktop.core.checkpoint import save_checkpoint

        path = self._own_path()
        save_checkpoint(path, checkpoint)
        note = {
            "model_config": checkpoint.model_config.to_json(),
            "training_config": checkpoint.training_config.to_json(),
            "dataset": checkpoint.dataset.to_json(),
            "epochs": len(checkpoint.history),
            "total_epochs": total_epochs,
            "negative_elbo": checkpoint.history[-1].held_out.negative_elbo if checkpoint.history else None,
            "saved_at": datetime.now(UTC).isoformat(),
        }
        with atomic_write(_note_path(path)) as file:
            file.write(json.dumps(note).encode())

    def discard(self, info: RecoveryInfo | None = None) -> None:
        """Delete what `pending` found, or without an argument this run's own autosave."""
        path = info.path if info is not None else self._path
        if path is None:
            return
        # A run that was killed while it wrote leaves what it wrote to, too: a folder, or a file.
        for left in path.parent.glob(f".{path.stem}.*.part"):
            shutil.rmtree(left, ignore_errors=True)
        for file in (path, _note_path(path), *path.parent.glob(f".{path.stem}.*.part")):
            file.unlink(missing_ok=True)
        if info is not None and path != self._path:
            _lock_path(path).unlink(missing_ok=True)

    def pending(self) -> RecoveryInfo | None:
        """The newest training that a run which is gone left behind, or None. Reads no model file."""
        if not self.folder.is_dir():
            return None
        found: list[RecoveryInfo] = []
        for path in self.folder.glob(f"{PREFIX}*.safetensors"):
            if path == self._path:
                continue
            lock = QLockFile(str(_lock_path(path)))
            lock.setStaleLockTime(0)
            if not lock.tryLock(0):
                continue
            lock.unlock()
            info = _read_note(path)
            if info is not None:
                found.append(info)
        return max(found, key=lambda info: info.saved_at, default=None)

    def adopt(self, info: RecoveryInfo) -> None:
        """Make a left-behind autosave this run's own: the next one replaces it."""
        lock = QLockFile(str(_lock_path(info.path)))
        lock.setStaleLockTime(0)
        if lock.tryLock(0):
            self.close()
            self._lock, self._path = lock, info.path

    def close(self) -> None:
        """Let go of the lock; an autosave that was not discarded is offered by the next run."""
        if self._lock is not None:
            let_go(self._lock)
        self._lock, self._path = None, None

    def _own_path(self) -> Path:
        if self._path is not None:
            if _lock_path(self._path).exists():
                return self._path
            # Somebody has cleared the folder away, or all that is in it.
            self.close()
        advice = "Save the model yourself when the training is done."
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror
            raise ExportError(f"Can't autosave: no folder {self.folder} ({reason}).", advice) from error
        for number in itertools.count():
            path = self.folder / f"{PREFIX}{os.getpid()}-{number}.safetensors"
            lock = QLockFile(str(_lock_path(path)))
            lock.setStaleLockTime(0)
            if path.exists():
                continue
            if lock.tryLock(0):
                self._lock, self._path = lock, path
                break
            if lock.error() != QLockFile.LockError.LockFailedError:
                raise ExportError(f"Can't autosave: {self.folder} may not be written to.", advice)
        assert self._path is not None
        return self._path


def _note_path(path: Path) -> Path:
    return path.with_suffix(".json")


def _lock_path(path: Path) -> Path:
    return path.with_suffix(".lock")


def _read_note(path: Path) -> RecoveryInfo | None:
    """What lies beside an autosave; None where it is missing or damaged, as after a crash between the two."""
    try:
        note = json.loads(_note_path(path).read_text())
        elbo = note["negative_elbo"]
        return RecoveryInfo(
            path=path,
            model_config=ModelConfig.from_json(note["model_config"]),
            training_config=TrainingConfig.from_json(note["training_config"]),
            dataset=DatasetInfo.from_json(note["dataset"]),
            epochs=int(note["epochs"]),
            total_epochs=int(note["total_epochs"]),
            negative_elbo=None if elbo is None else float(elbo),
            saved_at=datetime.fromisoformat(note["saved_at"]),
        )
    except (OSError, ValueError, KeyError, TypeError, UserError) as error:
        log.warning("the autosave %s has no readable note: %s", path, error)
        return None
