"""Past epochs of this window's training on the disk, within a budget."""

from __future__ import annotations

import itertools
import logging
import os
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLockFile

from vae_desktop.app.own_lock import let_go
from vae_desktop.core import paths

if TYPE_CHECKING:
    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.records import FloatArray

log = logging.getLogger(__name__)

PREFIX = "epochs-"


@dataclass(frozen=True, eq=False)
class Moment:
    """A model as it was at the end of one epoch.

    Attributes:
        checkpoint: weights and history up to then, without the optimiser's state.
        means, logvars: of the posteriors of all test digits, each [N, D].
        embedding: where the map had them [N, 2]; None where there was no map.
    """

    checkpoint: Checkpoint
    means: FloatArray
    logvars: FloatArray
    embedding: FloatArray | None


@dataclass(eq=False)
class _Run:
    """The epochs of one model: a number that names their folder, and what each takes on the disk."""

    number: int
    sizes: dict[int, int] = field(default_factory=dict)


class MomentStore:
    """Writes moments into a folder of this window's own, and thins them out where they grow too many.

    Past epochs are a convenience: what can't be written is left out and logged, and no training ends over it.
    All methods may be called from any thread; all but `epochs`, `clear` and `set_budget` may take as long as a disk
    does. What these two give up is deleted by `tidy`, or when the next epoch is kept.

    Attributes:
        epochs: those that are kept, in order.

    Args:
        budget: bytes that the files may take; 0 keeps nothing.
        folder: where the window's own folder is made; None is the state folder.
    """

    def __init__(self, budget: int, folder: Path | None = None) -> None:
        self._budget = budget
        self._parent = folder
        # Held for as long as files are written, read or deleted; the other only for a moment, where `_run` changes.
        self._disk = threading.Lock()
        self._lock = threading.Lock()
        self._run = _Run(0)
        self._file_lock: QLockFile | None = None
        self._folder: Path | None = None
        self._closed = False
        # Replaced as a whole, so that the window may ask without waiting for a file that is being written.
        self.epochs: tuple[int, ...] = ()

    def set_budget(self, budget: int) -> None:
        """Keep to this many bytes from now on."""
        self._budget = budget
        if budget <= 0:
            self.clear()

    def add(self, checkpoint: Checkpoint, means: FloatArray, logvars: FloatArray) -> None:
        """Keep the end of the checkpoint's last epoch."""
        from vae_desktop.core.checkpoint import save_checkpoint

        epoch = checkpoint.epochs
        with self._disk:
            run = self._run
            if self._closed or self._budget <= 0:
                return
            try:
                weights, codes, embedding = self._files(run, epoch)
                weights.parent.mkdir(parents=True, exist_ok=True)
                embedding.unlink(missing_ok=True)
                save_checkpoint(weights, checkpoint)
                np.save(codes, np.stack([means, logvars]))
            except Exception:
                log.warning("epoch %d could not be kept for the timeline", epoch, exc_info=True)
                self._forget(run, epoch)
                self._publish(run)
                return
            self._measure(run, epoch)
            self._tidy(run)

    @property
    def run(self) -> int:
        """Counts the models whose epochs were kept."""
        with self._lock:
            return self._run.number

    def add_embedding(self, epoch: int, embedding: FloatArray, of_run: int | None = None) -> None:
        """Keep what the map of an epoch looked like, where the epoch itself is kept.

        Args:
            of_run: what `run` was when the map was begun: a map that took long may be of another model.
        """
        with self._disk:
            run = self._run
            if epoch not in run.sizes or of_run not in (None, run.number):
                return
            try:
                np.save(self._files(run, epoch)[2], embedding)
            except OSError:
                log.warning("the map of epoch %d could not be kept", epoch, exc_info=True)
                return
            self._measure(run, epoch)
            self._tidy(run)

    def load(self, epoch: int) -> Moment:
        """Read a moment.

        Raises:
            CheckpointError: it is not kept any more, or its files were damaged.
        """
        from vae_desktop.core.checkpoint import load_checkpoint
        from vae_desktop.core.errors import CheckpointError

        with self._disk:
            run = self._run
            if epoch not in run.sizes:
                raise CheckpointError(f"Epoch {epoch} is no longer kept.")
            weights, codes, embedding = self._files(run, epoch)
            checkpoint = load_checkpoint(weights)
            try:
                means, logvars = _read_only(codes)
                place = _read_only(embedding) if embedding.exists() else None
                return Moment(checkpoint, means, logvars, place)
            except (OSError, ValueError) as error:
                raise CheckpointError(f"The codes of epoch {epoch} can't be read.") from error

    def clear(self) -> bool:
        """Forget all: another model. True if there is something to `tidy`."""
        with self._lock:
            kept = bool(self._run.sizes)
            self._run = _Run(self._run.number + 1)
            self.epochs = ()
            return kept

    def tidy(self) -> None:
        """Delete what is forgotten, and what is over the budget."""
        with self._disk:
            self._tidy(self._run)

    def close(self) -> None:
        """Delete the folder; nothing is kept any more."""
        self.clear()
        with self._disk:
            self._closed = True
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder = None
            if self._file_lock is not None:
                let_go(self._file_lock)
                self._file_lock = None

    def _tidy(self, run: _Run) -> None:
        """Delete other models' epochs; and drop those that leave the smallest gaps, but the first and the last as long
        as it goes."""
        if self._folder is not None:
            for folder in self._folder.iterdir():
                if folder.name != str(self._run.number):
                    shutil.rmtree(folder, ignore_errors=True)
        while run.sizes and sum(run.sizes.values()) > self._budget:
            epochs = sorted(run.sizes)
            if len(epochs) > 2:
                gaps = [after - before for before, after in zip(epochs, epochs[2:], strict=False)]
                self._forget(run, epochs[1 + gaps.index(min(gaps))])
            else:
                self._forget(run, epochs[0])
        self._publish(run)

    def _publish(self, run: _Run) -> None:
        """Tell which epochs there are, unless all were given up meanwhile."""
        with self._lock:
            if run is self._run:
                self.epochs = tuple(sorted(run.sizes))

    def _measure(self, run: _Run, epoch: int) -> None:
        run.sizes[epoch] = sum(file.stat().st_size for file in self._files(run, epoch) if file.exists())

    def _forget(self, run: _Run, epoch: int) -> None:
        run.sizes.pop(epoch, None)
        if self._folder is not None:
            for file in self._files(run, epoch):
                file.unlink(missing_ok=True)

    def _files(self, run: _Run, epoch: int) -> tuple[Path, Path, Path]:
        folder = self._own_folder() / str(run.number)
        return (
            folder / f"{epoch}.safetensors",
            folder / f"{epoch}-codes.npy",
            folder / f"{epoch}-map.npy",
        )

    def _own_folder(self) -> Path:
        """This window's folder, made and locked when it is first needed; those that crashes left are deleted."""
        if self._folder is not None:
            return self._folder
        parent = self._parent if self._parent is not None else paths.state_dir()
        parent.mkdir(parents=True, exist_ok=True)
        for left in parent.glob(f"{PREFIX}*.lock"):
            lock = QLockFile(str(left))
            lock.setStaleLockTime(0)
            if lock.tryLock(0):
                shutil.rmtree(left.with_suffix(""), ignore_errors=True)
                lock.unlock()
        for number in itertools.count():
            folder = parent / f"{PREFIX}{os.getpid()}-{number}"
            lock = QLockFile(str(folder.with_suffix(".lock")))
            lock.setStaleLockTime(0)
            if lock.tryLock(0):
                folder.mkdir(exist_ok=True)
                self._folder, self._file_lock = folder, lock
                break
            if lock.error() != QLockFile.LockError.LockFailedError:
                raise OSError(f"no lock can be made in {parent}")
        assert self._folder is not None
        return self._folder


def _read_only(path: Path) -> FloatArray:
    array: FloatArray = np.load(path, allow_pickle=False)
    array.setflags(write=False)
    return array
