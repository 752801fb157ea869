"""The digits nearest to a place in latent space, in a row that can be pointed at and clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from vae_desktop.ui.image_grid import CAPTION_PADDING, GAP, ImageGrid

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.app.state import Neighbours

IN_A_ROW = 10
LARGEST = 56
# Longer names would run into each other.
LONGEST_NAME = 3


class NeighbourGrid(ImageGrid):
    """Pointing at a digit marks it on canvas and map, a click selects it.

    Attributes:
        neighbours: what it shows, or None.

    Signals:
        entered(): the pointer came to the digits; sent before any of them is marked.
        left(): the pointer is on none of them any more.
    """

    entered = Signal()
    left = Signal()

    def __init__(self, session: Session, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.session = session
        self.neighbours: Neighbours | None = None
        self._places = IN_A_ROW
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_description(self._tell)
        self.clicked.connect(self._select)
        self.hovered.connect(self._hover)
        session.selection_changed.connect(self._mark)
        session.hover_changed.connect(self._mark)

    def show_neighbours(self, neighbours: Neighbours | None, count: int) -> None:
        """Show the first `count` of them, or none; the room stays the same."""
        if count != self._places:
            self._places = count
            self.updateGeometry()
        self.neighbours = neighbours
        if neighbours is None or not len(neighbours.images):
            self.set_images(None, 1)
        else:
            names = neighbours.class_names[:count]
            short = all(len(name) <= LONGEST_NAME for name in names)
            self.set_images(neighbours.images[:count], min(count, IN_A_ROW), names if short else ())
            self._mark()

    def sizeHint(self) -> QSize:
        """A row of digits in a dock."""
        return QSize(300, self.heightForWidth(300))

    def minimumSizeHint(self) -> QSize:
        """Narrow docks have small digits."""
        return QSize(100, self.heightForWidth(100))

    def hasHeightForWidth(self) -> bool:
        """Digits are square."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Rows of squares with their captions."""
        rows = -(-self._places // IN_A_ROW)
        cell = min(LARGEST, (width - GAP * (IN_A_ROW - 1)) // IN_A_ROW)
        return rows * (cell + self.fontMetrics().height() + CAPTION_PADDING + GAP)

    def _select(self, place: int) -> None:
        if self.neighbours is not None:
            self.session.select(int(self.neighbours.indices[place]))

    def _hover(self, place: int) -> None:
        if self.neighbours is not None and place >= 0:
            self.entered.emit()
            self.session.hover(int(self.neighbours.indices[place]))
        else:
            self.session.hover(None)
            self.left.emit()

    def _mark(self) -> None:
        """Mark the selected digit and the one under the pointer, wherever that is, if they are among these."""
        hovered = self.session.hovered
        self.set_selected(self._place_of(self.session.selected))
        self.set_pointed(self._place_of(hovered.index if hovered is not None else None))

    def _place_of(self, digit: int | None) -> int:
        shown = self.neighbours.indices[: self._places].tolist() if self.neighbours is not None else []
        return shown.index(digit) if digit in shown else -1

    def _tell(self, place: int) -> str:
        near = self.neighbours
        if near is None:
            return ""
        split = self.session.dataset.split_name if self.session.dataset is not None else "test"
        index, distance = int(near.indices[place]), float(near.distances[place])
        return (
            f"Class {near.class_names[place]}, {split} image {index:,}, {distance:.2f} away in latent space"
        )
