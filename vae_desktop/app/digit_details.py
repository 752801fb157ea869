"""All there is to tell of one digit: the one under the pointer, else the selected one, else the drawn one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vae_desktop.app.decoding import DecodeResult
from vae_desktop.app.portrait import Portrait, portray_digit
from vae_desktop.app.refresh import DerivedPicture

if TYPE_CHECKING:
    from vae_desktop.app.session import Session


class DigitDetails(DerivedPicture):
    """Follows the session's hovered, selected and drawn digit with a portrait.

    Attributes:
        index: the explored digit that `portrait` is of; None where it is the drawn one.
        portrait: None without a digit, and until known.
        active: whether somebody looks; nothing is computed otherwise.

    Signals:
        changed(): another portrait, or another answer to `stranger_than`.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.index: int | None = None
        self.portrait: Portrait | None = None
        self._wanted: int | None = None
        self._held = False
        session.hover_changed.connect(self._hovered)
        session.selection_changed.connect(self._selected)
        session.drawing.changed.connect(self._drawn)
        session.scores.changed.connect(self.changed)
        session.model_changed.connect(self._model_changed)
        session.codes_changed.connect(self._refresher.now)
        session.weights_changed.connect(self._refresher.when_cheap)
        session.rewound.connect(self._refresher.now)
        session.decoding.ready.connect(self._decoded)

    def _looked_at(self, active: bool) -> None:
        self._session.scores.watch("digit", active and self.portrait is not None)

    @property
    def stranger_than(self) -> float | None:
        """The share of the explored digits, up to 1, that the model knows better than this one; None if unknown."""
        return self._session.scores.stranger_than(self.portrait.negative_elbo) if self.portrait else None

    def hold(self, held: bool) -> None:
        """Stay with the digit while the pointer is on its own neighbours, whatever it hovers over."""
        if held != self._held:
            self._held = held
            if not held:
                self._hovered()

    def _hovered(self) -> None:
        if not self._held:
            hovered = self._session.hovered
            self._want(hovered.index if hovered is not None else self._session.selected)

    def _selected(self) -> None:
        hovered = self._session.hovered
        self._want(hovered.index if hovered is not None and not self._held else self._session.selected)

    def _want(self, index: int | None) -> None:
        if index != self._wanted:
            self._wanted = index
            self._refresher.now()

    def _drawn(self) -> None:
        if self._wanted is None:
            self._refresher.now()

    def _model_changed(self) -> None:
        """What another model made of the digit is not what this one makes of it."""
        self._show(None, None)
        self._refresher.now()

    def _compute(self) -> None:
        session, index = self._session, self._wanted
        dataset, codes = session.dataset, session.codes
        session.decoding.clear("digit")
        if index is None:
            self._show(None, session.drawing.portrait)
        elif dataset is not None and session.fits:
            means = codes.means if codes is not None else None
            session.decoding.request("digit", lambda it: portray_digit(it, dataset, index, means), index)
        else:
            self._show(None, None)

    def _decoded(self, result: DecodeResult) -> None:
        # Until the answer about another digit is there, all of the one before stays.
        if result.slot == "digit" and isinstance(result.value, Portrait) and result.tag == self._wanted:
            self._refresher.spent(result.seconds)
            self._show(self._wanted, result.value)

    def _show(self, index: int | None, portrait: Portrait | None) -> None:
        if portrait is not self.portrait:
            self.index, self.portrait = index, portrait
            self._session.scores.watch("digit", self.active and portrait is not None)
            self.changed.emit()
