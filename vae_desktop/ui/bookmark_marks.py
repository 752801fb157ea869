"""The bookmarks of the open model on the latent canvas, and the hand that clicks them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from vae_desktop.app.bookmark_places import bookmark_places
from vae_desktop.ui.items.bookmark_flags import BookmarkFlags

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.ui.latent_canvas import LatentCanvas

# Above points and names, below the drawn digit, the path and the cursor.
DEPTH = 14


class BookmarksOnCanvas(QObject):
    """Mirrors `session.bookmarks`: a click on a flag goes to its bookmark, a press that moves is a drag as anywhere.

    Attributes:
        on: whether flags are wished; kept between runs.
        busy: whether the press under way may be a click on a flag.
        item: what is painted; hidden where there are no bookmarks of this model.

    Signals:
        pointed_changed(): the pointer came to another flag, or to none.
    """

    pointed_changed = Signal()

    def __init__(self, session: Session, canvas: LatentCanvas) -> None:
        super().__init__(canvas)
        self.on = session.preferences.bookmark_flags
        self.busy = False
        self._session = session
        self._canvas = canvas
        self._level = session.cursor
        self._pressed: tuple[str, float, float] | None = None
        self.item = BookmarkFlags(canvas.view_box.viewRect)
        self.item.setZValue(DEPTH)
        canvas.view_box.addItem(self.item, ignoreBounds=True)
        for signal in (
            session.bookmarks.changed,
            session.model_changed,
            session.info_changed,
            session.plane_changed,
        ):
            signal.connect(self._show)
        session.cursor_changed.connect(self._cursor_changed)
        self._show()

    def set_on(self, on: bool) -> None:
        """Show flags or not, from now on and in later runs."""
        self.on = self._session.preferences.bookmark_flags = on
        self._show()

    def _show(self) -> None:
        places = bookmark_places(self._session) if self.on else ()
        self._level = self._session.cursor
        self.item.set_places(places)
        self.item.setVisible(bool(places))

    def _cursor_changed(self) -> None:
        """Only a cursor that leaves the plane as it is shown brings other points onto it: no drag does."""
        plane, cursor = self._session.plane, self._session.cursor
        if not self.item.places or plane.dimensions <= 2 or len(self._level) != len(cursor):
            return
        if not plane.level(self._level, cursor):
            self._show()

    # -- hand ---------------------------------------------------------------------------------------

    def point_at(self, x: float, y: float) -> bool:
        """The pointer is at a place of the plane; whether there is a flag, which then shows its name."""
        number = self.item.at(x, y, self._canvas.pixel_size()) if self.item.isVisible() else -1
        self._point(number)
        return number >= 0

    def leave(self) -> None:
        """The pointer is on no flag any more."""
        self._point(-1)

    def _point(self, number: int) -> None:
        if number != self.item.pointed:
            self.item.set_pointed(number)
            self.pointed_changed.emit()

    def press(self, x: float, y: float) -> bool:
        """The left button went down; whether that was on a flag: then nothing happens before more is known."""
        number = self.item.at(x, y, self._canvas.pixel_size()) if self.item.isVisible() else -1
        self.busy = number >= 0
        self._pressed = (self.item.places[number].key, x, y) if self.busy else None
        return self.busy

    def drag(self, x: float, y: float) -> None:
        """Far enough from where it went down, the press is a drag of the cursor."""
        if self._pressed is None:
            return
        across, up = self._canvas.pixel_size()
        _, from_x, from_y = self._pressed
        if abs(x - from_x) / across + abs(y - from_y) / up >= QApplication.startDragDistance():
            self.let_go()
            self._canvas.begin_drag(x, y)

    def release(self, dragged: bool, digit: int | None) -> None:
        """It was a click: go to the bookmark, if it is still there."""
        pressed = self._pressed
        self.let_go()
        bookmarks = self._session.bookmarks
        keys = [bookmark.key for bookmark in bookmarks.items]
        if pressed is not None and pressed[0] in keys:
            bookmarks.go_to(keys.index(pressed[0]))

    def let_go(self) -> None:
        """The press is no click on a flag."""
        self.busy, self._pressed = False, None
