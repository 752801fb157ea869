"""Draws around digits to choose them together: what a press of the left button with a tool or a key does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsPathItem

from vae_desktop.core.records import IntArray
from vae_desktop.core.region import points_inside
from vae_desktop.ui.items.class_points import ClassPoints
from vae_desktop.ui.items.group_marks import GroupMarks
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.ui.plot_navigation import NavigablePlot

Tool = Literal["move", "lasso", "rectangle"]
Shape = Literal["lasso", "rectangle"]
Way = Literal["anew", "add", "remove"]

# A lasso's corners are at least so far apart, in pixels.
FINEST = 3.0
# Over the points and whatever lies on them, under the classes' names.
MARKS_DEPTH, OUTLINE_DEPTH = 8, 40

NOBODY: IntArray = np.zeros(0, np.int64)

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
SHIFT, CONTROL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


def gesture(tool: Tool, keys: Qt.KeyboardModifier) -> tuple[Shape, Way] | None:
    """What a drag draws and what becomes of the digits in it; None where it draws nothing.

    Shift adds to the group and Alt takes away from it, whatever the tool; with the lasso or the rectangle Ctrl
    takes away too, because many window managers keep Alt for themselves. Without such a tool, Shift is a lasso and
    Ctrl with Shift a rectangle.
    """
    shift, control, alt = (bool(keys & key) for key in (SHIFT, CONTROL, ALT))
    if tool == "move":
        if not shift:
            return None
        return "rectangle" if control else "lasso", "remove" if alt else "add"
    way: Way = "remove" if alt or (control and not shift) else "add" if shift else "anew"
    return tool, way


class GroupHand(QObject):
    """The hand of one plot that chooses groups, and the marks of the group on that plot.

    The plot tells it of presses, moves and keys, and leaves to it those that it takes.

    Attributes:
        tool: "move", "lasso" or "rectangle".
        busy: whether the press under way is this hand's.
        marks: what makes the group stand out.

    Signals:
        tool_changed(): `tool` is another.
    """

    tool_changed = Signal()

    def __init__(self, session: Session, plot: NavigablePlot, points: ClassPoints) -> None:
        super().__init__(plot)
        self.tool: Tool = "move"
        self.busy = False
        self._shown = True
        self._session = session
        self._plot = plot
        self._points = points
        self._drawing: tuple[Shape, Way] | None = None
        self._corners: list[tuple[float, float]] = []
        self.marks = GroupMarks(points)
        self.marks.setZValue(MARKS_DEPTH)
        self._outline = QGraphicsPathItem()
        self._outline.setZValue(OUTLINE_DEPTH)
        self._outline.hide()
        for item in (self.marks, self._outline):
            plot.view_box.addItem(item, ignoreBounds=True)
        session.group_changed.connect(self._show_group)
        self._show_group()

    def set_tool(self, tool: Tool) -> None:
        """Let the left button do this from now on."""
        if tool != self.tool:
            self.cancel()
            self.tool = tool
            self.tool_changed.emit()

    def set_shown(self, shown: bool) -> None:
        """Mark the group, or not where its points are not shown either."""
        self._shown = shown
        self._show_group()

    def _show_group(self) -> None:
        self.marks.set_indices(self._session.group if self._shown else NOBODY)

    # -- drawing ------------------------------------------------------------------------------------

    def press(self, x: float, y: float, keys: Qt.KeyboardModifier) -> bool:
        """The left button went down with these keys; whether that is for this hand, until the button goes up."""
        self._drawing = gesture(self.tool, keys)
        self._corners = [(x, y)]
        self.busy = self._drawing is not None
        return self.busy

    def drag(self, x: float, y: float) -> None:
        """The outline goes on to here."""
        if self._drawing is None:
            return
        if self._drawing[0] == "rectangle":
            (left, top), right, bottom = self._corners[0], x, y
            self._corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        else:
            across, up = self._plot.pixel_size()
            last_x, last_y = self._corners[-1]
            if np.hypot((x - last_x) / across, (y - last_y) / up) < FINEST:
                return
            self._corners.append((x, y))
        self._show_outline()

    def release(self, dragged: bool, digit: int | None) -> None:
        """The outline is closed; without a drag it was a click, on a digit or on none."""
        drawing, corners = self._drawing, self._corners
        self.let_go()
        # Esc may have ended it before.
        if drawing is None:
            return
        _, way = drawing
        if dragged:
            self._choose(self._inside(corners), way)
        elif way == "anew":
            if digit is None:
                self._session.set_group([])
            else:
                self._session.select(digit)
        elif digit is not None:
            there = digit in self._session.group
            self._choose(np.array([digit]), "remove" if way == "remove" or there else "add")

    def let_go(self) -> None:
        """The press was none: two fingers move the view."""
        self.cancel()
        self.busy = False

    def cancel(self) -> None:
        """Forget the outline; the rest of the press does nothing."""
        self._drawing, self._corners = None, []
        self._outline.hide()

    def _inside(self, corners: list[tuple[float, float]]) -> IntArray:
        # A class that is hidden keeps its places, but none of its digits can be meant.
        found = points_inside(self._points.points, corners)
        return found[self._points.visible[found]]

    def _choose(self, found: IntArray, way: Way) -> None:
        group = self._session.group
        if way == "add":
            found = np.union1d(group, found)
        elif way == "remove":
            found = np.setdiff1d(group, found)
        self._session.set_group(found)

    def _show_outline(self) -> None:
        path = QPainterPath()
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in self._corners]))
        path.closeSubpath()
        path.setFillRule(Qt.FillRule.WindingFill)
        accent = QColor(theme().colors.accent)
        pen = QPen(accent, 1.5)
        pen.setCosmetic(True)
        self._outline.setPen(pen)
        accent.setAlpha(45)
        self._outline.setBrush(accent)
        self._outline.setPath(path)
        self._outline.show()

    # -- keys ---------------------------------------------------------------------------------------

    def take_key(self, event: QKeyEvent) -> bool:
        """Esc gives up the outline, or else the group; Ctrl+A chooses every digit that is shown.

        Shift+Enter adds the selected digit to the group, or takes it away.

        Returns:
            Whether the key was one of these.
        """
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self._drawing is not None:
            self.cancel()
        elif key == Qt.Key.Key_Escape and len(self._session.group):
            self._session.set_group([])
        elif key == Qt.Key.Key_A and event.modifiers() == CONTROL and len(self._points.points):
            self._session.set_group(np.flatnonzero(self._points.visible))
        elif key in ENTER and event.modifiers() & SHIFT and self._session.selected is not None:
            selected = self._session.selected
            self._choose(np.array([selected]), "remove" if selected in self._session.group else "add")
        else:
            return False
        event.accept()
        return True
