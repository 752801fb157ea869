"""The figures of a training in numbers: what the curves show, and how fast it goes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from vae_desktop.core.records import Terms
from vae_desktop.ui.loss_legend import NAMES, LossLegend
from vae_desktop.ui.naming import NamedLabel
from vae_desktop.ui.readable import UNKNOWN, duration_text, nats_text, tabular

TERM_TIPS = {
    "negative_elbo": "The loss: reconstruction and KL together (the negative evidence lower bound, with KL"
    " counted once whatever β is). Lower is better.",
    "reconstruction": "How badly the decoded images fit the originals (the negative expected log-likelihood)."
    " Lower is better.",
    "kl": "How much the codes say about each image beyond the prior (the Kullback-Leibler divergence of the"
    " posterior from it).",
}
SPLIT_TIPS = {
    "train": "Over the latest training images, while the weights change.",
    "held_out": "Over all test images, which the training never sees, after the last epoch.",
}
RUN = (
    ("speed", "Images/s", "Training images per second"),
    (
        "epoch",
        "Epoch",
        "The epoch under way; while nothing is trained, the epochs that this model has behind it",
    ),
    ("elapsed", "Elapsed", "Time that this model has trained so far"),
    ("left", "Time left", "Until the last epoch asked for, estimated from the recent speed"),
)


class TrainingFigures(QWidget):
    """Two small tables of numbers, aligned, in digits of one width; the first one's headings are the plot's legend.

    Attributes:
        cells: the label of each figure, by ("train" | "held_out", term) or ("run", name).
    """

    def __init__(self, legend: LossLegend, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("training_figures")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.cells: dict[tuple[str, str], QLabel] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._build_terms(legend))
        column.addLayout(self._build_run())
        self._restyle()

    def _build_terms(self, legend: LossLegend) -> QGridLayout:
        grid = _grid()
        grid.setHorizontalSpacing(8)
        unit = QLabel("nats per image")
        unit.setProperty("role", "muted")
        unit.setToolTip("Nats are bits with the natural logarithm: 1 nat is 1.44 bits")
        grid.addWidget(unit, 0, 0)
        for row, term in enumerate(TERM_TIPS, 1):
            grid.addWidget(legend.chips[term], row, 0, Qt.AlignmentFlag.AlignLeft)
        for column, (split, split_tip) in enumerate(SPLIT_TIPS.items(), 1):
            grid.addWidget(legend.chips[split], 0, column, Qt.AlignmentFlag.AlignRight)
            for row, (term, term_tip) in enumerate(TERM_TIPS.items(), 1):
                name = f"{NAMES[term]}, {NAMES[split].lower()}"
                cell = self._cell((split, term), name, f"{term_tip} {split_tip}")
                grid.addWidget(cell, row, column, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(0, 1)
        return grid

    def _build_run(self) -> QGridLayout:
        grid = _grid()
        for place, (name, title, tip) in enumerate(RUN):
            heading = QLabel(title)
            heading.setProperty("role", "muted")
            heading.setToolTip(tip)
            row, column = divmod(place, 2)
            grid.addWidget(heading, row, 3 * column)
            cell = self._cell(("run", name), title, tip)
            grid.addWidget(cell, row, 3 * column + 1, Qt.AlignmentFlag.AlignRight)
        grid.setColumnMinimumWidth(2, 12)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(4, 1)
        return grid

    def _cell(self, key: tuple[str, str], name: str, tip: str) -> QLabel:
        cell = NamedLabel(name, UNKNOWN)
        cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        cell.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        cell.setToolTip(tip)
        cell.setObjectName(".".join(key))
        self.cells[key] = cell
        return cell

    def _restyle(self) -> None:
        font = tabular(self.font())
        if font.pointSizeF() > 0:
            font.setPointSizeF(font.pointSizeF() * 1.15)
        for cell in self.cells.values():
            cell.setFont(font)
            # Of a fixed size, a figure changes without a new layout of the whole window around it; the room for
            # the longest usual one is kept, so that nothing moves while digits come and go.
            metrics = cell.fontMetrics()
            cell.setFixedSize(metrics.horizontalAdvance("00,000.00"), metrics.height() + 2)
            self._widen(cell)

    @staticmethod
    def _widen(cell: QLabel) -> None:
        width = cell.fontMetrics().horizontalAdvance(cell.text()) + 2
        if width > cell.width():
            cell.setFixedWidth(width)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._restyle()

    def show_terms(self, train: Terms | None, held_out: Terms | None) -> None:
        """Show these figures; None where there are none yet."""
        for split, terms in (("train", train), ("held_out", held_out)):
            for term in TERM_TIPS:
                value = None if terms is None else getattr(terms, term)
                self._put((split, term), nats_text(value))

    def show_run(
        self, speed: float | None, epoch: int, total_epochs: int, elapsed: float | None, left: float | None
    ) -> None:
        """Show how the training goes; None and 0 where it is unknown."""
        self._put(("run", "speed"), UNKNOWN if speed is None else f"{speed:,.0f}")
        known = f"{epoch} of {total_epochs}" if total_epochs else str(epoch)
        self._put(("run", "epoch"), known if epoch else UNKNOWN)
        self._put(("run", "elapsed"), duration_text(elapsed))
        self._put(("run", "left"), duration_text(left))

    def _put(self, key: tuple[str, str], text: str) -> None:
        cell = self.cells[key]
        if cell.text() != text:
            cell.setText(text)
            self._widen(cell)


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(2)
    return grid
