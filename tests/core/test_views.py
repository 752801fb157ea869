"""Views as records: there and back, in a PNG too; and whatever is altered, too large or foreign is refused in words."""

from __future__ import annotations

import json
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from vae_desktop.core.errors import ViewError
from vae_desktop.core.export import write_png
from vae_desktop.core.plane import Plane, axes_plane, plane_through, principal_plane
from vae_desktop.core.png_text import SIGNATURE, is_png, png_text
from vae_desktop.core.view_record import View
from vae_desktop.core.view_tags import DataTag, PlaneTag, plain, tag_of
from vae_desktop.core.view_text import CHUNK, chunk_of, from_text, read_view, to_text

CODES = np.random.default_rng(0).standard_normal((200, 5)).astype(np.float32) * [3, 2, 1, 1, 1]
CODES = CODES.astype(np.float32)
PIXELS = np.zeros((4, 5), np.uint8)


def make(plane: Plane | None = None, **changes: object) -> View:
    """A view with something in every field."""
    whole = View(
        kind="samples",
        model=tag_of("0123456789ab", "mine", "/somebody/models/mine.safetensors", 5),
        dataset=DataTag("mnist", "MNIST", "f" * 64, "train"),
        cursor=plain(CODES[7]),
        plane=PlaneTag.of(plane or axes_plane(5, 3, 1)),
        window=(-3.0, -2.5, 3.0, 2.5),
        selected=7,
        group=(0, 3, 8, 59_999),
        settings={"samples": {"rows": 3, "seed": 9, "temperature": 0.7, "kind": "prior", "share": None}},
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def sealed(values: object, version: object = 1) -> str:
    """A text with a checksum that fits, whatever it holds."""
    from vae_desktop.core.view_text import _checksum

    return json.dumps({"version": version, "checksum": _checksum(values), "view": values})


@pytest.mark.parametrize(
    "plane",
    [axes_plane(5, 3, 1), principal_plane(CODES), plane_through(CODES, (4, 9, 30))],
    ids=["axes", "principal", "digits"],
)
def test_there_and_back(plane: Plane) -> None:
    view = make(plane)
    again = from_text(to_text(view))
    assert again == view
    assert np.array_equal(again.z, CODES[7]) and again.digits.tolist() == [0, 3, 8, 59_999]
    back = again.plane.to_plane(5)
    assert back.same_as(plane) and (back.axes, back.digits, back.title) == (
        plane.axes,
        plane.digits,
        plane.title,
    )
    assert (back.names, back.spoken) == (plane.names, plane.spoken)


@pytest.mark.parametrize(
    ("kind", "sampler", "needs"),
    [("samples", "gmm", True), ("samples", "prior", False), ("picture", "gmm", False)],
)
def test_samples_like_digits_need_these(kind: str, sampler: str, needs: bool) -> None:
    settings = {"samples": {"kind": sampler}}
    view = make(axes_plane(5, 3, 1), kind=kind, selected=None, group=(), settings=settings)
    assert view.needs_data is needs


def test_nobodys_folders_are_told() -> None:
    assert "somebody" not in to_text(make()) and make().model.file == "mine.safetensors"
    assert tag_of("", "x", "D:\\somebody\\mine.safetensors", 2).file == "mine.safetensors"


def test_a_group_of_everything_stays_small() -> None:
    view = make(group=tuple(range(70_000)))
    text = to_text(view)
    assert len(text) < 15_000 and from_text(text).group == view.group


def test_a_line_has_a_plane_too() -> None:
    one = make(axes_plane(1, 0, 0), model=tag_of("", "line", "", 1), cursor=(0.5,), dataset=None)
    assert from_text(to_text(one)) == one


@pytest.mark.parametrize("way", ["ours", "zTXt", "iTXt", "iTXt compressed", "after the pixels"])
def test_a_png_brings_it_back_whoever_saved_it_last(tmp_path: Path, way: str) -> None:
    view, path = make(), tmp_path / "picture.png"
    if way in ("ours", "after the pixels"):
        write_png(path, PIXELS, {"Seed": "9", **chunk_of(view)})
    else:
        chunks = PngInfo()
        if way == "zTXt":
            chunks.add_text(CHUNK, to_text(view), zip=True)
        else:
            chunks.add_itxt(CHUNK, to_text(view), zip="compressed" in way)
        Image.fromarray(PIXELS).save(path, pnginfo=chunks)
    if way == "after the pixels":
        data = path.read_bytes()
        start = data.index(b"tEXt" + CHUNK.encode()) - 4
        end = start + 12 + int.from_bytes(data[start : start + 4], "big")
        last = data.index(b"IEND") - 4
        path.write_bytes(data[:start] + data[end:last] + data[start:end] + data[last:])
    assert is_png(path) and read_view(path) == view


def test_a_foreign_png_carries_none(tmp_path: Path) -> None:
    Image.fromarray(PIXELS).save(tmp_path / "photo.png")
    assert read_view(tmp_path / "photo.png") is None
    (tmp_path / "cut.png").write_bytes((tmp_path / "photo.png").read_bytes()[:20])
    (tmp_path / "words.png").write_text("no pixels here")
    assert read_view(tmp_path / "cut.png") is None and read_view(tmp_path / "words.png") is None
    assert not is_png(tmp_path / "words.png") and not is_png(tmp_path / "missing.png")
    with pytest.raises(ViewError, match="Can't read"):
        read_view(tmp_path / "missing.png")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"seed":9', '"seed":8'),
        ("0123456789ab", "0123456789ac"),
        ('"axes":[3,1]', '"axes":[1,3]'),
        ('"view"', '"vieW"'),
    ],
)
def test_an_altered_text_is_recognised(old: str, new: str) -> None:
    text = to_text(make())
    assert text.count(old) == 1
    with pytest.raises(ViewError, match=r"Holiday\.png’s description was altered") as caught:
        from_text(text.replace(old, new), "Holiday.png")
    assert caught.value.remedy


def test_a_newer_one_says_so() -> None:
    with pytest.raises(ViewError, match="newer version of this program") as caught:
        from_text(sealed({"what": "nobody knows yet"}, version=2))
    assert "Update" in caught.value.remedy


WRONG: dict[str, Callable[[dict], object]] = {  # type: ignore[type-arg]
    "no object": lambda view: [view],
    "missing": lambda view: view.pop("cursor"),
    "unknown": lambda view: view.update(more=1),
    "kind": lambda view: view.update(kind="virus"),
    "infinite": lambda view: view["cursor"].__setitem__(0, 1e300),
    "true": lambda view: view["cursor"].__setitem__(0, True),
    "short": lambda view: view["cursor"].pop(),
    "huge": lambda view: view["model"].update(latent_dim=10**9),
    "id": lambda view: view["model"].update(id="../../etc/pw"),
    "folder": lambda view: view["model"].update(file="../x.safetensors"),
    "controls": lambda view: view["model"].update(title="mine\x1b[2J"),
    "long": lambda view: view["model"].update(title="m" * 300),
    "axes": lambda view: view["plane"].update(axes=[2, 2]),
    "axis": lambda view: view["plane"].update(axes=[0, 5]),
    "window": lambda view: view.update(window=[1, 1, 0, 0]),
    "selected": lambda view: view.update(selected=-1),
    "group": lambda view: view.update(group="not base64!"),
    "big group": lambda view: view.update(group="A" * 200_000),
    "settings": lambda view: view.update(settings={"samples": {"rows": {"deep": 1}}}),
    "many": lambda view: view.update(settings={f"p{n}": {} for n in range(99)}),
    "list": lambda view: view.update(settings={"samples": {"digits": [0] * 5000}}),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_makes_no_sense_is_refused_though_its_checksum_fits(wrong: str) -> None:
    values = make().to_json()
    assert from_text(sealed(values)) == make()
    answer = WRONG[wrong](values)
    with pytest.raises(ViewError, match="altered or damaged"):
        from_text(sealed(answer if wrong == "no object" else values))


def test_a_plane_askew_is_refused() -> None:
    values = make(principal_plane(CODES)).to_json()
    values["plane"]["directions"][0] += 1.0
    with pytest.raises(ViewError, match="altered"):
        from_text(sealed(values))


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "[" * 100_000, '{"version":1,"checksum":"x","view":NaN}', "1" * 10_000, "{}", "null"],
    ids=["empty", "words", "deep", "NaN", "long number", "nothing", "null"],
)
def test_nonsense_is_refused_in_words(text: str) -> None:
    with pytest.raises(ViewError, match="altered or damaged"):
        from_text(text)


def chunk(kind: bytes, data: bytes, length: int | None = None) -> bytes:
    """A PNG chunk; `length` is what it claims where that is not the truth."""
    size = len(data) if length is None else length
    return struct.pack(">I", size) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(kind: bytes) -> bytes:
    """A text chunk of 50 MB once it is opened."""
    packer = zlib.compressobj(9)
    packed = b"".join([*(packer.compress(b"0" * 1_000_000) for _ in range(50)), packer.flush()])
    head = b"\0" if kind == b"zTXt" else b"\1\0\0\0"
    return chunk(kind, CHUNK.encode() + b"\0" + head + packed)


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt"])
def test_a_bomb_takes_no_memory(tmp_path: Path, kind: bytes) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(SIGNATURE + bomb(kind) + chunk(b"IEND", b""))
    tracemalloc.start()
    with pytest.raises(ViewError, match="larger than any"):
        read_view(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000


@pytest.mark.parametrize("length", [2**31 - 1, 50_000_000, 30])
def test_a_chunk_that_claims_too_much_is_not_read(tmp_path: Path, length: int) -> None:
    path = tmp_path / "claims.png"
    path.write_bytes(SIGNATURE + chunk(b"tEXt", CHUNK.encode() + b"\0{", length))
    with pytest.raises(ViewError):
        read_view(path)


def test_a_plain_text_too_long_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.png"
    write_png(path, PIXELS, {CHUNK: " " * 1_000_000})
    with pytest.raises(ViewError, match=r"long\.png’s description is larger"):
        read_view(path)


def test_a_damaged_stream_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "damaged.png"
    for data in (b"\0not zlib", b"\0" + zlib.compress(b"{}")[:-3], b""):
        path.write_bytes(SIGNATURE + chunk(b"zTXt", CHUNK.encode() + b"\0" + data))
        with pytest.raises(ViewError, match="altered or damaged"):
            read_view(path)
    path.write_bytes(SIGNATURE + chunk(b"iTXt", CHUNK.encode() + b"\0\0\0no end"))
    with pytest.raises(ViewError, match="altered or damaged"):
        read_view(path)


def test_other_keywords_are_not_ours(tmp_path: Path) -> None:
    path = tmp_path / "other.png"
    write_png(path, PIXELS, {CHUNK + " 2": "x", "Seed": "3"})
    assert read_view(path) is None and png_text(path, "Seed") == "3"
