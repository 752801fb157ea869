"""Variations of the chosen digit: what the model decodes from draws of its posterior."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from vae_desktop.app.posterior import VARIATIONS
from vae_desktop.ui.dice_button import DiceButton
from vae_desktop.ui.image_grid import ImageGrid
from vae_desktop.ui.readable import with_comma

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

ROWS = 2
HEIGHT = 68
# A click on another digit lets go of the one before for a moment: nothing need move for that.
LINGER_MS = 150


class Variations(QWidget):
    """Mirrors `session.posterior`; hidden while no digit is chosen.

    Attributes:
        heading: which digit's they are.
        grid: the pictures; a click puts the cursor on one's code.
        reroll: draws others.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.heading = QLabel()
        self.heading.setProperty("role", "heading")
        self.heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.grid = ImageGrid("Variations of the chosen digit")
        self.grid.setFixedHeight(HEIGHT)
        self.grid.setToolTip(
            "Decoded from draws of the digit’s posterior q(z|x): what the encoder thinks it may be.\n"
            "Click one to put the cursor on its code."
        )
        self.grid.set_description(self._tell)
        self.grid.clicked.connect(session.posterior.set_cursor_from)
        self.heading.setBuddy(self.grid)
        self.reroll = DiceButton()
        self.reroll.setText("Re-roll")
        self.reroll.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.reroll.setAccessibleName("Other variations")
        self.reroll.setToolTip("Draw other variations of this digit (another seed)")
        self.reroll.clicked.connect(session.posterior.reroll)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.heading, 1)
        row.addWidget(self.reroll)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.grid)
        self._leaving = QTimer(self)
        self._leaving.setSingleShot(True)
        self._leaving.setInterval(LINGER_MS)
        self._leaving.timeout.connect(self.hide)
        session.posterior.changed.connect(self._show)
        self.hide()

    def _tell(self, number: int) -> str:
        codes = self.session.posterior.drawn
        looks = with_comma(self.session.likeness.words_of(codes, number))
        return f"Variation {number + 1} of {VARIATIONS}{looks}"

    def _show(self) -> None:
        found, dataset = self.session.posterior.found, self.session.dataset
        if found is None or dataset is None:
            self._leaving.start()
            return
        self._leaving.stop()
        name = dataset.class_names[int(dataset.explored.labels[found.index])]
        self.heading.setText(f"Variations of this {name}")
        self.grid.set_images(found.images, VARIATIONS // ROWS)
        self.show()
