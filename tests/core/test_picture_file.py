"""Pictures as PNG, SVG and PDF, read back."""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vae_desktop.core.errors import ExportError
from vae_desktop.core.picture_file import PICTURE_SUFFIXES, write_picture

GREY = np.random.default_rng(0).integers(0, 256, (20, 30), dtype=np.uint8)
COLOUR = np.random.default_rng(1).integers(0, 256, (15, 25, 3), dtype=np.uint8)
FACTS = {"Seed": "7", "Comment": "β < 4 & more"}


@pytest.mark.parametrize("pixels", [GREY, COLOUR], ids=["grey", "colour"])
def test_an_svg_holds_every_pixel(tmp_path: Path, pixels: np.ndarray) -> None:
    write_picture(tmp_path / "a.svg", pixels, FACTS)
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    names = {child.tag.rpartition("}")[2]: child for child in root}
    assert names["desc"].text == "Seed: 7; Comment: β < 4 & more"
    kind, _, data = names["image"].attrib["href"].partition(",")
    assert kind == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        assert np.array_equal(np.asarray(image), pixels)
    assert (int(root.attrib["width"]), int(root.attrib["height"])) == (pixels.shape[1], pixels.shape[0])


@pytest.mark.parametrize("pixels", [GREY, COLOUR], ids=["grey", "colour"])
def test_a_pdf_holds_every_pixel(tmp_path: Path, pixels: np.ndarray) -> None:
    write_picture(tmp_path / "a.pdf", pixels, FACTS)
    data = (tmp_path / "a.pdf").read_bytes()
    # The table at its end says where each object begins.
    table = int(re.search(rb"startxref\n(\d+)\n", data)[1])  # type: ignore[index]
    places = [int(line.split()[0]) for line in data[table:].splitlines()[3:] if line.endswith(b" n ")]
    assert [data[place:].split()[0] for place in places] == [b"1", b"2", b"3", b"4", b"5", b"6"]
    length = int(re.search(rb"/Length (\d+)", data[places[4] :])[1])  # type: ignore[index]
    start = data.index(b"stream\n", places[4]) + len(b"stream\n")
    assert zlib.decompress(data[start : start + length]) == pixels.tobytes()
    assert "β < 4".encode("utf-16-be").hex().encode() in data
    assert f"[0 0 {pixels.shape[1] * 0.24:.2f} {pixels.shape[0] * 0.24:.2f}]".encode() in data


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="no PDF renderer here")
def test_a_pdf_is_drawn_as_it_was(tmp_path: Path) -> None:
    write_picture(tmp_path / "a.pdf", COLOUR.repeat(10, axis=0).repeat(10, axis=1))
    subprocess.run(["pdftoppm", "-r", "300", "-png", "a.pdf", "page"], cwd=tmp_path, check=True)
    with Image.open(next(tmp_path.glob("page*.png"))) as page:
        # In the middle of each block of ten: renderers differ in how they round a page's size.
        middles = np.asarray(page)[5:150:10, 5:250:10].astype(int)
    assert np.abs(middles - COLOUR).max() <= 2


@pytest.mark.parametrize("suffix", PICTURE_SUFFIXES)
def test_the_same_picture_gives_the_same_file(tmp_path: Path, suffix: str) -> None:
    for name in ("one", "two"):
        write_picture(tmp_path / f"{name}{suffix}", GREY, FACTS)
    assert (tmp_path / f"one{suffix}").read_bytes() == (tmp_path / f"two{suffix}").read_bytes()


def test_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"\.png or \.svg or \.pdf"):
        write_picture(tmp_path / "a.jpg", GREY)
