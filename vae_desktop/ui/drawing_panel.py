"""Draw a digit and watch what the model makes of it, stroke by stroke."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QImageWriter,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSlider,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from vae_desktop.ui.announce import describe
from vae_desktop.ui.controls import add_action, push_button, tool_button
from vae_desktop.ui.drawing_pad import BROADEST, THINNEST, USUAL, DrawingPad
from vae_desktop.ui.empty_state import EmptyState
from vae_desktop.ui.flow_layout import FlowLayout
from vae_desktop.ui.neighbour_grid import NeighbourGrid
from vae_desktop.ui.picture_view import SmallPicture

if TYPE_CHECKING:
    from vae_desktop.app.session import Session

PICTURES = "Pictures (*.png *.jpg *.jpeg *.webp *.gif *.bmp *.tif *.tiff *.pgm *.ppm)"
# Of a pasted picture no more pixels than this along its longer side are of any use.
PASTED_SIDE = 1000
NEIGHBOURS = 10
LARGEST = 160
HINT = "The model answers each stroke, and pictures dropped or pasted."


class DrawingPanel(QWidget):
    """A pad to the left, the model's answer to the right, the nearest real digits below.

    Attributes:
        session: the owner of all state.
        pad: to draw on.
        verdict, anomaly: the answer in words; seen, decoded: in pictures.
        neighbours: the nearest digits; pointing marks them everywhere, a click selects.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("draw")
        self.setAcceptDrops(True)
        self.session = session
        self._controller = session.drawing
        self._stroke_over = False
        self.pad = DrawingPad()
        self.pad.changed.connect(self._ask)
        self.pad.stroke_ended.connect(self._announce_later)
        self._empty = EmptyState()
        self._make_answer()
        self._make_buttons()
        self._lay_out()
        self._make_actions()
        self._controller.changed.connect(self._show)
        self._controller.picture_read.connect(self._show_read)
        session.model_changed.connect(self._show_state)
        session.loading_changed.connect(self._show_state)
        self._show()
        self._show_state()

    # -- parts --------------------------------------------------------------------------------------

    def _make_answer(self) -> None:
        self.verdict = QLabel()
        self.verdict.setProperty("role", "heading")
        self.verdict.setWordWrap(True)
        self.verdict.setToolTip(
            "What most of the ten nearest digits are (k nearest neighbours in latent space)"
        )
        self.anomaly = QLabel()
        self.anomaly.setProperty("role", "muted")
        self.anomaly.setWordWrap(True)
        self.anomaly.setToolTip(
            "How badly the model knows this digit, against the others: its negative ELBO as a percentile"
        )
        self.seen = SmallPicture()
        self.seen.setAccessibleName("The drawn digit as the model sees it")
        self.seen.setToolTip("The drawing in MNIST's geometry: 28 × 28 pixels, centred by its mass")
        self.decoded = SmallPicture()
        self.decoded.setAccessibleName("Reconstruction of the drawn digit")
        self.decoded.setToolTip("What the model decodes from the drawing's latent mean")
        self.neighbours = NeighbourGrid(self.session, "Digits nearest to the drawn one")

    def _make_buttons(self) -> None:
        pad = self.pad
        self.undo_button = tool_button("Undo", "Take the last stroke back (Ctrl+Z on the pad)", pad.undo)
        self.undo_button.setAccessibleName("Undo the last stroke")
        self.clear_button = tool_button(
            "Clear", "Empty the pad (Delete on the pad); Undo brings it back", pad.clear
        )
        self.clear_button.setAccessibleName("Clear the pad")
        self.rubber = tool_button(
            "Rubber", "Rub out instead of drawing (or use the right button)", lambda: None
        )
        self.rubber.setCheckable(True)
        self.rubber.toggled.connect(self._set_erasing)
        self.width_slider = QSlider(Qt.Orientation.Horizontal)
        self.width_slider.setRange(round(100 * THINNEST), round(100 * BROADEST))
        self.width_slider.setValue(round(100 * USUAL))
        self.width_slider.setFixedWidth(56)
        self.width_slider.setAccessibleName("Width of the pen")
        self.width_slider.setToolTip("Width of the pen for the next strokes")
        self.width_slider.valueChanged.connect(self._set_width)
        tip = "Read a picture of a digit from a file: dark on light or light on dark, also a photograph"
        self.open_button = tool_button("Open…", tip, self.open_picture)
        self.open_button.setAccessibleName("Open a picture of a digit")
        tip = "Put the latent cursor on the drawn digit's place"
        self.cursor_button = push_button("Put the cursor here", tip, self._controller.put_cursor)

    def _lay_out(self) -> None:
        pictures = QGridLayout()
        pictures.setContentsMargins(0, 0, 0, 0)
        pictures.setSpacing(4)
        for column, (view, caption) in enumerate(((self.seen, "seen"), (self.decoded, "decoded"))):
            label = QLabel(caption)
            label.setProperty("role", "muted")
            view.setMaximumHeight(LARGEST)
            pictures.addWidget(view, 0, column)
            pictures.addWidget(label, 1, column, Qt.AlignmentFlag.AlignHCenter)
        self._pictures = QWidget()
        self._pictures.setLayout(pictures)
        answer = QVBoxLayout()
        answer.setSpacing(4)
        answer.addWidget(self.verdict)
        answer.addWidget(self.anomaly)
        answer.addWidget(self._pictures, 1)
        answer.addStretch(0)
        answer.addWidget(self.cursor_button)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self.pad, 1)
        top.addLayout(answer, 1)
        tools = QWidget()
        flow = FlowLayout(tools, spacing=6, line_spacing=6)
        for button in (self.undo_button, self.clear_button, self.rubber):
            flow.addWidget(button)
        flow.addWidget(self.width_slider)
        flow.addWidget(self.open_button)
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addLayout(top, 1)
        rows.addWidget(self.neighbours)
        rows.addWidget(tools)
        self._stack = QStackedWidget()
        self._stack.addWidget(whole)
        self._stack.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self._stack)

    def _make_actions(self) -> None:
        self.draw_action = add_action(self, "&Draw a digit", "Take the pad", self.take_pad, "Ctrl+Shift+D")
        tip = "Read a picture of a digit from a file"
        self.open_action = add_action(
            self, "&Open picture of a digit…", tip, self.open_picture, "Ctrl+Shift+I"
        )
        tip = "Read the picture on the clipboard as a digit"
        self.paste_action = add_action(self, "&Paste digit", tip, self.paste, "Ctrl+V")
        self.undo_action = add_action(self, "&Undo stroke", "Take the last stroke back", self.pad.undo)
        self.clear_action = add_action(self, "&Clear pad", "Empty the pad", self.pad.clear)
        tip = "Put the latent cursor on the drawn digit's place"
        self.cursor_action = add_action(self, "Put the cursor &here", tip, self._controller.put_cursor)

    # -- intents ------------------------------------------------------------------------------------

    def _set_erasing(self, erasing: bool) -> None:
        self.pad.erasing = erasing

    def _set_width(self, percent: int) -> None:
        self.pad.pen_width = percent / 100

    def _ask(self) -> None:
        sheet = self.pad.sheet
        if sheet.digit is not None:
            self._controller.show_digit(sheet.digit)
        else:
            self._controller.show_ink(None if sheet.empty else sheet.ink())
        self._show_tools()

    def take_pad(self) -> None:
        """Give the pad the keyboard, also where the panel's dock was closed or lies behind another."""
        self._come_forward()
        self.pad.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _come_forward(self) -> None:
        dock = self.parentWidget()
        if dock is not None:
            # One that lies behind another is not hidden.
            if dock.isHidden():
                dock.show()
            dock.raise_()

    def open_picture(self) -> None:
        """Ask for a picture's file and read it."""
        name, _ = QFileDialog.getOpenFileName(
            self.window(), "Open picture of a digit", str(Path.home()), PICTURES
        )
        if name:
            self._controller.open(Path(name))

    def paste(self) -> None:
        """Read what is on the clipboard: a picture, or a picture's file."""
        self._take(QGuiApplication.clipboard().mimeData(), "There is no picture on the clipboard.")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take pictures and files."""
        data = event.mimeData()
        if data.hasImage() or any(url.isLocalFile() for url in data.urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read what was dropped."""
        event.acceptProposedAction()
        self._take(event.mimeData(), "What was dropped is no picture.")

    def _take(self, data: QMimeData, otherwise: str) -> None:
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            self._controller.open(paths[0])
            return
        image = QImage(data.imageData()) if data.hasImage() else QImage()
        if image.isNull():
            self._controller.refuse(otherwise, "Copy a picture of a digit first, or open its file.")
        else:
            self._controller.open(_as_file(image))

    def hasHeightForWidth(self) -> bool:
        """The pad takes what the rest leaves it: no dock has to be higher for this panel's sake."""
        return False

    # -- mirror -------------------------------------------------------------------------------------

    def _show_read(self, digit: object) -> None:
        """A picture was read: it is on the pad, as if it had been drawn."""
        self._come_forward()
        self.pad.lay(digit)  # type: ignore[arg-type]
        self._announce_later()

    def _announce_later(self) -> None:
        """Say it aloud once the answer to the whole stroke is there, not at every move."""
        self._stroke_over = True
        # The answer may have been there before the pen was lifted.
        self._ask()

    def _show(self) -> None:
        portrait = self._controller.portrait
        verdict = portrait.verdict.words if portrait is not None and portrait.verdict is not None else ""
        share = self._controller.stranger_than
        percent = "" if share is None else f"{100 * share:.0f}\N{NO-BREAK SPACE}%"
        dataset = self.session.dataset
        split = dataset.split_name if dataset is not None else "test"
        anomaly = f"stranger than {percent} of the {split} digits" if percent else ""
        self.verdict.setText(verdict)
        self.verdict.setAccessibleName(verdict)
        self.anomaly.setText(anomaly if portrait is not None else HINT)
        self.anomaly.setAccessibleName(self.anomaly.text())
        self.verdict.setVisible(bool(verdict))
        self._pictures.setVisible(portrait is not None)
        self.seen.set_picture(portrait.image if portrait is not None else None)
        self.decoded.set_picture(portrait.reconstruction if portrait is not None else None)
        self.neighbours.show_neighbours(portrait.neighbours if portrait is not None else None, NEIGHBOURS)
        self._show_tools()
        if self._stroke_over and verdict and anomaly:
            self._stroke_over = False
            describe(self.pad, f"{verdict}, {anomaly}")

    def _show_tools(self) -> None:
        sheet, known = self.pad.sheet, self._controller.portrait is not None
        for part in (self.undo_button, self.undo_action):
            part.setEnabled(sheet.can_undo)
        for part in (self.clear_button, self.clear_action):
            part.setEnabled(not sheet.empty)
        self.cursor_button.setEnabled(known)
        self.cursor_action.setEnabled(known)

    def _show_state(self) -> None:
        session = self.session
        possible = self._controller.possible
        self._stack.setCurrentIndex(0 if possible else 1)
        for action in (self.open_action, self.paste_action):
            action.setEnabled(possible)
        if possible:
            return
        if session.model is not None:
            channels, height, width = session.model.config.image_shape
            what = "" if channels == 1 else f" with {channels} channels"
            self._empty.show_message(
                f"Drawings are brought into MNIST's form, 28 × 28 pixels in grey. This model reads images of "
                f"{width} × {height} pixels{what}.",
                "Open the bundled model",
                lambda: session.open_bundled("mnist-2d"),
            )
        elif session.loading:
            self._empty.show_message(session.loading)
        else:
            self._empty.show_message(
                "A model looks at what you draw, and none is open.",
                "Open the bundled model",
                lambda: session.open_bundled("mnist-2d"),
            )


def _as_file(image: QImage) -> bytes:
    """A picture from the clipboard as a small PNG."""
    if max(image.width(), image.height()) > PASTED_SIDE:
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        image = image.scaled(PASTED_SIDE, PASTED_SIDE, keep, smooth)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())
