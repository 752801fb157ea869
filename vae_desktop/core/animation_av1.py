"""AV1 video by the encoder in Pillow (libavif and libaom, BSD-2-Clause), run by run.

An animated AVIF is a track of AV1 samples in the boxes that MP4 has too. Pillow encodes such a file in one go that
nobody can follow or end; so a video is coded in short runs, each a file of its own, whose samples are joined.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vae_desktop.core.errors import ExportError
from vae_desktop.core.export import Pixels
from vae_desktop.core.media_boxes import (
    ENTRY_COUNT,
    VERSION_AND_FLAGS,
    VISUAL_SAMPLE_ENTRY,
    box,
    content_of,
)

# Measured on 240 frames of decoded digits, 504 × 504, one slow core: see ARCHITECTURE.md. Coded as the content of a
# screen, enlarged pixels are sharper and smaller.
SPEED, QUALITY = 10, 85
ADVANCED = {"tune-content": "screen"}
TEMPORAL_DELIMITER = b"\x12\x00"
SEQUENCE_HEADER = 0x0A
NO_ENCODER = "MP4 needs Pillow with its AV1 encoder, which this installation lacks."
REFUSED = "The video could not be encoded."
REMEDY = "Choose .gif or .webp."


@dataclass(frozen=True)
class Run:
    """Some frames as AV1.

    Attributes:
        samples: the coded frames, in order; whoever starts playing at the first needs none before it.
        key: the places of those at which a player can start.
        boxes: av1C and colr, which tell a player how to decode and to show them.
    """

    samples: tuple[bytes, ...]
    key: tuple[int, ...]
    boxes: bytes


def encode_run(frames: Sequence[Pixels]) -> Run:
    """Code frames, all of one size with even sides.

    Args:
        frames: uint8 [H, W] (grey) or [H, W, 3] (red, green, blue), at least one.

    Raises:
        ExportError: Pillow has no AV1 encoder, or it refuses.
    """
    from PIL import Image, features

    if not features.check("avif"):
        raise ExportError(NO_ENCODER, REMEDY)
    # Coloured always: players decode grey AV1 in software at best. A lone frame would make a still picture.
    pictures = [Image.fromarray(np.ascontiguousarray(frame)).convert("RGB") for frame in frames]
    first, *others = pictures if len(pictures) > 1 else pictures * 2
    buffer = io.BytesIO()
    try:
        first.save(
            buffer,
            "AVIF",
            save_all=True,
            append_images=others,
            duration=1,
            codec="aom",
            speed=SPEED,
            quality=QUALITY,
            subsampling="4:2:0",
            range="limited",
            # Runs this small are coded no faster by several, and the training may want the others.
            max_threads=1,
            advanced=ADVANCED,
        )
        return _track(buffer.getvalue(), len(frames))
    except (OSError, ValueError, struct.error) as error:
        raise ExportError(REFUSED, REMEDY) from error


def _track(data: bytes, count: int) -> Run:
    """The first samples of the one track in an animated AVIF."""
    table = content_of(data, b"moov", b"trak", b"mdia", b"minf", b"stbl")
    entries = content_of(table, b"stsd") if table is not None else None
    entry = content_of(entries[VERSION_AND_FLAGS + ENTRY_COUNT :], b"av01") if entries is not None else None
    if table is None or entry is None:
        raise ValueError("no AV1 track")
    details = entry[VISUAL_SAMPLE_ENTRY:]
    config, colours = content_of(details, b"av1C"), content_of(details, b"colr")
    sizes, chunks = _numbers(content_of(table, b"stsz"), 2), _numbers(content_of(table, b"stco"), 1)
    if config is None or colours is None or len(sizes) < count or len(chunks) != 1:
        raise ValueError("not an animated AVIF as libavif writes them")
    places = np.cumsum([chunks[0], *sizes])
    samples = [data[start:end] for start, end in pairwise(places)][:count]
    key = content_of(table, b"stss")
    starts = range(count) if key is None else [number - 1 for number in _numbers(key, 1) if number <= count]
    # MP4 has no delimiters, and the description of the whole sequence beside its samples too.
    samples = [sample.removeprefix(TEMPORAL_DELIMITER) for sample in samples]
    head = samples[0]
    if head[0] != SEQUENCE_HEADER or 0 not in starts:
        raise ValueError("the first sample is no start")
    sequence = head[: 2 + head[1]]
    return Run(tuple(samples), tuple(starts), box(b"av1C", config[:4], sequence) + box(b"colr", colours))


def _numbers(table: bytes | None, fields: int) -> tuple[int, ...]:
    """The numbers in a table of 32 bits each, behind its `fields` fields of which the last counts them."""
    if table is None:
        raise ValueError("a table is missing")
    start = VERSION_AND_FLAGS + 4 * fields
    (count,) = struct.unpack_from(">I", table, start - 4)
    return struct.unpack_from(f">{count}I", table, start)
