"""Finding a digit by its place on the map."""

from __future__ import annotations

import numpy as np

from vae_desktop.ui.map_picker import MapPicker


def test_the_picker_only_finds_what_is_visible() -> None:
    points = np.array([[0, 0], [1, 0], [2, 0], [0, 5]], np.float32)
    picker = MapPicker()
    assert picker.nearest(0, 0, 1, 1) is None and picker.towards((0, 0), 1, 0) is None
    picker.set_points(points, np.array([True, False, True, True]))
    assert picker.nearest(0.9, 0, 0.5, 0.5) is None
    assert picker.nearest(1.4, 0, 1, 1) == 2
    assert picker.towards((0, 0), 1, 0) == 2
    assert picker.towards((0, 0), 0, 1) == 3
    assert picker.towards((0, 0), -1, 0) is None
    picker.set_points(points, np.zeros(4, np.bool_))
    assert picker.nearest(0, 0, 9, 9) is None
