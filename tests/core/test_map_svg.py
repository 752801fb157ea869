"""A map as SVG: read back as XML, circle by circle."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from vae_desktop.core.errors import ExportError
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
