"""The picture of a map: colours, directions, legend."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from vae_desktop.core.map_picture import BACKGROUND, LEGEND, SIDE, draw_map, draw_map_png
from vae_desktop.core.palette import class_color

NAMES = tuple("0123456789")


def rgb(color: str) -> np.ndarray:
    return np.array(list(bytes.fromhex(color[1:])))


def places_of(pixels: np.ndarray, label: int) -> np.ndarray:
    """Where the colour of a class is seen on the map, blended with the paper as points are: [n, 2] as x, y."""
    chroma = pixels[:, :SIDE].astype(float) - 255
    wanted = rgb(class_color(label)).astype(float) - 255
    share = (chroma @ wanted) / (wanted @ wanted)
    near = (share > 0.5) & (np.abs(chroma - share[..., None] * wanted).max(axis=2) < 12)
    return np.argwhere(near)[:, ::-1]


def test_points_lie_where_they_belong_in_their_class_s_colour() -> None:
    corners = np.array([[-2.0, -1.0], [2.0, -1.0], [0.0, 1.0]])
    spread = np.random.default_rng(0).normal(size=(300, 2)) * 0.05
    labels = np.arange(3).repeat(100)
    pixels = draw_map(corners[labels] + spread, labels, NAMES)
    assert pixels.shape == (SIDE, SIDE + LEGEND, 3)
    middles = [np.median(places_of(pixels, label), axis=0) for label in range(3)]
    left, right, top = middles
    assert left[0] < top[0] < right[0]
    assert top[1] < left[1] - 300  # up is up
    assert abs(left[1] - right[1]) < 40
    # One scale in both directions: the triangle is as wide as it is in the data.
    assert abs((right[0] - left[0]) / (left[1] - top[1]) - 2) < 0.1


def test_every_class_on_the_map_is_in_the_legend() -> None:
    labels = np.array([1, 4, 4, 7])
    legend = draw_map(np.eye(4)[:, :2], labels, NAMES)[:, SIDE:]
    for label in range(10):
        shown = (np.abs(legend.astype(int) - rgb(class_color(label))).max(axis=2) < 4).sum()
        assert (shown > 100) == (label in labels)


def test_no_class_hides_another() -> None:
    labels = np.arange(2_000) % 2
    pixels = draw_map(np.random.default_rng(1).normal(size=(2_000, 2)), labels, NAMES)
    counts = [len(places_of(pixels, label)) for label in (0, 1)]
    assert min(counts) > 0.6 * max(counts)


def test_degenerate_maps_are_drawn_too() -> None:
    for points, labels in (([[3.0, 3.0]], [0]), (np.zeros((5, 2)), [0] * 5), (np.eye(30)[:, :2], range(30))):
        pixels = draw_map(np.array(points), np.array(labels), NAMES)
        assert (pixels != rgb(BACKGROUND)).any()


def test_the_file_carries_caption_and_identity(tmp_path: Path) -> None:
    draw_map_png(
        tmp_path / "map.png", np.eye(3)[:, :2], np.arange(3), NAMES, "3 images", {"Perplexity": "30"}
    )
    bare = draw_map(np.eye(3)[:, :2], np.arange(3), NAMES)
    with Image.open(tmp_path / "map.png") as image:
        assert image.text == {"Perplexity": "30"}  # type: ignore[attr-defined]
        changed = np.argwhere((np.asarray(image) != bare).any(axis=2))
    assert changed.size
    assert changed[:, 0].min() > SIDE - 40  # only the line at the bottom
