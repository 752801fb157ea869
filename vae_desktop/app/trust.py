"""How far what the canvas shows can be trusted: where the data lies, what it is, how fast the decoder changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from vae_desktop.app.decoding import DecodeResult
from vae_desktop.app.refresh import DerivedPicture
from vae_desktop.app.survey import Extent, Layer, Survey, Wish, survey

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.app.state import Codes

# How long view and plane must stand still before they are looked at, and a hand be away from the mouse.
REST_MS = 200


class TrustController(DerivedPicture):
    """Surveys the session's plane as far as it is in view. Nothing here moves while a hand drags.

    Attributes:
        found: the newest survey, or None while nothing is known.
        layers: which ones are wanted.
        active: whether somebody looks; nothing is computed otherwise.

    Signals:
        changed(): `found` is another.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.found: Survey | None = None
        self.layers: frozenset[Layer] = frozenset()
        self._extent: Extent | None = None
        self._asked: Wish | None = None
        self._known_of: Codes | None = None
        self._waiting: DecodeResult | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._rested)
        session.model_changed.connect(self._start_again)
        for signal in (session.codes_changed, session.info_changed):
            signal.connect(self._data_changed)
        session.plane_changed.connect(self._plane_changed)
        session.cursor_changed.connect(self._cursor_changed)
        session.decoding.ready.connect(self._decoded)

    def _looked_at(self, active: bool) -> None:
        if not active:
            self._rest.stop()

    def set_layer(self, layer: Layer, wanted: bool) -> None:
        """Want a layer or not."""
        layers = self.layers | {layer} if wanted else self.layers - {layer}
        if layers != self.layers:
            self.layers = layers
            if wanted:
                self._refresher.now()

    def look(self, extent: Extent) -> None:
        """Look at this part of the plane: x0, y0, x1, y1."""
        if extent != self._extent:
            self._extent = extent
            if self.layers & {"speed", "regions"}:
                self._later()

    def quantile(self) -> float | None:
        """The part of the data that is less far off the rest than the cursor is; None while nothing is known.

        A millisecond of work.
        """
        found, cursor = self.found, self._session.cursor
        if found is None or found.posterior.draws.shape[1:] != cursor.shape:
            return None
        return found.posterior.quantile(cursor)

    def _later(self) -> None:
        if self.active:
            self._rest.start()

    def _rested(self) -> None:
        if self._session.in_gesture:
            self._rest.start()
        elif self._waiting is not None:
            result, self._waiting = self._waiting, None
            self._decoded(result)
        else:
            self._refresher.now()

    def _compute(self) -> None:
        codes, session = self._session.data_codes, self._session
        if codes is None or codes.means.shape[1] != len(session.cursor):
            return
        if session.in_gesture:
            self._later()
            return
        posterior = self.found.posterior if self.found is not None and self._known_of is codes else None
        wish = Wish(codes, posterior, session.plane, session.cursor, self._extent, self.layers)
        self._asked = wish
        session.decoding.request("trust", lambda inference: survey(inference, wish), wish)

    def _decoded(self, result: DecodeResult) -> None:
        if result.slot != "trust" or not isinstance(result.value, Survey):
            return
        assert isinstance(result.tag, Wish)
        if self._session.data_codes is None:
            return
        if self._session.in_gesture:
            self._waiting = result
            self._rest.start()
            return
        self._refresher.spent(result.seconds)
        self._known_of = result.tag.codes
        # Of a plane that was left meanwhile, only where the data lies is of use.
        here = result.tag.plane is self._session.plane
        self.found = result.value if here else Survey(result.value.posterior)
        self.changed.emit()
        if not (here and result.tag.layers >= self.layers):
            self._refresher.now()

    def _forget(self) -> None:
        self._asked = self._waiting = self._known_of = None
        self._session.decoding.clear("trust")
        if self.found is not None:
            self.found = None
            self.changed.emit()

    def _start_again(self) -> None:
        """Another model, or other data: what was found is of no use."""
        self._forget()
        if self._session.data_codes is not None:
            self._refresher.now()

    def _data_changed(self) -> None:
        codes, model = self._session.data_codes, self._session.model
        if self._asked is not None and codes is self._asked.codes:
            return
        atlas = model.atlas if model is not None else None
        if codes is None or codes is atlas:
            self._start_again()
        elif self.found is None or self._known_of is atlas:
            # Data that were opened go before what the model brought along.
            self._refresher.now()
        else:
            self._refresher.when_cheap()

    def _plane_changed(self) -> None:
        """Layers of another plane would be wrong; where the data lies is as true as before."""
        if self.found is not None:
            # Also those that are off: they may be switched on before they are looked at again.
            self.found = Survey(self.found.posterior)
            self.changed.emit()
            if self.layers:
                self._later()

    def _cursor_changed(self) -> None:
        """The cursor's move matters only if it leaves the plane."""
        asked, session = self._asked, self._session
        if (
            self.layers & {"speed", "regions"}
            and asked is not None
            and len(asked.cursor) == len(session.cursor)
            and not session.plane.level(asked.cursor, session.cursor)
        ):
            self._later()
