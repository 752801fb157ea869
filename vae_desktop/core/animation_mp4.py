"""MP4 video: AV1 in the boxes of an ISO base media file (ISO/IEC 14496-12, and AV1's binding to it)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import groupby
from typing import IO

import numpy as np

from vae_desktop.core.animation_av1 import Run, encode_run
from vae_desktop.core.export import Pixels
from vae_desktop.core.media_boxes import box, full_box

# A run is coded in one go: short enough that progress moves and Cancel answers, long enough to be small.
RUN_FRAMES, RUN_PIXELS = 24, 8_000_000
# Times are counted in thousandths of a frame.
FRAME = 1000
UNDETERMINED = 0x55C4  # the language
UNITY = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
PIXELS_PER_INCH = 72 << 16


def write_mp4(file: IO[bytes], frames: Iterator[Pixels], fps: int, loop: bool) -> Iterator[None]:
    """Write frames as they come; yields after each. Whether it loops is the player's business.

    A side with an odd number of pixels gets one more, a copy of its last: video is coded in squares of two.

    Raises:
        ExportError: there is no encoder, or it refuses.
    """
    file.write(box(b"ftyp", b"isom", struct.pack(">I", 0), b"isom", b"iso6", b"mp42", b"av01"))
    start = file.tell()
    # A length of 64 bits, which is known at the end only.
    file.write(struct.pack(">I4sQ", 1, b"mdat", 0))
    runs: list[_Written] = []
    waiting: list[Pixels] = []
    boxes, size = b"", (0, 0)

    def write_run() -> None:
        nonlocal boxes
        run = encode_run(waiting)
        runs.append(_Written(file.tell(), run))
        boxes = boxes or run.boxes
        file.write(b"".join(run.samples))
        waiting.clear()

    for frame in frames:
        waiting.append(_even(frame))
        size = waiting[0].shape[:2]
        if len(waiting) >= min(RUN_FRAMES, max(2, RUN_PIXELS // (size[0] * size[1]))):
            write_run()
        yield
    if waiting:
        write_run()
    end = file.tell()
    file.write(_movie(runs, boxes, size[1], size[0], fps))
    file.seek(start + 8)
    file.write(struct.pack(">Q", end - start))


class _Written:
    """Where a run lies in the file, and what its samples are."""

    def __init__(self, place: int, run: Run) -> None:
        self.place = place
        self.sizes = [len(sample) for sample in run.samples]
        self.key = run.key


def _even(frame: Pixels) -> Pixels:
    sides = [(0, side % 2) for side in frame.shape[:2]]
    return np.pad(frame, sides + [(0, 0)] * (frame.ndim - 2), "edge")


def _movie(runs: list[_Written], boxes: bytes, width: int, height: int, fps: int) -> bytes:
    """The table of contents: one track that is shown from its beginning to its end."""
    scale, length = fps * FRAME, FRAME * sum(len(run.sizes) for run in runs)
    # Without dates: the same frames give the same file.
    times = struct.pack(">4I", 0, 0, scale, length)
    movie = full_box(b"mvhd", 0, 0, times, struct.pack(">IH10x", 0x10000, 0x100), UNITY, bytes(24), _u32(2))
    track = full_box(
        b"tkhd",
        0,
        3,  # enabled, and part of what is shown
        struct.pack(">5I8x4H", 0, 0, 1, 0, length, 0, 0, 0, 0),
        UNITY,
        _u32(width << 16, height << 16),
    )
    media = full_box(b"mdhd", 0, 0, times, struct.pack(">HH", UNDETERMINED, 0))
    handler = full_box(b"hdlr", 0, 0, struct.pack(">I4s12x", 0, b"vide"), b"Video\0")
    source = box(b"dinf", full_box(b"dref", 0, 0, _u32(1), full_box(b"url ", 0, 1)))
    entry = box(
        b"av01",
        struct.pack(">6xH16xHHIIIH32xHh", 1, width, height, PIXELS_PER_INCH, PIXELS_PER_INCH, 0, 1, 24, -1),
        boxes,
    )
    information = box(
        b"minf", full_box(b"vmhd", 0, 1, bytes(8)), source, box(b"stbl", _description(entry), *_tables(runs))
    )
    return box(b"moov", movie, box(b"trak", track, box(b"mdia", media, handler, information)))


def _description(entry: bytes) -> bytes:
    return full_box(b"stsd", 0, 0, _u32(1), entry)


def _tables(runs: list[_Written]) -> Iterator[bytes]:
    """When each sample is shown, where it lies, and which a player can start at."""
    sizes = [size for run in runs for size in run.sizes]
    yield full_box(b"stts", 0, 0, _u32(1, len(sizes), FRAME))
    starts = np.cumsum([0, *(len(run.sizes) for run in runs)])
    key = [int(start) + place + 1 for start, run in zip(starts, runs) for place in run.key]
    yield full_box(b"stss", 0, 0, _u32(len(key), *key))
    groups, number = [], 1
    for length, alike in groupby(len(run.sizes) for run in runs):
        groups.append((number, length, 1))
        number += len(list(alike))
    yield full_box(b"stsc", 0, 0, _u32(len(groups), *(value for group in groups for value in group)))
    yield full_box(b"stsz", 0, 0, _u32(0, len(sizes), *sizes))
    yield full_box(b"co64", 0, 0, _u32(len(runs)), *(struct.pack(">Q", run.place) for run in runs))


def _u32(*numbers: int) -> bytes:
    return struct.pack(f">{len(numbers)}I", *numbers)
