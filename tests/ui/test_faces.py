"""Roles and values that assistive programs find in our own widgets, asked of Qt as they ask it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from vae_desktop.app.problems import Problem
from vae_desktop.ui.main_window import MainWindow

PATIENCE = 60_000
Role = QAccessible.Role


def told(part: QWidget) -> tuple[QAccessible.Role, str]:
    """Role and value of a widget."""
    known = QAccessible.queryAccessibleInterface(part)
    assert known is not None and known.isValid()
    return known.role(), known.text(QAccessible.Text.Value)


def test_our_own_widgets_have_roles_of_their_own(window: MainWindow) -> None:
    assert told(window.canvas.canvas)[0] == Role.Canvas
    assert told(window.map.view)[0] == Role.Chart
    assert told(window.samples.grid)[0] == told(window.path.page.strip)[0] == Role.List
    assert told(window.canvas.picture)[0] == Role.Graphic
    assert told(window.drawing.pad) == (Role.Canvas, "empty")
    assert told(window.timeline.slider)[0] == Role.Slider
    assert told(window.training)[0] == Role.Client, "what is no widget of this kind is told as before"
    known = QAccessible.queryAccessibleInterface(window.canvas.canvas)
    assert known.text(QAccessible.Text.Name) == "Latent canvas"


def test_the_canvas_says_where_the_cursor_is_and_what_it_looks_like(window: MainWindow, qtbot: QtBot) -> None:
    session, canvas = window.session, window.canvas.canvas
    canvas.setFocus()
    session.set_cursor([0.5, -1.25])
    # Of "z₀" a voice says no more than "z".
    first, second = session.plane.spoken
    assert told(canvas)[1] == f"{first} 0.50, {second} −1.25"
    qtbot.waitUntil(lambda: session.likeness.verdict is not None, timeout=PATIENCE)
    assert session.likeness.verdict is not None
    assert told(canvas)[1] == f"{first} 0.50, {second} −1.25; {session.likeness.verdict.words}"


def test_a_grid_says_the_cell_that_the_keyboard_is_on(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.samples.grid
    qtbot.waitUntil(lambda: grid.count == 64, timeout=PATIENCE)
    assert told(grid)[1] == "64 images"
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert told(grid)[1].startswith("Sample 2 of 64")


def test_the_pad_says_whether_something_is_drawn(window: MainWindow) -> None:
    window.drawing.take_pad()
    QTest.mouseClick(window.drawing.pad, Qt.MouseButton.LeftButton)
    assert told(window.drawing.pad)[1] == "drawn on"


def test_a_message_is_an_alert_and_is_spoken_at_once(window: MainWindow, spoken: list[str]) -> None:
    window.session.problem_raised.emit(Problem("Something is wrong.", "Mend it."))
    assert told(window.message_bar) == (Role.AlertMessage, "Something is wrong. Mend it.")
    assert spoken[-1] == "Something is wrong. Mend it."


@pytest.mark.parametrize("deleted", [True, False])
def test_a_program_that_told_of_its_widgets_ends_in_peace(deleted: bool) -> None:
    code = f"""
import gc
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication
from vae_desktop.ui import spoken
from vae_desktop.ui.drawing_pad import DrawingPad
app = QApplication([])
spoken.install()
pads = [DrawingPad() for _ in range(30)]
for pad in pads:
    assert QAccessible.queryAccessibleInterface(pad).role() == QAccessible.Role.Canvas
if {deleted}:
    pad = pads = None
gc.collect()
more = [DrawingPad() for _ in range(30)]
for pad in more:
    assert QAccessible.queryAccessibleInterface(pad).role() == QAccessible.Role.Canvas
gc.collect()
assert len(spoken._kept) == {30 if deleted else 60}
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (
        done.returncode,
        done.stderr.replace("This plugin does not support propagateSizeHints()\n", ""),
    ) == (0, "")
