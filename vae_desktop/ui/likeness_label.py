"""A line below the decoded picture that says what it looks like; see `CanvasVoice` for when it is spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

if TYPE_CHECKING:
    from vae_desktop.app.session import Session


class LikenessLabel(QLabel):
    """Mirrors `session.likeness`: "looks like 4, 80 %", once the cursor rests."""

    def __init__(self, session: Session, picture: QWidget, parent: QWidget | None = None) -> None:
        """`picture` is what the words are about: a screen reader finds them there too."""
        super().__init__(parent)
        self.setObjectName("likeness")
        self.setToolTip(
            "What most of the ten codes nearest to the cursor are (k nearest neighbours in latent space)"
        )
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        # Empty while the cursor moves: nothing below it moves too.
        self.setFixedHeight(self.fontMetrics().lineSpacing())
        self._session = session
        self._picture = picture
        session.likeness.changed.connect(self._mirror)
        self._mirror()

    def _mirror(self) -> None:
        verdict = self._session.likeness.verdict
        words = verdict.words if verdict is not None else ""
        self.setText(words)
        self._picture.setAccessibleDescription(words)
