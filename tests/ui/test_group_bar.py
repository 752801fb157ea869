"""The line about the group below the map, and the group's and the map's files."""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt

from tests.ui.map_hand import LEFT
from vae_desktop.ui.export_dialog import ExportDialog
from vae_desktop.ui.group_bar import group_text
from vae_desktop.ui.map_panel import MapPanel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.data.dataset import Dataset

PATIENCE = 60_000


def dialog_of(qtbot: QtBot, panel: MapPanel, button: object) -> ExportDialog:
    qtbot.mouseClick(button, LEFT)
    dialog = panel.window().findChild(ExportDialog)
    assert dialog is not None
    return dialog


def save(qtbot: QtBot, dialog: ExportDialog, path: Path) -> None:
    dialog.path.setText(str(path))
    qtbot.mouseClick(dialog.save_button, LEFT)
    qtbot.waitUntil(path.exists, timeout=PATIENCE)
    qtbot.waitUntil(lambda: dialog._job is None, timeout=PATIENCE)


def test_counts_are_told_the_largest_first(laid: MapPanel, digits: Dataset) -> None:
    labels = digits.test.labels.numpy()
    group = np.concatenate([np.flatnonzero(labels == 9)[:5], np.flatnonzero(labels == 4)[:11]])
    assert not laid.group.isVisible() and laid.figures.isVisible()
    laid.session.set_group(group)
    assert laid.group.isVisible() and laid.group.clear_button.isVisible()
    assert laid.group.label.text().replace("\u00a0", " ") == "16 digits: 4 × 11, 9 × 5"
    assert "16 digits" in laid.group.label.accessibleName()


def test_the_map_stays_where_it_is_when_a_group_comes_and_goes(qtbot: QtBot, laid: MapPanel) -> None:
    before = laid.view.geometry()
    laid.session.set_group(range(300))
    qtbot.wait(20)
    assert laid.view.geometry() == before
    qtbot.mouseClick(laid.group.clear_button, LEFT)
    assert laid.session.group.tolist() == [] and laid.view.geometry() == before
    laid.session.undo()
    assert len(laid.session.group) == 300


def test_how_good_the_map_is_is_not_written_across_the_counts(qtbot: QtBot, laid: MapPanel) -> None:
    """It may be known only when a group is chosen already."""
    controller = laid.session.map
    laid.session.set_group(range(300))
    controller._measure()
    qtbot.waitUntil(lambda: controller.quality is not None, timeout=PATIENCE)
    assert laid.group.isVisible() and not laid.figures.isVisible()
    qtbot.mouseClick(laid.group.clear_button, LEFT)
    assert not laid.group.isVisible() and laid.figures.isVisible()
    assert "KL" in laid.figures.text()


@pytest.mark.parametrize("width", [300, 340, 900])
def test_classes_that_have_no_room_are_left_to_the_tooltip(qtbot: QtBot, laid: MapPanel, width: int) -> None:
    laid.window().resize(width, 720)
    qtbot.waitUntil(lambda: laid.window().width() <= max(width, 360))
    laid.session.set_group(range(359))
    text = laid.group.label.text()
    assert text.startswith("359 digits: ") and (text.endswith("…") or width == 900)
    assert laid.group.label.toolTip().count("×") == 10
    for button in (laid.group.clear_button, laid.group.export_button):
        assert button.mapTo(laid, button.rect().bottomRight()).x() < laid.width()


def test_text() -> None:
    assert group_text([("7", 1)]).replace("\u00a0", " ") == "1 digit: 7 × 1"
    assert group_text([("Ankle boot", 1200), ("Bag", 3)], 1).replace("\u00a0", " ") == (
        "1,203 digits: Ankle boot × 1,200, …"
    )


def test_a_group_is_saved_as_a_table(qtbot: QtBot, laid: MapPanel, digits: Dataset, tmp_path: Path) -> None:
    session = laid.session
    session.set_group([300, 7, 42])
    dialog = dialog_of(qtbot, laid, laid.group.export_button)
    assert list(dialog.kinds) == ["png", "svg", "pdf", "csv", "npz"]
    save(qtbot, dialog, tmp_path / "group.csv")
    with (tmp_path / "group.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["index", "label", "x", "y", "z0", "z1"]
    assert [int(row[0]) for row in rows] == [7, 42, 300]
    assert [int(row[1]) for row in rows] == digits.test.labels[[7, 42, 300]].tolist()
    assert session.codes is not None
    values = np.array([row[2:] for row in rows], np.float32)
    assert np.array_equal(values[:, :2], [[7, 0], [2, 2], [0, 15]])
    assert np.array_equal(values[:, 2:], session.codes.means[[7, 42, 300]])


def test_a_group_is_saved_as_values_and_as_a_picture(
    qtbot: QtBot, laid: MapPanel, digits: Dataset, tmp_path: Path
) -> None:
    session = laid.session
    session.set_group([5, 9])
    save(qtbot, dialog_of(qtbot, laid, laid.group.export_button), tmp_path / "group.npz")
    with np.load(tmp_path / "group.npz") as values:
        assert values["indices"].tolist() == [5, 9]
        assert np.array_equal(values["images"] * 255, digits.test.images[[5, 9]].numpy())
        assert session.codes is not None and np.array_equal(values["z"], session.codes.means[[5, 9]])
        assert str(values["test_digits_of"]) == digits.title
    qtbot.waitUntil(lambda: laid.window().findChild(ExportDialog) is None, timeout=PATIENCE)
    dialog = dialog_of(qtbot, laid, laid.group.export_button)
    assert dialog.kind == "npz", "remembered"
    save(qtbot, dialog, tmp_path / "group.png")
    with Image.open(tmp_path / "group.png") as image:
        assert image.size == ((2 * 30 + 2) * 4, (30 + 2) * 4)


def test_before_there_is_a_map_a_table_has_no_places(
    qtbot: QtBot, laid: MapPanel, digits: Dataset, tmp_path: Path
) -> None:
    session = laid.session
    session.show_dataset(digits)
    qtbot.waitUntil(lambda: session.codes is not None, timeout=PATIENCE)
    session.set_group([1])
    save(qtbot, dialog_of(qtbot, laid, laid.group.export_button), tmp_path / "group.csv")
    assert (tmp_path / "group.csv").read_text().splitlines()[0] == "index,label,z0,z1"


def test_the_map_is_saved_by_the_names_ending(qtbot: QtBot, laid: MapPanel, tmp_path: Path) -> None:
    session = laid.session
    session.set_class_hidden(3, True)
    assert session.codes is not None
    dialog = dialog_of(qtbot, laid, laid.export_button)
    assert list(dialog.kinds) == ["png", "svg", "pdf", "csv", "npz"]
    dialog.path.setText(str(tmp_path / "map.svg"))
    assert dialog.kind == "svg" and "circles" in dialog.size_label.text()
    assert dialog.preview.image is not None and not dialog.style_form.scale.isVisible()
    save(qtbot, dialog, tmp_path / "map.svg")
    root = ET.parse(tmp_path / "map.svg").getroot()
    shown = int((session.codes.labels != 3).sum())
    assert len(root.findall(".//{*}circle")) == shown
    assert f"{shown} test images of Digits" in (root.findtext("{*}title") or "")
    qtbot.waitUntil(lambda: laid.window().findChild(ExportDialog) is None, timeout=PATIENCE)
    save(qtbot, dialog_of(qtbot, laid, laid.export_button), tmp_path / "map.csv")
    lines = (tmp_path / "map.csv").read_text().splitlines()
    assert lines[0] == "index,label,x,y,z0,z1" and len(lines) == 360
    assert lines[22].startswith(f"21,{session.codes.labels[21]},1,1,")


@pytest.mark.parametrize("kind", ["svg", "csv"])
def test_a_place_that_takes_no_file_is_said_in_words(
    qtbot: QtBot, laid: MapPanel, tmp_path: Path, kind: str
) -> None:
    dialog = dialog_of(qtbot, laid, laid.export_button)
    qtbot.mouseClick(dialog.kinds[kind], LEFT)
    assert dialog.path.text().endswith(f".{kind}")
    dialog.path.setText(str(tmp_path / "nowhere" / f"map.{kind}"))
    qtbot.mouseClick(dialog.save_button, LEFT)
    qtbot.waitUntil(dialog.message.isVisible, timeout=PATIENCE)
    assert "folder does not exist" in dialog.message.text() and dialog.isVisible()
    (tmp_path / f"folder.{kind}").mkdir()
    dialog.path.setText(str(tmp_path / f"folder.{kind}"))
    qtbot.mouseClick(dialog.save_button, LEFT)
    qtbot.waitUntil(lambda: "it is a folder" in dialog.message.text(), timeout=PATIENCE)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_a_map_with_every_class_hidden_is_no_picture(qtbot: QtBot, laid: MapPanel, tmp_path: Path) -> None:
    for label in range(10):
        laid.session.set_class_hidden(label, True)
    dialog = dialog_of(qtbot, laid, laid.export_button)
    dialog.path.setText(str(tmp_path / "map.svg"))
    qtbot.mouseClick(dialog.save_button, LEFT)
    qtbot.waitUntil(lambda: "no points" in dialog.message.text(), timeout=PATIENCE)
    assert not (tmp_path / "map.svg").exists()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
