"""A function that calls back, as a generator."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from vae_desktop.core.turns import GivenUp, in_turns


def test_items_come_in_order_and_then_the_result() -> None:
    def work(hand_over: Callable[[int], None]) -> str:
        for number in range(5):
            hand_over(number)
        return "done"

    turns, seen = in_turns(work, "test"), []
    while True:
        try:
            seen.append(next(turns))
        except StopIteration as end:
            assert end.value == "done"
            break
    assert seen == [0, 1, 2, 3, 4]


def test_the_function_rests_while_nobody_asks() -> None:
    reached, go_on = [], threading.Event()

    def work(hand_over: Callable[[int], None]) -> None:
        for number in range(5):
            reached.append(number)
            hand_over(number)
        go_on.set()

    turns = in_turns(work, "test")
    assert next(turns) == 0
    assert not go_on.wait(0.1)
    assert reached == [0]
    assert list(turns) == [1, 2, 3, 4]
    assert go_on.is_set()


def test_closing_ends_the_function_also_where_it_calls_back_on_its_way_out() -> None:
    ended = []

    def work(hand_over: Callable[[int], None]) -> None:
        try:
            for number in range(1_000_000):
                hand_over(number)
        except GivenUp:
            ended.append("loop")
            raise
        finally:
            try:
                hand_over(-1)
            except GivenUp:
                ended.append("end")

    turns = in_turns(work, "a thread of the test")
    assert next(turns) == 0
    turns.close()
    assert ended == ["loop", "end"]
    assert "a thread of the test" not in " ".join(thread.name for thread in threading.enumerate())


def test_what_goes_wrong_is_raised_after_the_items_before_it() -> None:
    def work(hand_over: Callable[[int], None]) -> None:
        hand_over(1)
        raise ValueError("broken")

    turns = in_turns(work, "test")
    assert next(turns) == 1
    with pytest.raises(ValueError, match="broken"):
        next(turns)
