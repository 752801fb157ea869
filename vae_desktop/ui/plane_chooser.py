"""The choice of what plane through latent space the canvas shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

# `QStyle` and its many enumerations are made when they are named first, which an import would do at the start: 10 ms.
from PySide6 import QtWidgets
from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from vae_desktop.app.problems import from_exception
from vae_desktop.core.errors import ConfigurationError
from vae_desktop.ui.coordinates_list import INACTIVE, dimension_text

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.plane import Kind

KINDS: tuple[Kind, ...] = ("axes", "principal", "digits")
TEXTS = ("Axes", "Principal components", "Through three digits")
TIPS = (
    "Two latent dimensions, the others held where they are",
    "The two directions in which the encoded digits vary most (PCA of the latent means)",
    "The plane that three digits lie on: hold Shift and click them, here or on the map",
)
CORNERS = 3


class PlaneChooser(QWidget):
    """Kind of plane, and its two axes where it has such. Hidden where latent space is no more than a plane.

    Attributes:
        kind: the choice of the kind.
        across, up: which latent dimension is which axis.
        hint: how many digits are still to be chosen.
        waiting: whether three digits are being chosen.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.waiting = False
        self.kind = _CompactBox("Plane", "What plane through latent space the canvas shows")
        self.kind.addItems(TEXTS)
        for row, tip in enumerate(TIPS):
            self.kind.setItemData(row, tip, Qt.ItemDataRole.ToolTipRole)
        self.kind.activated.connect(self._ask_kind)
        self.across = _CompactBox("Axis across", "The latent dimension that runs from left to right")
        self.up = _CompactBox("Axis up", "The latent dimension that runs from bottom to top")
        self.across.activated.connect(lambda chosen: self._ask_axes(chosen, self.up.currentIndex()))
        self.up.activated.connect(lambda chosen: self._ask_axes(self.across.currentIndex(), chosen))
        self.hint = QLabel()
        self.hint.setProperty("role", "muted")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        for part in (self.kind, self.across, self.up, self.hint):
            line.addWidget(part)
        session.model_changed.connect(self._show_plane)
        session.plane_changed.connect(self._show_plane)
        session.codes_changed.connect(self._show_codes)
        session.group_changed.connect(self._take_group)
        self._show_codes()
        self._show_plane()

    # -- mirror -------------------------------------------------------------------------------------

    def _show_plane(self) -> None:
        plane, count = self.session.plane, len(self.session.cursor)
        self.setVisible(count > 2)
        self.waiting = False
        self._show_kind()
        if plane.axes is not None:
            for box, axis in zip((self.across, self.up), plane.axes, strict=True):
                with QSignalBlocker(box):
                    if box.count() != count:
                        self._name_dimensions(box)
                    box.setCurrentIndex(axis)
                box.updateGeometry()

    def _show_kind(self) -> None:
        plane = self.session.plane
        with QSignalBlocker(self.kind):
            self.kind.setCurrentIndex(2 if self.waiting else KINDS.index(plane.kind))
        self.kind.setToolTip(f"What plane through latent space the canvas shows.\nNow: {plane.title}")
        self.kind.setAccessibleDescription(plane.title)
        by_axes = plane.axes is not None and not self.waiting
        self.across.setVisible(by_axes)
        self.up.setVisible(by_axes)
        self.hint.setVisible(self.waiting)
        self.kind.updateGeometry()
        self.updateGeometry()

    def _show_codes(self) -> None:
        model = cast(QStandardItemModel, self.kind.model())
        for row in (1, 2):
            model.item(row).setEnabled(self.session.codes is not None)
        for box in (self.across, self.up):
            with QSignalBlocker(box):
                self._name_dimensions(box)

    def _name_dimensions(self, box: QComboBox) -> None:
        codes, count, current = self.session.codes, len(self.session.cursor), box.currentIndex()
        inactive = codes.inactive if codes is not None else frozenset()
        if box.count() != count:
            box.clear()
            box.addItems([""] * count)
            box.setCurrentIndex(current)
        for dimension in range(count):
            text = dimension_text(dimension, dimension in inactive)
            if text != box.itemText(dimension):
                box.setItemText(dimension, text)
                tip = INACTIVE if dimension in inactive else None
                box.setItemData(dimension, tip, Qt.ItemDataRole.ToolTipRole)

    # -- intents ------------------------------------------------------------------------------------

    def _ask_kind(self, row: int) -> None:
        kind = KINDS[row]
        self.waiting = kind == "digits" and not self._is_of_the_group()
        if kind == "axes":
            self.session.set_axes(max(0, self.across.currentIndex()), max(0, self.up.currentIndex()))
        elif kind == "principal":
            self._try(self.session.set_principal_plane)
        self._take_group()
        self._show_kind()

    def _is_of_the_group(self) -> bool:
        """Whether the plane is already that of the chosen three."""
        return tuple(self.session.group.tolist()) == self.session.plane.digits and bool(
            self.session.group.size
        )

    def _take_group(self) -> None:
        """Show the plane of the chosen digits as soon as there are three of them."""
        if not self.waiting:
            return
        chosen: list[int] = self.session.group.tolist()
        if len(chosen) == CORNERS:
            self.waiting = False
            self._try(lambda: self.session.set_plane_through((chosen[0], chosen[1], chosen[2])))
            self._show_kind()
        elif len(chosen) < CORNERS:
            self.hint.setText(f"Shift-click digits: {len(chosen)} of {CORNERS}")
        else:
            self.hint.setText(f"{len(chosen):,} digits chosen; three make a plane")

    def _try(self, show: Callable[[], None]) -> None:
        try:
            show()
        except ConfigurationError as error:
            self.session.problem_raised.emit(from_exception(error))

    def _ask_axes(self, across: int, up: int) -> None:
        """Ask for other axes; choosing the other one's dimension exchanges the two."""
        if across == up and self.session.axes is not None:
            up, across = self.session.axes
        self.session.set_axes(across, up)


class _CompactBox(QComboBox):
    """A choice as wide as what is chosen; its list is as wide as it needs."""

    def __init__(self, name: str, tip: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.currentIndexChanged.connect(lambda _: self.updateGeometry())

    def sizeHint(self) -> QSize:
        """Room for the current text."""
        option = QtWidgets.QStyleOptionComboBox()
        self.initStyleOption(option)
        metrics = self.fontMetrics()
        words = QSize(metrics.horizontalAdvance(self.currentText()) + 10, metrics.height())
        kind = QtWidgets.QStyle.ContentsType.CT_ComboBox
        return self.style().sizeFromContents(kind, option, words, self)

    def minimumSizeHint(self) -> QSize:
        """All of the current text."""
        return self.sizeHint()

    def showPopup(self) -> None:
        """Show all entries in full."""
        widest = max(
            (self.fontMetrics().horizontalAdvance(self.itemText(row)) for row in range(self.count())),
            default=0,
        )
        self.view().setMinimumWidth(widest + 40)
        super().showPopup()
