"""A map with guests as files: each kind written, read back, and compared with what the map shows."""

from __future__ import annotations

import csv
import re
import xml.etree.ElementTree as ET
import zlib
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt

from tests.app.test_placed import write_set
from tests.ui.test_placed_on_map import PATIENCE, alone, mark_of, offered
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.export import write_map_csv
from vae_desktop.core.map_marks import INK
from vae_desktop.core.map_svg import map_svg
from vae_desktop.core.palette import class_color
from vae_desktop.ui.export_dialog import ExportDialog
from vae_desktop.ui.export_source import ExportSource
from vae_desktop.ui.export_style import ExportChoices
from vae_desktop.ui.export_writing import write_steps
from vae_desktop.ui.map_panel import MapPanel
from vae_desktop.ui.map_source import LONG_SIDE, map_source

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.app.placed import Placed

LEFT = Qt.MouseButton.LeftButton
NS = {"s": "http://www.w3.org/2000/svg"}
CHOICES = ExportChoices()
OWN, GUESTS, DRAWN = "Digits, test images", "Digits, training images (placed)", "Drawn digit"


@pytest.fixture
def guests(qtbot: QtBot, laid: MapPanel) -> MapPanel:
    """The laid map with the training digits placed into it by the menu."""
    offered(laid, "1,438 training images").trigger()
    qtbot.waitUntil(lambda: laid.session.placed.placed is not None, timeout=PATIENCE)
    return laid


def draw_digit(qtbot: QtBot, panel: MapPanel, digits: Dataset) -> None:
    """Have a digit drawn, and wait for its star."""
    panel.session.drawing.show_digit(digits.train.images[5, 0].numpy())
    qtbot.waitUntil(lambda: panel.view.drawn.star.isVisible(), timeout=PATIENCE)


def placed_of(panel: MapPanel) -> Placed:
    placed = panel.session.placed.placed
    assert placed is not None
    return placed


def source_of(panel: MapPanel) -> ExportSource:
    source = map_source(panel.session, panel.view)
    assert source is not None
    return source


def write(panel: MapPanel, path: Path) -> Path:
    """Write the map as the kind of file that the name asks for, a PNG at its own size."""
    assert list(
        write_steps(source_of(panel), path, path.suffix[1:], replace(CHOICES, scale=1, padding=0))
    ) == [1]
    return path


def rows_of(path: Path) -> tuple[list[str], dict[str, list[list[str]]]]:
    """The head of a CSV, and the rest of its rows by their set."""
    with path.open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    sets: dict[str, list[list[str]]] = {}
    for name, *row in rows:
        sets.setdefault(name, []).append(row)
    return head, sets


def circles_of(root: ET.Element) -> np.ndarray:
    return np.array(
        [[float(c.get("cx", "")), float(c.get("cy", ""))] for c in root.iterfind(".//s:circle", NS)]
    )


def diamonds_of(root: ET.Element) -> dict[tuple[str, str], np.ndarray]:
    """The middles of the diamonds on the map by their colour and their class's name."""
    found = {}
    for group in root.iterfind("s:g/s:g", NS):
        places = []
        for path in group.iterfind("s:path", NS):
            x, y, reach = map(float, re.findall(r"[\d.]+", path.get("d", ""))[:3])
            places.append((x, y + reach))
        found[group.get("stroke", ""), group.findtext("s:title", "", NS)] = np.array(places)
    return found


def on_picture(panel: MapPanel, circles: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Where the map's points are in an SVG, by the corners of the laid map's digits."""
    own = panel.view.points.points[panel.view.points.visible]
    scale = np.ptp(circles, axis=0)[0] / np.ptp(own, axis=0)[0]
    middle = (circles.min(axis=0) + circles.max(axis=0)) / 2
    return (points - (own.min(axis=0) + own.max(axis=0)) / 2) * scale * (1, -1) + middle


def test_the_table_has_a_row_for_each_placed_digit_and_says_which_set_it_is_of(
    qtbot: QtBot, guests: MapPanel, digits: Dataset, tmp_path: Path
) -> None:
    draw_digit(qtbot, guests, digits)
    head, sets = rows_of(write(guests, tmp_path / "map.csv"))
    assert head == ["set", "index", "label", "x", "y", "z0", "z1"]
    assert {name: len(rows) for name, rows in sets.items()} == {OWN: 359, GUESTS: 1438, DRAWN: 1}
    codes, frame, placed = guests.session.codes, guests.session.map.frame, placed_of(guests)
    assert codes is not None and frame is not None
    for name, labels, points, means in (
        (OWN, codes.labels, frame.embedding, codes.means),
        (GUESTS, placed.labels, placed.points, placed.means),
    ):
        assert [row[0] for row in sets[name]] == [str(number) for number in range(len(means))]
        assert [row[1] for row in sets[name]] == [str(label) for label in labels]
        values = np.array([row[2:] for row in sets[name]], np.float64).astype(np.float32)
        np.testing.assert_array_equal(values, np.hstack([points, means]))
    (index, label, *values), placing = sets[DRAWN][0], guests.session.drawing.placing
    portrait = guests.session.drawing.portrait
    assert (index, label) == ("0", "") and placing.place is not None and portrait is not None
    np.testing.assert_array_equal(
        np.array(values, np.float64).astype(np.float32),
        np.float32([*placing.place, *portrait.mean]),
    )


def test_values_have_arrays_of_their_own(
    qtbot: QtBot, guests: MapPanel, digits: Dataset, tmp_path: Path
) -> None:
    draw_digit(qtbot, guests, digits)
    placed, place, portrait = (
        placed_of(guests), guests.session.drawing.placing.place, guests.session.drawing.portrait,
    )  # fmt: skip
    assert place is not None and portrait is not None
    with np.load(write(guests, tmp_path / "map.npz")) as file:
        assert str(file["placed"]) == "Digits, training images"
        np.testing.assert_array_equal(file["placed_embedding"], placed.points)
        np.testing.assert_array_equal(file["placed_labels"], placed.labels)
        np.testing.assert_array_equal(file["placed_z"], placed.means)
        np.testing.assert_array_equal(file["drawn_embedding"], np.float32([place]))
        np.testing.assert_array_equal(file["drawn_z"], portrait.mean[None])
        assert len(file["embedding"]) == len(file["labels"]) == len(file["z"]) == 359


def test_a_drawn_digit_s_code_is_the_one_that_stands_on_the_map(
    qtbot: QtBot, laid: MapPanel, digits: Dataset
) -> None:
    """Between two drawings the star stays where it was, and the file has what belongs to it."""
    draw_digit(qtbot, laid, digits)
    drawing = laid.session.drawing
    first, meanwhile = drawing.portrait, []

    def note() -> None:
        meanwhile.append(source_of(laid).arrays["drawn_z"][0])

    drawing.changed.connect(note)
    drawing.show_digit(digits.train.images[8, 0].numpy())
    qtbot.waitUntil(lambda: drawing.portrait is not first, timeout=PATIENCE)
    assert first is not None and drawing.portrait is not None
    np.testing.assert_array_equal(meanwhile[0], first.mean)
    drawing.changed.disconnect(note)
    newest = drawing.portrait.mean
    qtbot.waitUntil(lambda: drawing.placing.code is newest, timeout=PATIENCE)
    drawing.show_ink(None)
    assert "drawn_z" not in source_of(laid).arrays and not laid.view.drawn.star.isVisible()


def test_a_vector_picture_has_a_diamond_for_each_placed_digit_and_a_star(
    qtbot: QtBot, guests: MapPanel, digits: Dataset, tmp_path: Path
) -> None:
    draw_digit(qtbot, guests, digits)
    root = ET.parse(write(guests, tmp_path / "map.svg")).getroot()
    circles, diamonds, placed = circles_of(root), diamonds_of(root), placed_of(guests)
    assert len(circles) == 359
    assert set(diamonds) == {(class_color(label), str(label)) for label in range(10)}
    for label in range(10):
        expected = on_picture(guests, circles, placed.points[placed.labels == label])
        # Both are rounded to a tenth.
        np.testing.assert_allclose(diamonds[class_color(label), str(label)], expected, atol=0.16)
    place = guests.session.drawing.placing.place
    star = next(polygon for polygon in root.iterfind("s:polygon", NS) if polygon.get("fill") != "none")
    top = [float(number) for number in star.get("points", "").split()[0].split(",")]
    np.testing.assert_allclose(top, on_picture(guests, circles, np.array([place]))[0] - (0, 16), atol=0.16)
    words = ["".join(text.itertext()) for text in root.iterfind(".//s:text", NS)]
    assert "1,438 training images of Digits, placed among them" in words and "Drawn digit" in words
    # Above the points, below the names, and the star above all of it.
    text = (tmp_path / "map.svg").read_text()
    assert text.rindex("<circle") < text.index("<path") < text.index('text-anchor="middle"')
    assert text.index('text-anchor="middle"') < text.index("<polygon")


def test_hidden_classes_have_no_marks_but_keep_their_values(
    guests: MapPanel, digits: Dataset, tmp_path: Path
) -> None:
    for label in (0, 3, 4):
        guests.session.set_class_hidden(label, True)
    root = ET.parse(write(guests, tmp_path / "map.svg")).getroot()
    diamonds = diamonds_of(root)
    shown = ~np.isin(digits.train.labels.numpy(), (0, 3, 4))
    assert {name for _, name in diamonds} == set("1256789")
    assert sum(map(len, diamonds.values())) == np.count_nonzero(shown)
    view = [float(number) for number in root.get("viewBox", "").split()]
    for places in diamonds.values():
        assert (places > 0).all() and (places < view[2:]).all()
    words = ["".join(text.itertext()) for text in root.iterfind(".//s:text", NS)]
    assert f"{np.count_nonzero(shown):,} training images of Digits, placed among them" in words
    # The table has the map's own digits of such a class too.
    _, sets = rows_of(write(guests, tmp_path / "map.csv"))
    assert {name: len(rows) for name, rows in sets.items()} == {OWN: 359, GUESTS: 1438}


def test_guests_of_other_classes_are_in_the_colour_of_words(
    qtbot: QtBot, laid: MapPanel, tmp_path: Path
) -> None:
    laid.session.placed.place(str(write_set(tmp_path / "a, b & <c>", 28)))
    qtbot.waitUntil(lambda: laid.session.placed.placed is not None, timeout=PATIENCE)
    placed = placed_of(laid)
    other = replace(placed.dataset, class_names=("cat", "dog", "owl"))
    laid.session.placed.placed = replace(placed, dataset=other)
    laid.session.placed.changed.emit()
    # A class of the map is none of theirs.
    laid.session.set_class_hidden(1, True)
    root = ET.parse(write(laid, tmp_path / "map.svg")).getroot()
    diamonds = diamonds_of(root)
    assert {key: len(places) for key, places in diamonds.items()} == {
        (INK, "cat"): 7, (INK, "dog"): 7, (INK, "owl"): 6,
    }  # fmt: skip
    _, sets = rows_of(write(laid, tmp_path / "map.csv"))
    assert {name: len(rows) for name, rows in sets.items()} == {
        OWN: 359,
        f"{placed.dataset.title}, test images (placed)": 20,
    }
    assert "," in placed.dataset.title, "a comma in a name is none between fields"


def test_a_page_has_the_marks_too(qtbot: QtBot, guests: MapPanel, digits: Dataset, tmp_path: Path) -> None:
    """A circle is four curves, a diamond at least three lines and the way back."""

    def shapes(path: Path, end: bytes) -> Counter[bytes]:
        data = path.read_bytes()
        starts = [match.end() for match in re.finditer(rb"(?<!end)stream\r?\n", data)]
        page = max((_inflated(data[start:]) for start in starts), key=len)
        return Counter(line for line in page.split(b"\n") if line.endswith(end))

    draw_digit(qtbot, guests, digits)
    full = write(guests, tmp_path / "with.pdf")
    guests.session.placed.clear()
    guests.session.drawing.show_ink(None)
    bare = write(guests, tmp_path / "without.pdf")
    assert (shapes(full, b" c") & shapes(bare, b" c")).total() >= 4 * 359, "the circles are as they were"
    assert (shapes(full, b" l") - shapes(bare, b" l")).total() >= 3 * 1438


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data)
    except zlib.error:
        return b""


def test_a_picture_in_pixels_has_the_mark_where_the_screen_has_it(guests: MapPanel, tmp_path: Path) -> None:
    index = alone(guests)
    at, view = mark_of(guests, index), guests.view
    with Image.open(write(guests, tmp_path / "map.png")) as image:
        assert image.text["Placed"] == "Digits, training images"  # type: ignore[attr-defined]
        pixels = np.asarray(image.convert("RGB"))
    ratio = pixels.shape[1] // view.viewport().width()
    assert ratio > 1 and max(pixels.shape) >= LONG_SIDE
    assert pixels[at.y() * ratio, at.x() * ratio].tolist() == [255, 255, 255], "paper within"
    reach = round(view.placed.points.size / 2 + 3)
    edge = pixels[at.y() * ratio, at.x() * ratio : (at.x() + reach) * ratio]
    color = list(bytes.fromhex(class_color(int(placed_of(guests).labels[index]))[1:]))
    assert color in edge.tolist()


def test_switched_off_or_cleared_they_are_in_no_file(
    qtbot: QtBot, laid: MapPanel, guests: MapPanel, tmp_path: Path
) -> None:
    """Each file is then, byte for byte, what it is of a map into which nothing was ever placed."""
    session, codes, frame = guests.session, guests.session.codes, guests.session.map.frame
    assert codes is not None and frame is not None
    write_map_csv(tmp_path / "plain.csv", codes.labels, frame.embedding, codes.means)
    kinds = ("csv", "svg", "npz", "png")
    shown = {kind: write(guests, tmp_path / f"shown.{kind}").read_bytes() for kind in kinds}
    session.placed.set_shown(False)
    hidden = {kind: write(guests, tmp_path / f"hidden.{kind}").read_bytes() for kind in kinds}
    offered(guests, "Clear").trigger()
    drawing = source_of(guests).drawing
    assert drawing is not None and drawing.placed is None and drawing.drawn is None
    cleared = {kind: write(guests, tmp_path / f"cleared.{kind}").read_bytes() for kind in kinds}
    for kind in kinds:
        assert hidden[kind] == cleared[kind] != shown[kind]
    assert cleared["csv"] == (tmp_path / "plain.csv").read_bytes()
    words = (drawing.class_names, drawing.title, drawing.caption, CHOICES.width_mm)
    assert cleared["svg"].decode() == map_svg(frame.embedding, codes.labels, *words)


def test_only_guests_are_left_to_draw_where_every_class_of_the_map_is_hidden(
    qtbot: QtBot, laid: MapPanel, digits: Dataset, tmp_path: Path
) -> None:
    draw_digit(qtbot, laid, digits)
    for label in range(10):
        laid.session.set_class_hidden(label, True)
    root = ET.parse(write(laid, tmp_path / "map.svg")).getroot()
    assert not len(circles_of(root)) and len(root.findall("s:polygon", NS)) == 2


def test_the_dialog_says_what_will_be_in_the_file(
    qtbot: QtBot, guests: MapPanel, digits: Dataset, tmp_path: Path
) -> None:
    draw_digit(qtbot, guests, digits)
    dialog = ExportDialog(guests.session, source_of(guests))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.open()
    qtbot.waitExposed(dialog)
    said = {}
    for kind in ("svg", "csv", "npz"):
        qtbot.mouseClick(dialog.kinds[kind], LEFT, pos=dialog.kinds[kind].rect().center())
        said[kind] = dialog.size_label.text()
    marks = "359 circles, 1,438 diamonds and a star"
    assert said["svg"] == f"A vector picture of the whole map: {marks}, grouped by class."
    assert said["csv"].startswith("A table of 1,798 rows")
    assert "placed_embedding 1438×2" in said["npz"] and "drawn_z 1×2" in said["npz"]
    dialog.path.setText(str(tmp_path / "map.npz"))
    qtbot.mouseClick(dialog.save_button, LEFT)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE)
    with np.load(tmp_path / "map.npz") as file:
        assert file["placed_z"].shape == (1438, 2)
