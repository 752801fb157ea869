"""The time left of a map, from how it went lately."""

from __future__ import annotations

import pytest

from vae_desktop.ui.pace import Pace


def test_the_time_left_follows_the_pace() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    assert pace.seconds_left(0, 100) is None
    for step in range(1, 11):
        now[0] = 0.1 * step
        left = pace.seconds_left(step, 100)
    assert left == pytest.approx(9.0)
    # Four times slower from here: the estimate comes to follow.
    for step in range(11, 31):
        now[0] += 0.4
        left = pace.seconds_left(step, 100)
    assert left == pytest.approx(28.0)
    pace.restart()
    assert pace.seconds_left(31, 100) is None
