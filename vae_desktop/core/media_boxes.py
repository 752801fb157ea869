"""The boxes that MP4 and AVIF files consist of (ISO/IEC 14496-12): a length, a name of four letters, the content."""

from __future__ import annotations

import struct
from collections.abc import Iterator

HEADER = 8
# What stands before the boxes inside these.
VERSION_AND_FLAGS = 4
ENTRY_COUNT = 4
VISUAL_SAMPLE_ENTRY = 78


def box(name: bytes, *content: bytes) -> bytes:
    """A box around bytes, which may be boxes themselves."""
    inside = b"".join(content)
    return struct.pack(">I4s", HEADER + len(inside), name) + inside


def full_box(name: bytes, version: int, flags: int, *content: bytes) -> bytes:
    """A box with a version and flags."""
    return box(name, struct.pack(">I", version << 24 | flags), *content)


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each box in a row of them.

    Raises:
        ValueError: a length makes no sense.
    """
    at = 0
    while at < len(data):
        size, name = struct.unpack_from(">I4s", data, at) if at + HEADER <= len(data) else (0, b"")
        if not HEADER <= size <= len(data) - at:
            raise ValueError(f"a box at byte {at} does not end within the {len(data)} bytes around it")
        yield name, data[at + HEADER : at + size]
        at += size


def content_of(data: bytes, *path: bytes) -> bytes | None:
    """What the box at the end of a path of names holds, or None where there is no such box."""
    for name in path:
        found = dict(reversed(list(boxes(data)))).get(name)
        if found is None:
            return None
        data = found
    return data
