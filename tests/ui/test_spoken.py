"""What a screen reader finds and hears: names, roles and states of our own widgets, and announcements."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.canvas_hand import PATIENCE, ShowPanel
from vae_desktop.app.session import Session
from vae_desktop.core.neighbours import VOTERS, nearest_codes, vote
from vae_desktop.ui.canvas_panel import CanvasPanel
from vae_desktop.ui.drawing_pad import DrawingPad


@pytest.fixture
def panel(ready: Session, show_panel: ShowPanel) -> CanvasPanel:
    """The canvas's panel on a model with codes."""
    return show_panel(ready)


def heard(part: QWidget) -> tuple[str, QAccessible.Role, str]:
    """What Qt tells assistive programs of a widget: name, role, description."""
    known = QAccessible.queryAccessibleInterface(part)
    assert known is not None and known.isValid()
    return known.text(QAccessible.Text.Name), known.role(), known.text(QAccessible.Text.Description)


def expected(session: Session) -> str:
    """The words of the vote at the cursor."""
    assert session.codes is not None and session.dataset is not None
    rows, _ = nearest_codes(session.codes.means, session.cursor, VOTERS)
    label, share = vote(session.codes.labels[rows])
    return f"looks like {session.dataset.class_names[label]}, {100 * share:.0f}\N{NO-BREAK SPACE}%"


def test_the_vote_at_the_cursor_is_written_described_and_spoken(
    qtbot: QtBot, panel: CanvasPanel, spoken: list[str]
) -> None:
    session = panel.session
    codes = session.codes
    assert codes is not None
    for index in (3, 40):
        session.set_cursor(codes.means[index] + np.float32(0.001))
        assert panel.likeness.text() == "", "of a cursor that moves nothing is said"
        words = expected(session)
        qtbot.waitUntil(lambda words=words: panel.likeness.text() == words, timeout=PATIENCE)
        assert spoken[-1] == words
        assert heard(panel.picture)[2] == words and heard(panel.likeness)[0] == words


def test_a_cursor_on_its_way_is_spoken_of_once_it_rests(
    qtbot: QtBot, panel: CanvasPanel, spoken: list[str]
) -> None:
    session = panel.session
    qtbot.waitUntil(lambda: session.likeness.verdict is not None, timeout=PATIENCE)
    spoken.clear()
    for step in range(20):
        session.move_cursor(step / 10, -step / 10)
        qtbot.wait(5)
    qtbot.waitUntil(lambda: session.likeness.verdict is not None, timeout=PATIENCE)
    assert spoken == [expected(session)]


def test_without_codes_nothing_is_said(qtbot: QtBot, panel: CanvasPanel) -> None:
    session = panel.session
    qtbot.waitUntil(lambda: panel.likeness.text() != "", timeout=PATIENCE)
    session._set_codes(None)
    qtbot.waitUntil(lambda: panel.likeness.text() == "", timeout=PATIENCE)
    assert "looks like" not in heard(panel.picture)[2]


def test_our_own_widgets_tell_what_they_are(qtbot: QtBot, panel: CanvasPanel) -> None:
    name, _, description = heard(panel.canvas)
    assert name == "Latent canvas" and "Arrow keys" in description
    assert heard(panel.picture)[0] == "Decoded picture"
    chip = panel.legend.chips[4]
    assert heard(chip) == ("Class 4", QAccessible.Role.CheckBox, "shown")
    panel.session.set_class_hidden(4, True)
    known = QAccessible.queryAccessibleInterface(chip)
    assert heard(chip)[2] == "hidden" and not known.state().checked
    assert QAccessible.queryAccessibleInterface(panel.legend.chips[5]).state().checked
    pad = DrawingPad()
    qtbot.addWidget(pad)
    assert heard(pad)[0] == "Pad to draw a digit on" and "Space" in heard(pad)[2]
    fields = panel.coordinates.fields
    assert (
        heard(fields[0])[1] == QAccessible.Role.EditableText and "standard deviations" in heard(fields[0])[0]
    )
