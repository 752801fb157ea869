"""Fingers on a plot: one does what the left button does, two zoom and move the view, one that rests points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLineF, QObject, QPointF, QTimer
from PySide6.QtGui import QEventPoint, QGuiApplication, QTouchEvent
from PySide6.QtWidgets import QApplication

from vae_desktop.ui.touch_screen import DoubleTap

if TYPE_CHECKING:
    from vae_desktop.ui.plot_navigation import NavigablePlot

# Fingers that are nearer to each other than this, in pixels, tell no scale.
LEAST_GAP = 16.0
# A second finger that comes later to one that has moved ends its drag; until then, it makes it one of two.
PINCH_MS = 300
# What shows that the hand has gone elsewhere: only then goes what a finger has pointed at.
ELSEWHERE = (
    QEvent.Type.TouchBegin,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.TabletMove,
    QEvent.Type.TabletPress,
)


class FingersOnPlot(QObject):
    """Takes the touches of a plot, so that Qt makes no mouse of them.

    Qt's mouse would go on hovering while two fingers pinch. Qt's own pinch compares each finger with where that was
    at its last move, and X11 tells of one finger at a time: what the other one did would count twice.
    """

    def __init__(self, plot: NavigablePlot) -> None:
        super().__init__(plot)
        self._plot = plot
        # Where the fingers are on the plot, in the order in which they came; one that drags is alone on it.
        self._fingers: dict[int, QPointF] = {}
        self._dragging = False
        self._pair: tuple[int, int] | None = None
        self._middle, self._gap = QPointF(), LEAST_GAP
        self._first, self._since, self._start, self._moved = 0, 0, QPointF(), False
        self._taps = DoubleTap()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(QGuiApplication.styleHints().mousePressAndHoldInterval())
        self._rest.timeout.connect(self._point)

    def take(self, event: QTouchEvent) -> None:
        """Fingers came, moved, or went."""
        event.accept()
        if event.type() == QEvent.Type.TouchBegin:
            if self._dragging:
                # Qt has not told how that ended.
                self._give_up()
            self._fingers.clear()
        if event.type() == QEvent.Type.TouchCancel:
            self._give_up()
            self._fingers.clear()
            return
        lifted: list[int] = []
        for point in event.points():
            if point.state() == QEventPoint.State.Released:
                lifted.append(point.id())
            self._fingers[point.id()] = point.position()
        if event.type() == QEvent.Type.TouchBegin and len(self._fingers) == 1:
            self._press(event)
        elif len(self._fingers) > 1:
            if self._dragging and self._moved and event.timestamp() - self._since > PINCH_MS:
                self._end(self._fingers[self._first])
            self._give_up()
            self._pinch()
        elif self._dragging:
            self._drag()
        for number in lifted:
            at = self._fingers.pop(number)
            self._end(at)
        if len(self._fingers) < 2:
            self._pair = None

    # -- one finger ---------------------------------------------------------------------------------

    def _press(self, event: QTouchEvent) -> None:
        (at,) = self._fingers.values()
        double = self._taps.press(event, at)
        (self._first,) = self._fingers
        self._start, self._since, self._moved = at, event.timestamp(), False
        self._dragging = self._plot.press_by_finger(at, event.modifiers(), double)
        if self._dragging:
            self._watch()
            self._rest.start()

    def _drag(self) -> None:
        (at,) = self._fingers.values()
        if (at - self._start).manhattanLength() >= QApplication.startDragDistance():
            self._moved = True
            self._rest.stop()
            self._taps.spoil()
            self._plot.pointer_left()
        self._plot.drag_to(at)

    def _end(self, at: QPointF) -> None:
        self._rest.stop()
        if self._dragging:
            self._dragging = False
            self._plot.release_at(at)

    def _give_up(self) -> None:
        """The first of two fingers has done nothing."""
        self._rest.stop()
        self._taps.spoil()
        if self._dragging:
            self._dragging = False
            self._plot.pointer_left()
            self._plot.cancel_press()

    # -- two fingers --------------------------------------------------------------------------------

    def _pinch(self) -> None:
        """The place that was between the fingers stays there."""
        if self._plot.dragging:
            # A pen is at work, and this is the hand that holds it.
            return
        (one, a), (other, b) = list(self._fingers.items())[:2]
        between = QLineF(a, b)
        middle, gap = between.center(), max(LEAST_GAP, between.length())
        if self._pair == (one, other):
            if gap != self._gap:
                self._plot.zoom(gap / self._gap, self._middle)
            moved = middle - self._middle
            if not moved.isNull():
                self._plot.pan(moved.x(), moved.y())
        self._pair, self._middle, self._gap = (one, other), middle, gap

    # -- pointing -----------------------------------------------------------------------------------

    def _point(self) -> None:
        """A finger that rests shows what a mouse would."""
        if self._dragging:
            (at,) = self._fingers.values()
            self._plot.pointer_hovered(*self._plot.to_plane(at, inside=True))

    def _watch(self) -> None:
        """What a finger points at stays when that is lifted, until the hand comes back, here or anywhere."""
        window = self._plot.window().windowHandle()
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Looks at the window's input; never swallows an event."""
        if event.type() in ELSEWHERE and not self._fingers:
            watched.removeEventFilter(self)
            self._plot.pointer_left()
        return False
