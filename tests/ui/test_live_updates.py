"""Figures that follow a training: all of them once nothing runs, and no more often than their cost allows before."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from pytestqt.qtbot import QtBot

from vae_desktop.app.session import Session
from vae_desktop.ui.live_updates import INTERVAL, SHARE, SHARE_BESIDE_A_HAND, LiveUpdates

PATIENCE = 60_000
COST = 2.4 * INTERVAL * SHARE


@pytest.mark.parametrize("dragging", [False, True])
def test_dear_updates_are_rarer_and_the_last_one_comes_at_the_end(
    qtbot: QtBot, session: Session, dragging: bool
) -> None:
    training = session.training
    live = LiveUpdates(session)
    times: list[float] = []

    def show() -> None:
        times.append(time.perf_counter())
        # As if it had been painted, too.
        live.spent(COST)

    def news() -> bool:
        if dragging:
            session.set_cursor(session.cursor + 1)
        training.progress_changed.emit()
        return len(times) == 4

    training.state = "running"
    live.due.connect(show)
    qtbot.waitUntil(news, timeout=PATIENCE)
    share = SHARE_BESIDE_A_HAND if dragging else SHARE
    assert min(after - before for before, after in pairwise(times)) >= COST / share
    training.state = "idle"
    for _ in range(3):
        training.progress_changed.emit()
    assert len(times) == 7
