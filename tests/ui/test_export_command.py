"""The command line that the export dialog tells makes the same file."""

from __future__ import annotations

import shlex
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QGuiApplication

from tests.ui.export_hand import LEFT, OpenDialog, choose, page_size, save_to
from vae_desktop.app.session import Session
from vae_desktop.cli import main
from vae_desktop.ui.export_command import quoted
from vae_desktop.ui.export_source import ExportSource

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


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
