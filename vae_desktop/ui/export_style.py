"""How an exported file looks: its kind and what each kind leaves to choose, remembered between exports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox, QFormLayout, QHBoxLayout, QWidget

from vae_desktop.core.animation import MAX_FPS, AnimationStyle
from vae_desktop.core.export import MAX_PADDING, MAX_SCALE, GridStyle
from vae_desktop.ui.color_button import ColorButton
from vae_desktop.ui.controls import spin_box, tool_button
from vae_desktop.ui.export_kinds import ANIMATIONS, KINDS, PICTURES, PRINTED

if TYPE_CHECKING:
    from vae_desktop.app.settings import Preferences

# Of a picture in print; the narrowest and widest that a page or a poster asks for.
MIN_WIDTH_MM, MAX_WIDTH_MM = 10, 1000


@dataclass(frozen=True)
class ExportChoices:
    """What was chosen in the export dialog; each kind of file finds its own choices again.

    Attributes:
        kind: a key of KINDS; for what moves `moving_kind`.
        scale: pixels of a PNG for one pixel of an image, along each side; frame_scale: of an animation.
        padding: lines between and around images, in pixels of an image.
        background: colour of the padding, "#rrggbb".
        width_mm: of an SVG and a PDF in print, in millimetres.
        fps, ping_pong, loop: of an animation.
        folder: where the last file went; "" where none did.
    """

    kind: str = "png"
    moving_kind: str = "gif"
    scale: int = GridStyle.scale
    frame_scale: int = AnimationStyle.scale
    padding: int = GridStyle.padding
    background: str = GridStyle.background
    width_mm: int = 120
    fps: int = AnimationStyle.fps
    ping_pong: bool = AnimationStyle.ping_pong
    loop: bool = AnimationStyle.loop
    folder: str = ""

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> ExportChoices:
        """The choices that were remembered; what makes no sense falls back to the defaults."""
        default = cls()

        def number(name: str, low: int, high: int) -> int:
            value, otherwise = values.get(name), getattr(default, name)
            return value if type(value) is int and low <= value <= high else int(otherwise)

        def switch(name: str) -> bool:
            value = values.get(name)
            return value if isinstance(value, bool) else bool(getattr(default, name))

        kind, moving_kind, color, folder = (
            values.get(name) for name in ("kind", "moving_kind", "background", "folder")
        )
        return cls(
            kind=kind if isinstance(kind, str) and kind in KINDS else default.kind,
            moving_kind=moving_kind
            if isinstance(moving_kind, str) and moving_kind in KINDS
            else default.moving_kind,
            scale=number("scale", 1, MAX_SCALE),
            frame_scale=number("frame_scale", 1, MAX_SCALE),
            padding=number("padding", 0, MAX_PADDING),
            background=color if isinstance(color, str) and QColor(color).isValid() else default.background,
            width_mm=number("width_mm", MIN_WIDTH_MM, MAX_WIDTH_MM),
            fps=number("fps", 1, MAX_FPS),
            ping_pong=switch("ping_pong"),
            loop=switch("loop"),
            folder=folder if isinstance(folder, str) else "",
        )

    @property
    def grid_style(self) -> GridStyle:
        """For a picture."""
        return GridStyle(self.scale, self.padding, self.background)

    @property
    def animation_style(self) -> AnimationStyle:
        """For an animation."""
        return AnimationStyle(self.fps, self.frame_scale, self.ping_pong, self.loop)


def remembered(preferences: Preferences) -> ExportChoices:
    """The choices of the last export."""
    return ExportChoices.from_json(preferences.export_choices)


def remember(preferences: Preferences, choices: ExportChoices) -> None:
    """Start from these next time."""
    preferences.export_choices = asdict(choices)


class StyleForm(QWidget):
    """The fields that a kind of file has: enlargement, size in print, gaps and background, time.

    Signals:
        changed(): one of them holds something else.
    """

    changed = Signal()

    def __init__(self, choices: ExportChoices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tip = "Pixels in the file for each pixel of an image, along each side"
        self.scale = spin_box(1, MAX_SCALE, choices.scale, "Scale", tip)
        self.frame_scale = spin_box(1, MAX_SCALE, choices.frame_scale, "Scale of the frames", tip)
        for box in (self.scale, self.frame_scale):
            box.setSuffix("×")
        tip = "How wide the picture is in print"
        self.width_mm = spin_box(MIN_WIDTH_MM, MAX_WIDTH_MM, choices.width_mm, "Width in print", tip)
        self.width_mm.setSuffix(" mm")
        tip = "Lines between images and around them, in pixels of an image"
        self.padding = spin_box(0, MAX_PADDING, choices.padding, "Padding", tip)
        self.padding.setSuffix(" px")
        self.background = ColorButton("Background colour")
        self.background.set_color(choices.background)
        self.white = tool_button("White", "White background", lambda: self.background.set_color("#ffffff"))
        self.black = tool_button("Black", "Black background", lambda: self.background.set_color("#000000"))
        self.fps = spin_box(1, MAX_FPS, choices.fps, "Frames a second", "How fast it plays")
        self.fps.setSuffix(" fps")
        self.ping_pong = _check_box("Ping-pong", "Forwards, then backwards to the start", choices.ping_pong)
        self.loop = _check_box("Loop", "Play for ever, not once", choices.loop)
        self._colors = QHBoxLayout()
        self._colors.setSpacing(6)
        for button in (self.background, self.white, self.black):
            self._colors.addWidget(button)
        self._colors.addStretch(1)
        self._form = form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(8)
        form.addRow("Scale", self.scale)
        form.addRow("Scale", self.frame_scale)
        form.addRow("Width", self.width_mm)
        form.addRow("Padding", self.padding)
        form.addRow("Background", self._colors)
        form.addRow("Speed", self.fps)
        form.addRow("", self.ping_pong)
        form.addRow("", self.loop)
        for box in (self.scale, self.frame_scale, self.width_mm, self.padding, self.fps):
            box.setKeyboardTracking(True)
            box.valueChanged.connect(self.changed)
        for check in (self.ping_pong, self.loop):
            check.toggled.connect(self.changed)
        self.background.changed.connect(self.changed)

    def show_kind(self, kind: str, vector: bool) -> None:
        """Show the fields of a kind of file; `vector`: it is drawn anew for SVG and PDF, without pixels."""
        picture = kind in PICTURES and not (vector and kind in PRINTED)
        moving = kind in ANIMATIONS
        rows: tuple[tuple[QWidget | QHBoxLayout, bool], ...] = (
            (self.scale, kind == "png"),
            (self.width_mm, kind in PRINTED),
            (self.padding, picture),
            (self._colors, picture),
            (self.frame_scale, moving),
            (self.fps, moving),
            (self.ping_pong, moving),
            # No MP4 can say it: that is the player's business.
            (self.loop, moving and kind != "mp4"),
        )
        for row, shown in rows:
            self._form.setRowVisible(row, shown)
        self.setVisible(any(shown for _, shown in rows))

    def values(self) -> dict[str, Any]:
        """What the fields say, by the names of ExportChoices."""
        return {
            "scale": self.scale.value(),
            "frame_scale": self.frame_scale.value(),
            "padding": self.padding.value(),
            "background": self.background.color,
            "width_mm": self.width_mm.value(),
            "fps": self.fps.value(),
            "ping_pong": self.ping_pong.isChecked(),
            "loop": self.loop.isChecked(),
        }


def _check_box(text: str, tip: str, checked: bool) -> QCheckBox:
    box = QCheckBox(text)
    box.setToolTip(tip)
    box.setChecked(checked)
    return box
