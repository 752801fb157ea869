"""Pictures in print by the export dialog, read back: SVG and PDF of a width in millimetres."""

from __future__ import annotations

import base64
import io
import re
import xml.etree.ElementTree as ElementTree
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from PySide6.QtSvg import QSvgRenderer

from tests.ui.export_hand import OpenDialog, choose, fields_of, page_size, save_to
from vae_desktop.app.session import Session
from vae_desktop.core.export import GridStyle, compose_grid
from vae_desktop.ui.export_source import Drawing, ExportSource

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

POINTS_PER_MM = 72 / 25.4


def test_a_grid_as_svg_has_its_width_in_print(
    qtbot: QtBot, samples: ExportSource, open_dialog: OpenDialog, tmp_path: Path
) -> None:
    dialog = open_dialog(samples)
    choose(qtbot, dialog, "svg")
    dialog.style_form.width_mm.setValue(90)
    # 92 pixels of images and padding on 1063 dots.
    assert dialog.size_label.text() == "90 × 61 mm, 1,104 × 744 pixels: 312 to the inch."
    save_to(qtbot, dialog, tmp_path / "grid.svg")
    root = ElementTree.parse(tmp_path / "grid.svg").getroot()
    assert root.attrib["width"] == "90mm"
    assert float(root.attrib["height"].removesuffix("mm")) == pytest.approx(90 * 62 / 92, abs=0.01)
    assert QSvgRenderer(str(tmp_path / "grid.svg")).isValid()
    image = next(child for child in root if child.tag.endswith("image"))
    png = base64.b64decode(image.attrib["href"].partition(",")[2])
    with Image.open(io.BytesIO(png)) as picture:
        assert np.array_equal(np.asarray(picture), compose_grid(samples.images, 3, GridStyle(12, 2)))
        assert picture.text["Seed"] == "5"  # type: ignore[attr-defined]


def test_a_grid_as_pdf_is_a_page_of_its_width(
    qtbot: QtBot, samples: ExportSource, open_dialog: OpenDialog, tmp_path: Path
) -> None:
    dialog = open_dialog(samples)
    choose(qtbot, dialog, "pdf")
    dialog.style_form.width_mm.setValue(150)
    dialog.style_form.padding.setValue(0)
    save_to(qtbot, dialog, tmp_path / "grid.pdf")
    data = (tmp_path / "grid.pdf").read_bytes()
    assert data.startswith(b"%PDF-1.4") and data.endswith(b"%%EOF\n")
    assert page_size(data) == pytest.approx((150 * POINTS_PER_MM, 100 * POINTS_PER_MM), abs=0.01)
    content = data[data.index(b"stream\n", data.index(b"/Subtype /Image")) + 7 :]
    expected = compose_grid(samples.images, 3, GridStyle(21, 0))
    assert zlib.decompressobj().decompress(content) == expected.tobytes()


@pytest.fixture
def drawing(ready: Session) -> ExportSource:
    """A map of 300 points, as its panel would make it."""
    points = np.random.default_rng(2).normal(size=(300, 2)).astype(np.float32)
    labels = np.arange(300) % 10
    picture = np.zeros((1, 3, 50, 80), np.uint8)
    of = Drawing(points, labels, tuple("0123456789"), "300 test images", "t-SNE with perplexity 30")
    return ExportSource("map", "map", picture, 1, gaps=False, drawn=True, drawing=of)


def test_a_map_as_pdf_is_drawn_without_pixels(
    qtbot: QtBot, drawing: ExportSource, open_dialog: OpenDialog, tmp_path: Path
) -> None:
    dialog = open_dialog(drawing)
    choose(qtbot, dialog, "pdf")
    assert fields_of(dialog) == {"width_mm"}
    assert dialog.size_label.text() == "A vector picture of the whole map: 300 circles."
    dialog.style_form.width_mm.setValue(100)
    save_to(qtbot, dialog, tmp_path / "map.pdf")
    data = (tmp_path / "map.pdf").read_bytes()
    assert data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF")
    across, up = page_size(data)
    # Whole points, as Qt has it.
    assert (across, up) == pytest.approx((100 * POINTS_PER_MM, 100 * POINTS_PER_MM * 1056 / 1190), abs=1)
    assert b"/Subtype /Image" not in data and b"/Font" in data
    shapes = b"".join(streams(data))
    # A circle is four curves.
    assert len(re.findall(rb" c\b", shapes)) >= 4 * 300


def streams(data: bytes) -> list[bytes]:
    found = []
    for start in (match.end() for match in re.finditer(rb"stream\r?\n", data)):
        if data[start - 9 : start].startswith(b"end"):
            continue
        try:
            found.append(zlib.decompressobj().decompress(data[start:]))
        except zlib.error:
            found.append(b"")
    return found


def test_a_map_as_svg_has_its_width_too(
    qtbot: QtBot, drawing: ExportSource, open_dialog: OpenDialog, tmp_path: Path
) -> None:
    dialog = open_dialog(drawing)
    choose(qtbot, dialog, "svg")
    dialog.style_form.width_mm.setValue(200)
    save_to(qtbot, dialog, tmp_path / "map.svg")
    root = ElementTree.parse(tmp_path / "map.svg").getroot()
    assert root.attrib["width"] == "200mm" and root.attrib["viewBox"] == "0 0 1190 1056"
    assert len([1 for element in root.iter() if element.tag.endswith("circle")]) == 300
