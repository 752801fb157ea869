"""A hand for tests of the export dialog: what there is to export, the dialog on it, and its clicks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from vae_desktop.app.session import Session
from vae_desktop.ui.export_dialog import ExportDialog
from vae_desktop.ui.export_source import ExportSource
from vae_desktop.ui.exports import reconstructions_source, samples_source

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

LEFT = Qt.MouseButton.LeftButton
PATIENCE = 60_000

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


def reconstructed(qtbot: QtBot, ready: Session) -> ExportSource:
    """Seven digits and their reconstructions, in four columns."""
    shown = ready.reconstructions
    shown.active = True
    shown.set_count(7)
    qtbot.waitUntil(lambda: shown.reconstructions is not None, timeout=PATIENCE)
    source = reconstructions_source(ready, 4)
    assert source is not None
    return source


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


def page_size(data: bytes) -> tuple[float, float]:
    found = re.search(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert found is not None
    return float(found[1]), float(found[2])
