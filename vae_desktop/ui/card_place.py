"""Where a card stands: near the pointer, never under it, and inside what it may cover."""

from __future__ import annotations

from itertools import product

from PySide6.QtCore import QPoint, QRect, QSize

# From the pointer, and from the edge of a view that the card stands beside, in pixels.
DISTANCE = 18
GAP = 8


def beside_pointer(card: QSize, bounds: QRect, pointer: QPoint) -> QPoint:
    """The corner of a card right below the pointer, or on another side of it where `bounds` ends.

    All in one widget's coordinates. Where there is room on no side, the card comes over the pointer.
    """
    left, top = _within(card, bounds, pointer)
    across = (pointer.x() + DISTANCE, pointer.x() - DISTANCE - card.width())
    down = (pointer.y() + DISTANCE, pointer.y() - DISTANCE - card.height())
    corners = [*product(across, down), *((x, top) for x in across), *((left, y) for y in down)]
    return _first_fitting(card, bounds, corners) or QPoint(left, top)


def beside_view(card: QSize, bounds: QRect, view: QRect, pointer: QPoint) -> QPoint:
    """The corner of a card beside `view`, as high as the pointer in it; beside the pointer where there is no room.

    To the left first: what a card has been read beside once, it is looked for there.

    Args:
        card: its size.
        bounds: what it may cover.
        view: what it had better not cover; bounds, view and pointer are in one widget's coordinates.
        pointer: where the mouse is.
    """
    left, top = _within(card, bounds, pointer)
    corners = [
        (view.left() - GAP - card.width(), top),
        (view.right() + 1 + GAP, top),
        (left, view.bottom() + 1 + GAP),
        (left, view.top() - GAP - card.height()),
    ]
    return _first_fitting(card, bounds, corners) or beside_pointer(card, bounds, pointer)


def _within(card: QSize, bounds: QRect, pointer: QPoint) -> tuple[int, int]:
    """Where the card would have the pointer in its middle, moved into the bounds."""
    right, bottom = bounds.right() + 1 - card.width(), bounds.bottom() + 1 - card.height()
    x, y = pointer.x() - card.width() // 2, pointer.y() - card.height() // 2
    return max(bounds.left(), min(x, right)), max(bounds.top(), min(y, bottom))


def _first_fitting(card: QSize, bounds: QRect, corners: list[tuple[int, int]]) -> QPoint | None:
    for x, y in corners:
        if bounds.contains(QRect(QPoint(x, y), card)):
            return QPoint(x, y)
    return None
