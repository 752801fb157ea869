"""Panels where there is little room, or where letters are large: nothing is cut off, nothing lies over another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from vae_desktop.app.session import Session
from vae_desktop.ui.bookmarks_list import BookmarksList
from vae_desktop.ui.canvas_panel import CanvasPanel
from vae_desktop.ui.drawing_panel import DrawingPanel
from vae_desktop.ui.samples_panel import SamplesPanel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

# A dock at the right of the smallest window.
LOW_DOCK = (260, 225)


def show(qtbot: QtBot, panel: QWidget, width: int, height: int) -> None:
    qtbot.addWidget(panel)
    panel.resize(width, height)
    panel.show()
    qtbot.waitExposed(panel)
    assert (panel.width(), panel.height()) == (width, height)


def place(part: QWidget) -> QRect:
    return QRect(part.mapTo(part.window(), part.rect().topLeft()), part.size())


def test_all_fields_of_the_samples_are_whole(qtbot: QtBot, ready: Session) -> None:
    panel = SamplesPanel(ready)
    show(qtbot, panel, *LOW_DOCK)
    for part in (*panel.presets, panel.rows, panel.columns, panel.seed, panel.reroll):
        assert part.visibleRegion().boundingRect() == part.rect()
    assert place(panel.reroll).bottom() < place(panel.grid).top()
    assert place(panel.grid).bottom() < place(panel.copy_button).top()


def test_the_hint_beside_the_pad_is_whole(qtbot: QtBot, ready: Session) -> None:
    panel = DrawingPanel(ready)
    show(qtbot, panel, *LOW_DOCK)
    hint = panel.anomaly
    assert hint.text()
    assert hint.height() >= hint.heightForWidth(hint.width())


@pytest.fixture(params=["usual", "large"])
def letters(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[None]:
    """The system's letters, and larger ones."""
    before = qapp.font()
    font = QFont(before)
    font.setPointSizeF(before.pointSizeF() * (1.6 if request.param == "large" else 1.0))
    qapp.setFont(font)
    yield
    qapp.setFont(before)


@pytest.mark.usefixtures("letters")
def test_coordinates_lie_beside_each_other(qtbot: QtBot, bundled: Session) -> None:
    panel = CanvasPanel(bundled)
    show(qtbot, panel, 900, 700)
    panel.splitter.setSizes([800, 100])
    bundled.set_principal_plane()
    parts = [it for it in panel.coordinates.children() if isinstance(it, QWidget) and it.isVisible()]
    words = [it.text() for it in parts if isinstance(it, QLabel)]
    assert "PC₁" in words and "PC₂" in words and len(parts) == 6

    def apart() -> bool:
        row = sorted((place(it) for it in parts), key=lambda rect: rect.left())
        beside = all(left.right() < right.left() for left, right in pairwise(row))
        return beside and row[-1].right() < panel.width()

    qtbot.waitUntil(apart)


def test_a_long_name_of_a_bookmark_ends_in_dots(qtbot: QtBot, ready: Session) -> None:
    ready.bookmarks.add("A name that tells " + "the whole story " * 6)
    ready.bookmarks.add("short")
    marks = BookmarksList(ready.bookmarks)
    show(qtbot, marks, 240, 300)
    assert not marks.horizontalScrollBar().isVisible()
    rows = [marks.visualItemRect(marks.item(row)) for row in range(2)]
    assert rows[0].width() == rows[1].width() <= marks.viewport().width()
    assert "the whole story" in marks.item(0).toolTip()
