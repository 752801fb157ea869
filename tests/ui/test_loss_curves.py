"""The loss plot's arithmetic: thinning, what fits into view, ticks, and cutting lines at a picture's edge."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from vae_desktop.ui.loss_curves import Line, fitting_range, nearest, thin
from vae_desktop.ui.loss_figure import clipped
from vae_desktop.ui.loss_ticks import tick_texts, ticks


def line(x: list[float], y: list[float]) -> Line:
    values = np.array(y, dtype=np.float64)
    return Line("kl", "train", np.array(x, dtype=np.float64), values, values)


def test_thinning_keeps_means_and_places() -> None:
    values = np.arange(1003, dtype=np.float64)
    means, stretch = thin(values, 100)
    assert stretch == 16 and len(means) == 63
    assert means[0] == values[:16].mean() and means[-1] == values[62 * 16 :].mean()
    more, again = thin(np.arange(1100, dtype=np.float64), 100)
    assert again == stretch
    np.testing.assert_array_equal(more[:62], means[:62])


def test_a_view_without_numbers_is_none() -> None:
    assert fitting_range([], False) is None
    assert fitting_range([line([], [])], False) is None
    assert fitting_range([line([1, 2], [math.nan, math.nan])], False) is None
    assert fitting_range([line([1, 2], [0.0, -1.0])], True) is None


def test_a_view_has_room_around_a_flat_curve() -> None:
    found = fitting_range([line([1, 2], [5.0, 5.0])], False)
    assert found is not None
    x0, x1, y0, y1 = found
    assert x0 <= 0 and x1 > 2 and y0 < 5 < y1


def test_one_spike_does_not_flatten_a_noisy_curve() -> None:
    raw = np.full(1000, 100.0)
    raw[500] = 1e6
    smoothed = np.full(1000, 100.0)
    found = fitting_range([Line("kl", "train", np.arange(1000.0), smoothed, raw)], False)
    assert found is not None and found[3] < 200


def test_the_nearest_point_counts() -> None:
    curve = line([1, 2, 4], [10, 20, 40])
    assert nearest(curve, -5) == (1, 10)
    assert nearest(curve, 2.9) == (2, 20)
    assert nearest(curve, 3.1) == (4, 40)
    assert nearest(curve, 99) == (4, 40)
    assert nearest(line([], []), 1.0) is None


def test_lines_are_cut_at_the_edge() -> None:
    area = QRectF(0, 0, 10, 10)
    zigzag = np.array([[-5.0, 5.0], [5.0, 5.0], [5.0, 15.0], [8.0, 15.0], [8.0, 5.0], [20.0, 5.0]])
    parts = clipped(zigzag, area)
    np.testing.assert_allclose(parts[0], [[0, 5], [5, 5], [5, 10]])
    np.testing.assert_allclose(parts[1], [[8, 10], [8, 5], [10, 5]])
    assert len(parts) == 2
    through = np.array([[-10.0, -10.0], [20.0, 20.0]])
    np.testing.assert_allclose(clipped(through, area)[0], [[0, 0], [10, 10]])
    assert clipped(np.array([[-1.0, 20.0], [-1.0, -20.0]]), area) == []
    assert clipped(np.array([[1.0, 1.0], [math.nan, 1.0], [2.0, 2.0]]), area) == []


@pytest.mark.parametrize(
    ("mode", "low", "high", "texts"),
    [
        ("linear", 0.0, 10.0, ["0", "2", "4", "6", "8", "10"]),
        ("linear", 139.2, 140.9, ["139.5", "140.0", "140.5"]),
        ("epochs", 0.0, 5.2, ["0", "1", "2", "3", "4", "5"]),
        ("epochs", 0.2, 0.9, ["0.2", "0.4", "0.6", "0.8"]),
        ("time", 0.0, 130.0, ["0:00", "0:30", "1:00", "1:30", "2:00"]),
        ("time", 0.0, 9000.0, ["0:00", "30:00", "1:00:00", "1:30:00", "2:00:00", "2:30:00"]),
        ("log", 0.0, 3.0, ["1", "10", "100", "1000"]),
        ("log", math.log10(120), math.log10(180), ["120", "130", "140", "150", "160", "170", "180"]),
        ("log", -1.0, 0.0, ["0.1", "0.2", "0.3", "0.5", "0.7", "1"]),
    ],
)
def test_ticks_are_few_and_round(mode: str, low: float, high: float, texts: list[str]) -> None:
    assert tick_texts(mode, ticks(mode, low, high, 6)) == texts


@pytest.mark.parametrize("mode", ["linear", "epochs", "time", "log"])
@pytest.mark.parametrize("span", [1e-9, 1e-3, 0.5, 7.0, 300.0])
def test_ticks_are_never_many_nor_doubled(mode: str, span: float) -> None:
    places = ticks(mode, 1.0, 1.0 + span, 6)
    assert len(places) <= 8
    assert sorted(set(places)) == places


@pytest.mark.parametrize("range_", [(0.0, 0.0), (1.0, math.nan), (-math.inf, 1.0), (5.0, 1.0)])
def test_an_impossible_range_has_no_ticks(range_: tuple[float, float]) -> None:
    for mode in ("linear", "epochs", "time", "log"):
        assert ticks(mode, *range_, 6) == []
