"""While the training split is explored, no words in the window are about test digits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from vae_desktop.ui.main_window import MainWindow

PATIENCE = 60_000
# What is about the test split whatever is explored: figures of a training, sizes of a data set, the choice itself.
ALWAYS = ("the training never sees", "training and", "never saw (test)")


@pytest.fixture(autouse=True)
def explored(window: MainWindow, qtbot: QtBot) -> None:
    """The window explores the training digits, with one of them chosen."""
    session = window.session
    session.explore("train")
    qtbot.waitUntil(
        lambda: session.codes is not None and session.dataset is not None
        and len(session.codes.means) == len(session.dataset.train),
        timeout=PATIENCE,
    )  # fmt: skip
    session.select(5)


def words_of(window: MainWindow) -> Iterator[str]:
    """All that is written in the window, or shown or spoken on demand."""
    for part in window.findChildren(QWidget):
        yield from (part.toolTip(), part.accessibleName(), part.accessibleDescription(), part.statusTip())
        if isinstance(part, QLabel | QAbstractButton):
            yield part.text()
        for action in part.actions():
            yield from (action.text(), action.toolTip(), action.statusTip())


def test_nothing_speaks_of_test_digits(window: MainWindow, qtbot: QtBot) -> None:
    window.docks["digit"].raise_()
    figures = window.digit.figures
    qtbot.waitUntil(lambda: "Stranger than" in figures.text(), timeout=PATIENCE)
    window.map.tools.field.setText("#999999")
    window.map.tools.search()
    assert window.map.tools.answer.text().startswith("There is no image 999,999")
    wrong = [
        words
        for words in words_of(window)
        if ("test digit" in words.lower() or "test image" in words.lower())
        and not any(always in words for always in ALWAYS)
    ]
    assert wrong == []
    assert figures.text().endswith("% of the training digits.")
    assert "training digits" in window.data_label.text()
