"""The export dialog: files that other programs read, what they say about themselves, and what goes wrong."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QColorDialog, QFileDialog

from tests.ui.export_hand import reconstructed
from vae_desktop import __version__
from vae_desktop.app.session import Session
from vae_desktop.core.export import GridStyle, compose_grid
from vae_desktop.ui.export_dialog import ExportDialog
from vae_desktop.ui.export_source import ExportSource, copy_picture, pixels_of, size_of
from vae_desktop.ui.exports import backdrop_source, picture_source, reconstructions_source, samples_source

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

PATIENCE = 60_000


@pytest.fixture
def samples(qtbot: QtBot, ready: Session) -> ExportSource:
    """Samples of a small model: 2 rows of 3, seed 5, temperature 0.8."""
    ready.samples.active = True
    ready.samples.set_seed(5)
    ready.samples.set_temperature(0.8)
    ready.samples.set_layout(2, 3)
    codes = ready.samples
    qtbot.waitUntil(lambda: codes.images is not None and len(codes.images) == 6, timeout=PATIENCE)
    source = samples_source(ready)
    assert source is not None
    return source


def save_to(qtbot: QtBot, dialog: ExportDialog, path: Path) -> None:
    dialog.path.setText(str(path))
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog._job is None, timeout=PATIENCE)


def test_a_png_is_what_the_preview_shows_and_says_what_made_it(
    qtbot: QtBot,
    ready: Session,
    samples: ExportSource,
    open_dialog: Callable[..., ExportDialog],
    tmp_path: Path,
) -> None:
    dialog = open_dialog(samples)
    dialog.style_form.scale.setValue(3)
    dialog.style_form.padding.setValue(1)
    qtbot.mouseClick(dialog.style_form.black, Qt.MouseButton.LeftButton)
    assert dialog.preview.image is not None
    assert (dialog.preview.image.width(), dialog.preview.image.height()) == (3 * 29 + 1, 2 * 29 + 1)
    assert dialog.size_label.text() == f"{88 * 3} × {59 * 3} pixels, 22 × 15 mm at 300 dpi."
    notices: list[str] = []
    ready.notice_raised.connect(notices.append)
    save_to(qtbot, dialog, tmp_path / "grid.png")
    assert not dialog.isVisible()
    assert notices == [f"Saved {tmp_path / 'grid.png'}"]
    with Image.open(tmp_path / "grid.png") as image:
        text = dict(image.text)  # type: ignore[attr-defined]
        pixels = np.asarray(image)
    assert ready.model is not None
    assert text["Seed"] == "5" and text["Temperature"] == "0.8"
    assert text["Model"] == ready.model.model_id
    assert text["Software"] == f"vae-desktop {__version__}"
    assert text["Data set"] == ready.model.dataset.title
    assert (text["Rows"], text["Columns"]) == ("2", "3")
    assert pixels.shape == (177, 264)
    # Row 1, column 2 of the grid is the sixth sample, black around it.
    cell = pixels[(29 + 1) * 3 : (29 + 29) * 3 : 3, (58 + 1) * 3 : (58 + 29) * 3 : 3]
    np.testing.assert_allclose(cell, samples.images[5, 0] * 255, atol=0.51)
    assert not pixels[:3].any()


def test_an_npz_holds_the_raw_values(
    qtbot: QtBot,
    ready: Session,
    samples: ExportSource,
    open_dialog: Callable[..., ExportDialog],
    tmp_path: Path,
) -> None:
    dialog = open_dialog(samples)
    dialog.path.setText(str(tmp_path / "values.png"))
    qtbot.mouseClick(dialog.kinds["npz"], Qt.MouseButton.LeftButton)
    assert dialog.path.text() == str(tmp_path / "values.npz")
    assert not dialog.style_form.isVisible()
    assert "images 6×1×28×28, z 6×2" in dialog.size_label.text()
    save_to(qtbot, dialog, tmp_path / "values.npz")
    with np.load(tmp_path / "values.npz") as values:
        assert np.array_equal(values["images"], samples.images) and values["images"].dtype == np.float32
        assert np.array_equal(values["z"], ready.samples.codes)
        assert int(values["seed"]) == 5 and float(values["temperature"]) == 0.8
        assert str(values["model"]) == samples.model_id
        assert str(values["software"]) == f"vae-desktop {__version__}"


def test_choices_are_remembered(
    qtbot: QtBot,
    ready: Session,
    samples: ExportSource,
    open_dialog: Callable[..., ExportDialog],
    tmp_path: Path,
) -> None:
    folder = tmp_path / "slides"
    folder.mkdir()
    dialog = open_dialog(samples)
    dialog.style_form.scale.setValue(7)
    dialog.style_form.padding.setValue(0)
    dialog.style_form.background.set_color("#123456")
    save_to(qtbot, dialog, folder / "one.png")
    again = open_dialog(samples)
    assert again.grid_style == GridStyle(7, 0, "#123456")
    assert again.path.text() == str(folder / "samples-2x3-seed5.png")
    save_to(qtbot, again, folder / "samples-2x3-seed5.png")
    # The next proposal takes no name that is taken.
    assert open_dialog(samples).path.text() == str(folder / "samples-2x3-seed5-2.png")


def test_choices_that_make_no_sense_are_forgotten(
    ready: Session, samples: ExportSource, open_dialog: Callable[..., ExportDialog]
) -> None:
    ready.preferences.export_choices = {
        "kind": "exe", "scale": 10_000, "padding": "x", "background": "no colour", "folder": 3,
        "moving_kind": ["gif"],
    }  # fmt: skip
    dialog = open_dialog(samples)
    assert dialog.kind == "png" and dialog.grid_style == GridStyle()


def test_any_background_colour_can_be_chosen(
    qtbot: QtBot, samples: ExportSource, open_dialog: Callable[..., ExportDialog]
) -> None:
    dialog = open_dialog(samples)
    qtbot.mouseClick(dialog.style_form.background, Qt.MouseButton.LeftButton)
    chooser = dialog.findChild(QColorDialog)
    assert chooser is not None
    chooser.setCurrentColor(QColor("#2a7f3e"))
    chooser.accept()
    assert dialog.grid_style.background == "#2a7f3e"
    assert dialog.preview.image is not None and dialog.preview.image.pixelColor(0, 0).name() == "#2a7f3e"


def test_copy_gives_the_picture_as_chosen(
    qtbot: QtBot, samples: ExportSource, open_dialog: Callable[..., ExportDialog]
) -> None:
    dialog = open_dialog(samples)
    dialog.style_form.scale.setValue(2)
    dialog.style_form.background.set_color("#ff0000")
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == ((3 * 30 + 2) * 2, (2 * 30 + 2) * 2)
    assert image.pixelColor(0, 0).name() == "#ff0000"
    expected = compose_grid(samples.images, 3, GridStyle(2, 2, "#ff0000"))
    assert image.pixelColor(40, 40).red() == expected[40, 40, 0]
    assert dialog.isVisible()


@pytest.mark.parametrize("kind", ["png", "npz"])
def test_a_folder_that_is_not_there_is_said_in_words(
    qtbot: QtBot, samples: ExportSource, open_dialog: Callable[..., ExportDialog], tmp_path: Path, kind: str
) -> None:
    dialog = open_dialog(samples)
    qtbot.mouseClick(dialog.kinds[kind], Qt.MouseButton.LeftButton)
    save_to(qtbot, dialog, tmp_path / "nowhere" / f"a.{kind}")
    assert dialog.isVisible() and dialog.message.isVisible()
    assert "folder does not exist" in dialog.message.text()
    assert list(tmp_path.glob("**/a.*")) == []
    # Mended in the same dialog.
    save_to(qtbot, dialog, tmp_path / f"a.{kind}")
    assert not dialog.isVisible() and (tmp_path / f"a.{kind}").is_file()


def test_a_full_disk_leaves_the_older_file_whole(
    qtbot: QtBot,
    samples: ExportSource,
    open_dialog: Callable[..., ExportDialog],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = tmp_path / "grid.png"
    target.write_bytes(b"older")
    dialog = open_dialog(samples)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        save_to(qtbot, dialog, target)
        assert dialog.save_button.text() == "Replace"
        qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: "disk is full" in dialog.message.text(), timeout=PATIENCE)
    assert target.read_bytes() == b"older"
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["grid.png"]
    assert dialog.isVisible() and dialog.save_button.isEnabled()


def test_an_older_file_is_only_replaced_when_told_twice(
    qtbot: QtBot, samples: ExportSource, open_dialog: Callable[..., ExportDialog], tmp_path: Path
) -> None:
    target = tmp_path / "grid.png"
    target.write_bytes(b"older")
    dialog = open_dialog(samples)
    save_to(qtbot, dialog, target)
    assert "exists already" in dialog.message.text()
    assert target.read_bytes() == b"older"
    # Another name, and back: that is no consent.
    dialog.path.setText(str(tmp_path / "other.png"))
    assert dialog.save_button.text() == "Save" and not dialog.message.isVisible()
    save_to(qtbot, dialog, target)
    assert target.read_bytes() == b"older"
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE)
    assert target.read_bytes().startswith(b"\x89PNG")


def test_a_picture_that_would_be_too_large_is_refused(
    qtbot: QtBot, ready: Session, open_dialog: Callable[..., ExportDialog], tmp_path: Path
) -> None:
    images = np.zeros((400, 1, 28, 28), np.float32)
    dialog = open_dialog(ExportSource("samples", "samples", images, 20))
    dialog.style_form.scale.setValue(64)
    save_to(qtbot, dialog, tmp_path / "huge.png")
    assert "too large" in dialog.message.text() and "smaller scale" in dialog.message.text()
    assert not (tmp_path / "huge.png").exists()
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert "too large" in dialog.message.text()


def test_a_missing_suffix_is_added_and_a_missing_name_asked_for(
    qtbot: QtBot, samples: ExportSource, open_dialog: Callable[..., ExportDialog], tmp_path: Path
) -> None:
    dialog = open_dialog(samples)
    dialog.path.clear()
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    assert dialog.message.text() == "Give the file a name."
    for nothing in ("/", ".", "~nobody-of-this-name/grid.png"):
        dialog.path.setText(nothing)
        qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
        assert dialog.message.text() == "Give the file a name." and dialog.isVisible()
    dialog.path.setText(str(tmp_path / ("long" * 100)))
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "name is too long" in dialog.message.text(), timeout=PATIENCE)
    save_to(qtbot, dialog, tmp_path / "plain")
    assert (tmp_path / "plain.png").is_file()
    # What follows a dot is not always a suffix.
    save_to(qtbot, open_dialog(samples), tmp_path / "grid.v2")
    assert (tmp_path / "grid.v2.png").is_file() and not (tmp_path / "grid.v2").exists()


def test_enter_saves_and_escape_does_not(
    qtbot: QtBot, samples: ExportSource, open_dialog: Callable[..., ExportDialog], tmp_path: Path
) -> None:
    dialog = open_dialog(samples)
    dialog.path.setText(str(tmp_path / "no.png"))
    qtbot.keyClick(dialog.path, Qt.Key.Key_Escape)
    assert not dialog.isVisible() and not (tmp_path / "no.png").exists()
    dialog = open_dialog(samples)
    dialog.path.setText(str(tmp_path / "yes.png"))
    qtbot.keyClick(dialog.path, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE)
    assert (tmp_path / "yes.png").is_file()


def test_closing_while_it_writes_leaves_a_whole_file(
    qtbot: QtBot, samples: ExportSource, open_dialog: Callable[..., ExportDialog], tmp_path: Path
) -> None:
    dialog = open_dialog(samples)
    dialog.path.setText(str(tmp_path / "grid.png"))
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    dialog.close()
    assert not dialog.isVisible()
    with Image.open(tmp_path / "grid.png") as image:
        image.load()


def test_browsing_fills_the_field(
    qtbot: QtBot, samples: ExportSource, open_dialog: Callable[..., ExportDialog], tmp_path: Path
) -> None:
    dialog = open_dialog(samples)
    dialog.path.setText(str(tmp_path / "start.png"))
    qtbot.mouseClick(dialog.browse, Qt.MouseButton.LeftButton)
    chooser = dialog.findChild(QFileDialog)
    assert chooser is not None and chooser.testOption(QFileDialog.Option.DontUseNativeDialog)
    chooser.selectFile("chosen.png")
    chooser.accept()
    assert dialog.path.text() == str(tmp_path / "chosen.png")
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE)
    assert (tmp_path / "chosen.png").is_file()


def test_reconstructions_bring_digits_and_codes(qtbot: QtBot, ready: Session) -> None:
    source, shown = reconstructed(qtbot, ready), ready.reconstructions
    assert ready.codes is not None and shown.indices is not None
    values = source.values
    assert np.array_equal(values["images"], shown.originals)
    assert np.array_equal(values["reconstructions"], shown.reconstructions)
    assert np.array_equal(values["z"], ready.codes.means[shown.indices])
    assert np.array_equal(values["labels"], shown.labels)
    style = GridStyle(2, 1, "#ffffff")
    pixels = pixels_of(source, style)
    assert pixels.shape == size_of(source, style)[::-1] == ((4 * 29 + 1) * 2, (4 * 29 + 1) * 2)
    # The last place of rows 3 and 4 is empty; the third digit of row 3 is the seventh.
    blank = pixels[(2 * 29 + 1) * 2 : 3 * 29 * 2, (3 * 29 + 1) * 2 :]
    assert (blank == 255).all()
    seventh = pixels[(2 * 29 + 1) * 2 : (2 * 29 + 29) * 2 : 2, (2 * 29 + 1) * 2 : (2 * 29 + 29) * 2 : 2]
    assert shown.originals is not None
    np.testing.assert_allclose(seventh, shown.originals[6, 0] * 255, atol=0.51)


def test_the_picture_at_the_cursor_has_no_frame_by_itself(
    qtbot: QtBot, ready: Session, open_dialog: Callable[..., ExportDialog], tmp_path: Path
) -> None:
    with qtbot.waitSignal(ready.picture_changed, timeout=PATIENCE):
        ready.set_cursor((0.25, -1.5))
    qtbot.waitUntil(lambda: ready.picture_z is not None and ready.picture_z[1] == -1.5, timeout=PATIENCE)
    source = picture_source(ready)
    assert source is not None
    dialog = open_dialog(source)
    dialog.style_form.scale.setValue(10)
    save_to(qtbot, dialog, tmp_path / "picture.png")
    with Image.open(tmp_path / "picture.png") as image:
        assert image.size == (280, 280)
        assert image.text["Latent code"] == "0.25, -1.5"  # type: ignore[attr-defined]
    # What a lone picture needs is no choice for the next grid.
    assert ready.preferences.export_choices["padding"] == GridStyle().padding


def test_the_backdrop_comes_cell_by_cell_with_its_codes(qtbot: QtBot, ready: Session) -> None:
    ready.backdrop.request(np.linspace(-2, 2, 5), np.linspace(-1, 1, 3))
    qtbot.waitUntil(lambda: ready.backdrop.image is not None, timeout=PATIENCE)
    source = backdrop_source(ready)
    assert source is not None
    z = np.asarray(source.arrays["z"])
    assert source.images.shape == (15, 1, 28, 28) and z.shape == (15, 2)
    np.testing.assert_allclose(z[0], (-2, 1), atol=1e-5)
    np.testing.assert_allclose(z[-1], (2, -1), atol=1e-5)
    assert np.array_equal(pixels_of(source, GridStyle(1, 0)), ready.backdrop.image)
    # Each cell is what its code decodes to.
    with qtbot.waitSignal(ready.picture_changed, timeout=PATIENCE):
        ready.set_cursor(z[3])
    qtbot.waitUntil(lambda: np.array_equal(ready.picture_z, z[3]), timeout=PATIENCE)
    assert ready.picture is not None
    np.testing.assert_allclose(source.images[3], ready.picture, atol=0.51 / 255)


@pytest.mark.parametrize(("count", "columns", "side"), [(5, 5, 608), (400, 20, 2408), (4096, 64, 3844)])
def test_what_is_copied_unasked_has_a_handy_size(qapp: object, count: int, columns: int, side: int) -> None:
    source = ExportSource("samples", "samples", np.zeros((count, 1, 28, 28), np.float32), columns)
    copy_picture(source)
    assert QGuiApplication.clipboard().image().width() == side


def test_before_there_is_anything_nothing_can_be_exported(session: Session) -> None:
    assert samples_source(session) is None
    assert reconstructions_source(session, 5) is None
    assert picture_source(session) is None
    assert backdrop_source(session) is None
