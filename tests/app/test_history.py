"""Undo and redo of where the user stands."""

from __future__ import annotations

import numpy as np

from vae_desktop.app.history import LIMIT, Deed, History
from vae_desktop.core.records import FloatArray


def at(x: float) -> FloatArray:
    return np.array([x, 0], dtype=np.float32)


def make() -> History[FloatArray]:
    return History(np.array_equal, lambda before, after: f"{before[0]:g} to {after[0]:g}")


def test_undo_and_redo_walk_back_and_forth() -> None:
    history = make()
    history.moved_from(at(0))
    history.moved_from(at(1))
    first = history.undo(at(2))
    assert first is not None and first[0] == 1
    second = history.undo(first)
    assert second is not None and second[0] == 0
    assert history.undo(second) is None
    again = history.redo(second)
    assert again is not None and again[0] == 1
    assert history.can_redo
    history.moved_from(again)
    assert not history.can_redo, "a new step forgets what was undone"


def test_a_gesture_is_one_step() -> None:
    history = make()
    history.begin(at(0))
    for x in range(50):
        history.moved_from(at(x))
    history.end(at(50))
    start = history.undo(at(50))
    assert start is not None and start[0] == 0
    assert not history.can_undo


def test_a_gesture_that_ends_where_it_began_is_no_step() -> None:
    history = make()
    history.begin(at(3))
    history.moved_from(at(3))
    history.end(at(3))
    assert not history.can_undo


def test_a_gesture_that_is_given_up_is_no_step() -> None:
    history = make()
    assert history.give_up() is None
    history.begin(at(3))
    history.moved_from(at(3))
    start = history.give_up()
    assert start is not None and start[0] == 3
    assert not history.can_undo and not history.in_gesture


def test_the_oldest_steps_are_forgotten() -> None:
    history = make()
    for x in range(LIMIT + 10):
        history.moved_from(at(x))
    count, here = 0, at(-1)
    while (back := history.undo(here)) is not None:
        count, here = count + 1, back
    assert count == LIMIT
    assert here[0] == 10


def test_what_is_amended_to_where_one_stands_is_no_step() -> None:
    history = make()
    history.moved_from(at(5))
    history.moved_from(at(1))
    history.moved_from(at(2))
    history.amend(lambda place: np.minimum(place, 1))
    back = history.undo(at(1))
    assert back is None or not np.array_equal(back, at(1))
    history = make()
    history.moved_from(at(0))
    history.moved_from(at(4))
    history.amend(lambda place: np.minimum(place, 1))
    back = history.undo(at(1))
    assert back is not None and back[0] == 0


def test_deeds_of_other_kinds_are_taken_back_in_their_order() -> None:
    history = make()
    done: list[str] = []
    history.moved_from(at(0))
    history.record(Deed("seed", lambda: done.append("undone"), lambda: done.append("redone")))
    history.moved_from(at(1))
    assert history.undo_name(at(2)) == "1 to 2" and history.redo_name(at(2)) == ""
    back = history.undo(at(2))
    assert back is not None and back[0] == 1 and done == []
    assert history.undo_name(at(1)) == "seed" and history.redo_name(at(1)) == "1 to 2"
    assert history.undo(at(1)) is None and done == ["undone"]
    assert history.undo_name(at(1)) == "0 to 1" and history.redo_name(at(1)) == "seed"
    assert history.redo(at(1)) is None and done == ["undone", "redone"]
    history.amend(lambda place: place)
    assert history.undo_name(at(1)) == "seed", "a deed is none that could be amended"


def test_it_tells_whenever_there_are_other_steps() -> None:
    seen: list[tuple[bool, bool]] = []
    history: History[FloatArray] = History(
        np.array_equal, lambda *_: "", lambda: seen.append((history.can_undo, history.can_redo))
    )
    history.begin(at(0))
    history.moved_from(at(0))
    assert seen == [], "a drag is no step before it ends"
    history.end(at(1))
    history.undo(at(1))
    history.redo(at(0))
    history.clear()
    assert seen == [(True, False), (False, True), (True, False), (False, False)]


def test_what_is_done_together_is_one_step_and_nothing_is_none() -> None:
    history, done = make(), list[str]()
    history.moved_from(at(0))
    assert history.undo(at(1)) is not None
    with history.gathering("nothing", at(0)):
        pass
    assert history.can_redo and not history.can_undo, "what was undone can still be done again"
    with history.gathering("all of it", at(0)):
        history.moved_from(at(0))
        history.record(Deed("part", lambda: done.append("undone"), lambda: done.append("done")))
    assert history.undo_name(at(5)) == "all of it" and not history.can_redo
    back = history.undo(at(5))
    assert back is not None and back[0] == 0 and done == ["undone"] and not history.can_undo
