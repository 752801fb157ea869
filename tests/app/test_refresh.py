"""When derived pictures are computed again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.app.conftest import PATIENCE
from vae_desktop.app import refresh
from vae_desktop.app.refresh import Refresher

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class Computed:
    """Counts computations and when they happened."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.refresher = Refresher(lambda: self.times.append(time.monotonic()))

    @property
    def count(self) -> int:
        return len(self.times)


def test_nothing_is_computed_for_nobody_but_made_up_for_when_somebody_looks(qtbot: QtBot) -> None:
    it = Computed()
    it.refresher.now()
    it.refresher.when_cheap()
    assert it.count == 0
    it.refresher.active = True
    assert it.count == 1
    it.refresher.active = False
    it.refresher.active = True
    assert it.count == 1, "nothing had changed meanwhile"


def test_a_user_is_served_at_once(qtbot: QtBot) -> None:
    it = Computed()
    it.refresher.active = True
    it.refresher.spent(100.0)
    for _ in range(3):
        it.refresher.now()
    assert it.count == 3


def test_a_training_waits_for_its_turn(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresh, "SHORTEST_INTERVAL", 0.05)
    it = Computed()
    it.refresher.active = True
    it.refresher.when_cheap()
    qtbot.waitUntil(lambda: it.count == 1, timeout=PATIENCE)
    it.refresher.spent(0.003)
    for _ in range(10):
        it.refresher.when_cheap()
    assert it.count == 1
    qtbot.waitUntil(lambda: it.count == 2, timeout=PATIENCE)
    # Qt's coarse timers may be 5% early.
    assert it.times[1] - it.times[0] >= 0.9 * 0.003 / refresh.SHARE


def test_it_does_not_fire_after_everybody_left(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresh, "SHORTEST_INTERVAL", 0.02)
    it = Computed()
    it.refresher.active = True
    it.refresher.now()
    it.refresher.when_cheap()
    it.refresher.active = False
    qtbot.wait(60)
    assert it.count == 1
    it.refresher.active = True
    assert it.count == 2


def test_what_lies_behind_another_follows_rarely_and_is_fresh_when_it_comes_forward(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "SHORTEST_INTERVAL", 0.05)
    monkeypatch.setattr(refresh, "UNSEEN_INTERVAL", 0.6)
    it = Computed()
    it.refresher.active = True
    it.refresher.now()
    it.refresher.in_sight = False
    it.refresher.when_cheap()
    qtbot.waitUntil(lambda: it.count == 2, timeout=PATIENCE)
    assert it.times[1] - it.times[0] >= 0.5, "Qt may be a twentieth early"
    it.refresher.when_cheap()
    assert it.count == 2
    it.refresher.in_sight = True
    assert it.count == 3
    it.refresher.in_sight = False
    it.refresher.in_sight = True
    assert it.count == 3, "nothing had changed meanwhile"
    it.refresher.in_sight = False
    it.refresher.now()
    assert it.count == 4, "a user is served wherever it lies"
