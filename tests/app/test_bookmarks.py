"""Bookmarks of a session: kept between runs, brought back when deleted, and never written over when damaged."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.app.conftest import PATIENCE, let_go
from vae_desktop.app.bookmarks import Bookmarks
from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.app.settings import Preferences
from vae_desktop.core.bookmark_file import read_bookmarks
from vae_desktop.core.config import ModelConfig

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def names(session: Session) -> list[str]:
    return [bookmark.name for bookmark in session.bookmarks.items]


@pytest.fixture
def next_run(
    qtbot: QtBot, session: Session, home: Path
) -> Iterator[Callable[[], tuple[Session, list[Problem]]]]:
    """A session of the program's next run, its bookmarks loaded, with the problems that it raised."""
    sessions: list[Session] = []

    def run() -> tuple[Session, list[Problem]]:
        for before in (session, *sessions):
            assert before.bookmarks.wait(PATIENCE)
        it, problems = Session(Preferences(home / "settings.ini")), []
        it.problem_raised.connect(problems.append)
        sessions.append(it)
        it.bookmarks.load()
        return it, problems

    yield run
    for it in sessions:
        assert it.shutdown()
        let_go(it)


NextRun = Callable[[], tuple[Session, list[Problem]]]


def test_a_bookmark_leads_back(ready: Session) -> None:
    bookmarks = ready.bookmarks
    ready.set_cursor([0.5, -1.25])
    assert bookmarks.add() == 0
    ready.select(7)
    assert bookmarks.add() == 1
    assert ready.dataset is not None
    digit = ready.dataset.class_names[int(ready.dataset.test.labels[7])]
    assert names(ready) == ["z = (0.50, −1.25)", f"Digit 7 ({digit})"]
    ready.set_cursor([2.0, 2.0])
    ready.samples.set_seed(9)
    bookmarks.go_to(0)
    assert ready.cursor.tolist() == [0.5, -1.25] and ready.selected is None and ready.samples.seed == 0
    bookmarks.go_to(1)
    assert ready.selected == 7
    ready.undo()
    assert ready.cursor.tolist() == [0.5, -1.25]


def test_no_two_proposals_are_alike(ready: Session) -> None:
    for _ in range(3):
        ready.bookmarks.add()
    ready.bookmarks.add("  mine\n")
    assert names(ready) == ["z = (0.00, 0.00)", "z = (0.00, 0.00) 2", "z = (0.00, 0.00) 3", "mine"]


def test_renaming_moving_and_deleting(ready: Session) -> None:
    bookmarks = ready.bookmarks
    for name in "abcd":
        bookmarks.add(name)
    bookmarks.rename(1, "beta")
    bookmarks.rename(2, "  ")
    bookmarks.move(0, 2)
    bookmarks.move(3, 3)
    assert names(ready) == ["beta", "c", "a", "d"]
    told: list[str] = []
    bookmarks.deleted.connect(told.append)
    bookmarks.delete(1)
    bookmarks.delete(2)
    assert names(ready) == ["beta", "a"] and told == ["c", "d"] and bookmarks.can_restore
    assert bookmarks.restore_deleted("a") is None, "that one is there"
    assert bookmarks.restore_deleted() == 2 and bookmarks.restore_deleted() == 1
    assert names(ready) == ["beta", "c", "a", "d"]
    assert not bookmarks.can_restore and bookmarks.restore_deleted() is None


def test_bringing_a_bookmark_back_is_a_step_of_its_own(ready: Session) -> None:
    bookmarks = ready.bookmarks
    for name in "ab":
        bookmarks.add(name)
    bookmarks.delete(0)
    bookmarks.restore_deleted("a")
    seen = []
    for step in (ready.undo, ready.undo, ready.redo, ready.redo):
        seen.append(ready.undo_name)
        before = names(ready)
        step()
        assert names(ready) != before, "a step that changes nothing"
    assert seen == ["return of a bookmark", "deletion of a bookmark", "", "deletion of a bookmark"]
    assert names(ready) == ["a", "b"]


def test_a_new_name_outlives_undo_of_a_deletion(ready: Session) -> None:
    bookmarks = ready.bookmarks
    bookmarks.add("old")
    bookmarks.delete(0)
    ready.undo()
    bookmarks.rename(0, "new")
    ready.redo()
    assert names(ready) == []
    ready.undo()
    assert names(ready) == ["new"]


def test_they_are_there_in_the_next_run(ready: Session, next_run: NextRun) -> None:
    ready.set_group([3, 5])
    for name in ("one", "two", "three"):
        ready.bookmarks.add(name)
    ready.bookmarks.move(2, 0)
    ready.bookmarks.delete(1)
    again, problems = next_run()
    assert names(again) == ["three", "two"] and not problems
    for one, other in zip(again.bookmarks.items, ready.bookmarks.items, strict=True):
        assert one.view == other.view and np.array_equal(one.thumbnail, other.thumbnail)  # type: ignore[arg-type]
        assert one.view.group == (3, 5)
    assert not again.bookmarks.belongs_here(again.bookmarks.items[0]), "no model is open yet"


def test_another_model_is_opened_by_its_path(
    qtbot: QtBot, ready: Session, make_model_file: Callable[..., Path], tmp_path: Path
) -> None:
    path = make_model_file("deep", ModelConfig(hidden=(32, 16), latent_dim=4), 2)
    ready.open_model(path)
    qtbot.waitUntil(lambda: len(ready.cursor) == 4, timeout=PATIENCE)
    ready.set_cursor([1, 2, 3, 4])
    ready.bookmarks.add()
    assert names(ready) == ["Point in 4-D"] and ready.bookmarks.belongs_here(ready.bookmarks.items[0])
    ready.open_bundled("mnist-2d")
    qtbot.waitUntil(lambda: len(ready.cursor) == 2, timeout=PATIENCE)
    assert not ready.bookmarks.belongs_here(ready.bookmarks.items[0])
    ready.preferences.recent_files = []
    with qtbot.waitSignal(ready.views.restored, timeout=PATIENCE):
        ready.bookmarks.go_to(0)
    assert ready.cursor.tolist() == [1, 2, 3, 4]
    assert ready.model is not None and ready.model.path == path


def test_without_a_model_there_is_nothing_to_keep(session: Session, problems: list[Problem]) -> None:
    assert session.bookmarks.add() is None
    assert problems[0].message == "There is nothing to bookmark yet."


def test_a_damaged_file_is_set_aside_and_told_of(ready: Session, next_run: NextRun) -> None:
    path = ready.bookmarks.path
    for damage in (b"not json", b'{"version": 99, "bookmarks": []}'):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(damage)
        run, problems = next_run()
        assert names(run) == [] and len(problems) == 1
        aside = next(
            file for file in path.parent.glob("bookmarks-set-aside-*") if file.read_bytes() == damage
        )
        assert str(aside) in problems[0].remedy and not path.exists()
        _, problems = next_run()
        assert not problems, "it is told once"


def test_one_damaged_entry_costs_only_itself(ready: Session, next_run: NextRun) -> None:
    ready.bookmarks.add("whole")
    ready.bookmarks.add("broken")
    path = ready.bookmarks.path
    assert ready.bookmarks.wait(PATIENCE)
    damaged = path.read_text().replace('"broken"', "13")
    path.write_text(damaged)
    run, problems = next_run()
    assert names(run) == ["whole"] and "1 of 2 bookmarks can't be read" in problems[0].message
    assert (path.parent / "bookmarks-set-aside-1.json").read_text() == damaged
    again, problems = next_run()
    assert names(again) == ["whole"] and not problems


def test_what_can_not_be_set_aside_is_not_written_over(
    ready: Session, problems: list[Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ready.bookmarks.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"precious")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    assert ready.bookmarks.add("new") is None
    assert path.read_bytes() == b"precious" and names(ready) == []
    assert "could not be set aside" in problems[0].remedy and "can't be saved" in problems[1].message


def test_a_full_disk_is_told_of_and_tried_again(
    ready: Session, problems: list[Problem], next_run: NextRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready.bookmarks.add("kept")
    assert ready.bookmarks.wait(PATIENCE)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("os.fsync", full)
        ready.bookmarks.add("more")
        assert ready.bookmarks.wait(PATIENCE)
        assert "the disk is full" in problems[0].message and "kept in this window" in problems[0].remedy
        assert names(ready) == ["kept", "more"]
        assert [bookmark.name for bookmark in read_bookmarks(ready.bookmarks.path)[0]] == ["kept"]
    ready.bookmarks.rename(0, "first")
    again, _ = next_run()
    assert names(again) == ["first", "more"]


def test_a_slow_disk_holds_nobody_up_and_costs_no_bookmark(
    ready: Session, next_run: NextRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that waits for the window's thread would hang for good if that waited for it."""
    turn, sync = threading.Event(), os.fsync
    threads: list[int] = []

    def slow(file: int) -> None:
        threads.append(threading.get_ident())
        assert turn.wait(60)
        sync(file)

    monkeypatch.setattr("os.fsync", slow)
    changes: list[int] = []
    ready.bookmarks.changed.connect(lambda: changes.append(len(ready.bookmarks.items)))
    for name in ("one", "two", "three"):
        ready.bookmarks.add(name)
    ready.bookmarks.delete(1)
    assert names(ready) == ["one", "three"] and not ready.bookmarks.path.exists()
    turn.set()
    again, _ = next_run()
    assert names(again) == ["one", "three"]
    assert changes == [0, 1, 2, 3, 2], "a name that is being typed in the list is not taken away by a file"
    assert threading.get_ident() not in threads and len(threads) == 2, "changes meanwhile are written as one"


def test_closing_at_once_loses_no_bookmark(ready: Session, home: Path) -> None:
    for name in ("one", "two"):
        ready.bookmarks.add(name)
    path = ready.bookmarks.path
    assert ready.shutdown()
    assert [bookmark.name for bookmark in read_bookmarks(path)[0]] == ["one", "two"]


def test_two_windows_do_not_forget_each_others(ready: Session, next_run: NextRun) -> None:
    ready.bookmarks.add("mine")
    other, _ = next_run()
    # The other window's model does not matter here: it only keeps what it has.
    ready.bookmarks.add("mine too")
    assert ready.bookmarks.wait(PATIENCE)
    other.bookmarks.rename(0, "renamed")
    assert names(other) == ["renamed", "mine too"] and other.bookmarks.wait(PATIENCE)
    ready.bookmarks.delete(0)
    third, _ = next_run()
    assert names(third) == ["mine too"]


def test_there_is_an_end_to_them(
    ready: Session, problems: list[Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vae_desktop.app.bookmarks.MOST_BOOKMARKS", 2)
    for _ in range(3):
        ready.bookmarks.add()
    assert len(ready.bookmarks.items) == 2 and "2 bookmarks already" in problems[0].message


def test_the_file_is_among_the_programs_own(session: Session, home: Path) -> None:
    assert (
        isinstance(session.bookmarks, Bookmarks)
        and session.bookmarks.path == home / "state" / "bookmarks.json"
    )
