"""What the export dialog remembers of each kind of file, and the names that it proposes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.ui.export_hand import LEFT, OpenDialog, choose, save_to
from vae_desktop.app.session import Session
from vae_desktop.core.export import GridStyle
from vae_desktop.ui.export_source import ExportSource

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


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
