"""The latent canvas: the decoded manifold, the encoded digits over it, and the cursor that a hand drags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QRectF, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from vae_desktop.ui.bookmark_marks import BookmarksOnCanvas
from vae_desktop.ui.canvas_backdrop import BackdropOnCanvas
from vae_desktop.ui.canvas_readout import nearest
from vae_desktop.ui.canvas_voice import CanvasVoice
from vae_desktop.ui.cursor_plot import CursorPlot
from vae_desktop.ui.digit_card import DigitCard
from vae_desktop.ui.drawn_digit import DrawnOnCanvas
from vae_desktop.ui.glide import Glide
from vae_desktop.ui.group_hand import GroupHand
from vae_desktop.ui.items.class_points import ClassPoints
from vae_desktop.ui.items.prior_guides import PriorGuides
from vae_desktop.ui.items.raster import RasterItem
from vae_desktop.ui.latent_plane import home_rect, places
from vae_desktop.ui.map_picker import MapPicker
from vae_desktop.ui.path_hand import PathHand
from vae_desktop.ui.path_marks import PathOnCanvas
from vae_desktop.ui.plot_axes import TICK_LENGTH
from vae_desktop.ui.posterior_marks import PosteriorMarks
from vae_desktop.ui.trust_layers import TrustLayers

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

PICK_RADIUS = 6.0
STEP, LARGE_STEP, SMALL_STEP = 0.1, 0.5, 0.01
# How long the points must stand before they are made searchable without anybody pointing at them.
REST_MS = 400
# Over the marks of a group.
POSTERIOR_DEPTH = 19

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class LatentCanvas(CursorPlot):
    """Shows `session.plane` as it is where the cursor is, in units of the prior's standard deviation.

    The left button drags the cursor; a click near a digit selects it; a double click jumps to the very place. With
    Shift it draws around digits (see `GroupHand`).

    Attributes:
        session: the owner of all state.
        backdrop, guides, points: what is painted, from the bottom up; manifold: has the backdrop decoded.
        hand: draws around digits; path_hand: draws the path, path: its marks.
        card: the digit under the pointer; drawn: the marks of the drawn one.
        flags: the bookmarks' marks, and what clicks them.
        trust: layers that say where the pictures can be trusted; posterior: marks of the chosen digit's.
        voice: says where the cursor rests.
    """

    least_span = 0.02
    most_span = 60.0

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self.backdrop = RasterItem()
        self.guides = PriorGuides()
        self.points = ClassPoints(size=4.5, opacity=0.75)
        super().__init__(parent)
        self.setObjectName("latent_canvas")
        self.setAccessibleName("Latent canvas")
        self.session = session
        self._picker = MapPicker()
        self._corners: tuple[int, ...] = ()
        self._double = False
        self._pointed: int | None = None
        self._pointer = QPoint()
        for depth, item in enumerate((self.backdrop, self.guides, self.points)):
            item.setZValue(depth)
            self.view_box.addItem(item, ignoreBounds=True)
        self.view_box.setAspectLocked(True)
        self.manifold = BackdropOnCanvas(session, self, self.backdrop)
        self.trust = TrustLayers(session, self)
        self.posterior = PosteriorMarks(session, self, POSTERIOR_DEPTH)
        self.hand = GroupHand(session, self, self.points)
        self.path_hand = PathHand(session, self)
        self.path_hand.on_changed.connect(self._update_pointer)
        self.path = PathOnCanvas(session, self)
        self.card = DigitCard(self)
        self.drawn = DrawnOnCanvas(session, self)
        self.flags = BookmarksOnCanvas(session, self)
        self.flags.pointed_changed.connect(self._update_pointer)
        self._glide = Glide(self.points, self._find_anew, self)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._picker.prepare)
        self.voice = CanvasVoice(self)
        self._connect()
        self._show_model()

    def _connect(self) -> None:
        session = self.session
        session.model_changed.connect(self._show_model)
        session.plane_changed.connect(self._change_plane)
        session.dataset_changed.connect(self._show_dataset)
        session.codes_changed.connect(self._show_points)
        session.cursor_changed.connect(self._show_cursor)
        session.hidden_classes_changed.connect(self._show_hidden)
        session.hover_changed.connect(self._show_hovered)

    # -- mirror of the session ----------------------------------------------------------------------

    @property
    def flat(self) -> bool:
        """Whether the latent space has one dimension only: a line instead of a plane."""
        return len(self.session.cursor) == 1

    def _show_model(self) -> None:
        self.manifold.begin_anew()
        self._show_dataset()
        self._show_plane()
        self._show_points()
        self.fit()

    def _change_plane(self) -> None:
        """Another plane of the same latent space: the digits wander over."""
        self._show_plane()
        if self.session.plane.digits != self._corners:
            self._corners = self.session.plane.digits
            # The three are what this plane is looked at for.
            self.fit()
        codes = self.session.codes
        if codes is None or codes.labels is not self.points.labels:
            self._show_points()
        else:
            self._glide.to(places(codes.means, codes.labels, self.session.plane))

    def _show_plane(self) -> None:
        plane = self.session.plane
        self.guides.set_dimensions(1 if self.flat else 2)
        # Around the prior's mean, wherever that is in this plane.
        self.guides.setPos(*plane.to_plane(np.zeros(plane.dimensions, np.float32)).tolist())
        across, up = (f"{name}  (σ of the prior)" for name in plane.names)
        self.plotItem.getAxis("bottom").setLabel(across)
        left = self.plotItem.getAxis("left")
        left.setLabel("digits by class" if self.flat else up)
        left.setStyle(showValues=not self.flat, tickLength=0 if self.flat else TICK_LENGTH)
        self.manifold.show()
        self._show_cursor()
        self.manifold.request_later()

    def _show_dataset(self) -> None:
        dataset = self.session.dataset
        self.points.set_glyphs(dataset.class_names if dataset is not None else ())
        self._show_hidden()

    def _show_points(self) -> None:
        codes = self.session.codes
        self._glide.stop()
        if codes is None:
            self.points.set_data(None, None)
        else:
            self.points.set_data(places(codes.means, codes.labels, self.session.plane), codes.labels)
        self._find_anew()

    def _show_hidden(self) -> None:
        self.points.set_hidden(self.session.hidden_classes)
        self._find_anew()

    def _find_anew(self) -> None:
        self._picker.set_points(self.points.points, self.points.visible)
        self._rest.start()

    def _show_cursor(self) -> None:
        x, y = self.session.plane.to_plane(self.session.cursor).tolist()
        self.cursor_mark.move(x, y)
        if not self.dragging:
            self.reveal(x, y)

    def _show_hovered(self) -> None:
        """Mark the digit under the pointer, here or on the map; its card belongs to where the pointer is."""
        digit = self.session.hovered
        known = digit is not None and digit.index < len(self.points.points)
        self.points.set_highlight(digit.index if digit is not None and known else None)
        if digit is not None and digit.index == self._pointed:
            self.card.show_digit(digit, self._pointer)
        else:
            self.card.dismiss()

    def apply_theme(self) -> None:
        """Take over the theme's colours, and room for the widest numbers that the axes will have to write."""
        super().apply_theme()
        if "manifold" in self.__dict__:
            self.manifold.set_ink(self.points_on)
        self.points.recolor()
        metrics = QFontMetricsF(self.font())
        # A fixed width: numbers of another length must not move the plane under the pointer.
        self.plotItem.getAxis("left").setWidth(metrics.horizontalAdvance("−10.0") + metrics.height() + 6)
        self.plotItem.getAxis("bottom").setHeight(2 * metrics.height() + 12)

    # -- what is shown ------------------------------------------------------------------------------

    @property
    def points_on(self) -> bool:
        """Whether the encoded digits are shown."""
        return self.points.isVisible()

    def set_points_on(self, on: bool) -> None:
        """Show the encoded digits or not."""
        self.points.setVisible(on)
        self.hand.set_shown(on)
        self.manifold.set_ink(on)
        if not on:
            self.pointer_left()

    def _watch(self) -> None:
        """Have what is shown followed only while somebody can see it."""
        self.manifold.watch()
        self.session.trust.active = self.session.posterior.active = self.isVisible()

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks."""
        super().showEvent(event)
        self._watch()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._watch()

    # -- hand ---------------------------------------------------------------------------------------

    def home_rect(self) -> QRectF:
        """A little more than three standard deviations, and all that the plane is of."""
        codes = self.session.codes
        return home_rect(self.session.plane, codes.means if codes is not None else None)

    def pointer_pressed(self, x: float, y: float, double: bool) -> None:
        """The cursor comes to the pointer at once, unless an outline or a path begins."""
        keys = self.press_keys
        if self.path_hand.press(x, y, keys) or (self.points_on and self.hand.press(x, y, keys)):
            self.pointer_left()
            self.viewport().setCursor(Qt.CursorShape.CrossCursor)
            return
        self._double = double
        if self.flags.press(x, y):
            self.pointer_left()
        else:
            self.begin_drag(x, y)

    def begin_drag(self, x: float, y: float) -> None:
        """From now on the cursor is at the pointer, until the button goes up."""
        self.pointer_left()
        self.session.begin_gesture()
        self.session.select(None)
        self.session.move_cursor(x, y)

    def pointer_dragged(self, x: float, y: float) -> None:
        """The cursor follows the pointer, or the outline goes on."""
        hand = self._busy_hand
        if hand is not None:
            hand.drag(x, y)
        else:
            self.session.move_cursor(x, y)

    def pointer_released(self, x: float, y: float, dragged: bool) -> None:
        """A click close to a digit selects it, an outline those in it; all else leaves the cursor where it is."""
        hand = self._busy_hand
        if hand is not None:
            self._update_pointer()
            hand.release(dragged, None if dragged else self._digit_at(x, y))
            return
        found = None if dragged or self._double else self._digit_at(x, y)
        if found is not None:
            self.session.select(found)
        self.session.end_gesture()

    def pointer_cancelled(self) -> None:
        """Cursor and chosen digit are again what they were; two fingers draw no outline."""
        hand = self._busy_hand
        if hand is not None:
            hand.let_go()
            return
        self.session.cancel_gesture()

    @property
    def _busy_hand(self) -> PathHand | GroupHand | BookmarksOnCanvas | None:
        """Whose the press under way is, if it does not move the cursor."""
        return next((hand for hand in (self.path_hand, self.hand, self.flags) if hand.busy), None)

    def _update_pointer(self) -> None:
        """A cross where the left button draws a path, a finger where it goes to a bookmark."""
        super()._update_pointer()
        idle = self._pan_button == Qt.MouseButton.NoButton and not self._space
        if idle and "path_hand" in self.__dict__ and self.path_hand.on:
            self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        elif idle and "flags" in self.__dict__ and self.flags.item.pointed >= 0:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)

    def pointer_hovered(self, x: float, y: float) -> None:
        """Show the flag or the digit under the pointer."""
        self._pointed = None if self.flags.point_at(x, y) else self._digit_at(x, y)
        self._pointer = self.from_plane(x, y).toPoint()
        self.session.hover(self._pointed)
        if self._pointed is not None:
            self._show_hovered()

    def pointer_left(self) -> None:
        """Nothing is under the pointer any more."""
        self.flags.leave()
        if self._pointed is not None:
            self._pointed = None
            self.session.hover(None)

    def _digit_at(self, x: float, y: float) -> int | None:
        if not self.points_on or self._glide.running:
            return None
        return self._picker.nearest(x, y, *self.reach(PICK_RADIUS))

    # -- keys ---------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys move the cursor, Home brings it to the centre of the prior, Enter selects the nearest digit."""
        key = Qt.Key(event.key())
        if self.path_hand.take_key(event) or (self.points_on and self.hand.take_key(event)):
            return
        if key in ARROWS:
            event.accept()
            self._step(*ARROWS[key], event.modifiers())
        elif key == Qt.Key.Key_Home:
            event.accept()
            self.to_origin()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            self._select_nearest()
        else:
            super().keyPressEvent(event)

    def _step(self, right: int, up: int, modifiers: Qt.KeyboardModifier) -> None:
        fine = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if modifiers & fine:
            size = SMALL_STEP
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            size = LARGE_STEP
        else:
            size = STEP
        # A key that is held down is one gesture, as a drag is.
        self.session.begin_gesture()
        x, y = self.session.plane.to_plane(self.session.cursor).tolist()
        # Rounded, so that ten steps make a whole one.
        self.session.move_cursor(round(x + right * size, 6), round(y + up * size, 6))

    def _select_nearest(self) -> None:
        """Select the digit whose code is nearest to the cursor, among those that are shown."""
        codes, visible = self.session.codes, self.points.visible
        if self.points_on and codes is not None and len(visible) == len(codes.means) and visible.any():
            index, _ = nearest(codes.means, self.session.cursor, visible)
            self.session.select(index)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """The end of a walk by keys."""
        if Qt.Key(event.key()) in ARROWS:
            event.accept()
            if not event.isAutoRepeat():
                self.session.end_gesture()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A key that is let go elsewhere is let go."""
        super().focusOutEvent(event)
        if not self.dragging:
            self.session.end_gesture()

    def to_origin(self) -> None:
        """Put the cursor on the prior's mean in all dimensions, or on the nearest point of a plane beside it."""
        self.session.set_cursor(self.session.plane.nearest(np.zeros(len(self.session.cursor), np.float32)))
