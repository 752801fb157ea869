"""Tables of values by the export dialog, read back."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tests.ui.export_hand import OpenDialog, choose, fields_of, reconstructed, save_to
from vae_desktop.app.session import Session
from vae_desktop.ui.export_source import ExportSource

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_a_grid_as_csv_has_the_code_of_each_image(
    qtbot: QtBot, samples: ExportSource, open_dialog: OpenDialog, tmp_path: Path
) -> None:
    dialog = open_dialog(samples)
    choose(qtbot, dialog, "csv")
    assert fields_of(dialog) == set()
    assert "6 rows" in dialog.size_label.text()
    save_to(qtbot, dialog, tmp_path / "codes.csv")
    with (tmp_path / "codes.csv").open(newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["index", "row", "column", "z0", "z1"]
    assert [row[:3] for row in rows] == [[str(n), str(n // 3), str(n % 3)] for n in range(6)]
    codes = np.array([row[3:] for row in rows], np.float64).astype(np.float32)
    assert np.array_equal(codes, samples.arrays["z"])


def test_reconstructions_as_csv_tell_which_digits_they_are(
    qtbot: QtBot, ready: Session, open_dialog: OpenDialog, tmp_path: Path
) -> None:
    source, shown = reconstructed(qtbot, ready), ready.reconstructions
    assert ready.codes is not None and shown.indices is not None
    dialog = open_dialog(source)
    choose(qtbot, dialog, "csv")
    save_to(qtbot, dialog, tmp_path / "a.csv")
    table = np.genfromtxt(tmp_path / "a.csv", delimiter=",", names=True)
    assert np.array_equal(table["index"], shown.indices) and np.array_equal(table["label"], shown.labels)
    assert np.array_equal(table["z1"].astype(np.float32), ready.codes.means[shown.indices, 1])
