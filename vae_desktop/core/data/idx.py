"""Reads IDX files, the format of MNIST, plain or gzipped.

An IDX file is two zero bytes, one byte for the type of its values, one for the number of dimensions, each
dimension as a big-endian 32-bit number, and then the values, big-endian too (Y. LeCun, C. Cortes & C. Burges,
The MNIST database of handwritten digits).
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import numpy.typing as npt

from vae_desktop.core.errors import DataError

TYPES: dict[int, np.dtype[Any]] = {
    0x08: np.dtype(">u1"),
    0x09: np.dtype(">i1"),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}
MAX_DIMENSIONS = 4
AGAIN = "Copy or download it again."

_GZIP_MAGIC = b"\x1f\x8b"
_SLICE = 1 << 20  # bytes read at a time
_MOST_DEFLATED = 1032  # deflate makes a file at most so many times smaller


@dataclass(frozen=True)
class IdxHeader:
    """What an IDX file says of itself.

    Attributes:
        dtype: type of the values, big-endian.
        shape: number of items, then the shape of one.
        size: length of the header in bytes.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    size: int

    @property
    def values_size(self) -> int:
        """Bytes of all values."""
        return math.prod(self.shape) * self.dtype.itemsize


def read_header(path: Path) -> IdxHeader:
    """What kind and how many values an IDX file says it holds; quick, whatever its size.

    Raises:
        DataError: it can't be read, or is no IDX file.
    """
    with _opened(path) as file:
        return _header(file, path)


def read_idx(path: Path | str) -> npt.NDArray[Any]:
    """All values of an IDX file, in this machine's byte order and writable.

    Whether it is gzipped is seen from its first bytes: its name does not matter.

    Raises:
        DataError: it can't be read, is no IDX file, is cut short, too long or damaged.
    """
    path = Path(path)
    with _opened(path) as file:
        header = _header(file, path)
        _check_room(header, path)
        values = np.empty(header.values_size, dtype=np.uint8)
        got = _fill(file, values.data)
        if got < len(values):
            raise DataError(
                f"{path} is cut short: it should hold {len(values):,} bytes of values and ends after {got:,}.",
                AGAIN,
            )
        # At its end a gzip file is compared with the checksum in it.
        if file.read(1):
            raise DataError(f"{path} is longer than its header says.", AGAIN)
    shaped = values.view(header.dtype).reshape(header.shape)
    return shaped.astype(header.dtype.newbyteorder("="), copy=False)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """The file's plain bytes; whatever goes wrong while reading them is told in plain words."""
    try:
        with path.open("rb") as file:
            zipped = file.read(2) == _GZIP_MAGIC
            file.seek(0)
            if zipped:
                with gzip.GzipFile(fileobj=file) as plain:
                    yield cast(IO[bytes], plain)
            else:
                yield file
    except FileNotFoundError as error:
        raise DataError(f"There is no file {path}.", "Check the name.") from error
    except EOFError as error:
        raise DataError(f"{path} is cut short: its compressed data end too early.", AGAIN) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path} is damaged: its compressed data can't be unpacked.", AGAIN) from error
    except OSError as error:
        raise DataError(f"Can't read {path}: {error.strerror or error}.") from error


def _header(file: IO[bytes], path: Path) -> IdxHeader:
    start = file.read(4)
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] not in TYPES:
        raise DataError(f"{path} is not an IDX file.", "Choose files in the format of MNIST.")
    dimensions = start[3]
    if not 1 <= dimensions <= MAX_DIMENSIONS:
        raise DataError(f"{path} has {dimensions} dimensions; an IDX file of images or labels has 1 to 4.")
    sizes = file.read(4 * dimensions)
    if len(sizes) < 4 * dimensions:
        raise DataError(f"{path} is cut short: it ends within its header.", AGAIN)
    return IdxHeader(TYPES[start[2]], struct.unpack(f">{dimensions}I", sizes), 4 + 4 * dimensions)


def _check_room(header: IdxHeader, path: Path) -> None:
    """Refuse a header that promises more than the file can hold before memory is taken for it."""
    size = path.stat().st_size
    if header.values_size > size * _MOST_DEFLATED:
        raise DataError(
            f"{path} is cut short: it should hold {header.values_size:,} bytes of values and has {size:,}.",
            AGAIN,
        )


def _fill(file: IO[bytes], target: memoryview) -> int:
    """Read until `target` is full or the file ends; returns the number of bytes read."""
    got = 0
    while got < len(target):
        piece = file.read(min(_SLICE, len(target) - got))
        if not piece:
            break
        target[got : got + len(piece)] = piece
        got += len(piece)
    return got
