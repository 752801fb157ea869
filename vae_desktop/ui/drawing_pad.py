"""A pad to draw a digit on, with mouse, pen, finger or the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTabletEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from vae_desktop.ui.announce import describe
from vae_desktop.ui.drawing_sheet import SIDE, Bytes, Sheet
from vae_desktop.ui.pad_hand import PadHand
from vae_desktop.ui.theme import theme
from vae_desktop.ui.touch_screen import on_screen

# Shares of the sheet's side. The usual pen makes lines as strong as MNIST's in a digit that fills half the pad.
THINNEST, USUAL, BROADEST = 0.03, 0.08, 0.16
# Rubbing out is done in broader strokes than drawing.
RUBBER = 2.0
# A pen pressed lightly draws so much thinner.
LIGHTEST = 0.35
KEY_STEP, FINE_KEY_STEP = 0.05, 0.01
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
UNDO, REDO = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo


class DrawingPad(QWidget):
    """The left button draws, the right one rubs out; a pen draws by its pressure and rubs out with its other end.

    The arrow keys move a pen (with Shift by small steps), Space puts it down and lifts it, Delete clears,
    Ctrl+Z takes the last stroke back.

    Attributes:
        sheet: what is drawn.
        pen_width: of the next strokes, as a share of the sheet's side.
        erasing: whether the next strokes rub out.

    Signals:
        changed(): something else is on the sheet.
        stroke_ended(): the pen was lifted.
    """

    changed = Signal()
    stroke_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("drawing_pad")
        self.setAccessibleName("Pad to draw a digit on")
        self.setAccessibleDescription(
            "Arrow keys move the pen, Space puts it down and lifts it, Delete clears the pad."
        )
        self.setToolTip("Draw with the left button, rub out with the right one")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        # A pen is told of before it comes down.
        self.setTabletTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.sheet = Sheet()
        self.pen_width = USUAL
        self.erasing = False
        self._button = Qt.MouseButton.NoButton
        self._down = False
        self._width = USUAL
        self._last = QPointF()
        self._hand = PadHand(self)
        self._key_pen = (0.5, 0.25)
        self._key_pen_down = False
        self._by_keys = False
        theme().changed.connect(self.update)

    def clear(self) -> None:
        """Take everything away; `undo` brings it back."""
        self.lift()
        self.sheet.clear()
        self._tell()

    def undo(self) -> None:
        """Take the last stroke back."""
        self.lift()
        self.sheet.undo()
        self._tell()

    def redo(self) -> None:
        """Take the last undo back."""
        self.lift()
        self.sheet.redo()
        self._tell()

    @property
    def undo_name(self) -> str:
        """What `undo` would take back, for people, or ""."""
        return "stroke" if self.sheet.can_undo else ""

    @property
    def redo_name(self) -> str:
        """What `redo` would do again, for people, or ""."""
        return "stroke" if self.sheet.can_redo else ""

    def lay(self, digit: Bytes) -> None:
        """Show a digit [28, 28] instead of what was drawn."""
        self.lift()
        self.sheet.lay(digit)
        self._tell()

    def area(self) -> QRectF:
        """Where the sheet is, in this widget's coordinates: the largest square in its middle."""
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) // 2, (self.height() - side) // 2, side, side)

    def sizeHint(self) -> QSize:
        """Enough to draw with a mouse."""
        return QSize(220, 220)

    def minimumSizeHint(self) -> QSize:
        """The least that a hand can draw in."""
        return QSize(96, 96)

    # -- strokes ------------------------------------------------------------------------------------

    def press(self, at: QPointF, pressure: float = 1.0, erases: bool = False) -> None:
        """Put the pen down at a place of this widget."""
        self.lift()
        self._down, self._last = True, at
        self._width = self.pen_width * (RUBBER if erases or self.erasing else 1.0)
        self.sheet.begin(*self._on_sheet(at), self._width * _strength(pressure), erases or self.erasing)
        self._tell()

    def move_pen(self, at: QPointF, pressure: float = 1.0) -> None:
        """Draw on to a place of this widget, if the pen is down."""
        if self._down:
            self.sheet.extend(*self._on_sheet(at), self._width * _strength(pressure))
            self._update_between(self._last, at)
            self._last = at
            self.changed.emit()

    def lift(self) -> None:
        """End the stroke."""
        if self._down:
            self._down = self._key_pen_down = False
            self._button = Qt.MouseButton.NoButton
            self.stroke_ended.emit()

    def _on_sheet(self, at: QPointF) -> tuple[float, float]:
        area = self.area()
        return (at.x() - area.x()) / max(area.width(), 1), (at.y() - area.y()) / max(area.height(), 1)

    def _update_between(self, start: QPointF, end: QPointF) -> None:
        """Paint again no more than what a line from here to there has changed."""
        reach = self._width * self.area().width() / 2 + 3
        line = QRectF(start, end).normalized().adjusted(-reach, -reach, reach, reach)
        self.update(line.toAlignedRect())

    def _tell(self) -> None:
        self.update()
        self.changed.emit()

    # -- mouse, pen and finger ----------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to draw, or with the right button to rub out."""
        event.accept()
        button = event.button()
        if self._button == Qt.MouseButton.NoButton and button in (
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.RightButton,
        ):
            self._by_keys = False
            self.press(event.position(), erases=button == Qt.MouseButton.RightButton)
            self._button = button

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two dots."""
        self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on."""
        event.accept()
        if self._button != Qt.MouseButton.NoButton:
            self.move_pen(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke."""
        event.accept()
        if event.button() == self._button:
            self.lift()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen, its pressure, and the rubber at its other end."""
        self._hand.pen(event)

    # -- keys ---------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Fingers; and undo here is for strokes, not for what the window's menu takes back."""
        kind = event.type()
        if on_screen(event):
            self._hand.touch(event)
            return True
        if kind == QEvent.Type.ToolTip and not self.sheet.empty:
            # It would hide what is drawn, and come while a pen draws.
            return True
        overrides = kind == QEvent.Type.ShortcutOverride
        if overrides and isinstance(event, QKeyEvent) and (event.matches(UNDO) or event.matches(REDO)):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the pen, put it down or lift it; undo, redo and clear."""
        key = Qt.Key(event.key())
        self._by_keys = self._by_keys or key in ARROWS or key == Qt.Key.Key_Space
        if event.matches(UNDO):
            self.undo()
        elif event.matches(REDO):
            self.redo()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.clear()
        elif key in ARROWS:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._walk(*ARROWS[key], FINE_KEY_STEP if fine else KEY_STEP)
        elif key == Qt.Key.Key_Space:
            if self._key_pen_down:
                self.lift()
            else:
                self.press(self._key_place())
                self._key_pen_down = True
            self.update()
            describe(self, self._pen_words())
        else:
            super().keyPressEvent(event)

    def _walk(self, right: int, down: int, step: float) -> None:
        x, y = self._key_pen
        self._key_pen = (min(max(x + right * step, 0.0), 1.0), min(max(y + down * step, 0.0), 1.0))
        if self._key_pen_down:
            self.move_pen(self._key_place())
        self.update()
        describe(self, self._pen_words())

    def _pen_words(self) -> str:
        """Where the pen that the keys move is, from the upper left corner."""
        x, y = (f"{100 * place:.0f}\N{NO-BREAK SPACE}%" for place in self._key_pen)
        return f"pen {'down' if self._key_pen_down else 'up'}, {x} across, {y} down"

    def _key_place(self) -> QPointF:
        area, (x, y) = self.area(), self._key_pen
        return QPointF(area.x() + x * area.width(), area.y() + y * area.height())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show whoever came by keys where their pen is."""
        super().focusInEvent(event)
        self._by_keys = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A pen put down by a key does not stay down."""
        super().focusOutEvent(event)
        if self._key_pen_down:
            self.lift()
        self.update()

    # -- painting -----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paper and ink in the theme's colours, with a frame that tells where the keyboard is."""
        colors, area = theme().colors, self.area()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(area, QColor(colors.plot))
        scale = SIDE / max(area.width(), 1.0)
        seen = QRectF(event.rect()).translated(-area.x(), -area.y())
        # Whole pixels of the sheet, and one more on each side for those that are blended.
        part = QRectF(seen.topLeft() * scale, seen.bottomRight() * scale).toAlignedRect()
        part = part.adjusted(-1, -1, 1, 1).intersected(self.sheet.image.rect())
        place = QRectF(part.x() / scale, part.y() / scale, part.width() / scale, part.height() / scale)
        painter.drawImage(place.translated(area.x(), area.y()), self._inked(part, colors.text))
        focused = self.hasFocus()
        painter.setPen(QPen(QColor(colors.accent if focused else colors.line), 2 if focused else 1))
        inset = 1.0 if focused else 0.5
        painter.drawRect(area.adjusted(inset, inset, -inset, -inset))
        if self.sheet.empty:
            painter.setPen(QColor(colors.muted))
            words = area.adjusted(12, 12, -12, -12)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(words, int(flags), "Draw a digit here")
        if focused and self._by_keys:
            self._paint_key_pen(painter)
        painter.end()

    def _inked(self, part: QRect, color: str) -> QImage:
        """The ink in a part of the sheet, in this colour."""
        image = self.sheet.image.copy(part)
        painter = QPainter(image)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(image.rect(), QColor(color))
        painter.end()
        return image

    def _paint_key_pen(self, painter: QPainter) -> None:
        at, colors = self._key_place(), theme().colors
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = max(3.0, self.pen_width * self.area().width() / 2)
        painter.setBrush(QColor(colors.accent) if self._key_pen_down else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colors.accent), 1.5))
        painter.drawEllipse(at, radius, radius)


def _strength(pressure: float) -> float:
    """How broad a line is at this pressure, 0 to 1, of its full width."""
    return LIGHTEST + (1.0 - LIGHTEST) * min(max(pressure, 0.0), 1.0)
