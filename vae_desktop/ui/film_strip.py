"""The frames of the path, as many to a row as make them largest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vae_desktop.ui.image_grid import GAP, SMALL_GAP, ImageGrid
from vae_desktop.ui.mosaic import best_columns
from vae_desktop.ui.readable import with_comma

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.records import FloatArray

LARGEST_STOP, STOPS_IN_A_ROW = 48, 8


class FilmStrip(ImageGrid):
    """A click puts the cursor on a frame's code; the frame that the path is at is marked."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("Frames of the path", parent)
        self.session = session
        self._path = session.path
        self._frames: FloatArray | None = None
        self.set_description(self._tell)
        self.clicked.connect(self._path.player.show_frame)
        self.resized.connect(self._lay_out)
        self._path.player.moved.connect(self._mark)

    def minimumSizeHint(self) -> QSize:
        """Two rows of the smallest pictures that can be told apart."""
        return QSize(120, 44)

    def show_frames(self, images: FloatArray | None) -> None:
        """Show these frames [N, C, H, W], or none."""
        if images is not self._frames:
            self._frames = images
            self._lay_out()
        self._mark()

    def _tell(self, number: int) -> str:
        film = self._path.film
        looks = self.session.likeness.words_of(film.codes if film is not None else None, number)
        return f"Frame {number + 1} of {self.count}{with_comma(looks)}"

    def _lay_out(self) -> None:
        images = self._frames
        if images is None or not len(images):
            self.set_images(None, 1)
            return
        height, width = images.shape[2:]
        area = (max(1, self.width()), max(1, self.height()))
        self.set_images(images, best_columns(len(images), (height, width), area, SMALL_GAP, 1, 0))

    def _mark(self) -> None:
        self.set_selected(self._path.player.frame if self.count else -1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays and pauses, as everywhere in the panel; Enter is a click."""
        if event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)


class StopsRow(ImageGrid):
    """Little pictures of the stops in their order; a click or the arrow keys choose one.

    Delete takes the chosen stop away, Ctrl with an arrow key moves it.

    Signals:
        selection_changed(): another stop is chosen, or none.
    """

    selection_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("Stops of the path", parent)
        self.session = session
        self._path = session.path
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_description(self._tell)
        self.clicked.connect(self.set_selected)

    def set_selected(self, index: int) -> None:
        """Choose a stop, or none with -1."""
        if index != self.selected:
            super().set_selected(index)
            self.selection_changed.emit()

    def show_stops(self, images: FloatArray | None) -> None:
        """Show the stops' pictures [K, C, H, W]; one that is chosen stays so."""
        count = 0 if images is None else len(images)
        if count != self.count:
            self.updateGeometry()
        self.set_images(images, max(STOPS_IN_A_ROW, -(-count // 2)))

    def remove(self) -> None:
        """Take the chosen stop away."""
        if self.selected >= 0:
            self._path.remove(self.selected)

    def move_stop(self, steps: int) -> None:
        """Put the chosen stop earlier or later; it stays chosen."""
        if self.selected >= 0:
            there = self._path.move(self.selected, steps)
            self.set_selected(there)
            self.current = there

    def sizeHint(self) -> QSize:
        """A row in a dock."""
        return QSize(300, self.heightForWidth(300))

    def minimumSizeHint(self) -> QSize:
        """Narrow docks have small pictures."""
        return QSize(100, self.heightForWidth(100))

    def heightForWidth(self, width: int) -> int:
        """A row of squares, or two of smaller ones."""
        columns = max(STOPS_IN_A_ROW, -(-self.count // 2))
        rows = max(1, -(-self.count // columns))
        cell = min(LARGEST_STOP, (width - GAP * (columns - 1)) // columns)
        return rows * (cell + GAP)

    def _tell(self, number: int) -> str:
        stops = self._path.plan.stops
        if number >= len(stops):
            return ""
        return f"Stop {number + 1} of {len(stops)}: {stops[number].name(self.session)}"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete and Ctrl with arrows change the path; the arrows alone choose; Space is the panel's."""
        key, control = Qt.Key(event.key()), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key == Qt.Key.Key_Space:
            event.ignore()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove()
        elif control and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.move_stop(-1 if key == Qt.Key.Key_Left else 1)
        else:
            super().keyPressEvent(event)
            self.set_selected(self.current)
