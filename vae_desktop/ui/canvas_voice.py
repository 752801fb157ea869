"""What the canvas says of its cursor to those who do not see it, once it rests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from vae_desktop.ui.announce import announce, describe
from vae_desktop.ui.plane_words import digit_words, place_words
from vae_desktop.ui.trust_badge import off_words

if TYPE_CHECKING:
    from vae_desktop.ui.latent_canvas import LatentCanvas

# A little longer than the cursor must rest until it is asked what it looks like.
REST_MS = 250
HELP = "Arrow keys move the cursor through latent space."


class CanvasVoice(QObject):
    """Describes the canvas by the cursor's place and what that looks like, and speaks it; never while it moves.

    Without the keyboard on the canvas, where the cursor was moved by something else, it speaks the likeness alone.
    """

    def __init__(self, canvas: LatentCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._session = session = canvas.session
        # Said until the keys were used.
        self._help = HELP
        # Whether the cursor was moved, or a digit chosen, since it was last spoken of.
        self._due = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self._speak)
        session.cursor_changed.connect(self._moved)
        session.selection_changed.connect(self._later)
        session.likeness.changed.connect(self._judged)
        canvas.setAccessibleDescription(HELP)

    def _moved(self) -> None:
        if self._canvas.hasFocus():
            self._help = ""
        self._later()

    def _later(self) -> None:
        self._due = True
        self._timer.start()

    def _judged(self) -> None:
        if self._session.likeness.verdict is not None:
            self._timer.stop()
            self._speak()

    def _speak(self) -> None:
        session, canvas = self._session, self._canvas
        verdict = session.likeness.verdict
        if verdict is None and session.data_codes is not None:
            # It is being found.
            return
        due, self._due = self._due, False
        if not due and session.training.active:
            # What each epoch changes would be too much to listen to.
            return
        likeness = verdict.words if verdict is not None else ""
        parts = (digit_words(session), place_words(session), likeness, off_words(session))
        words = "; ".join(part for part in parts if part)
        words = f"{words}. {self._help}".strip() if self._help else words
        if canvas.hasFocus():
            if words != canvas.accessibleDescription():
                describe(canvas, words)
            return
        canvas.setAccessibleDescription(words)
        if due and canvas.isVisible():
            announce(canvas, likeness)
