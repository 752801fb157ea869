"""The map's vector picture has the colours that the map shows: exported by the dialog, read back, compared."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QColor

from tests.ui.test_group_bar import dialog_of, save
from tests.ui.test_map_look import choose, colors_near
from tests.ui.test_placed_export import circles_of, diamonds_of, draw_digit, on_picture, source_of, write
from tests.ui.test_placed_on_map import offered
from vae_desktop.app.map_look import MapLook
from vae_desktop.core.map_marks import INK
from vae_desktop.core.palette import class_color
from vae_desktop.ui.export_dialog import ExportDialog
from vae_desktop.ui.map_panel import MapPanel
from vae_desktop.ui.theme import theme
from vae_desktop.ui.value_colors import value_palette

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.data.dataset import Dataset

PATIENCE = 60_000
NS = {"s": "http://www.w3.org/2000/svg"}
WAYS = ("Class", "Predicted class", "Negative ELBO", "Latent mean z₁")
VALUES = WAYS[2:]


def colour_by(qtbot: QtBot, panel: MapPanel, way: str) -> None:
    """Choose it in the popup, and wait until the points have these colours."""
    panel.session.preferences.map_look = MapLook(opacity=1.0, size=7.0, thumbnails=False)
    choose(qtbot, panel, way)
    qtbot.waitUntil(lambda: not panel.session.map_colours.pending, timeout=PATIENCE)


def saved(qtbot: QtBot, panel: MapPanel, path: Path) -> ET.Element:
    """The map as the dialog writes it."""
    dialog = dialog_of(qtbot, panel, panel.export_button)
    dialog.path.setText(str(path))
    save(qtbot, dialog, path)
    return ET.parse(path).getroot()


def fills_of(root: ET.Element) -> list[str]:
    """The colour of each circle, in the order of the file."""
    parents = {child: parent for parent in root.iter() for child in parent}

    def fill(element: ET.Element) -> str:
        return element.get("fill") or fill(parents[element])

    return [fill(circle) for circle in root.iterfind(".//s:circle", NS)]


def order_in(panel: MapPanel, root: ET.Element) -> np.ndarray:
    """For each shown digit, in the map's order, the number of the circle at its place."""
    circles, points = circles_of(root), panel.view.points.points[panel.view.points.visible]
    steps = np.linalg.norm(on_picture(panel, circles, points)[:, None] - circles[None], axis=2)
    assert steps.min(axis=1).max() < 0.2 and len(circles) == len(points)
    order: np.ndarray = steps.argmin(axis=1)
    assert len(set(order.tolist())) == len(points)
    return order


def words_of(root: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in root.iterfind(".//s:text", NS)]


@pytest.mark.parametrize("way", WAYS)
def test_each_circle_has_the_colour_that_its_point_has_in_the_window(
    qtbot: QtBot, laid: MapPanel, tmp_path: Path, way: str
) -> None:
    colour_by(qtbot, laid, way)
    root = saved(qtbot, laid, tmp_path / "map.svg")
    fills, order = fills_of(root), order_in(laid, root)
    points = laid.view.points
    assert [fills[order[index]] for index in range(359)] == [points.color_of(index) for index in range(359)]
    for index in (0, 57, 123, 214, 358):
        assert fills[order[index]] in colors_near(laid, index, reach=6), "what is painted"
    assert len(set(fills)) > (5 if way in WAYS[:2] else 20)


@pytest.mark.parametrize("way", VALUES)
def test_values_have_the_window_s_color_bar_in_place_of_the_legend(
    qtbot: QtBot, laid: MapPanel, tmp_path: Path, way: str
) -> None:
    colour_by(qtbot, laid, way)
    root = saved(qtbot, laid, tmp_path / "map.svg")
    bar, words = laid.key.bar, words_of(root)
    stops = [stop.get("stop-color") for stop in root.iterfind(".//s:linearGradient/s:stop", NS)]
    assert stops == list(value_palette(False))
    name, unit = bar.title.split(", ")
    first = words.index(name)
    assert words[first : first + 5] == [name, unit, *bar.numbers()]
    assert re.search(rf"coloured by \S?{re.escape(name[1:])} \({unit}\)", words[-1])
    assert not [word for word in words if word in ("35", "36", "37")], "counts of classes"
    # Each colour is a group, named by its values.
    assert bar.scale is not None
    for group in root.iterfind("s:g[@id='values']/s:g", NS):
        low, high = (
            float(end.replace("−", "-")) for end in (group.findtext("s:title", "", NS)).split(" to ")
        )
        assert bar.scale.low - 0.1 <= low < high <= bar.scale.high + 0.1


def test_predicted_classes_have_their_counts_and_the_wrong_ones_their_rings(
    qtbot: QtBot, laid: MapPanel, tmp_path: Path
) -> None:
    colour_by(qtbot, laid, "Predicted class")
    root = saved(qtbot, laid, tmp_path / "map.svg")
    predicted, codes = laid.session.map_colours.predicted, laid.session.codes
    assert predicted is not None and codes is not None
    wrong = np.flatnonzero(predicted != codes.labels)
    assert 0 < len(wrong) < 359 and f"{len(wrong):,} of 359" in laid.key.note.text()
    words = words_of(root)
    first = words.index("Predicted class") + 1
    counts = np.bincount(predicted, minlength=10)
    rows = [(str(label), f"{count:,}") for label, count in enumerate(counts) if count]
    assert list(zip(words[first::2], words[first + 1 :: 2], strict=False))[: len(rows) + 1] == [
        *rows,
        ("wrong", str(len(wrong))),
    ]
    assert "coloured by predicted class" in words[-1] and words[-1].endswith("wrong ones ringed")
    circles = list(root.iterfind(".//s:circle", NS))
    order = order_in(laid, root)
    (rings,) = root.iterfind("s:g[@id='wrong']", NS)
    assert rings.get("stroke") == INK
    assert {circles[order[index]] for index in wrong} == set(rings.iterfind(".//s:circle", NS))
    for index in wrong[:5].tolist():
        assert theme().colors.text in colors_near(laid, index, reach=10), "the window has the ring too"


@pytest.mark.parametrize("way", WAYS)
def test_hidden_classes_stay_hidden_and_change_no_colour(
    qtbot: QtBot, laid: MapPanel, tmp_path: Path, way: str
) -> None:
    colour_by(qtbot, laid, way)
    session = laid.session
    session.set_class_hidden(3, True)
    session.set_class_hidden(8, True)
    root = saved(qtbot, laid, tmp_path / "map.svg")
    visible, points = np.flatnonzero(laid.view.points.visible), laid.view.points
    assert session.codes is not None and not set(session.codes.labels[visible].tolist()) & {3, 8}
    fills = fills_of(root)
    order = order_in(laid, root)
    assert [fills[place] for place in order] == [points.color_of(int(index)) for index in visible]
    names = root.findall("s:g[@text-anchor='middle']/s:text", NS)
    assert {name.text for name in names} == set("01245679")


def test_while_values_are_computed_the_classes_are_shown_and_drawn(laid: MapPanel, tmp_path: Path) -> None:
    plain = write(laid, tmp_path / "plain.svg").read_bytes()
    laid.session.preferences.map_look = MapLook(colour_by="predicted")
    assert laid.session.map_colours.pending
    assert write(laid, tmp_path / "pending.svg").read_bytes() == plain
    assert b"coloured by" not in plain


@pytest.mark.parametrize("way", VALUES)
def test_paper_is_white_in_the_dark_theme_too(qtbot: QtBot, laid: MapPanel, tmp_path: Path, way: str) -> None:
    colour_by(qtbot, laid, way)
    light = write(laid, tmp_path / "light.svg").read_bytes()
    theme().apply("dark")
    assert laid.view.points.palette == value_palette(True) != value_palette(False)
    assert write(laid, tmp_path / "dark.svg").read_bytes() == light


@pytest.mark.parametrize("way", WAYS[1:])
def test_a_pdf_has_the_same_colours(qtbot: QtBot, laid: MapPanel, tmp_path: Path, way: str) -> None:
    colour_by(qtbot, laid, way)
    dialog = dialog_of(qtbot, laid, laid.export_button)
    dialog.path.setText(str(tmp_path / "map.pdf"))
    save(qtbot, dialog, tmp_path / "map.pdf")
    data = (tmp_path / "map.pdf").read_bytes()
    assert b"/Subtype /Image" not in data
    painted = re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) scn", pages(data))
    colors = {QColor.fromRgbF(*(float(part) for part in color)).name() for color in painted}
    points = laid.view.points
    assert {points.color_of(index) for index in range(359)} <= colors
    assert (class_color(0) in colors) is (way not in VALUES)


def pages(data: bytes) -> bytes:
    """What is painted in a PDF, without its compression."""
    parts = []
    for match in re.finditer(rb"(?<!end)stream\r?\n", data):
        try:
            parts.append(zlib.decompressobj().decompress(data[match.end() :]))
        except zlib.error:
            continue
    return b"".join(parts)


def test_placed_digits_have_the_colours_of_the_map_too(
    qtbot: QtBot, laid: MapPanel, digits: Dataset, tmp_path: Path
) -> None:
    offered(laid, "1,438 training images").trigger()
    qtbot.waitUntil(lambda: laid.session.placed.placed is not None, timeout=PATIENCE)
    draw_digit(qtbot, laid, digits)
    for way, expected in ((WAYS[3], {INK}), (WAYS[1], {class_color(label) for label in range(10)})):
        colour_by(qtbot, laid, way)
        root = ET.parse(write(laid, tmp_path / "map.svg")).getroot()
        # Groups of circles, which are nested too, have no edge.
        assert {color for color, _ in diamonds_of(root) if color} == expected
        assert set(laid.view.placed.points.palette) == {
            theme().colors.text if color == INK else color for color in expected
        }
        assert "Drawn digit" in words_of(root)


def test_the_dialog_says_what_the_groups_are(qtbot: QtBot, laid: MapPanel) -> None:
    for way, grouping in zip(WAYS, ("class", "predicted class", "value", "value"), strict=True):
        colour_by(qtbot, laid, way)
        dialog = dialog_of(qtbot, laid, laid.export_button)
        dialog.path.setText("map.svg")
        assert dialog.size_label.text().endswith(f"359 circles, grouped by {grouping}.")
        image = dialog.preview.image
        assert image is not None
        colors = {image.pixelColor(x, y).name() for x in range(0, 1190, 2) for y in range(100, 420, 2)}
        # The bar's own colours, which no circle has through its opacity.
        assert len(colors & set(value_palette(False))) > 10 or way not in VALUES
        dialog.reject()
        qtbot.waitUntil(lambda: laid.window().findChild(ExportDialog) is None, timeout=PATIENCE)


def test_before_there_is_a_value_nothing_else_is_claimed(laid: MapPanel) -> None:
    drawing = source_of(laid).drawing
    assert drawing is not None and drawing.coloured is None and drawing.grouping == "class"
