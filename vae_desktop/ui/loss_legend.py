"""The legend of the loss plot: a chip for each kind of curve, which shows and hides it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QToolButton

from vae_desktop.ui.loss_curves import Line
from vae_desktop.ui.theme import theme

NAMES = {
    "negative_elbo": "−ELBO",
    "reconstruction": "Reconstruction",
    "kl": "KL",
    "train": "Training",
    "held_out": "Held-out",
}
TIPS = {
    "negative_elbo": "The loss as a whole: reconstruction and KL together (negative ELBO)",
    "reconstruction": "How badly decoded images fit the originals (reconstruction term)",
    "kl": "How far the codes are from the prior (KL divergence)",
    "train": "Over the training images: solid lines, with the single reports faint behind them",
    "held_out": "Over the test images, which the training never sees: dashed lines with a mark at each epoch",
}
TERMS = ("negative_elbo", "reconstruction", "kl")


def last_words(line: Line) -> str:
    """Where a curve has got to, such as "KL held-out 7.00 nats"; "" for one without points."""
    if not len(line.raw):
        return ""
    return f"{NAMES[line.term]} {NAMES[line.split].lower()} {line.raw[-1]:.2f} nats"


def term_color(term: str) -> QColor:
    """The colour of a term's curves in the theme in force."""
    colors = theme().colors
    return QColor(
        {"negative_elbo": colors.train, "reconstruction": colors.reconstruction, "kl": colors.kl}[term]
    )


def curve_pen(color: QColor, split: str, width: float = 2.0) -> QPen:
    """The pen of a curve: solid for training, dashed for held-out; its width is in pixels."""
    pen = QPen(color, width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if split == "held_out":
        pen.setDashPattern([3.0, 2.0])
    return pen


def mark_path(term: str, size: float) -> QPainterPath:
    """The outline of a term's mark around the origin: one shape to a term, so that colour is not the only cue."""
    path = QPainterPath()
    half = size / 2
    if term == "negative_elbo":
        path.addEllipse(QRectF(-half, -half, size, size))
    elif term == "reconstruction":
        path.addRect(QRectF(-half, -half, size, size))
    else:
        path.moveTo(0, -half)
        path.lineTo(half, half)
        path.lineTo(-half, half)
        path.closeSubpath()
    return path


def draw_sample(painter: QPainter, rect: QRectF, color: QColor, split: str, term: str | None) -> None:
    """A short piece of a curve in `rect`, with its mark where the split has marks."""
    middle = rect.center()
    painter.setPen(curve_pen(color, split))
    painter.drawLine(QPointF(rect.left(), middle.y()), QPointF(rect.right(), middle.y()))
    if split == "held_out":
        painter.save()
        painter.translate(middle)
        painter.setPen(QPen(color, 1.5))
        painter.setBrush(QColor(theme().colors.plot))
        painter.drawPath(mark_path(term or "negative_elbo", 7))
        painter.restore()


class LossLegend(QObject):
    """Chips for the terms and the splits; a curve is shown while both of its chips are down.

    The chips are handed out one by one: they are the headings of the table of figures, so that names, figures
    and curves stand together.

    Attributes:
        chips: the buttons by name of a term or a split.

    Signals:
        changed(): other curves are to be shown.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.chips: dict[str, QToolButton] = {}
        for name, text in NAMES.items():
            chip = QToolButton()
            chip.setText(text)
            chip.setObjectName(f"show_{name}")
            chip.setCheckable(True)
            chip.setChecked(True)
            chip.setAutoRaise(True)
            chip.setIconSize(_sample_size(name))
            chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            chip.setToolTip(f"{TIPS[name]}. Click to show or hide its curves.")
            chip.setAccessibleName(f"Show {text}")
            chip.toggled.connect(self._toggled)
            self.chips[name] = chip
        theme().changed.connect(self._draw)
        self._draw()
        width = max(self.chips[term].sizeHint().width() for term in TERMS)
        for term in TERMS:
            self.chips[term].setMinimumWidth(width)

    def shows(self, term: str, split: str) -> bool:
        """Whether this curve is to be shown."""
        return self.chips[term].isChecked() and self.chips[split].isChecked()

    def _toggled(self) -> None:
        self._draw()
        self.changed.emit()

    def _draw(self) -> None:
        for name, chip in self.chips.items():
            size, ratio = _sample_size(name), chip.devicePixelRatioF()
            pixmap = QPixmap(size * ratio)
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setOpacity(1.0 if chip.isChecked() else 0.3)
            if name in TERMS:
                painter.translate(size.width() / 2, size.height() / 2)
                painter.fillPath(mark_path(name, 11), term_color(name))
            else:
                rect = QRectF(1, 1, size.width() - 5, size.height() - 2)
                draw_sample(painter, rect, QColor(theme().colors.text), name, None)
            painter.end()
            chip.setIcon(QIcon(pixmap))


def _sample_size(name: str) -> QSize:
    return QSize(14, 14) if name in TERMS else QSize(28, 14)
