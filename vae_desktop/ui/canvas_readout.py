"""One line about digits: the one under the pointer, the chosen one, or the one nearest to the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from vae_desktop.ui.steady_label import SteadyLabel

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

# Written so often at most: nobody reads faster, and a drag must not wait for it.
INTERVAL_MS = 150


class CanvasReadout(SteadyLabel):
    """Mirrors hover, selection and cursor in words."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("Digit nearby", role="muted", lines=2, parent=parent)
        self.session = session
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._write)
        for signal in (session.cursor_changed, session.codes_changed, session.hidden_classes_changed):
            signal.connect(self._later)
        for signal in (session.hover_changed, session.selection_changed):
            signal.connect(self._soon)
        self._write()

    def _later(self) -> None:
        if not self._timer.isActive():
            self._timer.start(INTERVAL_MS)

    def _soon(self) -> None:
        # At once, but after what the pointer itself is on: a card on the map.
        self._timer.start(0)

    def _write(self) -> None:
        session = self.session
        codes, dataset, digit = session.codes, session.dataset, session.hovered
        if digit is not None:
            self.setText(f"Under the pointer: {digit.class_name} ({digit.split_name} digit {digit.index:,})")
        elif codes is None or dataset is None or codes.means.shape[1] != len(session.cursor):
            self.setText("")
        else:
            shown = ~np.isin(codes.labels, list(session.hidden_classes))
            if not shown.any():
                self.setText("All classes are hidden.")
                return
            index, distance = nearest(codes.means, session.cursor, shown)
            name = dataset.class_names[int(codes.labels[index])]
            if distance < 1e-6:
                self.setText(f"The cursor is on a {name} ({dataset.split_name} digit {index:,})")
            else:
                self.setText(
                    f"Nearest: {name} ({dataset.split_name} digit {index:,}), {distance:.2f}\u00a0σ away"
                )


def nearest(
    means: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
    place: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
    candidates: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
) -> tuple[int, float]:
    """The row of `means` [N, D] closest to `place` [D] among the candidates [N] (at least one), and how far."""
    steps = means - place
    squares = np.where(candidates, np.einsum("nd,nd->n", steps, steps), np.inf)
    index = int(squares.argmin())
    return index, float(np.sqrt(squares[index]))
