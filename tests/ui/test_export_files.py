"""What the export dialog writes, kind by kind, read back: print, animations, tables, and the command line."""

from __future__ import annotations

import base64
import csv
import errno
import io
import os
import re
import shlex
import xml.etree.ElementTree as ElementTree
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QMainWindow

from tests.mp4_file import read_mp4
from tests.ui.canvas_hand import ShowPanel
from vae_desktop.app.session import Session
from vae_desktop.cli import main
from vae_desktop.core.export import GridStyle, compose_grid
from vae_desktop.ui.export_command import quoted
from vae_desktop.ui.export_dialog import ExportDialog
from vae_desktop.ui.export_source import Drawing, ExportSource
from vae_desktop.ui.exports import reconstructions_source, samples_source

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

LEFT = Qt.MouseButton.LeftButton
PATIENCE = 60_000
POINTS_PER_MM = 72 / 25.4

OpenDialog = Callable[[ExportSource], ExportDialog]


@pytest.fixture
def samples(qtbot: QtBot, ready: Session, make_model_file: Callable[..., Path]) -> ExportSource:
    """Samples of a model in a file, with the command that makes them: 2 rows of 3, seed 5, temperature 0.8."""
    path = make_model_file("my model")
    ready.open_model(path)
    qtbot.waitUntil(lambda: ready.model is not None and ready.model.path == path, timeout=PATIENCE)
    drawn = ready.samples
    drawn.active = True
    drawn.set_seed(5)
    drawn.set_temperature(0.8)
    drawn.set_layout(2, 3)
    qtbot.waitUntil(lambda: drawn.images is not None and len(drawn.images) == 6, timeout=PATIENCE)
    source = samples_source(ready)
    assert source is not None
    words = "generate --rows 2 --columns 3 --seed 5 --temperature 0.8"
    return replace(source, command=tuple(words.split()))


@pytest.fixture
def path(samples: ExportSource) -> ExportSource:
    """The samples, in their order, as an animation."""
    return replace(samples, title="path", stem="path", moving=True, command=())


@pytest.fixture
def long_path(ready: Session) -> ExportSource:
    """An animation that takes seconds to encode."""
    noise = np.random.default_rng(0).random((240, 1, 28, 28)).astype(np.float32)
    return ExportSource("path", "path", noise, 20, moving=True)


@pytest.fixture
def open_dialog(qtbot: QtBot, ready: Session) -> OpenDialog:
    """Opens the dialog on a source, as a panel does."""

    def open_it(source: ExportSource) -> ExportDialog:
        dialog = ExportDialog(ready, source)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        dialog.open()
        qtbot.waitExposed(dialog)
        return dialog

    return open_it


def choose(qtbot: QtBot, dialog: ExportDialog, kind: str) -> None:
    button = dialog.kinds[kind]
    qtbot.mouseClick(button, LEFT, pos=button.rect().center())
    assert dialog.kind == kind


def save_to(qtbot: QtBot, dialog: ExportDialog, target: Path) -> None:
    dialog.path.setText(str(target))
    qtbot.mouseClick(dialog.save_button, LEFT)
    qtbot.waitUntil(lambda: dialog._job is None, timeout=PATIENCE)
    assert not dialog.isVisible(), dialog.message.text()


def fields_of(dialog: ExportDialog) -> set[str]:
    form = dialog.style_form
    names = ("scale", "frame_scale", "width_mm", "padding", "background", "fps", "ping_pong", "loop")
    return {name for name in names if getattr(form, name).isVisible()}


def frames_as_saved(source: ExportSource, scale: int) -> np.ndarray:
    levels = np.rint(np.clip(source.images[:, 0], 0, 1) * 255)
    return levels.repeat(scale, axis=1).repeat(scale, axis=2)[..., None]


# -- pictures in print ------------------------------------------------------------------------------


def test_a_grid_as_svg_has_its_width_in_print(
    qtbot: QtBot, samples: ExportSource, open_dialog: OpenDialog, tmp_path: Path
) -> None:
    dialog = open_dialog(samples)
    choose(qtbot, dialog, "svg")
    dialog.style_form.width_mm.setValue(90)
    # 92 pixels of images and padding on 1063 dots.
    assert dialog.size_label.text() == "90 × 61 mm, 1,104 × 744 pixels: 312 to the inch."
    save_to(qtbot, dialog, tmp_path / "grid.svg")
    root = ElementTree.parse(tmp_path / "grid.svg").getroot()
    assert root.attrib["width"] == "90mm"
    assert float(root.attrib["height"].removesuffix("mm")) == pytest.approx(90 * 62 / 92, abs=0.01)
    assert QSvgRenderer(str(tmp_path / "grid.svg")).isValid()
    image = next(child for child in root if child.tag.endswith("image"))
    png = base64.b64decode(image.attrib["href"].partition(",")[2])
    with Image.open(io.BytesIO(png)) as picture:
        assert np.array_equal(np.asarray(picture), compose_grid(samples.images, 3, GridStyle(12, 2)))
        assert picture.text["Seed"] == "5"  # type: ignore[attr-defined]


def test_a_grid_as_pdf_is_a_page_of_its_width(
    qtbot: QtBot, samples: ExportSource, open_dialog: OpenDialog, tmp_path: Path
) -> None:
    dialog = open_dialog(samples)
    choose(qtbot, dialog, "pdf")
    dialog.style_form.width_mm.setValue(150)
    dialog.style_form.padding.setValue(0)
    save_to(qtbot, dialog, tmp_path / "grid.pdf")
    data = (tmp_path / "grid.pdf").read_bytes()
    assert data.startswith(b"%PDF-1.4") and data.endswith(b"%%EOF\n")
    assert page_size(data) == pytest.approx((150 * POINTS_PER_MM, 100 * POINTS_PER_MM), abs=0.01)
    content = data[data.index(b"stream\n", data.index(b"/Subtype /Image")) + 7 :]
    expected = compose_grid(samples.images, 3, GridStyle(21, 0))
    assert zlib.decompressobj().decompress(content) == expected.tobytes()


def page_size(data: bytes) -> tuple[float, float]:
    found = re.search(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert found is not None
    return float(found[1]), float(found[2])


@pytest.fixture
def drawing(ready: Session) -> ExportSource:
    """A map of 300 points, as its panel would make it."""
    points = np.random.default_rng(2).normal(size=(300, 2)).astype(np.float32)
    labels = np.arange(300) % 10
    picture = np.zeros((1, 3, 50, 80), np.uint8)
    of = Drawing(points, labels, tuple("0123456789"), "300 test images", "t-SNE with perplexity 30")
    return ExportSource("map", "map", picture, 1, gaps=False, drawn=True, drawing=of)


def test_a_map_as_pdf_is_drawn_without_pixels(
    qtbot: QtBot, drawing: ExportSource, open_dialog: OpenDialog, tmp_path: Path
) -> None:
    dialog = open_dialog(drawing)
    choose(qtbot, dialog, "pdf")
    assert fields_of(dialog) == {"width_mm"}
    assert dialog.size_label.text() == "A vector picture of the whole map: 300 circles."
    dialog.style_form.width_mm.setValue(100)
    save_to(qtbot, dialog, tmp_path / "map.pdf")
    data = (tmp_path / "map.pdf").read_bytes()
    assert data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF")
    across, up = page_size(data)
    # Whole points, as Qt has it.
    assert (across, up) == pytest.approx((100 * POINTS_PER_MM, 100 * POINTS_PER_MM * 1056 / 1190), abs=1)
    assert b"/Subtype /Image" not in data and b"/Font" in data
    shapes = b"".join(streams(data))
    # A circle is four curves.
    assert len(re.findall(rb" c\b", shapes)) >= 4 * 300


def streams(data: bytes) -> list[bytes]:
    found = []
    for start in (match.end() for match in re.finditer(rb"stream\r?\n", data)):
        if data[start - 9 : start].startswith(b"end"):
            continue
        try:
            found.append(zlib.decompressobj().decompress(data[start:]))
        except zlib.error:
            found.append(b"")
    return found


def test_a_map_as_svg_has_its_width_too(
    qtbot: QtBot, drawing: ExportSource, open_dialog: OpenDialog, tmp_path: Path
) -> None:
    dialog = open_dialog(drawing)
    choose(qtbot, dialog, "svg")
    dialog.style_form.width_mm.setValue(200)
    save_to(qtbot, dialog, tmp_path / "map.svg")
    root = ElementTree.parse(tmp_path / "map.svg").getroot()
    assert root.attrib["width"] == "200mm" and root.attrib["viewBox"] == "0 0 1190 1056"
    assert len([1 for element in root.iter() if element.tag.endswith("circle")]) == 300


# -- values -----------------------------------------------------------------------------------------


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
    shown = ready.reconstructions
    shown.active = True
    shown.set_count(7)
    qtbot.waitUntil(lambda: shown.reconstructions is not None, timeout=PATIENCE)
    source = reconstructions_source(ready, 4)
    assert source is not None and ready.codes is not None and shown.indices is not None
    dialog = open_dialog(source)
    choose(qtbot, dialog, "csv")
    save_to(qtbot, dialog, tmp_path / "a.csv")
    table = np.genfromtxt(tmp_path / "a.csv", delimiter=",", names=True)
    assert np.array_equal(table["index"], shown.indices) and np.array_equal(table["label"], shown.labels)
    assert np.array_equal(table["z1"].astype(np.float32), ready.codes.means[shown.indices, 1])


# -- animations -------------------------------------------------------------------------------------


def test_only_what_moves_can_be_an_animation(
    qtbot: QtBot, samples: ExportSource, path: ExportSource, open_dialog: OpenDialog
) -> None:
    assert list(open_dialog(samples).kinds) == ["png", "svg", "pdf", "csv", "npz"]
    dialog = open_dialog(path)
    assert list(dialog.kinds) == ["png", "svg", "pdf", "gif", "webp", "mp4", "csv", "npz"]
    assert dialog.kind == "gif"
    assert fields_of(dialog) == {"frame_scale", "fps", "ping_pong", "loop"}
    choose(qtbot, dialog, "mp4")
    assert fields_of(dialog) == {"frame_scale", "fps", "ping_pong"}
    choose(qtbot, dialog, "png")
    assert fields_of(dialog) == {"scale", "padding", "background"}


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_a_path_as_gif_and_webp(
    qtbot: QtBot, path: ExportSource, open_dialog: OpenDialog, tmp_path: Path, kind: str
) -> None:
    dialog = open_dialog(path)
    choose(qtbot, dialog, kind)
    dialog.style_form.fps.setValue(10)
    dialog.style_form.frame_scale.setValue(3)
    dialog.style_form.ping_pong.click()
    assert dialog.size_label.text() == "10 frames of 84 × 84 pixels: 1.0 s."
    save_to(qtbot, dialog, tmp_path / f"path.{kind}")
    expected = frames_as_saved(path, 3)[[0, 1, 2, 3, 4, 5, 4, 3, 2, 1]]
    with Image.open(tmp_path / f"path.{kind}") as image:
        assert image.n_frames == 10 and image.info["loop"] == 0  # type: ignore[attr-defined]
        for number in range(10):
            image.seek(number)
            frame = np.asarray(image.convert("L"))[..., None]
            np.testing.assert_allclose(frame, expected[number], atol=0.01)
            assert image.info["duration"] == 100


def test_a_path_as_mp4_shows_its_progress(
    qtbot: QtBot, long_path: ExportSource, open_dialog: OpenDialog, tmp_path: Path
) -> None:
    dialog = open_dialog(long_path)
    choose(qtbot, dialog, "mp4")
    dialog.style_form.frame_scale.setValue(4)
    assert not dialog.progress.isVisible()
    dialog.path.setText(str(tmp_path / "path.mp4"))
    qtbot.mouseClick(dialog.save_button, LEFT)
    seen: list[int] = []
    dialog.progress.valueChanged.connect(seen.append)
    qtbot.waitUntil(lambda: dialog.progress.isVisible() and bool(seen), timeout=PATIENCE)
    assert dialog.progress.maximum() == 240
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE)
    assert seen == sorted(seen) and 0 < seen[0] < 240
    video = read_mp4(tmp_path / "path.mp4")
    assert video.frames.shape == (240, 112, 112, 3) and video.fps == 25
    error = np.mean((video.frames - frames_as_saved(long_path, 4)) ** 2)
    assert 10 * np.log10(255**2 / error) > 35


def test_cancel_in_the_middle_of_a_video_leaves_what_was_there(
    qtbot: QtBot, long_path: ExportSource, open_dialog: OpenDialog, tmp_path: Path
) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    target = folder / "path.mp4"
    target.write_bytes(b"older")
    dialog = open_dialog(long_path)
    choose(qtbot, dialog, "mp4")
    dialog.path.setText(str(target))
    qtbot.mouseClick(dialog.save_button, LEFT)
    assert dialog.save_button.text() == "Replace"
    qtbot.mouseClick(dialog.save_button, LEFT)
    qtbot.waitUntil(lambda: dialog.progress.value() > 0, timeout=PATIENCE)
    assert dialog.focusWidget() is dialog.cancel_button
    qtbot.mouseClick(dialog.cancel_button, LEFT)
    qtbot.waitUntil(lambda: dialog._job is None, timeout=PATIENCE)
    assert dialog.isVisible() and dialog.message.text() == "Cancelled: no file was written."
    assert not dialog.progress.isVisible()
    assert target.read_bytes() == b"older" and list(folder.iterdir()) == [target]
    # Nothing is in the way of a smaller one.
    dialog.style_form.frame_scale.setValue(1)
    save_to(qtbot, dialog, folder / "small.mp4")
    assert len(read_mp4(folder / "small.mp4").frames) == 240


def test_exporting_again_does_not_give_up_a_video_that_is_being_written(
    qtbot: QtBot, ready: Session, long_path: ExportSource, tmp_path: Path
) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.show()
    dialog = ExportDialog(ready, long_path, window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    dialog.open()
    qtbot.waitExposed(dialog)
    choose(qtbot, dialog, "mp4")
    dialog.path.setText(str(tmp_path / "path.mp4"))
    qtbot.mouseClick(dialog.save_button, LEFT)
    qtbot.waitUntil(lambda: dialog.progress.value() > 0, timeout=PATIENCE)
    again = ExportDialog(ready, long_path, window)
    again.open()
    assert dialog.isVisible() and not again.isVisible()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE)
    assert len(read_mp4(tmp_path / "path.mp4").frames) == 240
    # Nothing is at work any more: another one takes its turn.
    last = ExportDialog(ready, long_path, window)
    last.open()
    assert last.isVisible()
    last.reject()


def test_escape_gives_a_video_up_and_closes(
    qtbot: QtBot, long_path: ExportSource, open_dialog: OpenDialog, tmp_path: Path
) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    dialog = open_dialog(long_path)
    choose(qtbot, dialog, "mp4")
    dialog.path.setText(str(folder / "path.mp4"))
    qtbot.mouseClick(dialog.save_button, LEFT)
    qtbot.waitUntil(lambda: dialog.progress.value() > 0, timeout=PATIENCE)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible() and dialog._job is None
    assert list(folder.iterdir()) == []


def test_a_full_disk_and_a_missing_folder_are_said_in_words(
    qtbot: QtBot,
    path: ExportSource,
    open_dialog: OpenDialog,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dialog = open_dialog(path)
    choose(qtbot, dialog, "mp4")
    folder = tmp_path / "films"
    dialog.path.setText(str(folder / "path.mp4"))
    qtbot.mouseClick(dialog.save_button, LEFT)
    qtbot.waitUntil(lambda: "folder does not exist" in dialog.message.text(), timeout=PATIENCE)
    folder.mkdir()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        qtbot.mouseClick(dialog.save_button, LEFT)
        qtbot.waitUntil(lambda: "disk is full" in dialog.message.text(), timeout=PATIENCE)
    assert list(folder.iterdir()) == []
    assert dialog.save_button.isEnabled() and not dialog.progress.isVisible()
    save_to(qtbot, dialog, folder / "path.mp4")


def test_the_preview_plays_as_the_file_will(
    qtbot: QtBot, path: ExportSource, open_dialog: OpenDialog
) -> None:
    dialog = open_dialog(path)
    dialog.style_form.fps.setValue(50)
    shown: list[int] = []
    expected = frames_as_saved(path, 1)[..., 0]

    def note() -> int:
        image = dialog.preview.image
        assert image is not None and (image.width(), image.height()) == (28, 28)
        pixels = np.array([[image.pixelColor(x, y).red() for x in range(28)] for y in range(28)])
        number = int(np.abs(expected - pixels).sum(axis=(1, 2)).argmin())
        if not shown or shown[-1] != number:
            shown.append(number)
        return len(shown)

    qtbot.waitUntil(lambda: note() > 7, timeout=PATIENCE)
    assert set(shown) == set(range(6))
    # A picture stands still.
    choose(qtbot, dialog, "png")
    still = dialog.preview.image
    qtbot.wait(60)
    assert dialog.preview.image is still
    choose(qtbot, dialog, "webp")
    dialog.hide()
    hidden = dialog.preview.image
    qtbot.wait(60)
    assert dialog.preview.image is hidden


# -- what is remembered -----------------------------------------------------------------------------


def test_each_kind_finds_its_own_choices_again(
    qtbot: QtBot, samples: ExportSource, path: ExportSource, open_dialog: OpenDialog, tmp_path: Path
) -> None:
    dialog = open_dialog(samples)
    choose(qtbot, dialog, "pdf")
    dialog.style_form.width_mm.setValue(85)
    save_to(qtbot, dialog, tmp_path / "a.pdf")
    dialog = open_dialog(path)
    choose(qtbot, dialog, "webp")
    dialog.style_form.fps.setValue(12)
    dialog.style_form.frame_scale.setValue(2)
    qtbot.mouseClick(dialog.style_form.loop, LEFT, pos=dialog.style_form.loop.rect().center() / 4)
    save_to(qtbot, dialog, tmp_path / "a.webp")
    # A grid is a PDF again, and what moves a WebP.
    again = open_dialog(samples)
    assert again.kind == "pdf" and again.style_form.width_mm.value() == 85
    assert again.style_form.scale.value() == GridStyle().scale
    moving = open_dialog(path)
    assert moving.kind == "webp"
    assert (moving.style_form.fps.value(), moving.style_form.frame_scale.value()) == (12, 2)
    assert not moving.style_form.loop.isChecked()


def test_the_proposed_name_follows_the_kind_and_is_not_taken(
    qtbot: QtBot, path: ExportSource, open_dialog: OpenDialog, tmp_path: Path, ready: Session
) -> None:
    ready.preferences.export_choices = {"folder": str(tmp_path)}
    (tmp_path / "path.mp4").write_bytes(b"taken")
    dialog = open_dialog(path)
    assert dialog.path.text() == str(tmp_path / "path.gif")
    choose(qtbot, dialog, "mp4")
    assert dialog.path.text() == str(tmp_path / "path-2.mp4")
    choose(qtbot, dialog, "csv")
    assert dialog.path.text() == str(tmp_path / "path.csv")
    # A name of one's own stays, but for its ending.
    dialog.path.setText(str(tmp_path / "mine.csv"))
    choose(qtbot, dialog, "mp4")
    assert dialog.path.text() == str(tmp_path / "mine.mp4")


# -- the command line -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["png", "svg", "pdf", "npz"])
def test_the_command_line_makes_the_same_file(
    qtbot: QtBot, samples: ExportSource, open_dialog: OpenDialog, tmp_path: Path, kind: str
) -> None:
    dialog = open_dialog(samples)
    choose(qtbot, dialog, kind)
    dialog.style_form.scale.setValue(3)
    dialog.style_form.padding.setValue(1)
    dialog.style_form.background.set_color("#204060")
    dialog.style_form.width_mm.setValue(70)
    mine, theirs = tmp_path / f"from the window.{kind}", tmp_path / f"from the shell.{kind}"
    dialog.path.setText(str(theirs))
    assert dialog.command.isVisible()
    qtbot.mouseClick(dialog.copy_command, LEFT)
    line = QGuiApplication.clipboard().text()
    assert line == dialog.command.text()
    program, *words = shlex.split(line)
    assert program == "vae-desktop" and words[:2] == ["generate", str(tmp_path / "my model.safetensors")]
    save_to(qtbot, dialog, mine)
    assert main(words) == 0
    if kind == "npz":
        with np.load(mine) as one, np.load(theirs) as other:
            np.testing.assert_allclose(one["z"], other["z"], atol=1e-6)
            np.testing.assert_allclose(one["images"], other["images"], atol=1e-6)
    elif kind == "png":
        with Image.open(mine) as one, Image.open(theirs) as other:
            np.testing.assert_allclose(np.asarray(one, int), np.asarray(other, int), atol=1)
    elif kind == "pdf":
        assert page_size(mine.read_bytes()) == page_size(theirs.read_bytes())
    else:
        sizes = [ElementTree.parse(file).getroot().attrib for file in (mine, theirs)]
        assert sizes[0] == sizes[1] and sizes[0]["width"] == "70mm"


def test_there_is_no_command_line_for_what_no_command_makes(
    qtbot: QtBot, ready: Session, samples: ExportSource, open_dialog: OpenDialog
) -> None:
    dialog = open_dialog(samples)
    choose(qtbot, dialog, "csv")
    assert not dialog.command.isVisible() and not dialog.copy_command.isVisible()
    choose(qtbot, dialog, "png")
    assert dialog.command.isVisible()
    # The codes of other weights than those in the file.
    assert not open_dialog(replace(samples, model_id="0123456789ab")).command.isVisible()
    assert not open_dialog(replace(samples, command=())).command.isVisible()


def test_the_command_line_of_an_animation_follows_its_style(
    qtbot: QtBot, path: ExportSource, open_dialog: OpenDialog, tmp_path: Path
) -> None:
    words = ("interpolate", "--from", "3", "--to", "18", "--frames", "6")
    dialog = open_dialog(replace(path, command=words))
    target = str(tmp_path / "p.gif")
    dialog.path.setText(target)
    start = ["vae-desktop", "interpolate", str(tmp_path / "my model.safetensors"), *words[1:]]
    assert shlex.split(dialog.command.text()) == [*start, "--out", target]
    dialog.style_form.fps.setValue(30)
    dialog.style_form.ping_pong.click()
    dialog.style_form.loop.click()
    assert shlex.split(dialog.command.text()) == [
        *start, "--fps", "30", "--ping-pong", "--once", "--out", target,
    ]  # fmt: skip


def test_words_are_quoted_for_each_shell() -> None:
    words = ["vae-desktop", "C:\\my models\\a.safetensors", "#ffffff", "it's"]
    assert shlex.split(quoted(words, "linux")) == words
    assert quoted(words, "win32") == 'vae-desktop "C:\\my models\\a.safetensors" #ffffff it\'s'


# -- the canvas -------------------------------------------------------------------------------------


def test_the_canvas_is_exported_as_it_is_seen(
    qtbot: QtBot, ready: Session, show_panel: ShowPanel, tmp_path: Path
) -> None:
    panel = show_panel(ready)
    qtbot.waitUntil(lambda: ready.backdrop.image is not None, timeout=PATIENCE)
    panel.export_canvas_action.trigger()
    dialog = panel.window().findChild(ExportDialog)
    assert dialog is not None and dialog.windowTitle() == "Export canvas"
    assert list(dialog.kinds) == ["png", "svg", "pdf", "csv", "npz"]
    assert ready.codes is not None
    codes = ready.codes
    save = tmp_path / "canvas.png"
    dialog.path.setText(str(save))
    qtbot.mouseClick(dialog.save_button, LEFT)
    qtbot.waitUntil(save.exists, timeout=PATIENCE)
    with Image.open(save) as image:
        assert max(image.size) >= 2000
        assert image.text["Latent axes"] == "0, 1"  # type: ignore[attr-defined]
        saved = np.asarray(image.convert("RGB").resize((panel.canvas.width(), panel.canvas.height())), int)
    seen = panel.canvas.grab().toImage().scaled(QSize(panel.canvas.width(), panel.canvas.height()))
    seen = seen.convertToFormat(seen.Format.Format_RGB888)
    lines = np.frombuffer(seen.constBits(), np.uint8).reshape(seen.height(), seen.bytesPerLine())
    shown = lines[:, : seen.width() * 3].reshape(seen.height(), seen.width(), 3).astype(int)
    # Finer than on the screen, and the same picture.
    assert np.abs(saved - shown).mean() < 12
    panel.export_canvas_action.trigger()
    second = panel.window().findChildren(ExportDialog)[-1]
    choose(qtbot, second, "csv")
    second.path.setText(str(tmp_path / "canvas.csv"))
    qtbot.mouseClick(second.save_button, LEFT)
    qtbot.waitUntil((tmp_path / "canvas.csv").exists, timeout=PATIENCE)
    table = np.genfromtxt(tmp_path / "canvas.csv", delimiter=",", names=True)
    assert np.array_equal(table["x"].astype(np.float32), codes.means[:, 0])
