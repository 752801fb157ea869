"""Where the bookmarks of the open model lie on the canvas's plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from vae_desktop.app.session import Session


@dataclass(frozen=True)
class BookmarkPlace:
    """A bookmark's point, seen from straight above the plane.

    Attributes:
        key, name: the bookmark's.
        x, y: in the plane's coordinates.
        off: how far beside the shown plane the point lies, in standard deviations of the prior. 0 where moving the
            cursor along the plane would lead to it: then what is decoded there is the bookmark's picture.
    """

    key: str
    name: str
    x: float
    y: float
    off: float


def bookmark_places(session: Session) -> tuple[BookmarkPlace, ...]:
    """Those of the open model, in the user's order; one of other weights would be of another space."""
    bookmarks, plane, cursor = session.bookmarks, session.plane, session.cursor
    own = [it for it in bookmarks.items if bookmarks.belongs_here(it) and len(it.view.cursor) == len(cursor)]
    if not own or plane.dimensions != len(cursor):
        return ()
    points = np.array([it.view.cursor for it in own], np.float32)
    return tuple(
        BookmarkPlace(it.key, it.name, x, y, off)
        for it, (x, y), off in zip(
            own, plane.to_plane(points).tolist(), plane.beside(cursor, points).tolist(), strict=True
        )
    )
