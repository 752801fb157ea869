"""Fingers scroll what is higher than its room, and still do there what a mouse does."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QEventPoint, QGuiApplication, QMouseEvent, QTouchEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QScroller,
    QScrollerProperties,
    QWidget,
)
from shiboken6 import isValid

from vae_desktop.ui.touch_screen import DoubleTap, on_screen

# A finger that rests so long on something presses it, as for a number that is to run up.
PRESS_MS = 300
# In metres, as Qt wants it; as far as a mouse is moved before that is a drag.
DRAG_START = 0.0025


class _Deed(Enum):
    NONE = auto()
    UNDECIDED = auto()
    SCROLL = auto()
    MOUSE = auto()


class FingerScroll(QObject):
    """Up and down scrolls, with a swing; a tap, a drag to the side and a finger that rests are a mouse's.

    Qt's own way is to press at once what is under the finger, and only then to scroll: a choice would open, a number
    change.
    """

    def __init__(
        self, area: QAbstractScrollArea, spared: Callable[[QPoint], bool] = lambda place: False
    ) -> None:
        """`spared` tells the places of the viewport at which a finger is a mouse from the beginning."""
        super().__init__(area)
        self._area = area
        self._viewport = area.viewport()
        self._spared = spared
        self._deed = _Deed.NONE
        self._start = self._last = QPointF()
        self._number = 0
        self._target: QWidget = self._viewport
        self._double = False
        self._taps = DoubleTap()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(PRESS_MS)
        self._rest.timeout.connect(self._press_at_rest)
        self._scroller = QScroller.scroller(self._viewport)
        properties, metric = self._scroller.scrollerProperties(), QScrollerProperties.ScrollMetric
        off = QScrollerProperties.OvershootPolicy.OvershootAlwaysOff
        properties.setScrollMetric(metric.VerticalOvershootPolicy, off)
        properties.setScrollMetric(metric.HorizontalOvershootPolicy, off)
        properties.setScrollMetric(metric.DragStartDistance, DRAG_START)
        self._scroller.setScrollerProperties(properties)
        if isinstance(area, QAbstractItemView):
            area.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._viewport.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self._viewport.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Takes touches, where there is something to scroll."""
        if not on_screen(event):
            return False
        if event.type() == QEvent.Type.TouchBegin and not self._begin(event):
            return False
        if self._deed == _Deed.NONE:
            return False
        event.accept()
        if event.type() == QEvent.Type.TouchCancel:
            self._end(event, cancelled=True)
        for point in event.points():
            if point.id() != self._number:
                continue
            self._last = point.position()
            if point.state() == QEventPoint.State.Updated:
                self._move(event)
            elif point.state() == QEventPoint.State.Released:
                self._end(event)
        return True

    # -- the finger ---------------------------------------------------------------------------------

    def _begin(self, event: QTouchEvent) -> bool:
        """Whether this touch is taken."""
        point, bar = event.points()[0], self._area.verticalScrollBar()
        self._deed = _Deed.NONE
        if bar.minimum() == bar.maximum() or self._spared(point.position().toPoint()):
            return False
        self._number, self._start = point.id(), point.position()
        self._last = self._start
        self._target = self._viewport.childAt(self._start.toPoint()) or self._viewport
        self._double = self._taps.press(event, self._start)
        swings = self._scroller.state() == QScroller.State.Scrolling
        # Who stops what swings means nothing that comes to lie under the finger.
        self._deed = _Deed.SCROLL if swings else _Deed.UNDECIDED
        self._hand_on(QScroller.Input.InputPress, event)
        if not swings:
            self._rest.start()
        return True

    def _move(self, event: QTouchEvent) -> None:
        moved = self._last - self._start
        if self._deed == _Deed.UNDECIDED and moved.manhattanLength() >= QApplication.startDragDistance():
            self._rest.stop()
            self._taps.spoil()
            if abs(moved.y()) >= abs(moved.x()) or self._carries():
                self._deed = _Deed.SCROLL
            else:
                self._press()
        if self._deed == _Deed.SCROLL:
            self._hand_on(QScroller.Input.InputMove, event)
        elif self._deed == _Deed.MOUSE:
            self._mouse(QEvent.Type.MouseMove, self._last, Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton)

    def _end(self, event: QTouchEvent, cancelled: bool = False) -> None:
        self._rest.stop()
        deed = self._deed
        if deed == _Deed.UNDECIDED and not cancelled:
            self._press()
        self._deed = _Deed.NONE
        # Of a tap, too, it must hear that it is over.
        self._hand_on(QScroller.Input.InputRelease, event)
        if deed == _Deed.MOUSE or (deed == _Deed.UNDECIDED and not cancelled):
            self._mouse(
                QEvent.Type.MouseButtonRelease, self._last, Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
            )

    def _carries(self) -> bool:
        """Whether a drag would carry a row away: Qt's drag and drop hears of no mouse but its own."""
        return isinstance(self._area, QAbstractItemView) and self._area.dragEnabled()

    def _hand_on(self, kind: QScroller.Input, event: QTouchEvent) -> None:
        self._scroller.handleInput(kind, self._last, event.timestamp())

    # -- the mouse ----------------------------------------------------------------------------------

    def _press_at_rest(self) -> None:
        if self._deed == _Deed.UNDECIDED and not self._carries():
            self._press()

    def _press(self) -> None:
        self._deed = _Deed.MOUSE
        taker: QWidget | None = self._target
        while taker is not None and not taker.focusPolicy() & Qt.FocusPolicy.ClickFocus:
            taker = taker.parentWidget() if taker is not self._area else None
        if taker is not None:
            taker.setFocus(Qt.FocusReason.MouseFocusReason)
        press = QEvent.Type.MouseButtonDblClick if self._double else QEvent.Type.MouseButtonPress
        self._mouse(press, self._start, Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton)

    def _mouse(self, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, buttons: Qt.MouseButton) -> None:
        if not isValid(self._target):
            # It went at the press.
            return
        local = self._target.mapFrom(self._viewport, at)
        keys = QGuiApplication.keyboardModifiers()
        event = QMouseEvent(kind, local, self._viewport.mapToGlobal(at), button, buttons, keys)
        QApplication.sendEvent(self._target, event)
