"""A plot to walk about in: wheel, pinch and keys zoom, middle or right button (or Space and left) moves."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from vae_desktop.ui.plot_axes import ThemedPlot
from vae_desktop.ui.plot_fingers import FingersOnPlot
from vae_desktop.ui.touch_screen import on_screen

# A notch of the wheel (120 eighths of a degree) zooms by a fifth.
WHEEL_STEP = math.log(1.2) / 120
KEY_ZOOM = 1.25
# How near a finger must come to what it means, in pixels.
FINGER_REACH = 16.0


class NavigablePlot(ThemedPlot):
    """Zoom and pan by mouse, touch and keys; what the left button does is for subclasses to say.

    Subclasses override `home_rect` and the functions that begin with `pointer`.

    Attributes:
        least_span, most_span: how much of the plane a view may show across, at most zoomed in and out.
        press_keys: Shift, Ctrl and Alt as they were when a button last went down.
        by_finger: whether a finger presses and points, and no mouse.

    Signals:
        range_changed(): another part of the plane is in view, or in another size.
    """

    range_changed = Signal()
    least_span = 1e-3
    most_span = 1e5

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pan_button = Qt.MouseButton.NoButton
        self._pan_last = QPointF()
        self._space = False
        self._pressed = False
        self._dragged = False
        self._press_at = QPointF()
        self.press_keys = Qt.KeyboardModifier.NoModifier
        self.by_finger = False
        self.view_box.setMouseEnabled(False, False)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self._fingers = FingersOnPlot(self)
        self.view_box.sigRangeChanged.connect(self._range_changed)
        self.view_box.sigResized.connect(self._range_changed)

    # -- for subclasses -----------------------------------------------------------------------------

    def home_rect(self) -> QRectF:
        """What `fit` shows, in the plane's units."""
        return QRectF(-1, -1, 2, 2)

    def pointer_pressed(self, x: float, y: float, double: bool) -> None:
        """The left button went down at a place of the plane; `double`: the second time in a row."""

    def pointer_dragged(self, x: float, y: float) -> None:
        """The pointer moved with the left button down; the place is kept inside the view."""

    def pointer_released(self, x: float, y: float, dragged: bool) -> None:
        """The left button went up; `dragged`: the pointer had left the place where it went down."""

    def pointer_cancelled(self) -> None:
        """The press was none: it was the first of two fingers."""

    def pointer_hovered(self, x: float, y: float) -> None:
        """The pointer moved over the plane without a button."""

    def pointer_left(self) -> None:
        """The pointer is no longer over the plane, or busy with something else."""

    @property
    def dragging(self) -> bool:
        """Whether the left button is down."""
        return self._pressed

    # -- geometry -----------------------------------------------------------------------------------

    def plane_area(self) -> QRectF:
        """Where the plane is painted, in this widget's coordinates: all but the axes."""
        # Its bounding rectangle is half a pixel too large: a view would lag behind the hand that moves it.
        area: QRectF = self.view_box.mapRectToScene(self.view_box.rect())
        return area

    def to_plane(self, position: QPointF, inside: bool = False) -> tuple[float, float]:
        """A place of the widget in the plane's units; `inside` moves it to the nearest place in view."""
        area, seen = self.plane_area(), self.view_box.viewRect()
        across = (position.x() - area.left()) / max(area.width(), 1)
        down = (position.y() - area.top()) / max(area.height(), 1)
        if inside:
            across, down = min(max(across, 0.0), 1.0), min(max(down, 0.0), 1.0)
        return seen.left() + across * seen.width(), seen.bottom() - down * seen.height()

    def from_plane(self, x: float, y: float) -> QPointF:
        """Where a place of the plane is painted, in this widget's coordinates."""
        area, seen = self.plane_area(), self.view_box.viewRect()
        across, up = (x - seen.left()) / seen.width(), (y - seen.top()) / seen.height()
        return QPointF(area.left() + across * area.width(), area.bottom() - up * area.height())

    def pixel_size(self) -> tuple[float, float]:
        """How much of the plane a pixel covers, in the plane's units."""
        area, seen = self.plane_area(), self.view_box.viewRect()
        return seen.width() / max(area.width(), 1), seen.height() / max(area.height(), 1)

    def reach(self, pixels: float) -> tuple[float, float]:
        """How far from the pointer lies what is meant, in the plane's units: so many pixels, or more by a finger."""
        across, up = self.pixel_size()
        pixels = max(pixels, FINGER_REACH) if self.by_finger else pixels
        return pixels * across, pixels * up

    # -- view ---------------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show what belongs in view at first."""
        self.view_box.setRange(self.home_rect(), padding=0)

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Magnify by `factor`, leaving the place under `at` (in this widget's coordinates) where it is."""
        span = self.view_box.viewRect().width()
        factor = span / min(max(span / factor, self.least_span), self.most_span)
        centre = self.to_plane(self.plane_area().center() if at is None else at, inside=True)
        self.view_box.scaleBy((1 / factor, 1 / factor), center=centre)

    def zoom_in(self) -> None:
        """Magnify about the middle."""
        self.zoom(KEY_ZOOM)

    def zoom_out(self) -> None:
        """Show more of the plane."""
        self.zoom(1 / KEY_ZOOM)

    def pan(self, right: float, down: float) -> None:
        """Move what is painted by so many pixels."""
        across, up = self.pixel_size()
        self.view_box.translateBy((-right * across, down * up))

    def reveal(self, x: float, y: float, margin: float = 24.0) -> None:
        """Move the view just so far that a place of the plane is in it, `margin` pixels from its edges."""
        area, at = self.plane_area(), self.from_plane(x, y)
        inner = area.adjusted(margin, margin, -margin, -margin)
        if inner.isEmpty() or inner.contains(at):
            return
        right = min(max(at.x(), inner.left()), inner.right()) - at.x()
        down = min(max(at.y(), inner.top()), inner.bottom()) - at.y()
        self.pan(right, down)

    def _range_changed(self) -> None:
        # pyqtgraph would move its items in the middle of the next repaint, which makes Qt paint all of it twice.
        self.view_box.updateMatrix()
        self.range_changed.emit()

    # -- mouse --------------------------------------------------------------------------------------
    # pyqtgraph's scene would look for items under every move of the mouse: it is not told about any.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Left: to the subclass. Middle, right, or left with Space: move the view."""
        position, button = event.position(), event.button()
        event.accept()
        self.by_finger = False
        if self._pressed or self._pan_button != Qt.MouseButton.NoButton:
            return
        self.press_keys = event.modifiers()
        if not self.plane_area().contains(position):
            event.ignore()
        elif button == Qt.MouseButton.LeftButton and not self._space:
            self._press(position, double=False)
        elif button in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton):
            self._pan_button, self._pan_last = button, position
            self.pointer_left()
            self._update_pointer()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second press of a double click."""
        left = event.button() == Qt.MouseButton.LeftButton and not self._space
        if left and not self._pressed and self.plane_area().contains(event.position()):
            self.press_keys = event.modifiers()
            self._press(event.position(), double=True)
            event.accept()
        else:
            self.mousePressEvent(event)

    def _press(self, position: QPointF, double: bool) -> None:
        self._pressed, self._dragged, self._press_at = True, False, position
        self.pointer_pressed(*self.to_plane(position), double)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, move the view, or hover."""
        position = event.position()
        event.accept()
        self.by_finger = False
        if self._pan_button != Qt.MouseButton.NoButton:
            moved = position - self._pan_last
            self._pan_last = position
            self.pan(moved.x(), moved.y())
        elif self._pressed:
            self.drag_to(position)
        elif self.plane_area().contains(position):
            self.pointer_hovered(*self.to_plane(position))
        else:
            self.pointer_left()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The end of a drag or of a move of the view."""
        event.accept()
        if event.button() == self._pan_button:
            self._pan_button = Qt.MouseButton.NoButton
            self._update_pointer()
        elif self._pressed and event.button() == Qt.MouseButton.LeftButton:
            self.release_at(event.position())

    def drag_to(self, position: QPointF) -> None:
        """The pointer moved with the left button down, or the finger did."""
        away = (position - self._press_at).manhattanLength()
        self._dragged = self._dragged or away >= QApplication.startDragDistance()
        self.pointer_dragged(*self.to_plane(position, inside=True))

    def release_at(self, position: QPointF) -> None:
        """The left button went up, or the finger."""
        self._pressed = False
        self.pointer_released(*self.to_plane(position, inside=True), self._dragged)

    def cancel_press(self) -> None:
        """The press was none."""
        if self._pressed:
            self._pressed = False
            self.pointer_cancelled()

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer went elsewhere."""
        super().leaveEvent(event)
        self.pointer_left()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        event.accept()
        turned = event.angleDelta().y() or event.angleDelta().x()
        if turned:
            self.zoom(math.exp(turned * WHEEL_STEP), event.position())

    # -- touch --------------------------------------------------------------------------------------

    def viewportEvent(self, event: QEvent) -> bool:
        """Fingers on a screen, and pinches on a touchpad."""
        if on_screen(event):
            self._fingers.take(event)
            return True
        if event.type() == QEvent.Type.NativeGesture:
            assert isinstance(event, QNativeGestureEvent)
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom(max(0.1, 1.0 + event.value()), event.position())
                return True
        return bool(super().viewportEvent(event))

    def press_by_finger(self, position: QPointF, keys: Qt.KeyboardModifier, double: bool) -> bool:
        """A finger came down; whether it is to do what the left button does, and nothing else does already."""
        busy = self._pressed or self._pan_button != Qt.MouseButton.NoButton
        if busy or not self.plane_area().contains(position):
            return False
        self.press_keys, self.by_finger = keys, True
        # As a mouse would on its way.
        self.pointer_hovered(*self.to_plane(position))
        self._press(position, double)
        return True

    # -- keys ---------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plus and minus zoom, 0 shows everything, Space makes the left button move the view."""
        key = event.key()
        event.accept()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_in()
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.zoom_out()
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_Space:
            self._hold_space(True)
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space let go."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._hold_space(False)
        else:
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Whoever has the focus now hears of keys let go."""
        super().focusOutEvent(event)
        self._hold_space(False)

    def _hold_space(self, held: bool) -> None:
        self._space = held
        self._update_pointer()

    def _update_pointer(self) -> None:
        """The hand over the plane tells what the left button does."""
        if self._pan_button != Qt.MouseButton.NoButton:
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space:
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.viewport().unsetCursor()
