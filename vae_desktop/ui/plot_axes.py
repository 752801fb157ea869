"""Plots in the theme's colours: one pyqtgraph set-up that canvas, map and curves share."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QColor, QFocusEvent, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from vae_desktop.ui.theme import theme

# Negative: away from the plot.
TICK_LENGTH = -4


class LabelledAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis that writes its label where it has one: pyqtgraph lays out an empty one at each change of a pen."""

    def _updateLabel(self) -> None:
        if self.labelText:
            super()._updateLabel()
        else:
            self.picture = None
            self.update()


class ThemedPlot(pg.PlotWidget):  # type: ignore[misc]
    """A plot whose background, axes and fonts follow the theme, without pyqtgraph's own menu and buttons.

    Attributes:
        view_box: the pyqtgraph ViewBox that items are added to.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        axes = {side: LabelledAxis(side) for side in ("left", "bottom")}
        super().__init__(parent=parent, enableMenu=False, axisItems=axes)
        self.view_box: pg.ViewBox = self.plotItem.getViewBox()
        self.plotItem.hideButtons()
        # Nobody sees these two, and they would follow each move of the view.
        for name in ("top", "right"):
            self.plotItem.getAxis(name).unlinkFromView()
        for name in ("left", "bottom"):
            # No part of our numbers becomes a prefix; looking for one writes the label anew at each move.
            self.plotItem.getAxis(name).enableAutoSIPrefix(False)
        # Room for the frame, too: axes are labelled at the very edge.
        self.plotItem.layout.setContentsMargins(4, 4, 4, 4)
        self.view_box.setDefaultPadding(0.0)
        theme().changed.connect(self.apply_theme)
        self.apply_theme()

    def sizeHint(self) -> QSize:
        """Room for a plot that can be read; pyqtgraph's own hint is a scroll area's."""
        return QSize(360, 280)

    def minimumSizeHint(self) -> QSize:
        """The least that axes and a little of the plot fit into."""
        return QSize(160, 120)

    def apply_theme(self) -> None:
        """Take over the theme's colours and the widget's font; subclasses recolour their items here too."""
        colors = theme().colors
        self.setBackground(colors.plot)
        for name in ("left", "bottom"):
            style_axis(self.plotItem.getAxis(name), self.font())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The scene, and what lies over it."""
        self.paint_scene(event)
        painter = QPainter(self.viewport())
        self.paint_over(painter)
        painter.end()

    def paint_scene(self, event: QPaintEvent) -> None:
        """Paint the scene alone."""
        super().paintEvent(event)

    def paint_over(self, painter: QPainter) -> None:
        """Paint what is no part of the scene, on the viewport: a frame while the keyboard is here."""
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme().colors.accent), 2))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is here."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is elsewhere."""
        super().focusOutEvent(event)
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the font."""
        super().changeEvent(event)
        # Qt sends one while the base class is still being made, before there are axes.
        if event.type() == QEvent.Type.FontChange and "view_box" in self.__dict__:
            self.apply_theme()


def style_axis(axis: pg.AxisItem, font: QFont) -> None:
    """Give an axis quiet lines, readable words and a font a little smaller than `font`."""
    colors = theme().colors
    small = QFont(font)
    if font.pointSizeF() > 0:
        small.setPointSizeF(font.pointSizeF() * 0.9)
    axis.setTickFont(small)
    axis.label.setFont(small)
    axis.setPen(pg.mkPen(colors.line))
    axis.setTickPen(pg.mkPen(colors.line))
    axis.setTextPen(pg.mkPen(colors.muted))
    # A third level of ticks says nothing more, and takes most of the time that moving a view takes.
    axis.setStyle(tickLength=TICK_LENGTH, tickTextOffset=4, maxTickLevel=1)
