"""What random pictures have in common: a seed, a way to another one, and codes that the cursor can be put on."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from vae_desktop.app.refresh import DerivedPicture
from vae_desktop.core.config import MAX_SEED

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.records import FloatArray


class Draws(DerivedPicture):
    """Pictures decoded from codes that a seed decides.

    Attributes:
        name: what is drawn, for people, as in "Undo variations of the digit".
    """

    name: str

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._seed = 0

    @property
    def seed(self) -> int:
        """Of the draw: the same seed gives the same codes."""
        return self._seed

    @property
    def drawn(self) -> FloatArray | None:
        """The codes [N, D] that are shown; None before there are any."""
        raise NotImplementedError

    def set_seed(self, seed: int) -> None:
        """Draw the codes of this seed."""
        self._session.change_setting(self._put_seed, self._seed, seed, self.name)

    def _put_seed(self, seed: int) -> None:
        self._seed = seed
        self.changed.emit()
        self._refresher.now()

    def reroll(self) -> None:
        """Draw others, with another seed."""
        self.set_seed(random.randrange(MAX_SEED + 1))

    def set_cursor_from(self, index: int) -> None:
        """Put the session's cursor on the code of a picture."""
        codes = self.drawn
        if codes is not None and 0 <= index < len(codes):
            self._session.set_cursor(codes[index])
