"""A map as SVG: read back as XML, circle by circle."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from vae_desktop.core.errors import ExportError
from vae_desktop.core.map_marks import INK, PlacedPoints
from vae_desktop.core.map_svg import map_svg, write_map_svg
from vae_desktop.core.palette import class_color

NS = {"s": "http://www.w3.org/2000/svg"}
NAMES = tuple("0123456789")


def circles(group: ET.Element) -> np.ndarray:
    return np.array(
        [[float(c.get("cx", "")), float(c.get("cy", ""))] for c in group.iterfind("s:circle", NS)]
    )


def test_each_point_is_one_circle_in_its_classes_group() -> None:
    rng = np.random.default_rng(0)
    points, labels = rng.normal(size=(500, 2)) * (3, 1) + (40, -7), np.arange(500) % 4
    root = ET.fromstring(map_svg(points, labels, NAMES, "A map", "perplexity 30"))
    groups = {group.get("fill"): group for group in root.iterfind("s:g", NS) if group.get("fill")}
    assert set(groups) == {class_color(label) for label in range(4)}
    assert len(root.findall(".//s:circle", NS)) == 500
    drawn = np.zeros((500, 2))
    for label in range(4):
        group = groups[class_color(label)]
        assert group.findtext("s:title", namespaces=NS) == str(label)
        drawn[labels == label] = circles(group)
    # One scale in both directions, upwards, to the rounding of a tenth.
    scale = (drawn[1, 0] - drawn[0, 0]) / (points[1, 0] - points[0, 0])
    np.testing.assert_allclose(drawn - drawn[0], (points - points[0]) * scale * (1, -1), atol=0.6)
    view = [float(number) for number in root.get("viewBox", "").split()]
    assert (drawn > 0).all() and (drawn < view[2:]).all()
    words = " ".join("".join(text.itertext()) for text in root.iterfind(".//s:text", NS))
    assert "A map" in words and "perplexity 30" in words and "125" in words
    assert root.findtext("s:title", namespaces=NS) == "A map"


def test_the_size_of_the_file_is_sensible() -> None:
    points = np.random.default_rng(0).normal(size=(10_000, 2))
    assert len(map_svg(points, np.arange(10_000) % 10, NAMES)) < 500_000


def test_names_that_would_break_xml_do_not() -> None:
    names = ("<b>&\"'", "nul\x00bell\x07", "café \ud800 ∑")
    text = map_svg(np.eye(3)[:, :2], [0, 1, 2], names, "</title><script>", "a\x1bb --> &amp;")
    root = ET.fromstring(text.encode())
    titles = [group.findtext("s:title", namespaces=NS) for group in root.iterfind("s:g", NS)]
    assert titles[:3] == ["<b>&\"'", "nulbell", "café  ∑"]
    assert root.findtext("s:title", namespaces=NS) == "</title><script>"


@pytest.mark.parametrize(
    "points", [[(3.0, 4.0)], [(1.0, 1.0)] * 5, [(0.0, 0.0), (np.nan, 1.0), (1e300, 0.0)]]
)
def test_few_equal_and_missing_points(points: list[tuple[float, float]]) -> None:
    root = ET.fromstring(map_svg(points, [0] * len(points), NAMES))
    finite = int(np.isfinite(points).all(axis=1).sum())
    assert len(root.findall(".//s:circle", NS)) == finite


def test_more_classes_than_the_legend_holds() -> None:
    root = ET.fromstring(map_svg(np.random.default_rng(0).normal(size=(60, 2)), np.arange(60), NAMES))
    assert len(root.findall(".//s:circle", NS)) == 60
    assert any("and 30 more" in (text.text or "") for text in root.iterfind(".//s:text", NS))


def test_placed_points_and_a_drawn_one_are_on_the_map_s_scale_and_in_the_picture() -> None:
    points = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [10.0, 10.0]])
    # Outside of the points, as where classes are hidden: the picture has room for them too.
    placed = PlacedPoints(
        np.array([[5.0, 5.0], [np.nan, 0.0], [20.0, 5.0]]), np.array([1, 1, 40]), NAMES, "<2> & more", False
    )
    text = map_svg(points, [0] * 4, NAMES, placed=placed, drawn=(0.0, -10.0))
    root = ET.fromstring(text)
    at = circles(next(group for group in root.iterfind("s:g", NS) if group.get("fill") == class_color(0)))
    scale = (at[1, 0] - at[0, 0]) / 10
    layer = next(group for group in root.iterfind("s:g", NS) if group.find("s:g", NS) is not None)
    assert layer.findtext("s:title", namespaces=NS) == "<2> & more"
    assert [group.findtext("s:title", namespaces=NS) for group in layer.iterfind("s:g", NS)] == ["1", "40"]
    assert {group.get("stroke") for group in layer.iterfind("s:g", NS)} == {INK}
    starts = [re.findall(r"[\d.]+", path.get("d", ""))[:3] for path in layer.iterfind(".//s:path", NS)]
    middles = np.array([(float(x), float(y) + float(reach)) for x, y, reach in starts])
    np.testing.assert_allclose(middles - at[0], np.array([[5, -5], [20, -5]]) * scale, atol=0.16)
    star = root.findall("s:polygon", NS)[-1].get("points", "").split()[0].split(",")
    np.testing.assert_allclose(np.array(star, float) - at[0], (0, 10 * scale - 16), atol=0.16)
    assert middles[:, 0].max() < 1000


def test_placed_points_are_drawn_without_a_point_of_the_map_too() -> None:
    placed = PlacedPoints(np.array([[1.0, 2.0]]), np.array([3]), NAMES, "one")
    root = ET.fromstring(map_svg(np.zeros((0, 2)), [], NAMES, placed=placed))
    stroke = [group.get("stroke") for group in root.iterfind("s:g/s:g", NS)]
    assert stroke == [class_color(3)] and not root.findall(".//s:circle", NS)


def test_nothing_to_draw_and_nowhere_to_write(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no points"):
        map_svg(np.zeros((0, 2)), [], NAMES)
    with pytest.raises(ExportError, match="folder does not exist"):
        write_map_svg(tmp_path / "none" / "map.svg", [(0, 0)], [0], NAMES)
    target = tmp_path / "map.svg"
    target.write_text("older")
    with pytest.raises(ExportError):
        write_map_svg(target, np.zeros((0, 2)), [], NAMES)
    assert target.read_text() == "older"
    write_map_svg(target, [(0, 0)], [0], NAMES, "one")
    assert target.read_bytes().startswith(b"<?xml")
