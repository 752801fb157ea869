"""The history as a table, and the smoothing of curves."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from vae_desktop.core.curves import smooth, write_history_csv
from vae_desktop.core.errors import ExportError
from vae_desktop.core.records import EpochRecord, Terms

HISTORY = (
    EpochRecord(1, Terms.of(200.5, 10.25), Terms.of(190.125, 11.0), 1.5),
    EpochRecord(2, Terms.of(180.0, 12.0), Terms.of(175.0, 12.5), 3.0),
)


def test_a_history_can_be_read_by_other_programs(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    write_history_csv(path, HISTORY)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert float(rows[0]["seconds"]) == 1.5
    assert float(rows[0]["train_negative_elbo"]) == 210.75
    assert float(rows[0]["held_out_reconstruction"]) == 190.125
    assert float(rows[1]["held_out_kl"]) == 12.5


def test_an_empty_history_is_a_table_without_rows(tmp_path: Path) -> None:
    write_history_csv(tmp_path / "history.csv", ())
    assert (tmp_path / "history.csv").read_text().count("\n") == 1


def test_no_folder_no_file(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="folder does not exist"):
        write_history_csv(tmp_path / "nowhere" / "history.csv", HISTORY)


def test_smoothing_is_a_mean_that_forgets_the_past() -> None:
    values = np.array([4.0, 2.0, 6.0])
    expected = [4.0, (0.5 * 4 + 2) / 1.5, (0.25 * 4 + 0.5 * 2 + 6) / 1.75]
    np.testing.assert_allclose(smooth(values, 0.5), expected)
    np.testing.assert_array_equal(values, [4.0, 2.0, 6.0])


def test_smoothing_starts_where_the_curve_starts_and_leaves_flat_ones_alone() -> None:
    np.testing.assert_allclose(smooth(np.full(50, 3.0), 0.99), 3.0)
    assert smooth(np.array([7.0, 0.0]), 0.9)[0] == 7.0


def test_no_smoothing_changes_nothing() -> None:
    np.testing.assert_array_equal(smooth(np.array([1.0, 5.0, 2.0]), 0.0), [1.0, 5.0, 2.0])
    assert len(smooth(np.array([]), 0.5)) == 0


def test_points_that_are_no_numbers_do_not_spread() -> None:
    smoothed = smooth(np.array([2.0, np.nan, np.inf, 2.0]), 0.9)
    np.testing.assert_allclose(smoothed[[0, 3]], 2.0)
    assert np.isnan(smoothed[1]) and np.isinf(smoothed[2])


@pytest.mark.parametrize("weight", [-0.1, 1.0, 2.0])
def test_a_weight_outside_its_range_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="weight"):
        smooth(np.zeros(3), weight)
