"""The curves of a training: total, reconstruction and KL, training and held-out, live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from vae_desktop.ui.empty_state import EmptyState
from vae_desktop.ui.items.scaled_axis import ScaledAxis
from vae_desktop.ui.loss_curves import (
    SPLITS,
    TERMS,
    DoubleArray,
    Line,
    fitting_range,
    held_out_lines,
    training_lines,
)
from vae_desktop.ui.loss_legend import MARKS, LossLegend, curve_pen, term_color
from vae_desktop.ui.loss_readout import LossReadout
from vae_desktop.ui.loss_tools import LossTools
from vae_desktop.ui.plot_axes import ThemedPlot
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

# More marks than this run into each other: then only every so manieth epoch has one.
MAX_MARKS = 40
RAW_ALPHA = 80


@dataclass(frozen=True)
class CurveItems:
    """What one curve is drawn with: the line, the faint line before smoothing, the marks."""

    line: pg.PlotCurveItem
    raw: pg.PlotCurveItem
    marks: pg.ScatterPlotItem

    def set_visible(self, visible: bool) -> None:
        """Show or hide all three."""
        for item in (self.line, self.raw, self.marks):
            item.setVisible(visible)


class CurvePlot(ThemedPlot):
    """The plot itself: axes and curves, no controls.

    Attributes:
        curves: the items of each curve by (term, split).
        by_time, logarithmic: what the axes show.
        lines: what is drawn, as last given to `show_lines`.
        follows: whether the view follows the curves; a zoom or a pan by hand ends it, `fit` begins it.

    Signals:
        follows_changed(): `follows` is another.
    """

    follows_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self.curves: dict[tuple[str, str], CurveItems] = {}
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
        self.view_box.disableAutoRange()
        self.view_box.sigRangeChangedManually.connect(self._zoomed)
        for split in SPLITS:
            for term in TERMS:
                self.curves[term, split] = self._make_curve(term, split)
        self._name_axes()
        self.apply_theme()

    def _make_curve(self, term: str, split: str) -> CurveItems:
        items = CurveItems(
            pg.PlotCurveItem(antialias=True, connect="finite"),
            pg.PlotCurveItem(connect="finite"),
            pg.ScatterPlotItem(symbol=MARKS[term], size=7, pxMode=True, antialias=True),
        )
        above = 10 if split == "held_out" else 0
        for z, item in enumerate((items.raw, items.line, items.marks)):
            item.setZValue(above + z)
            self.view_box.addItem(item, ignoreBounds=True)
        return items

    def apply_theme(self) -> None:
        """Colour axes and curves anew."""
        super().apply_theme()
        for (term, split), items in self.curves.items():
            color = term_color(term)
            faint = QColor(color)
            faint.setAlpha(RAW_ALPHA)
            items.line.setPen(curve_pen(color, split))
            items.raw.setPen(pg.mkPen(faint, width=1))
            items.marks.setPen(pg.mkPen(color, width=1.5))
            items.marks.setBrush(pg.mkBrush(theme().colors.plot))

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

    def heights(self, values: DoubleArray) -> DoubleArray:
        """Where values stand on the y axis: as they are, or their common logarithms (NaN where there is none)."""
        if not self.logarithmic:
            return values
        return np.log10(np.where(values > 0, values, np.nan))

    def show_lines(self, lines: list[Line]) -> None:
        """Draw these curves and no others."""
        self.lines = lines
        shown = {(line.term, line.split): line for line in lines}
        for key, items in self.curves.items():
            line = shown.get(key)
            items.set_visible(line is not None)
            if line is None:
                continue
            y = self.heights(line.y)
            items.line.setData(line.x, y)
            if line.raw is line.y:
                items.raw.setData([], [])
            else:
                items.raw.setData(line.x, self.heights(line.raw))
            self._draw_marks(items.marks, line, y)
        if self.follows:
            self._follow()

    def _draw_marks(self, marks: pg.ScatterPlotItem, line: Line, y: DoubleArray) -> None:
        if line.split != "held_out":
            return
        every = -(-len(line.x) // MAX_MARKS) or 1
        # Counted from the newest, which always has one.
        x, y = line.x[::-1][::every], y[::-1][::every]
        if len(x) != len(marks.data) or (
            len(x) and (x[0] != marks.data["x"][0] or y[0] != marks.data["y"][0])
        ):
            marks.setData(x, y)

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


class LossPlot(QWidget):
    """The plot with its legend and tools, or a sentence while there are no curves.

    Attributes:
        plot: the curves; tools: what the axes show, smoothing, fit, save.
        legend: chips that show and hide the curves, for whoever places them.
        readout: the figures under the mouse or the keyboard's place.
        empty: what is shown while there are no curves.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loss_plot")
        self._training = session.training
        self._stale = True
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
        self._training.progress_changed.connect(self.refresh)
        self._training.epoch_finished.connect(self.refresh)

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

    def refresh(self) -> None:
        """Draw what the training has reported; while nobody sees it, only remember that there is more."""
        self.tools.mirror()
        if not self.isVisible():
            self._stale = True
            return
        self._stale = False
        self._stack.setCurrentIndex(int(self.has_curves))
        training, by_time = self._training, self.tools.by_time
        lines = training_lines(training.steps, training.history, by_time, self.tools.smoothing)
        lines += held_out_lines(training.history, by_time)
        self.plot.show_lines([line for line in lines if self.legend.shows(line.term, line.split)])
        self.readout.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while this was hidden."""
        super().showEvent(event)
        if self._stale:
            self.refresh()
