"""The canvas, exported as it is seen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from PySide6.QtCore import QSize

from tests.ui.canvas_hand import ShowPanel
from tests.ui.export_hand import LEFT, PATIENCE, choose
from vae_desktop.app.session import Session
from vae_desktop.ui.export_dialog import ExportDialog

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


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
