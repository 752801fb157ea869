"""Numbers on systems that write a comma where English writes a point."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, Qt
from pytestqt.qtbot import QtBot

from vae_desktop.app.session import Session
from vae_desktop.ui.controls import number_box
from vae_desktop.ui.path_transport import PathTransport


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    """What is made from now on follows the language of a German system."""
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize("typed", ["1.5", "1,5"])
def test_a_number_is_what_was_typed(qtbot: QtBot, typed: str) -> None:
    box = number_box(0.0, 100.0, 0.5, "Exaggeration")
    qtbot.addWidget(box)
    box.show()
    box.selectAll()
    qtbot.keyClicks(box, typed)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert box.value() == 1.5
    assert box.text() == "1.50"


def test_a_path_s_seconds_have_a_point_as_all_other_numbers(qtbot: QtBot, session: Session) -> None:
    transport = PathTransport(session)
    qtbot.addWidget(transport)
    transport.show()
    transport.seconds.selectAll()
    qtbot.keyClicks(transport.seconds, "2,5")
    qtbot.keyClick(transport.seconds, Qt.Key.Key_Return)
    assert transport.seconds.text() == "2.5 s"
    assert session.path.player.seconds == 2.5
