"""Whether a hand drags the cursor, as those see it who come by a few times a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vae_desktop.app.session import Session


class CursorMotion:
    """Tells a cursor on the move from one at rest: each place that it comes to is another array."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._seen = session.cursor

    def moved(self) -> bool:
        """Whether the cursor is somewhere else than at the last call."""
        before, self._seen = self._seen, self._session.cursor
        return self._seen is not before
