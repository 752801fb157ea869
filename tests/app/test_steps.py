"""The session's steps, in one order whatever they were: jumps, choices, classes, planes, settings, and other deeds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from vae_desktop.app.session import Session

if TYPE_CHECKING:
    from vae_desktop.core.data.dataset import Dataset


def test_a_jump_a_deselection_and_a_seed_are_taken_back_one_by_one(ready: Session) -> None:
    ready.select(7)
    ready.set_cursor([1.0, 1.0])
    ready.select(None)
    ready.samples.set_seed(5)
    assert ready.undo_name == "sample settings" and ready.redo_name == ""
    ready.undo()
    assert ready.samples.seed == 0 and ready.selected is None and ready.undo_name == "selection"
    ready.undo()
    assert ready.selected == 7 and ready.cursor.tolist() == [1, 1] and ready.undo_name == "move of the cursor"
    ready.undo()
    assert ready.codes is not None
    np.testing.assert_array_equal(ready.cursor, ready.codes.means[7])
    assert ready.redo_name == "move of the cursor"
    for _ in range(3):
        ready.redo()
    assert ready.samples.seed == 5 and ready.selected is None and ready.cursor.tolist() == [1, 1]
    assert not ready.can_redo and ready.redo_name == ""


def test_classes_come_back_and_so_does_the_group_in_them(ready: Session, digits: Dataset) -> None:
    fours = np.flatnonzero(digits.test.labels.numpy() == 4)
    ready.set_group(fours)
    ready.set_hidden_classes(frozenset({4, 9}))
    assert not len(ready.group) and ready.undo_name == "shown classes"
    ready.undo()
    assert ready.hidden_classes == frozenset() and ready.group.tolist() == fours.tolist()
    assert ready.undo_name == "group"
    ready.redo()
    assert ready.hidden_classes == {4, 9} and not len(ready.group)


def test_a_drag_that_lets_go_of_a_digit_is_one_move(ready: Session) -> None:
    ready.select(3)
    ready.begin_gesture()
    ready.select(None)
    ready.move_cursor(1, 1)
    ready.move_cursor(2, 2)
    ready.end_gesture()
    assert ready.undo_name == "move of the cursor"
    ready.undo()
    assert ready.selected == 3 and ready.undo_name == "selection"


def test_a_drag_that_was_none_leaves_digit_and_cursor(ready: Session) -> None:
    ready.select(3)
    ready.set_cursor([1.0, 1.0])
    ready.begin_gesture()
    ready.select(None)
    ready.move_cursor(2, 2)
    ready.cancel_gesture()
    assert ready.selected == 3 and ready.cursor.tolist() == [1, 1] and not ready.in_gesture
    ready.undo()
    assert ready.codes is not None
    np.testing.assert_array_equal(ready.cursor, ready.codes.means[3])


def test_whoever_does_something_else_records_how_it_is_taken_back(ready: Session) -> None:
    kept = ["first"]
    steps: list[tuple[bool, bool]] = []
    ready.steps_changed.connect(lambda: steps.append((ready.can_undo, ready.can_redo)))
    gone = kept.pop()
    ready.record(lambda: kept.append(gone), lambda: kept.remove(gone), "deleting of a bookmark")
    assert ready.undo_name == "deleting of a bookmark"
    ready.undo()
    assert kept == ["first"] and ready.redo_name == "deleting of a bookmark"
    ready.redo()
    assert kept == []
    assert steps[0] == (True, False) and steps[-1] == (True, False) and (False, True) in steps


def test_all_settings_of_the_samples_come_back(ready: Session) -> None:
    samples = ready.samples
    samples.set_layout(2, 3)
    samples.set_temperature(0.5)
    samples.reroll()
    for _ in range(3):
        ready.undo()
    assert (samples.rows, samples.columns, samples.seed, samples.temperature) == (8, 8, 0, 1.0)
    ready.redo()
    assert (samples.rows, samples.columns, samples.temperature) == (2, 3, 1.0)
    ready.undo()
    assert not ready.can_undo, "to take a setting back is no new step"


def test_choices_of_digits_end_with_their_data_set(ready: Session, digits: Dataset) -> None:
    ready.select(300)
    ready.set_class_hidden(4, True)
    ready.set_cursor([1.0, 1.0])
    few = replace(digits.test, images=digits.test.images[:100], labels=digits.test.labels[:100])
    ready.show_dataset(replace(digits, name="few", test=few))
    assert ready.selected is None and ready.hidden_classes == frozenset()
    while ready.undo_name:
        ready.undo()
        assert ready.selected is None and ready.hidden_classes == frozenset()
    assert ready.cursor.tolist() == [0, 0]
