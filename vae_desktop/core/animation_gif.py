"""GIF animations, frame by frame (CompuServe, GIF89a).

Pillow compresses each frame as a picture of its own, and this joins them: Pillow's own way to write several
compresses them all in one go that nobody can follow or end.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import IO

from vae_desktop.core.export import Pixels

HEADER = 13
EXTENSION, IMAGE, END = 0x21, 0x2C, 0x3B
HAS_TABLE, TABLE_SIZE = 0x80, 0x07
FOR_EVER = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"


def write_gif(file: IO[bytes], frames: Iterator[Pixels], fps: int, loop: bool) -> Iterator[None]:
    """Write frames as they come, each with its own table of up to 256 colours; yields after each."""
    shown = 0
    for number, frame in enumerate(frames):
        picture = _still(frame)
        if number == 0:
            width, height = struct.unpack("<HH", picture[6:10])
            file.write(struct.pack("<6sHHBBB", b"GIF89a", width, height, 0x70, 0, 0))
            file.write(FOR_EVER if loop else b"")
        # In hundredths of a second, rounded so that no error piles up.
        until = round((number + 1) * 100 / fps)
        file.write(struct.pack("<BBBBHBB", EXTENSION, 0xF9, 4, 0, until - shown, 0, 0))
        file.write(_with_table(picture))
        shown = until
        yield
    file.write(bytes([END]))


def _still(frame: Pixels) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(frame).save(buffer, "GIF", optimize=False)
    return buffer.getvalue()


def _with_table(picture: bytes) -> bytes:
    """The image of a GIF of one image, with the table of colours that the file had for all."""
    flags = picture[10]
    table_end = HEADER + (3 << (flags & TABLE_SIZE) + 1 if flags & HAS_TABLE else 0)
    at = table_end
    while picture[at] == EXTENSION:
        at += 2
        while picture[at]:
            at += picture[at] + 1
        at += 1
    assert picture[at] == IMAGE, "not a GIF as Pillow writes them"
    descriptor, image = picture[at : at + 10], picture[at + 10 : picture.rindex(END)]
    if descriptor[9] & HAS_TABLE or not flags & HAS_TABLE:
        return descriptor + image
    local = descriptor[9] & ~TABLE_SIZE | HAS_TABLE | flags & TABLE_SIZE
    return descriptor[:9] + bytes([local]) + picture[HEADER:table_end] + image
