"""A map as SVG that is coloured by something else than classes: read back as XML, circle by circle."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from vae_desktop.core.map_colouring import ByPrediction, ByValue, Colouring
from vae_desktop.core.map_marks import INK
from vae_desktop.core.map_svg import map_svg
from vae_desktop.core.palette import class_color

NS = {"s": "http://www.w3.org/2000/svg"}
NAMES = tuple("0123456789")
PALETTE = ("#100000", "#200000", "#300000", "#400000")


def tree(points: np.ndarray, coloured: Colouring, labels: np.ndarray | None = None) -> ET.Element:
    classes = np.zeros(len(points), int) if labels is None else labels
    return ET.fromstring(map_svg(points, classes, NAMES, "A map", coloured=coloured))


def group(root: ET.Element, name: str) -> ET.Element:
    (found,) = [it for it in root.iterfind(".//s:g", NS) if it.get("id") == name]
    return found


def heights(group: ET.Element) -> list[float]:
    return [float(circle.get("cy", "")) for circle in group.iterfind(".//s:circle", NS)]


def words(root: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in root.iterfind(".//s:text", NS)]


def by_value(columns: list[int], low: float = -1.0, high: float = 1.0) -> ByValue:
    return ByValue(np.array(columns), PALETTE, low, high, "Height", "m", ("≤ −1.0", "0.0", "1.0"))


def test_values_are_groups_from_low_to_high_named_by_what_they_hold() -> None:
    points = np.stack([np.zeros(6), np.arange(6.0)], axis=1)
    root = tree(points, by_value([3, 0, 3, 1, 0, 3]))
    groups = group(root, "values").findall("s:g", NS)
    assert [(it.get("id"), it.get("fill")) for it in groups] == [
        ("value-0", PALETTE[0]),
        ("value-1", PALETTE[1]),
        ("value-3", PALETTE[3]),
    ]
    assert [it.findtext("s:title", namespaces=NS) for it in groups] == [
        "−1.00 to −0.50",
        "−0.50 to 0.00",
        "0.50 to 1.00",
    ]
    # From below, which is the first point, upwards.
    places = sorted(heights(root), reverse=True)
    assert heights(groups[0]) == [places[1], places[4]] and heights(groups[1]) == [places[3]]
    assert len(places) == 6


def test_the_color_bar_has_the_palette_from_its_foot_up_and_the_numbers_beside_it() -> None:
    root = tree(np.eye(2), by_value([0, 3]))
    (bar,) = root.iterfind(".//s:linearGradient", NS)
    stops = [(float(stop.get("offset", "")), stop.get("stop-color")) for stop in bar.iterfind("s:stop", NS)]
    assert [color for _, color in stops] == list(PALETTE)
    assert [place for place, _ in stops] == pytest.approx([0, 1 / 3, 2 / 3, 1], abs=1e-3)
    (strip,) = [it for it in root.iterfind(".//s:rect", NS) if it.get("fill") == f"url(#{bar.get('id')})"]
    top, height = float(strip.get("y", "")), float(strip.get("height", ""))
    assert (float(bar.get("y1", "")), float(bar.get("y2", ""))) == (top + height, top)
    texts = {"".join(text.itertext()): float(text.get("y", "")) for text in root.iterfind(".//s:text", NS)}
    assert {"Height", "m"} < set(texts)
    at = [texts[number] - 5 for number in ("≤ −1.0", "0.0", "1.0")]
    assert at == pytest.approx([top + height, top + height / 2, top])
    assert not root.findall(".//s:g/s:rect[@rx]", NS), "no legend of the classes"


def test_values_that_are_all_alike_have_a_picture_too() -> None:
    root = tree(np.eye(2), by_value([0, 0], low=0.25, high=0.25))
    assert group(root, "value-0").findtext("s:title", namespaces=NS) == "0.25 to 0.25"


def test_what_is_taken_for_another_class_has_a_ring_above_all_other_points() -> None:
    points = np.stack([np.zeros(5), np.arange(5.0)], axis=1)
    coloured = ByPrediction(np.array([2, 2, 7, 2, 7]), np.array([0, 1, 0, 0, 1], bool), NAMES)
    root = tree(points, coloured, labels=np.array([2, 4, 7, 2, 2]))
    places = sorted(heights(root), reverse=True)
    wrong = group(root, "wrong")
    assert wrong.get("stroke") == INK and wrong.findtext("s:title", namespaces=NS)
    for name, label, members in (
        ("predicted-2", 2, [0, 3]),
        ("predicted-7", 7, [2]),
        ("wrong-2", 2, [1]),
        ("wrong-7", 7, [4]),
    ):
        it = group(root, name)
        assert it.get("fill") == class_color(label)
        assert heights(it) == [places[member] for member in members]
        assert it.findtext("s:title", namespaces=NS) == f"Predicted class {label}"
    assert {it.get("id") for it in wrong.iterfind("s:g", NS)} == {"wrong-2", "wrong-7"}
    assert [it.get("id") for it in root.iterfind("s:g", NS)][:3] == ["predicted-2", "predicted-7", "wrong"]
    said = words(root)
    first = said.index("Predicted class")
    # Names on the map are those of the classes, the legend's of what was predicted.
    assert said[first : first + 7] == ["Predicted class", "2", "3", "7", "2", "wrong", "2"]
    assert said[1:first] == ["2", "2", "4", "4", "7", "7"]


def test_where_all_are_right_nothing_is_said_of_rings() -> None:
    root = tree(np.eye(2), ByPrediction(np.array([1, 2]), np.zeros(2, bool), NAMES))
    assert "wrong" not in words(root) and not root.findall(".//s:ellipse", NS)


def test_the_legend_of_many_predicted_classes_keeps_to_the_picture() -> None:
    predicted = np.arange(60)
    root = tree(np.random.default_rng(0).normal(size=(60, 2)), ByPrediction(predicted, predicted > 50, NAMES))
    lowest = max(float(text.get("y", "")) for text in root.iterfind(".//s:g/s:text", NS))
    assert lowest < 1056 and "and 33 more" in words(root) and words(root)[-2:] == ["9", ""]


def test_points_that_are_no_numbers_take_their_colours_with_them() -> None:
    points = np.array([[0.0, 0.0], [np.nan, 1.0], [0.0, 2.0]])
    root = tree(points, by_value([0, 1, 2]))
    assert [it.get("id") for it in group(root, "values").iterfind("s:g", NS)] == ["value-0", "value-2"]
    marked = ByPrediction(np.array([0, 1, 2]), np.array([0, 1, 1], bool), NAMES)
    assert words(tree(points, marked))[-2] == "1"


def test_the_file_is_hardly_larger_than_one_by_class() -> None:
    rng = np.random.default_rng(0)
    points, labels = rng.normal(size=(10_000, 2)), np.arange(10_000) % 10
    plain = len(map_svg(points, labels, NAMES))
    palette = tuple(f"#0000{shade:02x}" for shade in range(64))
    values = ByValue(rng.integers(0, 64, 10_000), palette, 0, 1, "Height", "m", ("0", "0.5", "1"))
    taken = ByPrediction(labels, rng.random(10_000) < 0.1, NAMES)
    for coloured in (values, taken):
        assert len(map_svg(points, labels, NAMES, coloured=coloured)) < 1.03 * plain
