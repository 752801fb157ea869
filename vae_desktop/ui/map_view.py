"""The map itself: points that move while it is made, names, the digit under the pointer, the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt, QTimer
from PySide6.QtGui import QFont, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from vae_desktop.ui.announce import describe
from vae_desktop.ui.drawn_digit import DrawnOnMap
from vae_desktop.ui.group_hand import GroupHand, Tool
from vae_desktop.ui.items.class_points import ClassPoints
from vae_desktop.ui.items.map_marks import ChosenMark, ClassName
from vae_desktop.ui.map_dress import MapDress
from vae_desktop.ui.map_picker import MapPicker
from vae_desktop.ui.path_marks import PathOnMap
from vae_desktop.ui.placed_on_map import PlacedOnMap
from vae_desktop.ui.plot_navigation import NavigablePlot
from vae_desktop.ui.window_card import WindowCard

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.records import FloatArray, IntArray

# How near the pointer must come to a point, in pixels.
REACH = 12.0
# How long a frame must stand before it is made searchable without anybody pointing at it.
REST_MS = 300
MARGIN = 0.05
# Of more points the median is that of so many: it is asked for with every frame of a moving map.
ENOUGH_FOR_A_MEDIAN = 200
PAN_STEP = 0.1
TOOL_KEYS: dict[Qt.Key, Tool] = {Qt.Key.Key_M: "move", Qt.Key.Key_L: "lasso", Qt.Key.Key_R: "rectangle"}
ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0),
    Qt.Key.Key_Down: (0.0, -1.0),
}


class MapView(NavigablePlot):
    """All explored digits as points, live.

    The wheel zooms, dragging moves the view. Pointing at a digit shows its card, clicking chooses it. The arrow
    keys walk from digit to digit, with Ctrl they move the view; + and − zoom, 0 and Home show everything; Enter
    chooses the digit nearest to the middle. Groups are chosen as `GroupHand` says.

    Attributes:
        session: the owner of all state.
        hand: draws around digits.
        card: beside the map while the pointer is on a digit; drawn: the mark of the drawn one.
        points: the points; dress: their looks; placed: the digits placed among them.
        follows: whether the view keeps to the whole map; moving it by hand ends that, `fit` begins it again.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("map_view")
        self.setAccessibleName("Map of the digits")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.session = session
        self.follows = True
        self._picker = MapPicker()
        self._pointed: int | None = None
        self._pointer = QPoint()
        self._held = (0.0, 0.0)
        self._names: dict[int, ClassName] = {}
        self._typical: dict[int, npt.NDArray[np.intp]] = {}
        self.plotItem.hideAxis("left")
        self.plotItem.hideAxis("bottom")
        self.plotItem.layout.setContentsMargins(0, 0, 0, 0)
        self.view_box.setAspectLocked(True)
        self.points = ClassPoints()
        self._chosen = ChosenMark()
        self._chosen.setZValue(20)
        self._chosen.hide()
        for item in (self.points, self._chosen):
            self.view_box.addItem(item, ignoreBounds=True)
        self.hand = GroupHand(session, self, self.points)
        self.hand.tool_changed.connect(self._update_pointer)
        self.dress = MapDress(session, self)
        self.hand.marks.spot = self.dress.spot
        self.card = WindowCard(self)
        self.drawn = DrawnOnMap(session, self)
        self.path = PathOnMap(session, self)
        self.placed = PlacedOnMap(session, self)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._picker.prepare)
        self._unseen = QTimer(self)
        self._unseen.setSingleShot(True)
        self._unseen.setInterval(0)
        self._unseen.timeout.connect(self.pointer_left)
        session.map.frame_changed.connect(self._show_frame)
        session.dataset_changed.connect(self._show_frame)
        session.hidden_classes_changed.connect(self._show_hidden)
        session.hover_changed.connect(self._show_hovered)
        session.selection_changed.connect(self._show_selected)
        self._show_frame()

    # -- what is shown ------------------------------------------------------------------------------

    @property
    def embedding(self) -> FloatArray | None:
        """Where the points stand [N, 2], or None without a map."""
        return self.points.points if len(self.points.points) else None

    def _show_frame(self) -> None:
        controller = self.session.map
        frame, labels = controller.frame, controller.labels
        if frame is None or labels is None:
            # A map that is being started anew stays until its first frame is there.
            if labels is None:
                self._clear()
            return
        another = labels is not self.points.labels
        self.points.set_data(frame.embedding, labels)
        if another:
            self._make_names()
        self.points.set_hidden(self.session.hidden_classes)
        self._points_changed()
        self._place_names()
        self._show_selected()
        self._show_hovered()
        if self.follows:
            self.fit()

    def _clear(self) -> None:
        self.points.set_data(None, None)
        self._make_names()
        self._points_changed()
        self._show_selected()
        self.pointer_left()

    def _show_hidden(self) -> None:
        self.points.set_hidden(self.session.hidden_classes)
        self._points_changed()
        self._place_names()
        self._show_selected()

    def _points_changed(self) -> None:
        self._picker.set_points(self.points.points, self.points.visible)
        if len(self.points.points):
            self._rest.start()
        else:
            self._rest.stop()
        self.dress.points_changed()

    def _make_names(self) -> None:
        """A name for each class on the map, and which of its points tell where that belongs."""
        for item in self._names.values():
            self.view_box.removeItem(item)
        dataset, labels = self.session.dataset, self.points.labels
        names = tuple(dataset.class_names) if dataset is not None else ()
        self.points.set_glyphs(names)
        present = np.flatnonzero(np.bincount(labels)).tolist() if len(labels) else []
        self._names, self._typical = {}, {}
        for label in present:
            members = np.flatnonzero(labels == label)
            self._typical[label] = members[:: max(1, len(members) // ENOUGH_FOR_A_MEDIAN)]
            item = ClassName(names[label] if label < len(names) else str(label), self._name_font())
            item.setZValue(10)
            self.view_box.addItem(item, ignoreBounds=True)
            self._names[label] = item

    def _place_names(self) -> None:
        """Put each shown class's name on the median of its points, or of some hundred of them."""
        for label, item in self._names.items():
            shown = label not in self.session.hidden_classes
            item.setVisible(shown)
            if shown:
                places = self.points.points[self._typical[label]]
                low, high = (len(places) - 1) // 2, len(places) // 2
                # `np.median` itself takes several times as long, and that for each frame of a map.
                ordered = np.partition(places, (low, high), axis=0)
                x, y = (0.5 * (ordered[low] + ordered[high])).tolist()
                item.setPos(x, y)

    def _name_font(self) -> QFont:
        font = QFont(self.font())
        font.setBold(True)
        if font.pointSizeF() > 0:
            font.setPointSizeF(font.pointSizeF() * 1.35)
        return font

    def apply_theme(self) -> None:
        """Take over the theme's colours."""
        super().apply_theme()
        if "dress" in self.__dict__:
            self.points.recolor()
            self.dress.recolor()
            self.placed.recolor()
            self.viewport().update()

    # -- the view -----------------------------------------------------------------------------------

    def home_rect(self) -> QRectF:
        """Around all points, hidden ones included."""
        embedding = self.embedding
        if embedding is None:
            return super().home_rect()
        rect = QRectF(self.points.extent)
        rect.setSize(rect.size().expandedTo(QSizeF(1e-6, 1e-6)))
        margin = MARGIN * max(rect.width(), rect.height())
        return rect.adjusted(-margin, -margin, margin, margin)

    def fit(self) -> None:
        """Show the whole map, also while it grows."""
        self.follows = True
        super().fit()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Magnify by hand: the view no longer follows the map."""
        self.follows = False
        super().zoom(factor, at)

    def pan(self, right: float, down: float) -> None:
        """Move by hand: the view no longer follows the map."""
        self.follows = False
        super().pan(right, down)

    def bring_into_view(self, indices: IntArray) -> None:
        """Move the view to a digit; of several, show the whole map where none of them is in view."""
        if self.embedding is None or not len(indices):
            return
        places, seen = self.points.points[indices], self.view_box.viewRect()
        if len(places) == 1:
            self.reveal(float(places[0, 0]), float(places[0, 1]))
        elif not any(seen.contains(x, y) for x, y in places.tolist()):
            self.fit()

    # -- pointer ------------------------------------------------------------------------------------

    def _digit_at(self, x: float, y: float) -> int | None:
        return self._picker.nearest(x, y, *self.reach(REACH))

    def pointer_pressed(self, x: float, y: float, double: bool) -> None:
        """A click, a move of the view or an outline begins."""
        self._held = (x, y)
        if self.hand.press(x, y, self.press_keys):
            self.pointer_left()
            self.viewport().setCursor(Qt.CursorShape.CrossCursor)

    def pointer_dragged(self, x: float, y: float) -> None:
        """The place that was taken hold of stays under the pointer, or the outline goes on."""
        if self.hand.busy:
            self.hand.drag(x, y)
        elif self._dragged:
            self.pointer_left()
            self.follows = False
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self.view_box.translateBy(x=self._held[0] - x, y=self._held[1] - y)

    def pointer_released(self, x: float, y: float, dragged: bool) -> None:
        """A click chooses the digit under it, an outline those in it."""
        self._update_pointer()
        index = None if dragged else self._digit_at(x, y)
        if self.hand.busy:
            self.hand.release(dragged, index)
        elif not dragged and self.placed.pointed is not None:
            self.session.placed.choose(self.placed.pointed)
        elif index is not None:
            self.session.select(index)

    def pointer_cancelled(self) -> None:
        """Two fingers draw no outline."""
        self.hand.let_go()

    def _update_pointer(self) -> None:
        """A cross where the left button draws around digits."""
        super()._update_pointer()
        idle = self._pan_button == Qt.MouseButton.NoButton and not self._space
        if idle and "hand" in self.__dict__ and self.hand.tool != "move":
            self.viewport().setCursor(Qt.CursorShape.CrossCursor)

    def pointer_hovered(self, x: float, y: float) -> None:
        """Show the digit under the pointer."""
        self._pointer = self.from_plane(x, y).toPoint()
        placed = self.placed.point_at(x, y, self._pointer)
        self._pointed = None if placed else self._digit_at(x, y)
        before = self.session.hovered
        self.session.hover(self._pointed)
        # Another digit has shown its card already.
        if not placed and (self._pointed is None or self.session.hovered is before):
            self._show_card()
        if not placed and self._pointed is None:
            self._update_pointer()
        elif self.viewport().cursor().shape() != Qt.CursorShape.PointingHandCursor:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)

    def pointer_left(self) -> None:
        """No digit is under the pointer any more."""
        if self._pointed is not None:
            self._pointed = None
            self.session.hover(None)
            self._update_pointer()
        self.placed.leave()
        self.card.dismiss()

    def hideEvent(self, event: QHideEvent) -> None:
        """No card tells of a map that nobody sees: its dock is closed, behind another, or on its way out."""
        super().hideEvent(event)
        # Later: Qt also hides it in the middle of deleting a window, when the card is half gone.
        self._unseen.start()

    def _show_card(self) -> None:
        digit = self.session.hovered
        if self._pointed is not None and digit is not None and digit.index == self._pointed:
            self.card.show_digit(digit, self._pointer)
        else:
            self.card.dismiss()

    def _show_hovered(self) -> None:
        """Mark the digit under the pointer, here or on the canvas; its card belongs to where the pointer is."""
        digit = self.session.hovered
        on_map = digit is not None and digit.index < len(self.points.points)
        self.points.set_highlight(digit.index if digit is not None and on_map else None)
        if self._pointed is not None:
            self._show_card()

    def _show_selected(self) -> None:
        index = self.session.selected
        shown = index is not None and index < len(self.points.points) and bool(self.points.visible[index])
        self._chosen.setVisible(shown)
        if shown:
            x, y = self.points.points[index]
            self._chosen.setPos(float(x), float(y))
        words = self._describe(index) if shown and index is not None else ""
        if self.hasFocus():
            describe(self, words)
        else:
            self.setAccessibleDescription(words)

    def _describe(self, index: int) -> str:
        dataset, label = self.session.dataset, int(self.points.labels[index])
        name = dataset.class_names[label] if dataset is not None else str(label)
        split = dataset.split_name if dataset is not None else "test"
        return f"Class {name}, {split} image {index:,}"

    # -- keys ---------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk from digit to digit, pan and choose; the rest as in every such plot."""
        key = Qt.Key(event.key())
        if self.embedding is None:
            event.ignore()
        elif self.hand.take_key(event):
            return
        elif key in TOOL_KEYS:
            self.hand.set_tool(TOOL_KEYS[key])
        elif key in ARROWS:
            right, up = ARROWS[key]
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                area = self.plane_area()
                self.pan(-right * PAN_STEP * area.width(), up * PAN_STEP * area.height())
            else:
                self._walk(right, up)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose_middle()
        elif key == Qt.Key.Key_Home:
            self.fit()
        else:
            super().keyPressEvent(event)

    def _walk(self, right: float, up: float) -> None:
        """Choose the next digit in a direction, from the chosen one or from the middle of the view, and show it.

        Where nothing lies further that way, the chosen one is shown: it may have been out of sight.
        """
        start = self._chosen.pos() if self._chosen.isVisible() else self.view_box.viewRect().center()
        index = self._picker.towards((start.x(), start.y()), right, up)
        if index is not None:
            self.session.select(index)
        if self._chosen.isVisible():
            self.reveal(self._chosen.pos().x(), self._chosen.pos().y())

    def _choose_middle(self) -> None:
        rect = self.view_box.viewRect()
        index = self._picker.nearest(rect.center().x(), rect.center().y(), rect.width(), rect.height())
        if index is not None:
            self.session.select(index)
