"""Downloads a known data set: resumable, checked before use, and in place only once all of it is right."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from vae_desktop.core import paths
from vae_desktop.core.atomic import explain
from vae_desktop.core.data.catalog import CATALOG, CatalogEntry, RemoteFile, RemoteFiles
from vae_desktop.core.data.idx_folder import check_pair, find_idx_files
from vae_desktop.core.data.transfer import END, Fault, Head, Transfer, TransferError, host
from vae_desktop.core.errors import DataError, DownloadError

TICK = 0.05  # seconds between two yields at most, apart from looking at a finished file (some 30 ms)
RATE_WINDOW = 5.0  # seconds over which the rate is a mean
STALL_BYTES = 1024  # fewer than these in the time of a stall count as none
MAX_FILE_BYTES = 1 << 30  # a server that sends more does not send what was asked for
KEPT = "What has arrived is kept: the next download goes on from there."


@dataclass(frozen=True)
class DownloadProgress:
    """How far a download is, over all its files.

    Attributes:
        file, file_index, files: the file under way, its number from 0, and how many there are.
        received, total: bytes of all files, those of an earlier try included; total is None while unknown.
        bytes_per_second: over the last seconds.
        seconds_left: None while it can't be told.
    """

    file: str
    file_index: int
    files: int
    received: int
    total: int | None
    bytes_per_second: float
    seconds_left: float | None


@dataclass(frozen=True)
class Patience:
    """How long a download bears with servers.

    Attributes:
        connect: seconds to wait for a connection.
        stall: seconds to wait for more bytes.
        pause: seconds between two rounds through the mirrors, longer after each round that brought nothing.
        rounds: how many rounds may bring nothing.
    """

    connect: float = 10.0
    stall: float = 15.0
    pause: float = 1.0
    rounds: int = 3


def download_dataset(
    name: str,
    data_dir: Path | None = None,
    mirrors: RemoteFiles | None = None,
    patience: Patience | None = None,
) -> Iterator[DownloadProgress]:
    """Fetch a known data set into `data_dir` / name; `open_dataset(name)` then finds it.

    Closing the generator cancels; what has arrived is kept for the next time. It yields about 20 times a second
    whatever the servers do, and closing takes a tenth of a second.

    Args:
        name: a key of `catalog.CATALOG`.
        data_dir: the platform's own folder if not given.
        mirrors: what to take from where; torchvision's table if not given.

    Raises:
        DownloadError: no mirror delivered, what came is not what was promised, or it can't be written.
    """
    if name not in CATALOG:
        raise DownloadError(f"{name!r} can't be downloaded.", f"Choose one of: {', '.join(CATALOG)}.")
    entry = CATALOG[name]
    folder = data_dir if data_dir is not None else paths.data_dir()
    yield DownloadProgress("", 0, 4, 0, entry.download_bytes, 0.0, None)  # importing the table takes a second
    try:
        with _only_one(entry, folder):
            remote = mirrors if mirrors is not None else entry.remote_files()
            yield from _Download(entry, folder, remote, patience or Patience()).run()
    except OSError as error:
        problem = explain(error, folder)
        raise DownloadError(f"{entry.title} could not be saved. {problem}", problem.remedy) from error


class _Meter:
    """Reckons progress and rate."""

    def __init__(self, files: tuple[RemoteFile, ...]) -> None:
        self._files = files
        self._sizes: list[int | None] = [file.size for file in files]
        self._index = 0
        self._before = 0  # bytes of the files that are done
        self._here = 0  # bytes of the one under way
        self._fetched = 0  # bytes that came by the network
        self._recent: deque[tuple[float, int]] = deque([(time.monotonic(), 0)])

    def begin(self, index: int) -> None:
        self._index, self._here = index, 0

    def at(self, here: int, size: int | None) -> None:
        """So many bytes of the file are here; the server tells its size or not."""
        self._here = here
        if size is not None:
            self._sizes[self._index] = size

    def add(self, count: int) -> None:
        self._here += count
        self._fetched += count

    def end(self, size: int) -> None:
        self._sizes[self._index] = size
        self._before += size
        self._here = 0

    def report(self) -> DownloadProgress:
        now = time.monotonic()
        self._recent.append((now, self._fetched))
        while now - self._recent[0][0] > RATE_WINDOW and len(self._recent) > 2:
            self._recent.popleft()
        since, fetched = self._recent[0]
        rate = (self._fetched - fetched) / (now - since) if now > since else 0.0
        received = self._before + self._here
        known = [size for size in self._sizes if size is not None]
        total = max(sum(known), received) if len(known) == len(self._sizes) else None
        left = (total - received) / rate if total is not None and rate > 0 else None
        name = self._files[self._index].name
        return DownloadProgress(name, self._index, len(self._files), received, total, rate, left)


class _Download:
    """One download of one data set."""

    def __init__(self, entry: CatalogEntry, folder: Path, remote: RemoteFiles, patience: Patience) -> None:
        self._entry = entry
        self._remote = remote
        self._patience = patience
        self._target = folder / entry.name
        self._staging = _workshop(folder) / entry.name
        self._mirrors = list(remote.mirrors)
        self._meter = _Meter(remote.files)

    def run(self) -> Iterator[DownloadProgress]:
        """Fetch what is missing, check it, move it into place."""
        if all(_is_right(self._target / file.name, file) for file in self._remote.files):
            return
        self._staging.mkdir(parents=True, exist_ok=True)
        for index, file in enumerate(self._remote.files):
            self._meter.begin(index)
            yield self._meter.report()
            yield from self._bring(file)
            self._meter.end((self._staging / file.name).stat().st_size)
        yield self._meter.report()
        self._check()
        self._publish()

    def _bring(self, file: RemoteFile) -> Iterator[DownloadProgress]:
        """See to it that a file lies in the staging folder, whole and right."""
        whole, part = self._staging / file.name, self._part(file)
        if _is_right(whole, file):
            return
        if _is_right(self._target / file.name, file):
            shutil.copyfile(self._target / file.name, part)
        if _is_right(part, file):
            os.replace(part, whole)
            return
        mirrors = list(self._mirrors)
        problems: dict[str, TransferError] = {}
        furthest, vain = _size(part), 0
        while mirrors and vain < self._patience.rounds:
            for mirror in list(mirrors):
                try:
                    yield from self._fetch(mirror + file.name, file)
                    self._mirrors.sort(key=lambda known: known != mirror)  # the one that delivers comes first
                    return
                except TransferError as error:
                    problems[host(mirror)] = error
                    if error.fault is Fault.REFUSED:
                        mirrors.remove(mirror)
            vain = vain + 1 if _size(part) <= furthest else 0
            furthest = max(furthest, _size(part))
            if mirrors and vain < self._patience.rounds:
                yield from self._wait(self._patience.pause * 2 ** max(vain - 1, 0))
        raise self._failure(problems)

    def _fetch(self, url: str, file: RemoteFile) -> Iterator[DownloadProgress]:
        """Take a file, or the rest of it, from one server, and check it.

        Where the rest can't be had, or does not fit what was here, the whole file is taken once more.
        """
        part = self._part(file)
        for _ in range(2):
            resumed = _size(part) > 0
            try:
                told = yield from self._receive(url, part)
            except TransferError as error:
                if error.fault is not Fault.RANGE:
                    raise
            else:
                if _is_right(part, file):
                    os.replace(part, self._staging / file.name)
                    return
                expected = told if told is not None else file.size
                if expected is not None and _size(part) < expected:
                    raise TransferError(Fault.BROKEN, "broke the connection off")
            part.unlink(missing_ok=True)
            if not resumed:
                break
        raise TransferError(Fault.REFUSED, "sent a file that is not the right one (its checksum differs)")

    def _receive(self, url: str, part: Path) -> Generator[DownloadProgress, None, int | None]:
        """Write what a server sends behind what is in `part` already, or over it if it sends everything.

        Returns:
            Bytes of the whole file as the server tells; None where it does not.
        """
        patience = self._patience
        with contextlib.closing(Transfer(url, _size(part), patience.connect, patience.stall)) as transfer:
            head: Head | None = None
            watch = _StallWatch(patience.stall)
            while head is None:
                item = transfer.take(TICK)  # limits of its own end the wait for a connection and an answer
                assert item is None or isinstance(item, Head)
                head = item
                yield self._meter.report()
            self._meter.at(head.start, head.total)
            watch.restart()
            due = 0.0
            with part.open("ab" if head.start else "wb") as file:
                while (item := transfer.take(TICK)) is not END:
                    if isinstance(item, bytes):
                        file.write(item)
                        self._meter.add(len(item))
                        watch.add(len(item))
                    if watch.stalled():
                        raise TransferError(Fault.BROKEN, "stopped sending")
                    if file.tell() > MAX_FILE_BYTES:
                        raise TransferError(Fault.RANGE, "sent far more than was asked for")
                    if time.monotonic() >= due:
                        yield self._meter.report()
                        due = time.monotonic() + TICK
                file.flush()
                os.fsync(file.fileno())
        return head.total

    def _wait(self, seconds: float) -> Iterator[DownloadProgress]:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(TICK, left))
            yield self._meter.report()

    def _check(self) -> None:
        """Look into the files, all of them: do they make a data set?"""
        try:
            files = find_idx_files(self._staging)
            for pair in (files.train, files.test):
                if pair is None:
                    raise DataError("images for training or for testing are missing")
                check_pair(pair)
        except DataError as error:
            shutil.rmtree(self._staging)
            raise DownloadError(
                f"What the servers have as {self._entry.title} can't be used: {error}",
                "Get the four files elsewhere and open their folder.",
            ) from error

    def _publish(self) -> None:
        """Move the checked files to where `find_dataset` looks."""
        if not self._target.exists():
            os.replace(self._staging, self._target)
            return
        # There is something already, damaged or not whole: each file is replaced by the right one.
        for file in self._remote.files:
            os.replace(self._staging / file.name, self._target / file.name)
        shutil.rmtree(self._staging)

    def _part(self, file: RemoteFile) -> Path:
        return self._staging / f"{file.name}.part"

    def _failure(self, problems: dict[str, TransferError]) -> DownloadError:
        title = self._entry.title
        if not problems:
            return DownloadError(f"No server is known for {title}.", "Open a folder with its four files.")
        if all(problem.fault is Fault.UNREACHABLE for problem in problems.values()):
            return DownloadError(
                f"{title} could not be downloaded: no connection to {' or '.join(problems)}.",
                f"Check the network and try again. {KEPT}",
            )
        told = "; ".join(f"{server} {problem.text}" for server, problem in problems.items())
        return DownloadError(
            f"{title} could not be downloaded: {told}.",
            f"Try again later, or get the four files elsewhere and open their folder. {KEPT}",
        )


class _StallWatch:
    """Tells when too little has come for too long."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.restart()

    def restart(self) -> None:
        self._since, self._count = time.monotonic(), 0

    def add(self, count: int) -> None:
        self._count += count

    def stalled(self) -> bool:
        if time.monotonic() - self._since < self._seconds:
            return False
        if self._count < STALL_BYTES:
            return True
        self.restart()
        return False


def _workshop(folder: Path) -> Path:
    """Where downloads are put together: hidden, on the same disk as their final place."""
    return folder / ".downloads"


@contextlib.contextmanager
def _only_one(entry: CatalogEntry, folder: Path) -> Iterator[None]:
    """Keep two windows from writing into the same files; a lock that dies with its process."""
    import filelock

    _workshop(folder).mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(_workshop(folder) / f"{entry.name}.lock", thread_local=False)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise DownloadError(
            f"{entry.title} is being downloaded already.", "Wait for the other download, or cancel it there."
        ) from error
    try:
        yield
    finally:
        lock.release()  # its empty file stays: removing it would let two others each hold "the" lock


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _is_right(path: Path, file: RemoteFile) -> bool:
    """Whether a file is there and whole."""
    if not path.is_file():
        return False
    with path.open("rb") as data:
        return hashlib.file_digest(data, "md5").hexdigest() == file.md5
