"""Animations by the export dialog, read back: GIF, WebP and MP4, their progress, and giving them up."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow

from tests.mp4_file import read_mp4
from tests.ui.export_hand import LEFT, PATIENCE, OpenDialog, choose, fields_of, save_to
from vae_desktop.app.session import Session
from vae_desktop.ui.export_dialog import ExportDialog
from vae_desktop.ui.export_source import ExportSource

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

# Five runs of the encoder, which tells its progress and can be given up after each.
LONG = 120


@pytest.fixture
def long_path(ready: Session) -> ExportSource:
    """An animation that takes seconds to encode."""
    noise = np.random.default_rng(0).random((LONG, 1, 28, 28)).astype(np.float32)
    return ExportSource("path", "path", noise, 20, moving=True)


def frames_as_saved(source: ExportSource, scale: int) -> np.ndarray:
    levels = np.rint(np.clip(source.images[:, 0], 0, 1) * 255)
    return levels.repeat(scale, axis=1).repeat(scale, axis=2)[..., None]


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
    assert dialog.progress.maximum() == LONG
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE)
    assert seen == sorted(seen) and 0 < seen[0] < LONG
    video = read_mp4(tmp_path / "path.mp4")
    assert video.frames.shape == (LONG, 112, 112, 3) and video.fps == 25
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
    assert len(read_mp4(folder / "small.mp4").frames) == LONG


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
    dialog.style_form.frame_scale.setValue(4)
    dialog.path.setText(str(tmp_path / "path.mp4"))
    qtbot.mouseClick(dialog.save_button, LEFT)
    qtbot.waitUntil(lambda: dialog.progress.value() > 0, timeout=PATIENCE)
    again = ExportDialog(ready, long_path, window)
    again.open()
    assert dialog.isVisible() and not again.isVisible()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE)
    assert len(read_mp4(tmp_path / "path.mp4").frames) == LONG
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
