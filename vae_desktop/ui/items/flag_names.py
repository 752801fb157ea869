"""Where names fit beside flags, so that none covers a flag or another name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF

HEIGHT, GAP = 16.0, 1.0
# Of more flags in view the names would be a wall of words.
MOST_NAMED = 40


def name_boxes(
    places: npt.NDArray[np.float64], widths: Sequence[float], area: QRectF, flag: QRectF
) -> list[QRectF | None]:
    """A box for each name: right of its flag, else left of it, else nowhere. Earlier names choose first.

    Args:
        places: of the flags in pixels [N, 2].
        widths: of the names' boxes in pixels.
        area: what is seen.
        flag: what a flag at the origin covers.
    """
    boxes: list[QRectF | None] = [None] * len(places)
    spots = [QPointF(x, y) for x, y in places.tolist()]
    seen = [number for number, spot in enumerate(spots) if area.contains(spot)]
    if len(seen) > MOST_NAMED:
        return boxes
    taken = {number: flag.translated(spots[number]) for number in seen}
    names: list[QRectF] = []
    for number in seen:
        own, width = taken[number], widths[number]
        for left in (own.right() + GAP, own.left() - GAP - width):
            box = QRectF(left, own.top() + 3, width, HEIGHT)
            others = (it for other, it in taken.items() if other != number)
            if area.contains(box) and not any(box.intersects(it) for it in (*others, *names)):
                boxes[number] = box
                names.append(box)
                break
    return boxes
