"""What the place under the cursor looks like: the class that the nearest codes vote for, once the cursor rests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from vae_desktop.app.decoding import DecodeResult
from vae_desktop.app.portrait import Verdict
from vae_desktop.core.neighbours import VOTERS, nearest_codes, vote

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.app.state import Codes
    from vae_desktop.core.records import FloatArray

# How long the cursor must rest before it is asked: a hand that drags waits for nothing.
REST_MS = 200


class Likeness(QObject):
    """Asks the decoding thread what the cursor's neighbours are, among the digits that the class regions are of.

    Attributes:
        verdict: of the place where the cursor rests; None while it moves, and where the model's data are not known.

    Signals:
        changed(): another verdict, or none.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.verdict: Verdict | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self._ask)
        session.cursor_changed.connect(self._moved)
        # Another model may bring an atlas; so does the end of a training.
        for signal in (session.codes_changed, session.model_changed, session.info_changed):
            signal.connect(self._timer.start)
        session.decoding.ready.connect(self._decoded)

    def words_of(self, codes: FloatArray | None, row: int) -> str:
        """What one of some codes [N, D] looks like, asked at once; "" where that is not known.

        A quarter of a millisecond among 10,000 digits, seven times that among 60,000 in 20 dimensions.
        """
        known = self._session.data_codes
        if known is None or codes is None or row >= len(codes) or known.means.shape[1:] != codes.shape[1:]:
            return ""
        return _verdict(known, self._session.data_class_names, codes[row]).words

    def close(self) -> None:
        """Ask no more."""
        self._timer.stop()

    def _moved(self) -> None:
        self._show(None)
        self._timer.start()

    def _ask(self) -> None:
        codes, names, cursor = self._session.data_codes, self._session.data_class_names, self._session.cursor
        if codes is None or codes.means.shape[1:] != cursor.shape:
            self._show(None)
            return
        work = lambda _: _verdict(codes, names, cursor)  # noqa: E731
        self._session.decoding.request("likeness", work, (codes, cursor))

    def _decoded(self, result: DecodeResult) -> None:
        if result.slot != "likeness" or not isinstance(result.tag, tuple):
            return
        codes, cursor = result.tag
        # Meanwhile the cursor may have gone on.
        if cursor is self._session.cursor and codes is self._session.data_codes:
            assert isinstance(result.value, Verdict)
            self._show(result.value)

    def _show(self, verdict: Verdict | None) -> None:
        if verdict != self.verdict:
            self.verdict = verdict
            self.changed.emit()


def _verdict(codes: Codes, names: tuple[str, ...], place: FloatArray) -> Verdict:
    rows, _ = nearest_codes(codes.means, place, VOTERS)
    label, share = vote(codes.labels[rows])
    return Verdict(label, names[label], share)
