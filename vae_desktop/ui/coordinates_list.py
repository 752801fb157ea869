"""The latent coordinates that the canvas does not show: a list in which each can be slid, typed or put to 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

# Not `QStyle` itself: see `plane_chooser`.
from PySide6 import QtWidgets
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from vae_desktop.core.errors import ConfigurationError
from vae_desktop.core.plane import axis_name
from vae_desktop.ui.announce import announce
from vae_desktop.ui.coordinate_fields import coordinate_text, parse_coordinate
from vae_desktop.ui.finger_scroll import FingerScroll
from vae_desktop.ui.readable import tabular
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

NAME, SLIDER, VALUE = range(3)
# A slider reaches this many standard deviations on either side; typed values may lie further out.
REACH = 4.0
STEP, LARGE_STEP, SMALL_STEP = 0.1, 0.5, 0.01

INACTIVE = "Inactive: the encoder says as good as nothing about digits here (mean KL below 0.05 nats)."

Index = QModelIndex | QPersistentModelIndex


def dimension_text(dimension: int, inactive: bool) -> str:
    """The name of a dimension, marked where it is inactive."""
    return f"{axis_name(dimension)} ∅" if inactive else axis_name(dimension)


class HeldCoordinates(QAbstractTableModel):
    """One row for each dimension that is no axis of the canvas: its name, a slider, its value.

    A plane of another kind has parts of all dimensions: then they are all here.

    Attributes:
        dimensions: the latent dimension of each row.

    Signals:
        complained(str): what is wrong with a number that was typed; "" once one is right.
    """

    complained = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.dimensions: list[int] = []
        self._shown = np.zeros(0, np.float32)
        session.plane_changed.connect(self._rebuild)
        session.model_changed.connect(self._rebuild)
        session.cursor_changed.connect(self._refresh)
        session.codes_changed.connect(self._mark)
        self._inactive: frozenset[int] = frozenset()
        self._count = 0
        self._mark()
        self._rebuild()

    def _rebuild(self) -> None:
        axes = self.session.axes or ()
        self.beginResetModel()
        self._count = len(self.session.cursor)
        self.dimensions = [d for d in range(self._count) if d not in axes]
        self._shown = self.session.cursor[self.dimensions]
        self.endResetModel()

    def _refresh(self) -> None:
        if len(self.session.cursor) != self._count:
            # Another model; it announces itself right away.
            return
        if not self.dimensions:
            return
        values = self.session.cursor[self.dimensions]
        changed = np.flatnonzero(values != self._shown)
        if len(changed):
            self._shown = values
            first, last = int(changed[0]), int(changed[-1])
            self.dataChanged.emit(self.index(first, SLIDER), self.index(last, VALUE))

    def _mark(self) -> None:
        codes = self.session.codes
        inactive = codes.inactive if codes is not None else frozenset()
        if inactive != self._inactive:
            self._inactive = inactive
            if self.dimensions:
                self.dataChanged.emit(self.index(0, NAME), self.index(len(self.dimensions) - 1, NAME))

    def value(self, row: int) -> float:
        """The coordinate of a row."""
        return float(self._shown[row])

    def spoken_value(self, row: int) -> str:
        """The coordinate of a row in words."""
        return f"{coordinate_text(self.value(row))} standard deviations"

    def set_value(self, row: int, value: float) -> None:
        """Ask the session to move the cursor along a row's dimension."""
        cursor = self.session.cursor.copy()
        cursor[self.dimensions[row]] = value
        self.session.set_cursor(cursor)

    def reset(self) -> None:
        """Ask the session to put all held coordinates to 0; in another kind of plane, the cursor onto it."""
        if self.session.axes is None:
            self.session.set_cursor(self.session.plane.nearest(self.session.cursor))
            return
        cursor = self.session.cursor.copy()
        cursor[self.dimensions] = 0.0
        self.session.set_cursor(cursor)

    # -- Qt's questions -----------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many dimensions are held."""
        return 0 if parent.isValid() else len(self.dimensions)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Name, slider and value."""
        return 0 if parent.isValid() else 3

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Values can be typed."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == VALUE else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell says."""
        row, column = index.row(), index.column()
        dimension, value = self.dimensions[row], self.value(row)
        name, inactive = axis_name(dimension), dimension in self._inactive
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return {NAME: dimension_text(dimension, inactive), VALUE: coordinate_text(value)}.get(column)
        if role == Qt.ItemDataRole.ForegroundRole and inactive:
            return QColor(theme().colors.muted)
        if role == Qt.ItemDataRole.TextAlignmentRole and column == VALUE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.AccessibleTextRole:
            # All cells of a row are read out, one after another.
            spoken = f"z{dimension}{', inactive' if inactive else ''}"
            return {NAME: spoken, VALUE: self.spoken_value(row)}.get(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            held = "held at" if self.session.axes is not None else "now"
            return (
                f"Coordinate {name}, {held} {coordinate_text(value)} σ.\n"
                "Drag the slider or use the arrow keys; double-click it for 0; type a number to be exact."
                + (f"\n{INACTIVE}" if inactive else "")
            )
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take over a typed number; what is no number changes nothing."""
        try:
            number = parse_coordinate(str(value))
        except ConfigurationError as error:
            self.complained.emit(str(error))
            return False
        self.complained.emit("")
        self.set_value(index.row(), number)
        return True


class _SliderDelegate(QStyledItemDelegate):
    """Paints a coordinate as a slider with its middle marked, and slides it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, super().sizeHint(option, index).height())

    def paint(self, painter: QPainter, option: Any, index: Index) -> None:
        model = index.model()
        assert isinstance(model, HeldCoordinates)
        colors = theme().colors
        selected = bool(option.state & QtWidgets.QStyle.StateFlag.State_Selected)
        painter.save()
        if selected:
            painter.fillRect(option.rect, option.palette.highlight())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = _track(option.rect)
        y, middle = track.center().y(), track.center().x()
        at = _handle(track, model.value(index.row()))
        painter.setPen(QPen(QColor(colors.on_accent if selected else colors.line), 2))
        painter.drawLine(track.left(), y, track.right(), y)
        painter.drawLine(middle, y - 4, middle, y + 4)
        painter.setPen(QPen(QColor(colors.on_accent if selected else colors.accent), 2))
        painter.drawLine(middle, y, at, y)
        painter.setPen(QPen(QColor(colors.panel), 1))
        painter.setBrush(QColor(colors.on_accent if selected else colors.accent))
        painter.drawEllipse(QRectF(at - 5.0, y - 4.5, 10.0, 10.0))
        painter.restore()


def _track(cell: QRect) -> QRect:
    return cell.adjusted(10, 0, -10, 0)


def _handle(track: QRect, value: float) -> int:
    part = min(max(value / REACH, -1.0), 1.0)
    return round(track.center().x() + part * track.width() / 2)


class CoordinatesList(QTableView):
    """All latent dimensions but those that are axes of the canvas, with their values.

    Attributes:
        held: the rows.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("coordinates_list")
        self.setAccessibleName("Held latent coordinates")
        self.session = session
        self.held = HeldCoordinates(session, self)
        self._sliding: int | None = None
        self.setModel(self.held)
        self.setItemDelegateForColumn(SLIDER, _SliderDelegate(self))
        self.setFont(tabular(self.font()))
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed | triggers.AnyKeyPressed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.horizontalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(SLIDER, QHeaderView.ResizeMode.Stretch)
        for column, text in ((NAME, "z₂₅₅ ∅"), (VALUE, "−100.000")):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(column, self.fontMetrics().horizontalAdvance(text) + 16)
        # All rows are equally high, so that 256 of them cost no measuring.
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 10)
        FingerScroll(self)
        theme().changed.connect(self.viewport().update)

    def sizeHint(self) -> QSize:
        """Room for a handful of rows."""
        return QSize(240, 6 * self.verticalHeader().defaultSectionSize())

    def minimumSizeHint(self) -> QSize:
        """Two rows."""
        return QSize(160, 2 * self.verticalHeader().defaultSectionSize() + 4)

    def _slider_at(self, position: QPoint) -> int | None:
        index = self.indexAt(position)
        return index.row() if index.isValid() and index.column() == SLIDER else None

    def _slide(self, position: QPoint) -> None:
        assert self._sliding is not None
        track = _track(self.visualRect(self.held.index(self._sliding, SLIDER)))
        part = (position.x() - track.center().x()) / max(1.0, track.width() / 2)
        self.held.set_value(self._sliding, round(min(max(part, -1.0), 1.0) * REACH, 2))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a slider."""
        super().mousePressEvent(event)
        row = self._slider_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and row is not None:
            self._sliding = row
            self.session.begin_gesture()
            self._slide(event.position().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Slide."""
        if self._sliding is not None:
            self._slide(event.position().toPoint())
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the slider go."""
        super().mouseReleaseEvent(event)
        if self._sliding is not None:
            self._sliding = None
            self.session.end_gesture()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Put a coordinate to 0; on its number, type another."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() != VALUE and event.button() == Qt.MouseButton.LeftButton:
            self.held.set_value(index.row(), 0.0)
        else:
            super().mouseDoubleClickEvent(event)

    def _put(self, row: int, value: float) -> None:
        self.held.set_value(row, value)
        announce(self, self.held.spoken_value(row))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right slide the current row, Delete puts it to 0, digits type a number."""
        row, key = self.currentIndex().row(), event.key()
        sign = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(key), 0)
        if row >= 0 and sign:
            modifiers = event.modifiers()
            fine = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
            large = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            step = SMALL_STEP if modifiers & fine else LARGE_STEP if large else STEP
            self._put(row, round(self.held.value(row) + sign * step, 6))
        elif row >= 0 and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._put(row, 0.0)
        elif row >= 0 and (event.text().isdigit() or event.text() in ("-", "−", ".")):
            # Typing opens the editor of the current cell, so the number's cell becomes that.
            self.setCurrentIndex(self.held.index(row, VALUE))
            super().keyPressEvent(event)
        else:
            super().keyPressEvent(event)
