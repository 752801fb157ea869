"""The curves of a training: total, reconstruction and KL, training and held-out, live."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from vae_desktop.ui.empty_state import EmptyState
from vae_desktop.ui.items.curves import CurvesItem
from vae_desktop.ui.items.scaled_axis import ScaledAxis
from vae_desktop.ui.live_updates import LiveUpdates
from vae_desktop.ui.loss_curves import (
    MAX_POINTS,
    MIN_POINTS,
    DoubleArray,
    Line,
    fitting_range,
    held_out_lines,
    training_lines,
)
from vae_desktop.ui.loss_legend import LossLegend
from vae_desktop.ui.loss_readout import LossReadout
from vae_desktop.ui.loss_tools import LossTools
from vae_desktop.ui.plot_axes import ThemedPlot
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from vae_desktop.app.session import Session


class CurvePlot(ThemedPlot):
    """The plot itself: axes and curves, no controls.

    Attributes:
        curves: the item that draws them.
        by_time, logarithmic: what the axes show.
        lines: what is drawn, in nats, as last given to `show_lines`.
        marker: stands at the epoch that the timeline looks at.
        follows: whether the view follows the curves; a zoom or a pan by hand ends it, `fit` begins it.

    Signals:
        follows_changed(): `follows` is another.
        painted(seconds): it was painted, which took so long.
    """

    follows_changed = Signal()
    painted = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curve_plot")
        self.setAccessibleName("Curves of the training")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.by_time = False
        self.logarithmic = False
        self.follows = True
        self.lines: list[Line] = []
        self.bottom, self.left = ScaledAxis("bottom", "epochs"), ScaledAxis("left")
        self.plotItem.setAxisItems({"bottom": self.bottom, "left": self.left})
        self.plotItem.showGrid(x=True, y=True, alpha=0.25)
        self.left.setLabel("nats per image")
        self.curves = CurvesItem()
        self.view_box.addItem(self.curves, ignoreBounds=True)
        self.marker = pg.InfiniteLine(angle=90, movable=False)
        self.marker.hide()
        self.view_box.addItem(self.marker, ignoreBounds=True)
        self.view_box.disableAutoRange()
        self.view_box.sigRangeChanged.connect(self._range_changed)
        self.view_box.sigRangeChangedManually.connect(self._zoomed)
        self._range_changed()
        self._name_axes()
        self.apply_theme()

    def mark(self, x: float | None) -> None:
        """Put the marker here, or (None) nowhere."""
        self.marker.setVisible(x is not None)
        if x is not None:
            self.marker.setValue(x)

    def apply_theme(self) -> None:
        """Take over the theme's colours."""
        super().apply_theme()
        if "marker" in self.__dict__:
            self.marker.setPen(pg.mkPen(theme().colors.accent, width=2))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint, and tell what it cost."""
        began = time.perf_counter()
        super().paintEvent(event)
        self.painted.emit(time.perf_counter() - began)

    def _range_changed(self) -> None:
        # As in any plot that moves: else Qt paints all of it twice.
        self.view_box.updateMatrix()
        self.curves.set_view(self.view_box.viewRect())

    def _name_axes(self) -> None:
        self.bottom.set_mode("time" if self.by_time else "epochs")
        self.bottom.setLabel("training time" if self.by_time else "epochs")
        self.left.set_mode("log" if self.logarithmic else "linear")

    def set_axes(self, by_time: bool, logarithmic: bool) -> None:
        """Choose what the axes show; the curves must be given anew afterwards, and the view fits them."""
        self.by_time, self.logarithmic = by_time, logarithmic
        self._name_axes()
        self.follows = True
        self.follows_changed.emit()

    def show_lines(self, lines: list[Line]) -> None:
        """Draw these curves and no others."""
        self.lines = lines
        if self.logarithmic:
            lines = [self._on_log_axis(line) for line in lines]
        self.curves.set_lines(lines)
        if self.follows:
            self._follow()

    def _on_log_axis(self, line: Line) -> Line:
        y = _logarithms(line.y)
        return replace(line, y=y, raw=y if line.raw is line.y else _logarithms(line.raw))

    def fit(self) -> None:
        """Show the curves whole and follow them from now on."""
        self.follows = True
        self._follow(exactly=True)
        self.follows_changed.emit()

    def _follow(self, exactly: bool = False) -> None:
        """Move the view where the curves are, unless it shows them well already: new axes cost a repaint."""
        fitting = fitting_range(self.lines, self.logarithmic)
        if fitting is None:
            return
        x0, x1, y0, y1 = fitting
        (left, right), (bottom, top) = self.view_box.viewRange()
        spare_x, spare_y = right - x1, (y0 - bottom) + (top - y1)
        fits_x = left == x0 and 0 <= spare_x <= 0.25 * (right - left)
        fits_y = y0 >= bottom and y1 <= top and spare_y <= 0.35 * (top - bottom)
        if exactly or not fits_x:
            # While it grows, the curve gets some room to grow into.
            right = x1 if exactly else x1 + 0.12 * (x1 - x0)
            self.view_box.setXRange(x0, right, padding=0)
        if exactly or not fits_y:
            self.view_box.setYRange(y0, y1, padding=0)

    def _zoomed(self, _axes: object) -> None:
        if self.follows:
            self.follows = False
            self.follows_changed.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click fits."""
        super().mouseDoubleClickEvent(event)
        self.fit()

    def minimumSizeHint(self) -> QSize:
        """High enough for the words along the y axis."""
        return QSize(200, 150)


def _logarithms(values: DoubleArray) -> DoubleArray:
    """Common logarithms, NaN where there is none."""
    return np.log10(np.where(values > 0, values, np.nan))


class LossPlot(QWidget):
    """The plot with its legend and tools, or a sentence while there are no curves.

    Attributes:
        plot: the curves; tools: what the axes show, smoothing, fit, save.
        legend: chips that show and hide the curves, for whoever places them.
        live: tells when there is more to draw.
        readout: the figures under the mouse or the keyboard's place.
        empty: what is shown while there are no curves.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loss_plot")
        self._training = session.training
        self._timeline = session.timeline
        self._stale = True
        self.live = LiveUpdates(session, self)
        self.plot = CurvePlot()
        self.legend = LossLegend(self)
        self.tools = LossTools(session, self.plot)
        self.readout = LossReadout(self.plot)
        self.empty = EmptyState()
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.plot, 1)
        column.addWidget(self.tools)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)
        self.legend.changed.connect(self._choose)
        self.tools.changed.connect(self._axes_changed)
        self.live.due.connect(self.refresh)
        self.plot.painted.connect(self.live.spent)
        self._timeline.changed.connect(self._mark)

    @property
    def has_curves(self) -> bool:
        """Whether there is anything to draw."""
        return len(self._training.steps) > 0 or len(self._training.history) > 0

    def _axes_changed(self) -> None:
        if (self.plot.by_time, self.plot.logarithmic) != (self.tools.by_time, self.tools.logarithmic):
            self.plot.set_axes(self.tools.by_time, self.tools.logarithmic)
        self.refresh()

    def _choose(self) -> None:
        self.refresh()
        if self.plot.follows:
            self.plot.fit()

    def _mark(self) -> None:
        """Show on the curves which epoch is looked at."""
        viewed = self._timeline.viewed
        records = [record for record in self._training.history if record.epoch == viewed]
        places = [record.seconds if self.tools.by_time else float(record.epoch) for record in records]
        self.plot.mark(places[0] if places else None)

    def refresh(self) -> None:
        """Draw what the training has reported; while nobody sees it, only remember that there is more."""
        self.tools.mirror()
        if not self.isVisible():
            self._stale = True
            return
        self._stale = False
        self._stack.setCurrentIndex(int(self.has_curves))
        training, by_time = self._training, self.tools.by_time
        # More points than pixels would only cost time.
        limit = min(MAX_POINTS, max(MIN_POINTS, self.plot.width()))
        lines = training_lines(training.steps, training.history, by_time, self.tools.smoothing, limit)
        lines += held_out_lines(training.history, by_time)
        self.plot.show_lines([line for line in lines if self.legend.shows(line.term, line.split)])
        self._mark()
        self.readout.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while this was hidden."""
        super().showEvent(event)
        if self._stale:
            self.refresh()
