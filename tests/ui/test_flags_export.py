"""Bookmarks in an exported picture of the canvas: there where the canvas shows them, and only then."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage

from tests.ui.canvas_hand import ModelOf, ShowPanel, at
from tests.ui.export_hand import LEFT, PATIENCE
from tests.ui.test_bookmark_flags import accents, keep
from vae_desktop.ui.canvas_panel import CanvasPanel
from vae_desktop.ui.export_dialog import ExportDialog
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

# A flag and the beginning of its name, from its point, in pixels of the screen.
AROUND = QRect(-4, -23, 50, 27)


@pytest.fixture(params=[1, 2])
def panel(request: pytest.FixtureRequest, model_of: ModelOf, show_panel: ShowPanel) -> CanvasPanel:
    """The canvas's panel on a model of one or two dimensions, with two bookmarks and nothing else."""
    it = show_panel(model_of(request.param))
    it.canvas.set_points_on(False)
    it.canvas.manifold.set_on(False)
    more = [0.0] * (request.param - 1)
    keep(it.session, ("low", [-1.5, *more]), ("high", [1.25, *more]))
    # Away from the flags, and off their line where there is one.
    it.session.set_cursor([2.5, *more])
    return it


def exported(qtbot: QtBot, panel: CanvasPanel, path: Path) -> QImage:
    """The canvas as a PNG by the dialog."""
    panel.export_canvas_action.trigger()
    dialog = panel.window().findChildren(ExportDialog)[-1]
    dialog.path.setText(str(path))
    qtbot.mouseClick(dialog.save_button, LEFT)
    qtbot.waitUntil(path.exists, timeout=PATIENCE)
    qtbot.waitUntil(lambda: dialog._job is None, timeout=PATIENCE)
    return QImage(str(path))


def part(image: QImage, panel: CanvasPanel, x: float) -> QImage:
    """What is around a flag's point, as large as on the screen."""
    ratio = image.width() // panel.canvas.viewport().width()
    rect = AROUND.translated(at(panel.canvas, x, 0.0))
    fine = QRect(rect.topLeft() * ratio, rect.size() * ratio)
    return image.copy(fine)


def difference(one: QImage, other: QImage) -> float:
    """The mean difference of two pictures' pixels, from 0 to 255, at the size of the first."""
    parts = []
    for image in (one, other.scaled(one.size())):
        rgb = image.convertToFormat(QImage.Format.Format_RGB888)
        lines = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
        parts.append(lines[:, : 3 * rgb.width()].astype(int))
    return float(np.abs(parts[0] - parts[1]).mean())


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_flags_and_names_are_in_the_picture_as_on_the_canvas(
    qtbot: QtBot, panel: CanvasPanel, tmp_path: Path, mode: str
) -> None:
    theme().apply(mode)
    image = exported(qtbot, panel, tmp_path / "canvas.png")
    seen = panel.canvas.grab().toImage()
    ratio = image.width() // panel.canvas.viewport().width()
    assert ratio >= 2 and image.size() == panel.canvas.viewport().size() * ratio
    for x in (-1.5, 1.25):
        there = part(image, panel, x)
        shown = seen.copy(AROUND.translated(at(panel.canvas, x, 0.0)))
        # Not pixels of the screen made larger: the accent fills the cloth up to its edge.
        assert accents(there) > 0.8 * ratio**2 * accents(shown) > 0
        bare = QImage(QSize(shown.size()), QImage.Format.Format_RGB888)
        bare.fill(theme().colors.plot)
        assert difference(shown, there) < 0.4 * difference(shown, bare)
    empty = part(image, panel, 0.0)
    assert accents(empty) == 0


def test_flags_that_are_switched_off_are_in_no_picture(
    qtbot: QtBot, panel: CanvasPanel, tmp_path: Path
) -> None:
    panel.toolbar.flags.trigger()
    assert not panel.toolbar.flags.isChecked()
    image = exported(qtbot, panel, tmp_path / "off.png")
    for x in (-1.5, 1.25):
        assert accents(part(image, panel, x)) == 0
    panel.toolbar.flags.trigger()
    image = exported(qtbot, panel, tmp_path / "on.png")
    assert accents(part(image, panel, 1.25)) > 0
