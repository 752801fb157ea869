"""A grid of images in which a person can point, walk with the arrow keys and click."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from vae_desktop.core.records import FloatArray
from vae_desktop.ui.announce import tell_focus, tell_name, tell_selected
from vae_desktop.ui.mosaic import MosaicGeometry, lay_out, render
from vae_desktop.ui.theme import theme

GAP = 2
SMALL_GAP = 1
# Below this many logical pixels a cell is so small that a wider gap would waste the room.
SMALL_CELL = 22
CAPTION_PADDING = 4


class ImageGrid(QWidget):
    """Images in rows and columns, painted from one composed picture, however many there are.

    The arrow keys, Home, End, Page Up and Page Down move the current cell; Enter and Space click it.

    Attributes:
        count: images shown.
        columns: images in a row.
        current: the cell that the keyboard is on, or -1.
        selected: the cell marked by its owner, or -1; pointed: one that is pointed at elsewhere, or -1.

    Signals:
        clicked(int index): a cell was clicked, by mouse or key.
        hovered(int index): the pointer came to another cell; -1 when it left them all.
        resized(): the widget has another size (an owner may want other columns).
    """

    clicked = Signal(int)
    hovered = Signal(int)
    resized = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """`name` is what a screen reader calls the grid."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.columns = 1
        self.current = -1
        self.selected = -1
        self.pointed = -1
        self._images: FloatArray | None = None
        self._captions: tuple[str, ...] = ()
        self._blank: frozenset[int] = frozenset()
        self._describe: Callable[[int], str] = lambda index: f"Image {index + 1} of {self.count}"
        self._under_pointer = -1
        self._pressed = -1
        self._told = ""
        self._rendered: QImage | None = None
        self._geometry: MosaicGeometry | None = None
        theme().changed.connect(self._forget_render)

    @property
    def count(self) -> int:
        """How many images are shown."""
        return 0 if self._images is None else len(self._images)

    def set_images(
        self,
        images: FloatArray | None,
        columns: int,
        captions: Sequence[str] = (),
        blank: frozenset[int] = frozenset(),
    ) -> None:
        """Show these images.

        Args:
            images: [N, C, H, W] in [0, 1], or None for nothing; the array must not change afterwards.
            columns: images in a row.
            captions: a text for each image, written under it; rows without any text take no room for it.
            blank: cells to leave empty, whatever their image.
        """
        shape = images.shape if images is not None else None
        before = self._images.shape if self._images is not None else None
        same = (shape, columns, tuple(captions), blank) == (
            before,
            self.columns,
            self._captions,
            self._blank,
        )
        self._images = images if images is not None and len(images) else None
        self.columns = max(1, columns)
        self._captions = tuple(captions)
        self._blank = blank
        self._rendered = None
        if not same:
            self._geometry = None
            self.current = min(self.current, self.count - 1)
            self.selected = self.selected if self.selected < self.count else -1
            self._set_hover(-1)
        self.update()
        if self.hasFocus() and 0 <= self.current < self.count and self.name_of(self.current) != self._told:
            # Under the keyboard lies something else than was spoken of.
            self._told = self.name_of(self.current)
            tell_name(self, self.current)

    def set_description(self, describe: Callable[[int], str]) -> None:
        """Say how a cell is described in tooltips and to screen readers."""
        self._describe = describe

    def is_blank(self, index: int) -> bool:
        """Whether a cell is left empty."""
        return index in self._blank

    def name_of(self, index: int) -> str:
        """What a screen reader says of a cell: what it is, and where, if there are several rows."""
        row, column = divmod(index, self.columns)
        words, place = self._describe(index), f"row {row + 1}, column {column + 1}"
        return words if self.count <= self.columns or place in words else f"{words}, {place}"

    def set_selected(self, index: int) -> None:
        """Mark one cell, or none with -1."""
        if index != self.selected:
            before, self.selected = self.selected, index
            self.update()
            tell_selected(self, before if before < self.count else -1, index if index < self.count else -1)

    def set_pointed(self, index: int) -> None:
        """Mark a cell as if the pointer were on it, or none with -1."""
        if index != self.pointed:
            self.pointed = index
            self.update()

    def cell_rect(self, index: int) -> QRectF:
        """The rectangle of one image in this widget's coordinates."""
        geometry = self._layout_now()
        assert geometry is not None, "the grid is empty"
        rect, ratio = geometry.rect(index), self.devicePixelRatioF()
        return QRectF(rect.x() / ratio, rect.y() / ratio, rect.width() / ratio, rect.height() / ratio)

    def sizeHint(self) -> QSize:
        """Room for a grid in a dock."""
        return QSize(336, 260)

    def minimumSizeHint(self) -> QSize:
        """The least that is of any use."""
        return QSize(120, 64)

    # -- layout and painting ------------------------------------------------------------------------

    def _forget_render(self) -> None:
        self._rendered = None
        self.update()

    def _layout_now(self) -> MosaicGeometry | None:
        if self._images is None:
            return None
        if self._geometry is None:
            ratio = self.devicePixelRatioF()
            rows = -(-self.count // self.columns)
            captioned = [
                any(self._captions[row * self.columns : (row + 1) * self.columns]) for row in range(rows)
            ]
            area = (int(self.width() * ratio), int(self.height() * ratio))
            height, width = self._images.shape[2:]
            room = min(self.width() / self.columns, self.height() / rows)
            gap = SMALL_GAP if room < SMALL_CELL else GAP
            self._geometry = lay_out(
                self.count,
                self.columns,
                (height, width),
                area,
                max(1, round(gap * ratio)),
                captioned,
                self.caption_room(),
                self._blank,
            )
        return self._geometry

    def _caption_height(self) -> int:
        return self.fontMetrics().height() + CAPTION_PADDING

    def caption_room(self) -> int:
        """Height of a line of captions, in device pixels."""
        return int(self._caption_height() * self.devicePixelRatioF())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew."""
        super().resizeEvent(event)
        self._geometry = None
        self._rendered = None
        self.resized.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Another font means other captions."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._geometry = None
            self._forget_render()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the composed picture, then captions and marks."""
        geometry = self._layout_now()
        if geometry is None or self._images is None:
            if self.hasFocus():
                painter = QPainter(self)
                painter.setPen(QPen(QColor(theme().colors.accent), 2))
                painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
                painter.end()
            return
        ratio = self.devicePixelRatioF()
        if self._rendered is None or self._rendered.devicePixelRatio() != ratio:
            self._rendered = render(self._images, geometry, theme().colors.panel)
            self._rendered.setDevicePixelRatio(ratio)
        painter = QPainter(self)
        painter.drawImage(QRectF(geometry.left / ratio, geometry.top / ratio, 0, 0).topLeft(), self._rendered)
        self._paint_captions(painter)
        colors = theme().colors
        if 0 <= self.pointed < self.count:
            self._frame(painter, self.pointed, colors.text, 2, Qt.PenStyle.DashLine)
        if 0 <= self._under_pointer < self.count:
            self._frame(painter, self._under_pointer, colors.muted, 1)
        if 0 <= self.selected < self.count:
            self._frame(painter, self.selected, colors.cursor, 2)
        if self.hasFocus() and 0 <= self.current < self.count:
            # Told from the selected one by more than its colour, and seen over its frame.
            self._frame(painter, self.current, colors.accent, 2, Qt.PenStyle.DotLine)
        painter.end()

    def _paint_captions(self, painter: QPainter) -> None:
        painter.setPen(QColor(theme().colors.text))
        height = self._caption_height()
        for index, caption in enumerate(self._captions[: self.count]):
            if caption:
                cell = self.cell_rect(index)
                below = QRectF(cell.left() - 8, cell.bottom(), cell.width() + 16, height)
                painter.drawText(below, Qt.AlignmentFlag.AlignCenter, caption)

    def _frame(
        self,
        painter: QPainter,
        index: int,
        color: str,
        width: int,
        style: Qt.PenStyle = Qt.PenStyle.SolidLine,
    ) -> None:
        pen = QPen(QColor(color), width, style)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inset = width / 2
        painter.drawRect(self.cell_rect(index).adjusted(inset - 1, inset - 1, 1 - inset, 1 - inset))

    # -- pointer ------------------------------------------------------------------------------------

    def index_at(self, x: float, y: float) -> int:
        """The cell at a place in this widget's coordinates, or -1."""
        geometry = self._layout_now()
        if geometry is None:
            return -1
        ratio = self.devicePixelRatioF()
        index = geometry.index_at(x * ratio, y * ratio)
        return -1 if index is None else index

    def _set_hover(self, index: int) -> None:
        if index != self._under_pointer:
            self._under_pointer = index
            self.hovered.emit(index)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        self._set_hover(self.index_at(event.position().x(), event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._set_hover(-1)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where the button went down: a click also ends there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self.index_at(event.position().x(), event.position().y())
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Click, if the button comes up where it went down."""
        if event.button() != Qt.MouseButton.LeftButton:
            super().mouseReleaseEvent(event)
            return
        index, self._pressed = self._pressed, -1
        if index >= 0 and index == self.index_at(event.position().x(), event.position().y()):
            self._move_to(index)
            self.clicked.emit(index)

    def event(self, event: QEvent) -> bool:
        """Tooltips name the cell under the pointer."""
        if event.type() == QEvent.Type.ToolTip:
            if 0 <= self._under_pointer < self.count:
                where: QRect = self.cell_rect(self._under_pointer).toRect()
                text = self._describe(self._under_pointer)
                QToolTip.showText(self.mapToGlobal(where.bottomLeft()), text, self, where)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    # -- keys ---------------------------------------------------------------------------------------

    def _move_to(self, index: int) -> None:
        index = int(np.clip(index, 0, self.count - 1))
        if index != self.current:
            self.current = index
            self._tell_current()
            self.update()

    def _tell_current(self) -> None:
        if self.hasFocus() and 0 <= self.current < self.count:
            self._told = self.name_of(self.current)
            tell_focus(self, self.current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk among the cells; Enter and Space click."""
        if not self.count:
            super().keyPressEvent(event)
            return
        here, last = max(self.current, 0), self.count - 1
        key = Qt.Key(event.key())
        steps = {
            Qt.Key.Key_Left: here - 1,
            Qt.Key.Key_Right: here + 1,
            Qt.Key.Key_Up: here - self.columns if here >= self.columns else here,
            Qt.Key.Key_Down: here + self.columns if here + self.columns <= last else here,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
            Qt.Key.Key_PageUp: here % self.columns,
            Qt.Key.Key_PageDown: here + (last - here) // self.columns * self.columns,
        }
        if key in steps:
            if steps[key] not in self._blank:
                self._move_to(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._move_to(here)
            self.clicked.emit(here)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: object) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)  # type: ignore[arg-type]
        if self.count and self.current < 0:
            self.current = max(self.selected, 0)
        # After Qt has told that the grid as a whole has the keyboard.
        QTimer.singleShot(0, self, self._tell_current)
        self.update()
