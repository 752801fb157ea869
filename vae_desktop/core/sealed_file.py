"""Safetensors files under a seal: a digest over everything in them, so that an altered or cut one is refused.

Reading runs nothing that is in a file. The metadata are `format`, `format_version`, `header` (JSON) and `digest`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from vae_desktop.core.errors import CheckpointError
from vae_desktop.core.records import AnyArray, Arrays

FORMAT = "vae_desktop"
FORMAT_VERSION = 1
# What files of torch.save begin with: a zip archive, or a bare pickle of protocol 2 to 5.
PICKLE_STARTS = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
# The format's own limit for the JSON at a file's start, in bytes.
MAX_JSON = 100_000_000
USE_OURS = "Open a .safetensors file that this program saved."
USE_ANOTHER = "Use another copy of it."


def digest(header: str, arrays: Arrays) -> str:
    """Hex SHA-256 over the header and every array with its name, type and shape."""
    result = hashlib.sha256(header.encode())
    for name in sorted(arrays):
        array = arrays[name]
        # Types by torch's names: the first files were sealed so.
        result.update(f"{name} torch.{array.dtype} {array.shape}\n".encode())
        result.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    return result.hexdigest()


def seal(path: Path, header: str, arrays: Arrays) -> None:
    """Write a file with this header and these arrays.

    Raises:
        OSError: it can't be written.
    """
    metadata = {
        "format": FORMAT,
        "format_version": str(FORMAT_VERSION),
        "header": header,
        "digest": digest(header, arrays),
    }
    try:
        # Straight into the file: as one string of bytes it would be copied twice on the way, at each epoch's end.
        save_file(dict(arrays), path, metadata)
    except SafetensorError as error:
        raise _system_error(error) from error


def _system_error(error: SafetensorError) -> Exception:
    """The operating system's error behind one of the library's, which says it in words alone; else the error itself."""
    number = re.search(r"\(os error (\d+)\)", str(error))
    if number is None:
        return error
    code = int(number[1])
    # The fourth is Windows' own number, from which Python finds the other.
    return OSError(0, str(error), None, code) if os.name == "nt" else OSError(code, os.strerror(code))


def unseal(path: Path) -> tuple[str, dict[str, AnyArray]]:
    """Header and arrays (read-only) of a file, as `seal` was given them.

    Raises:
        CheckpointError: it is missing, cut, altered, too new, or no model file of this program.
    """
    try:
        with path.open("rb") as file:
            metadata = _metadata(path.name, file)
        header = metadata.get("header", "")
        with safe_open(path, framework="np") as opened:
            # Copies: the file's own memory would change, or be cut off, with the file.
            arrays = {key: np.array(opened.get_tensor(key)) for key in opened.keys()}  # noqa: SIM118
    except FileNotFoundError as error:
        raise CheckpointError(f"There is no file {path}.") from error
    except IsADirectoryError as error:
        raise CheckpointError(f"{path} is a folder, not a model file.", USE_OURS) from error
    except OSError as error:
        raise CheckpointError(f"Can't read {path}: {error.strerror or error}.") from error
    except (SafetensorError, MemoryError, TypeError) as error:
        raise CheckpointError(f"{path.name} is damaged: {error}.", USE_ANOTHER) from error
    if metadata.get("digest") != digest(header, arrays):
        raise CheckpointError(
            f"{path.name} was altered or damaged: its checksum does not match.", USE_ANOTHER
        )
    for array in arrays.values():
        array.setflags(write=False)
    return header, arrays


def _metadata(name: str, file: BinaryIO) -> dict[str, str]:
    """The metadata at the start of a file, once they and its length are those of a model of ours."""
    table = _json_table(name, file)
    metadata = table.pop("__metadata__", None)
    if not isinstance(metadata, dict) or metadata.get("format") != FORMAT:
        raise CheckpointError(
            f"{name} is a safetensors file, but not a model of this program.",
            "Open a model that this program saved.",
        )
    version = str(metadata.get("format_version", ""))
    if version.isdecimal() and int(version[:9]) > FORMAT_VERSION:
        raise CheckpointError(
            f"{name} was made by a newer version of this program.", "Update the program to open it."
        )
    if version != str(FORMAT_VERSION):
        raise CheckpointError(f"{name} is damaged: its format has no known version.", USE_ANOTHER)
    present = os.fstat(file.fileno()).st_size - file.tell()
    if present < max((_end(name, entry) for entry in table.values()), default=0):
        raise CheckpointError(f"{name} is cut short: its end is missing.", USE_ANOTHER)
    return metadata


def _json_table(name: str, file: BinaryIO) -> dict[str, Any]:
    """The JSON object at the start of a safetensors file, after its length in eight bytes."""
    size = os.fstat(file.fileno()).st_size
    start = file.read(9)
    if not start:
        raise CheckpointError(f"{name} is empty.", USE_ANOTHER)
    if start.startswith(PICKLE_STARTS):
        raise CheckpointError(
            f"{name} is a pickle (.pt or .pth): opening one can run any program, so it is refused.",
            USE_OURS,
        )
    length = int.from_bytes(start[:8], "little")
    if len(start) < 9 or start[8:] != b"{" or length > MAX_JSON:
        raise CheckpointError(f"{name} is not a model file of this program.", USE_OURS)
    if length > size - 8:
        raise CheckpointError(f"{name} is cut short: its end is missing.", USE_ANOTHER)
    try:
        table = json.loads(b"{" + file.read(length - 1))
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{name} is damaged: its description can't be read.", USE_ANOTHER) from error
    assert isinstance(table, dict)  # it began with a brace
    return table


def _end(name: str, entry: Any) -> int:
    """Where a tensor's bytes end, counted from the first tensor's first."""
    try:
        return int(entry["data_offsets"][1])
    except (KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
        raise CheckpointError(f"{name} is damaged: its table of contents is wrong.", USE_ANOTHER) from error
