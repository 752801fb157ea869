"""Bookmarks: named views, kept between runs; what is deleted can be brought back."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from vae_desktop.app.jobs import Job
from vae_desktop.app.problems import Problem, from_exception
from vae_desktop.core import paths
from vae_desktop.core.bookmark_file import (
    MOST_BOOKMARKS,
    Bookmark,
    clean_name,
    read_bookmarks,
    thumbnail_of,
    write_bookmarks,
)
from vae_desktop.core.errors import UserError

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

FILE = "bookmarks.json"
# What tells a file from how it was: when it was changed, in nanoseconds, and its size.
Stamp = tuple[int, int]


class Bookmarks(QObject):
    """The session's bookmarks, in the order that the user gave them.

    Each change is written at once, in a thread of its own: the disk may take its time. What can't be written is told
    of, stays here, and is tried again with the next change and at the end.

    Attributes:
        items: all of them.
        can_restore: whether a deleted one can be brought back.

    Signals:
        changed(): other `items`.
        deleted(str name): one was deleted, and `restore_deleted` brings it back.
    """

    changed = Signal()
    deleted = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.items: tuple[Bookmark, ...] = ()
        self._deleted: list[tuple[int, Bookmark]] = []
        self._loaded = self._blocked = False
        # Those that were ever seen here, and what the file was like then: another window may write it too.
        self._known: set[str] = set()
        self._stamp: Stamp | None = None
        self._writing: Job[None] | None = None
        self._unwritten = False

    @property
    def path(self) -> Path:
        """The file that they are in."""
        return paths.state_dir() / FILE

    @property
    def can_restore(self) -> bool:
        """Whether a deleted one can be brought back."""
        return bool(self._deleted)

    def load(self) -> None:
        """Read those of earlier runs; what can't be read is set aside and told of."""
        self._loaded = True
        found, lost = self._read()
        self._stamp = _stamp_of(self.path)
        self._known |= {bookmark.key for bookmark in found}
        self.items = tuple(found)
        if lost:
            # Once and for all: what can't be read is in the copy.
            self._set(found)
        self.changed.emit()

    def belongs_here(self, bookmark: Bookmark) -> bool:
        """Whether the open model is the bookmark's."""
        model = self._session.model
        return model is not None and model.model_id == bookmark.view.model.model_id

    def add(self, name: str = "") -> int | None:
        """Keep what is looked at, by default named after where it is; its place, or None without a model."""
        session = self._session
        view = session.views.now()
        if view is None or session.model is None:
            session.problem_raised.emit(Problem("There is nothing to bookmark yet.", "Open a model first."))
            return None
        if not self._loaded:
            self.load()
        if len(self.items) >= MOST_BOOKMARKS:
            session.problem_raised.emit(
                Problem(f"There are {MOST_BOOKMARKS} bookmarks already.", "Delete some of them first.")
            )
            return None
        picture, model = session.picture, session.model
        bookmark = Bookmark(
            key=uuid.uuid4().hex,
            name=clean_name(name) or self._proposal(),
            view=view,
            thumbnail=thumbnail_of(picture) if picture is not None else None,
            model_path=str(model.path or ""),
            data_source=session.dataset.source if session.dataset is not None else "",
        )
        if not self._set((*self.items, bookmark)):
            return None
        session.notice_raised.emit(f"Bookmarked as “{bookmark.name}”")
        return len(self.items) - 1

    def rename(self, place: int, name: str) -> None:
        """Give the bookmark at this place another name; an empty one leaves it as it is."""
        name = clean_name(name)
        if name and name != self.items[place].name:
            items = list(self.items)
            items[place] = replace(items[place], name=name)
            self._set(items)

    def move(self, place: int, to: int) -> None:
        """Put the bookmark at `place` where it will be the one at `to`."""
        items = list(self.items)
        items.insert(to, items.pop(place))
        if place != to:
            self._set(items)

    def delete(self, place: int) -> None:
        """Delete the bookmark at this place; the session's undo brings it back, as `restore_deleted` does."""
        gone = self.items[place]
        if self._take_out(gone):
            self._session.record(
                lambda: self._bring_back(place, gone), lambda: self._take_out(gone), "deletion of a bookmark"
            )
            self.deleted.emit(gone.name)

    def restore_deleted(self, name: str | None = None) -> int | None:
        """Bring the one that was deleted last, of all or of this name, back to its place, which is returned.

        None where there is none such: it may have come back by undo. This is a step of its own, which undo takes
        back: after the deletion the user may have done other things.
        """
        entry = next((it for it in reversed(self._deleted) if name is None or it[1].name == name), None)
        place = self._bring_back(*entry) if entry is not None else None
        if entry is not None and place is not None:
            was, back = entry
            self._session.record(
                lambda: self._take_out(back), lambda: self._bring_back(was, back), "return of a bookmark"
            )
        return place

    def _take_out(self, bookmark: Bookmark) -> bool:
        place = next((place for place, item in enumerate(self.items) if item.key == bookmark.key), None)
        if place is None:
            return False
        # Noted first: whoever hears of the change may ask what can be brought back. It may have another name by now.
        self._deleted.append((place, self.items[place]))
        if self._set((*self.items[:place], *self.items[place + 1 :])):
            return True
        self._deleted.pop()
        return False

    def _bring_back(self, was: int, bookmark: Bookmark) -> int | None:
        gone = [entry for entry in self._deleted if entry[1].key == bookmark.key]
        place = min(was, len(self.items))
        if not gone:
            return None
        self._deleted.remove(gone[0])
        if self._set((*self.items[:place], gone[0][1], *self.items[place:])):
            return place
        self._deleted.append(gone[0])
        return None

    def go_to(self, place: int) -> None:
        """Come back to the view of the bookmark at this place; its model is opened where it is another one."""
        bookmark = self.items[place]
        files = [Path(bookmark.model_path)] if bookmark.model_path else []
        sources = [bookmark.data_source] if bookmark.data_source else []
        self._session.views.restore(bookmark.view, files, sources)

    def _proposal(self) -> str:
        """A name that tells where one is, and that no other bookmark has."""
        session = self._session
        if session.selected is not None and session.dataset is not None:
            label = int(session.dataset.explored.labels[session.selected])
            start = f"Digit {session.selected:,} ({session.dataset.class_names[label]})"
        elif len(session.cursor) <= 3:
            start = f"z = ({', '.join(f'{value:.2f}' for value in session.cursor)})".replace("-", "−")
        else:
            start = f"Point in {len(session.cursor)}-D"
        start = clean_name(start)[:100]
        taken = {bookmark.name for bookmark in self.items}
        name, number = start, 2
        while name in taken:
            name, number = f"{start} {number}", number + 1
        return name

    # The file

    def _set(self, items: Sequence[Bookmark]) -> bool:
        """Other bookmarks, unless the file must not be touched; those that another window has added meanwhile stay."""
        if self._writing is None:
            items = self._with_others(items)
        if self._blocked:
            self._session.problem_raised.emit(
                Problem("The bookmarks can't be saved.", f"Move {self.path} away and start again.")
            )
            return False
        self._known |= {bookmark.key for bookmark in items}
        before, self.items = self.items, tuple(items)
        self._unwritten = True
        # Somebody may be typing a name in the list: nothing is shown anew for the sake of the file.
        if self.items != before:
            self.changed.emit()
        if self._writing is None:
            self._write()
        return True

    def _with_others(self, items: Sequence[Bookmark]) -> Sequence[Bookmark]:
        """These, and those that another window has added to the file."""
        if self._blocked or _stamp_of(self.path) == self._stamp:
            return items
        return [*items, *(bookmark for bookmark in self._read()[0] if bookmark.key not in self._known)]

    def _write(self) -> None:
        """Write what there is now; changes until that is done are written after it, as one."""
        path, items = self.path, self.items
        stamps: list[Stamp | None] = []

        def write() -> Iterator[None]:
            write_bookmarks(path, items)
            stamps.append(_stamp_of(path))
            yield

        self._unwritten = False
        job = self._writing = Job("bookmarks", write)
        job.finished.connect(lambda: self._written(stamps[0]))
        job.failed.connect(self._not_written)
        job.start()

    def _written(self, stamp: Stamp | None) -> None:
        self._writing, self._stamp = None, stamp
        if self._unwritten:
            self._set(self.items)

    def _not_written(self, error: BaseException) -> None:
        self._writing = None
        again, self._unwritten = self._unwritten, True
        problem = from_exception(error)
        if isinstance(error, UserError):
            kept = "Until then the bookmarks are kept in this window."
            problem = replace(problem, remedy=f"{problem.remedy} {kept}".strip())
        self._session.problem_raised.emit(problem)
        if again:
            # Something else is wished by now, which may fit where this did not.
            self._write()

    def wait(self, ms: int) -> bool:
        """Block until all is written, or can't be; False if that takes longer than `ms`."""
        deadline = time.monotonic() + ms / 1000
        if self._writing is None and self._unwritten:
            self._write()
        while self._writing is not None:
            if not self._writing.wait(max(0, int(1000 * (deadline - time.monotonic())))):
                return False
        return True

    def _read(self) -> tuple[list[Bookmark], int]:
        """What is in the file, and how many entries can't be read; these, or the whole file, are set aside."""
        try:
            found, lost = read_bookmarks(self.path)
        except UserError as error:
            self._set_aside(str(error))
            return [], 0
        if lost:
            self._set_aside(f"{lost} of {len(found) + lost} bookmarks can't be read.", copy=True)
        return found, lost

    def _set_aside(self, message: str, copy: bool = False) -> None:
        """Keep a file that can't be read, whole, under another name, so that nothing is written over it."""
        number = 1
        while (aside := self.path.with_name(f"bookmarks-set-aside-{number}.json")).exists():
            number += 1
        try:
            if copy:
                aside.write_bytes(self.path.read_bytes())
            else:
                self.path.rename(aside)
            remedy = f"The file is kept as {aside}."
        except OSError as error:
            # Whatever is in there must not be written over.
            self._blocked = True
            remedy = f"It could not be set aside: {error.strerror or error}. Move {self.path} yourself."
        self._session.problem_raised.emit(Problem(message, remedy))


def _stamp_of(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
