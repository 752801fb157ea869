"""A badge on the decoded picture that says when its point lies where no data is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

# Looked up so often at most: a drag must not wait for it.
INTERVAL_MS = 120
QUANTILE = 0.99
MARGIN = 6


OFF = f"outside {QUANTILE:.0%} of the data".replace("%", " %")


def off_words(session: Session) -> str:
    """What the badge says of the cursor's place now; "" where it says nothing."""
    quantile = session.trust.quantile()
    return OFF if quantile is not None and quantile >= QUANTILE else ""


class TrustBadge(QLabel):
    """Lies over the lower edge of its parent while the cursor is off the data."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(OFF, parent)
        self._host = parent
        self.session = session
        self.setObjectName("trust_badge")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setToolTip(
            "The cursor is farther from the encoded data than 99 % of that data is from the rest\n"
            "(distance to the 10th nearest of draws from the aggregate posterior)"
        )
        self.setContentsMargins(18, 2, 8, 2)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._show)
        for signal in (session.cursor_changed, session.trust.changed, session.model_changed):
            signal.connect(self._later)
        theme().changed.connect(self._recolor)
        self._recolor()
        self.hide()

    def place(self) -> None:
        """Take the lower left corner of the parent."""
        self.adjustSize()
        self.move(MARGIN, self._host.height() - self.height() - MARGIN)

    def _later(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _show(self) -> None:
        off = bool(off_words(self.session))
        if off != self.isVisibleTo(self._host):
            self.place()
            self.setVisible(off)

    def _recolor(self) -> None:
        palette = self.palette()
        palette.setColor(self.foregroundRole(), QColor(theme().colors.panel))
        self.setPalette(palette)
        self._patch = QPixmap()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A patch painted once: it lies on the picture, and is painted anew with each."""
        size = self.size() * self.devicePixelRatioF()
        if self._patch.size() != size:
            self._patch = self._painted(size)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._patch)
        painter.end()

    def _painted(self, size: QSize) -> QPixmap:
        """A rounded patch with a mark, and the words."""
        colors = theme().colors
        patch = QPixmap(size)
        patch.setDevicePixelRatio(self.devicePixelRatioF())
        patch.fill(Qt.GlobalColor.transparent)
        painter = QPainter(patch)
        painter.setFont(self.font())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.warning))
        painter.drawRoundedRect(QRectF(self.rect()), 5, 5)
        painter.setPen(QColor(colors.panel))
        painter.drawText(QRectF(0, 0, 18, self.height()), Qt.AlignmentFlag.AlignCenter, "!")
        painter.drawText(self.contentsRect(), Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()
        return patch
