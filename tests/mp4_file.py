"""Reads an MP4 of AV1 back, and fails on whatever the standards forbid (ISO/IEC 14496-12, AV1 in it).

Written apart from the program's own boxes, on purpose. The frames are decoded by libavif, for which the file is told
to be an animated AVIF: the samples are the same.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image

SEQUENCE_HEADER, TEMPORAL_DELIMITER = 1, 2


@dataclass(frozen=True, eq=False)
class Video:
    """frames [N, H, W, 3] uint8; times of each in seconds; keys: the frames at which a player can start."""

    frames: np.ndarray
    times: list[float]
    fps: float
    keys: list[int]


def read_mp4(path: Path) -> Video:
    """The video in a file, all of it checked."""
    data = path.read_bytes()
    top = parts(data, 0, len(data))
    assert [name for name, _, _ in top] == ["ftyp", "mdat", "moov"]
    (_, start, end), (_, *media), (_, *movie) = top
    brands = [data[at : at + 4] for at in (start, *range(start + 8, end, 4))]
    assert {b"isom", b"av01"} <= set(brands) and b"avif" not in brands and b"avis" not in brands

    moov = only(data, movie, "mvhd", "trak")
    _, _, scale, length = struct.unpack_from(">4I", data, moov["mvhd"][0] + 4)
    track = only(data, moov["trak"], "tkhd", "mdia")
    at = track["tkhd"][0]
    assert data[at : at + 4] == bytes([0, 0, 0, 3]), "the track is not shown"
    number, shown_for = struct.unpack_from(">I4xI", data, at + 12)
    width, height = (side / 65536 for side in struct.unpack_from(">II", data, at + 76))
    assert number == 1 and shown_for == length
    mdia = only(data, track["mdia"], "mdhd", "hdlr", "minf")
    assert struct.unpack_from(">II", data, mdia["mdhd"][0] + 12) == (scale, length)
    assert data[mdia["hdlr"][0] + 8 : mdia["hdlr"][0] + 12] == b"vide"
    assert data[mdia["hdlr"][1] - 1] == 0
    minf = only(data, mdia["minf"], "vmhd", "dinf", "stbl")
    assert data[minf["vmhd"][0] : minf["vmhd"][0] + 4] == bytes([0, 0, 0, 1])
    (dref,) = parts(data, *minf["dinf"])
    assert dref[0] == "dref"
    assert data[dref[1] + 12 : dref[1] + 20] == b"url \0\0\0\1", "the samples should lie in this very file"

    stbl = only(data, minf["stbl"], "stsd", "stts", "stss", "stsc", "stsz", "co64")
    header = entry_header(data, stbl["stsd"], round(width), round(height))
    samples = sample_bytes(data, stbl, media)
    count, delta = table(data, stbl["stts"], each=2)
    assert (count, count * delta) == (len(samples), length)
    keys = [number - 1 for number in table(data, stbl["stss"])]
    assert keys[0] == 0 and keys == sorted(set(keys)) and keys[-1] < len(samples)
    for place, sample in enumerate(samples):
        units = open_bitstream_units(sample)
        assert TEMPORAL_DELIMITER not in [kind for kind, _ in units]
        heads = [unit for kind, unit in units if kind == SEQUENCE_HEADER]
        assert heads in (([header], []) if place in keys else ([],)), "a player could not start here"
    frames = decoded(data, len(samples))
    assert frames.shape[1:3] == (height, width)
    return Video(frames, [place * delta / scale for place in range(count)], scale / delta, keys)


def parts(data: bytes, start: int, end: int) -> list[tuple[str, int, int]]:
    """Name, and start and end of the content, of each box between two places."""
    found = []
    while start < end:
        size, name = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start + 8)
            head = 16
        assert head <= size <= end - start, f"{name!r} reaches beyond what holds it"
        found.append((name.decode("ascii"), start + head, start + size))
        start += size
    return found


def only(data: bytes, inside: list[int] | tuple[int, int], *names: str) -> dict[str, tuple[int, int]]:
    """Where the boxes lie, each of which has to be there once, and no other."""
    found = parts(data, *inside)
    assert [name for name, _, _ in found] == list(names)
    return {name: (start, end) for name, start, end in found}


def table(data: bytes, inside: tuple[int, int], each: int = 1, before: int = 0) -> list[int]:
    """The numbers of a table, `each` to an entry, with what stands before their count; it ends where its box does."""
    start, end = inside
    values = struct.unpack(f">{(end - start - 4) // 4}I", data[start + 4 : end])
    assert values[before] * each == len(values) - before - 1
    return [*values[:before], *values[before + 1 :]]


def entry_header(data: bytes, inside: tuple[int, int], width: int, height: int) -> bytes:
    """The sequence header in the one sample entry, which has to name the picture's size."""
    start, end = inside
    assert struct.unpack_from(">I", data, start + 4) == (1,)
    ((name, at, stop),) = parts(data, start + 8, end)
    assert name == "av01" and struct.unpack_from(">HH", data, at + 24) == (width, height)
    boxes = only(data, (at + 78, stop), "av1C", "colr")
    config = data[slice(*boxes["av1C"])]
    assert config[0] == 0x81 and config[1] >> 5 == 0, "players need the main profile"
    assert config[2] & 0b00011100 == 0b00001100, "players need colour at half size"
    assert data[boxes["colr"][0] : boxes["colr"][0] + 4] == b"nclx"
    ((kind, unit),) = open_bitstream_units(config[4:])
    assert kind == SEQUENCE_HEADER
    return unit


def sample_bytes(data: bytes, stbl: dict[str, tuple[int, int]], media: list[int]) -> list[bytes]:
    """The samples, which have to fill the media's box without a gap."""
    common, *sizes = table(data, stbl["stsz"], before=1)
    halves = table(data, stbl["co64"], each=2)
    places = [high << 32 | low for high, low in zip(halves[::2], halves[1::2])]
    groups = table(data, stbl["stsc"], each=3)
    chunks = len(places)
    firsts = [*groups[::3], chunks + 1]
    per_chunk = [n for (a, b), n in zip(pairwise(firsts), groups[1::3]) for _ in range(b - a)]
    assert common == 0 and firsts[0] == 1 and len(per_chunk) == chunks and set(groups[2::3]) == {1}
    assert sum(per_chunk) == len(sizes)
    samples, left = [], list(sizes)
    expected = media[0]
    for place, number in zip(places, per_chunk):
        assert place == expected
        for size in left[:number]:
            samples.append(data[place : place + size])
            place += size
        left, expected = left[number:], place
    assert expected == media[1]
    return samples


def open_bitstream_units(sample: bytes) -> list[tuple[int, bytes]]:
    """Kind and bytes of each unit of AV1, which have to fill the sample."""
    units, at = [], 0
    while at < len(sample):
        start, head = at, sample[at]
        assert head & 0b10000001 == 0 and head & 0b10, "a unit without its length"
        at += 2 if head & 0b100 else 1
        size, shift = 0, 0
        while True:
            byte = sample[at]
            size |= (byte & 127) << shift
            at, shift = at + 1, shift + 7
            if byte < 128:
                break
        at += size
        assert at <= len(sample)
        units.append((head >> 3 & 15, sample[start:at]))
    return units


def decoded(data: bytes, count: int) -> np.ndarray:
    """All frames in red, green and blue."""
    relabelled = data.replace(b"vide", b"pict", 1)
    relabelled = relabelled[:8] + b"avis" + relabelled[12:16] + b"avismsf1iso8miaf" + relabelled[32:]
    with Image.open(io.BytesIO(relabelled)) as image:
        assert getattr(image, "n_frames", 1) == count
        frames = []
        for number in range(count):
            image.seek(number)
            frames.append(np.asarray(image.convert("RGB")))
    return np.stack(frames)
