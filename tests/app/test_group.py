"""Test digits chosen together, and the neighbours of the one that is pointed at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset

PATIENCE = 60_000


@pytest.fixture
def changes(ready: Session) -> list[list[int]]:
    """The group after each signal."""
    seen: list[list[int]] = []
    ready.group_changed.connect(lambda: seen.append(ready.group.tolist()))
    return seen


def test_a_group_is_sorted_whole_and_told_once(ready: Session, changes: list[list[int]]) -> None:
    assert ready.group.tolist() == []
    mine = np.array([9, 3, 3, 200])
    ready.set_group(mine)
    mine[:] = 0
    assert ready.group.tolist() == [3, 9, 200] and ready.group.dtype == np.int64
    with pytest.raises(ValueError, match="read-only"):
        ready.group[0] = 5
    ready.set_group([200, 9, 3])
    ready.set_group([])
    ready.set_group([])
    assert changes == [[3, 9, 200], []]


@pytest.mark.parametrize("wrong", [[0, 359], [-1], [10**12]])
def test_digits_that_are_not_there_are_refused(ready: Session, wrong: list[int]) -> None:
    ready.set_group([4])
    with pytest.raises(ValueError, match="no such digit"):
        ready.set_group(wrong)
    assert ready.group.tolist() == [4]


def test_without_data_there_is_nobody_to_choose(session: Session) -> None:
    session.set_group([])
    with pytest.raises(ValueError, match="no such digit"):
        session.set_group([0])


def test_hidden_classes_are_never_in_it(ready: Session, digits: Dataset, changes: list[list[int]]) -> None:
    labels = digits.test.labels.numpy()
    fours, nines = (np.flatnonzero(labels == label).tolist() for label in (4, 9))
    ready.set_class_hidden(4, True)
    ready.set_group(fours + nines)
    assert ready.group.tolist() == nines
    ready.set_class_hidden(9, True)
    assert ready.group.tolist() == []
    ready.set_class_hidden(4, False)
    assert ready.group.tolist() == [], "what was hidden when the group was chosen is not in it"
    ready.set_class_hidden(9, False)
    assert ready.group.tolist() == nines, "what was hidden since comes back"
    assert changes == [nines, [], nines]


def test_undo_takes_groups_and_jumps_back_in_their_order(ready: Session) -> None:
    assert ready.codes is not None
    start = ready.cursor
    ready.set_group([1, 2])
    ready.select(7)
    ready.set_group([5])
    ready.undo()
    assert ready.group.tolist() == [1, 2]
    assert np.array_equal(ready.cursor, ready.codes.means[7])
    ready.undo()
    assert ready.group.tolist() == [1, 2] and np.array_equal(ready.cursor, start)
    ready.undo()
    assert ready.group.tolist() == [] and not ready.can_undo
    for _ in range(3):
        ready.redo()
    assert ready.group.tolist() == [5] and not ready.can_redo
    assert np.array_equal(ready.cursor, ready.codes.means[7])


def test_another_data_set_ends_it_for_good(ready: Session, digits: Dataset) -> None:
    ready.set_group([300])
    ready.set_cursor([1.0, 1.0])
    ready.set_group([301, 302])
    few = replace(digits.test, images=digits.test.images[:100], labels=digits.test.labels[:100])
    ready.show_dataset(replace(digits, name="few", test=few))
    assert ready.group.tolist() == []
    ready.undo()
    assert ready.group.tolist() == [] and ready.cursor.tolist() == [0, 0]
    ready.redo()
    assert ready.group.tolist() == [] and ready.cursor.tolist() == [1, 1]


def test_a_hovered_digit_brings_its_nearest_in_latent_space(
    qtbot: QtBot, ready: Session, digits: Dataset
) -> None:
    assert ready.codes is not None
    ready.hover(17)
    assert ready.hovered is not None and ready.hovered.neighbours is None, "a moment later"
    qtbot.waitUntil(
        lambda: ready.hovered is not None and ready.hovered.neighbours is not None, timeout=PATIENCE
    )
    found = ready.hovered.neighbours
    assert found is not None and ready.hovered.reconstruction is not None
    distances = np.linalg.norm(ready.codes.means - ready.codes.means[17], axis=1)
    distances[17] = np.inf
    assert found.indices.tolist() == np.argsort(distances)[:5].tolist()
    np.testing.assert_allclose(found.distances, np.sort(distances)[:5], rtol=1e-5)
    labels = digits.test.labels[found.indices].tolist()
    assert found.labels.tolist() == labels
    assert found.class_names == tuple(digits.class_names[label] for label in labels)
    assert np.array_equal(found.images * 255, digits.test.images[found.indices].numpy())


def test_neighbours_under_another_model_are_others(
    qtbot: QtBot, ready: Session, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    ready.hover(17)
    qtbot.waitUntil(
        lambda: ready.hovered is not None and ready.hovered.neighbours is not None, timeout=PATIENCE
    )
    assert ready.hovered is not None
    before = ready.hovered.neighbours
    other = make_checkpoint(ModelConfig(hidden=(16,), latent_dim=3), seed=5)
    ready.show_model(other, other.model_id, None, "other", saved=True)
    assert ready.hovered.neighbours is None
    qtbot.waitUntil(
        lambda: ready.hovered is not None and ready.hovered.neighbours is not None, timeout=PATIENCE
    )
    assert ready.codes is not None and ready.hovered.neighbours is not None and before is not None
    assert ready.hovered.neighbours.indices.tolist() != before.indices.tolist()
    distances = np.linalg.norm(ready.codes.means - ready.codes.means[17], axis=1)
    assert ready.hovered.neighbours.indices[0] == np.argsort(distances)[1]
