"""Parts of one piece of work, done by several threads."""

from __future__ import annotations

import threading
import time

import pytest

from vae_desktop.core.side_by_side import helping_threads
from vae_desktop.core.steps import result_of


def test_results_come_in_the_order_of_the_parts_whoever_does_them() -> None:
    threads: set[int] = set()

    def work(part: int) -> int:
        threads.add(threading.get_ident())
        time.sleep(0.002)
        return part * part

    with helping_threads("test") as helpers:
        assert result_of(helpers.begin(work, range(40))) == [part * part for part in range(40)]
    assert len(threads) > 1 and threading.get_ident() in threads


@pytest.mark.parametrize("bad", [0, 399], ids=["a helper's", "the caller's"])
def test_after_one_part_failed_the_others_are_left(bad: int) -> None:
    done: list[int] = []

    def work(part: int) -> None:
        if part == bad:
            raise ValueError("no such part")
        done.append(part)
        time.sleep(0.002)

    with helping_threads("test") as helpers, pytest.raises(ValueError, match="no such part"):
        result_of(helpers.begin(work, range(400)))
    assert len(done) < 200


def test_whoever_gives_up_waits_for_one_part_only() -> None:
    done: list[int] = []

    def work(part: int) -> None:
        done.append(part)
        time.sleep(0.002)

    with helping_threads("test") as helpers:
        given_up = helpers.begin(work, range(400))
        next(given_up)
        given_up.close()
    assert len(done) < 100
