"""The legend of the classes: a chip for each, with its colour and its name, that shows or hides its points."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QToolButton, QWidget

from vae_desktop.core.palette import class_color
from vae_desktop.ui.flow_layout import FlowLayout
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.records import IntArray

DOT = 10
PADDING_X = 7
PADDING_Y = 3


class ClassChip(QAbstractButton):
    """A dot in the class's colour and its name; checked means shown.

    Signals:
        solo_requested(): show this class alone (Shift with a click or with Space, or a double click).
    """

    solo_requested = Signal()

    def __init__(self, label: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._color = class_color(label)
        self._count = ""
        self.setText(name)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_shown(True)

    def set_shown(self, shown: bool) -> None:
        """Say whether the class is shown."""
        self.setChecked(shown)
        action = "hide" if shown else "show"
        self.setAccessibleName(f"Class {self.text()}")
        self.setAccessibleDescription("shown" if shown else "hidden")
        self.setToolTip(
            f"Click to {action} class {self.text()}. Shift+click or double click shows it alone; again shows all."
        )

    def set_count(self, count: int | None) -> None:
        """Write how many images the class has beside its name."""
        text = "" if count is None else f"{count:,}"
        if text != self._count:
            self._count = text
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Dot, name and count."""
        metrics = self.fontMetrics()
        width = PADDING_X * 2 + DOT + 5 + metrics.horizontalAdvance(self.text())
        if self._count:
            width += 5 + metrics.horizontalAdvance(self._count)
        return QSize(width, metrics.height() + PADDING_Y * 2)

    def nextCheckState(self) -> None:
        """The session decides what is shown; a click only asks."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """With Shift: this class alone."""
        if (
            event.button() == Qt.MouseButton.LeftButton
            and event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        ):
            self.solo_requested.emit()
            event.accept()
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """This class alone."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.solo_requested.emit()
            event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """With Shift and Space: this class alone."""
        if event.key() == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.solo_requested.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A filled dot for a shown class, a ring and a struck-out name for a hidden one."""
        colors, shown = theme().colors, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        outline = colors.accent if self.hasFocus() else colors.muted if self.underMouse() else colors.line
        painter.setPen(QPen(QColor(outline), 2 if self.hasFocus() else 1))
        painter.setBrush(QColor(colors.button) if shown else Qt.BrushStyle.NoBrush)
        inset = 0.5 if self.hasFocus() else 0.0
        painter.drawRoundedRect(
            box.adjusted(inset, inset, -inset, -inset), box.height() / 2, box.height() / 2
        )
        dot = QRectF(PADDING_X, (self.height() - DOT) / 2, DOT, DOT)
        painter.setPen(QPen(QColor(self._color), 1.5))
        painter.setBrush(QColor(self._color) if shown else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(dot.adjusted(0.75, 0.75, -0.75, -0.75))
        x = PADDING_X + DOT + 5
        font = self.font()
        font.setStrikeOut(not shown)
        painter.setFont(font)
        painter.setPen(QColor(colors.text if shown else colors.muted))
        centre = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(x, 0, self.width(), self.height()), centre, self.text())
        if self._count:
            x += self.fontMetrics().horizontalAdvance(self.text()) + 5
            font.setStrikeOut(False)
            painter.setFont(font)
            painter.setPen(QColor(colors.muted))
            painter.drawText(QRectF(x, 0, self.width(), self.height()), centre, self._count)
        painter.end()


class ClassLegend(QWidget):
    """Chips for all classes of the open data set, or of what the model brought along, wrapped to the width there is.

    It mirrors `session.hidden_classes` and asks the session to change it.

    Attributes:
        chips: one for each class, in the order of the labels.
    """

    def __init__(self, session: Session, counts: bool = False, parent: QWidget | None = None) -> None:
        """`counts` writes beside each name how many of the explored images the class has."""
        super().__init__(parent)
        self.setObjectName("class_legend")
        self.setAccessibleName("Classes")
        self._session = session
        self._counts = counts
        self._before_press: frozenset[int] = frozenset()
        self.chips: list[ClassChip] = []
        self._names: tuple[str, ...] = ()
        self._all = QToolButton(self)
        self._all.setText("All")
        self._all.setToolTip("Show every class")
        self._all.setAccessibleName("Show all classes")
        self._all.setAutoRaise(True)
        self._all.clicked.connect(lambda: self._show_only(set(range(len(self.chips)))))
        self._flow = FlowLayout(self, spacing=4, line_spacing=4)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for signal in (session.dataset_changed, session.model_changed, session.codes_changed):
            signal.connect(self._rebuild)
        session.hidden_classes_changed.connect(self._mirror)
        theme().changed.connect(self.update)
        self._rebuild()

    def _rebuild(self) -> None:
        names = self._session.class_names
        self._all.setVisible(bool(names))
        if names != self._names or len(self.chips) != len(names):
            while self._flow.count():
                self._flow.takeAt(0)
            for chip in self.chips:
                chip.hide()
                chip.deleteLater()
            self.chips = [self._chip(label, name) for label, name in enumerate(names)]
            for chip in self.chips:
                self._flow.addWidget(chip)
            self._flow.addWidget(self._all)
            # In the place that the legend has among all that Tab comes to: around, from the button and back to it.
            around = [self._all, *self.chips, self._all]
            for before, after in pairwise(around):
                QWidget.setTabOrder(before, after)
            self._names = names
            self.updateGeometry()
        self._update_counts()
        self._mirror()

    def _chip(self, label: int, name: str) -> ClassChip:
        chip = ClassChip(label, name, self)
        chip.clicked.connect(lambda: self._toggle(label))
        chip.solo_requested.connect(lambda: self._solo(label))
        chip.installEventFilter(self)
        return chip

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Remember what was shown before a click, so that a double click can start from there."""
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress):
            self._before_press = self._session.hidden_classes
        return False

    def _toggle(self, label: int) -> None:
        self._session.set_class_hidden(label, label not in self._session.hidden_classes)

    def _solo(self, label: int) -> None:
        """Show one class alone, or all of them if it was alone already."""
        everyone = set(range(len(self.chips)))
        alone = everyone - self._before_press == {label}
        self._show_only(everyone if alone else {label})

    def _show_only(self, shown: set[int]) -> None:
        self._session.set_hidden_classes(frozenset(range(len(self.chips))) - shown)

    def _update_counts(self) -> None:
        labels = self._labels() if self._counts else None
        counts = np.bincount(labels, minlength=len(self.chips)) if labels is not None else None
        for label, chip in enumerate(self.chips):
            chip.set_count(int(counts[label]) if counts is not None else None)

    def _labels(self) -> IntArray | None:
        """Those of the images that are explored, also while there are no codes of them yet."""
        codes, dataset = self._session.codes, self._session.dataset
        if codes is not None:
            return codes.labels
        return (
            dataset.explored.labels.numpy()
            if dataset is not None and self._session.data_codes is None
            else None
        )

    def _mirror(self) -> None:
        hidden = self._session.hidden_classes
        for label, chip in enumerate(self.chips):
            if chip.isChecked() == (label in hidden):
                chip.set_shown(label not in hidden)
        self._all.setEnabled(bool(hidden))
