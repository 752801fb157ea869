"""The figures under the mouse on the loss plot, in a small table that follows it; also by arrow keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLabel

from vae_desktop.ui.loss_curves import SPLITS, TERMS, nearest
from vae_desktop.ui.loss_legend import NAMES, term_color
from vae_desktop.ui.readable import duration_text, nats_text, tabular
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from vae_desktop.ui.loss_plot import CurvePlot

KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
# Arrow keys walk the width of the view in this many steps.
KEY_STEPS = 50
GAP = 12


class LossReadout(QObject):
    """Listens to a plot's mouse and keys and shows a line and a table at the place they point to.

    Attributes:
        x: the place on the x axis, or None while nothing is pointed at.
        label: the table.
    """

    def __init__(self, plot: CurvePlot) -> None:
        super().__init__(plot)
        self._plot = plot
        self.x: float | None = None
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._line.setZValue(100)
        self._line.hide()
        plot.view_box.addItem(self._line, ignoreBounds=True)
        self.label = QLabel(plot)
        self.label.setObjectName("loss_readout")
        self.label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.label.setTextFormat(Qt.TextFormat.RichText)
        self.label.setFont(tabular(self.label.font()))
        self.label.hide()
        plot.installEventFilter(self)
        plot.viewport().installEventFilter(self)
        plot.view_box.sigRangeChanged.connect(self.refresh)
        theme().changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        colors = theme().colors
        self._line.setPen(pg.mkPen(colors.muted, width=1))
        self.label.setStyleSheet(
            f"background: {colors.panel}; color: {colors.text}; border: 1px solid {colors.line};"
            " border-radius: 4px; padding: 4px 6px;"
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the mouse over the plot and the arrow keys in it."""
        kind = event.type()
        if kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._point(event.position())
        elif kind in (QEvent.Type.Leave, QEvent.Type.FocusOut):
            self.show_at(None)
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched is self._plot:
            return self._walk(event)
        return False

    def _point(self, position: QPointF) -> None:
        scene = self._plot.mapToScene(position.toPoint())
        inside = self._plot.view_box.sceneBoundingRect().contains(scene)
        self.show_at(self._plot.view_box.mapSceneToView(scene).x() if inside else None)

    def _walk(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self.x is not None:
            self.show_at(None)
            return True
        left, right = self._plot.view_box.viewRange()[0]
        places = {Qt.Key.Key_Home: left, Qt.Key.Key_End: right}
        if key in places:
            self.show_at(places[key])
        elif key in KEYS:
            start = (left + right) / 2 if self.x is None else self.x
            self.show_at(min(max(left, start + KEYS[key] * (right - left) / KEY_STEPS), right))
        else:
            return False
        return True

    def show_at(self, x: float | None) -> None:
        """Show the figures nearest to this place on the x axis, or nothing."""
        self.x = x
        self.refresh()

    def refresh(self) -> None:
        """Show the figures as the curves are now."""
        found = None if self.x is None else self._find(self.x)
        if found is None:
            self._line.hide()
            self.label.hide()
            return
        place, values = found
        self._line.setPos(place)
        self._line.show()
        self.label.setText(self._table(place, values))
        self.label.adjustSize()
        self._put_label(place)
        self.label.show()

    def _find(self, x: float) -> tuple[float, dict[tuple[str, str], float]] | None:
        """The place that the figures belong to, and each shown curve's figure there."""
        values: dict[tuple[str, str], float] = {}
        places: dict[str, float] = {}
        for line in self._plot.lines:
            point = nearest(line, x)
            if point is not None:
                places[line.split] = point[0]
                values[line.term, line.split] = point[1]
        if not places:
            return None
        return places.get("train", next(iter(places.values()))), values

    def _table(self, place: float, values: dict[tuple[str, str], float]) -> str:
        title = f"{duration_text(place)} of training" if self._plot.by_time else f"epoch {place:.2f}"
        splits = [split for split in SPLITS if any(key[1] == split for key in values)]
        head = "".join(f"<td align='right'>&nbsp;&nbsp;{NAMES[split].lower()}</td>" for split in splits)
        rows = ""
        for term in TERMS:
            if any(key[0] == term for key in values):
                figures = (values.get((term, split)) for split in splits)
                cells = "".join(f"<td align='right'>{nats_text(figure)}</td>" for figure in figures)
                color = term_color(term).name()
                rows += f"<tr><td><span style='color:{color}'>■</span> {NAMES[term]}</td>{cells}</tr>"
        return f"<table cellspacing='1'><tr><td>{title}</td>{head}</tr>{rows}</table>"

    def _put_label(self, place: float) -> None:
        """Beside the line where there is more room, and at the height where it hides least of the curves."""
        area = self._plot.mapFromScene(self._plot.view_box.sceneBoundingRect()).boundingRect()
        x = self._plot.mapFromScene(self._plot.view_box.mapViewToScene(QPointF(place, 0.0))).x()
        size = self.label.size()
        left = x + GAP if x < area.center().x() else x - GAP - size.width()
        left = min(max(0, left), self._plot.width() - size.width())
        top, bottom = area.top() + 4, area.bottom() - size.height() - 4
        heights = (top, bottom, (top + bottom) // 2)
        self.label.move(left, min(heights, key=lambda y: self._hidden_points(QRect(QPoint(left, y), size))))

    def _hidden_points(self, label: QRect) -> int:
        """How many points of the curves a label at this place would hide."""
        corners = self._plot.mapToScene(label).boundingRect()
        view = self._plot.view_box.mapSceneToView(corners).boundingRect()
        return sum(
            int(
                (
                    (line.x > view.left())
                    & (line.x < view.right())
                    & (line.y > view.top())
                    & (line.y < view.bottom())
                ).sum()
            )
            for line in self._plot.curves.lines
        )
