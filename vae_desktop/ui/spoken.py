"""What assistive programs find of widgets that we paint ourselves: a fitting role, and a value in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QComboBox, QStackedWidget, QWidget
from shiboken6 import isValid

from vae_desktop.ui.drawing_pad import DrawingPad
from vae_desktop.ui.face import Face
from vae_desktop.ui.grid_face import GridFace
from vae_desktop.ui.image_grid import ImageGrid
from vae_desktop.ui.latent_canvas import LatentCanvas
from vae_desktop.ui.loss_legend import last_words
from vae_desktop.ui.loss_plot import CurvePlot
from vae_desktop.ui.map_view import MapView
from vae_desktop.ui.message_bar import MessageBar
from vae_desktop.ui.naming import name_choice
from vae_desktop.ui.picture_view import PictureView
from vae_desktop.ui.plane_words import place_words

Role = QAccessible.Role


def _of_canvas(canvas: LatentCanvas) -> str:
    verdict = canvas.session.likeness.verdict
    place = place_words(canvas.session)
    return place if verdict is None else f"{place}; {verdict.words}"


def _of_map(view: MapView) -> str:
    chosen = view.accessibleDescription()
    count = len(view.points.points)
    return chosen or (f"{count:,} digits" if count else "no map yet")


def _of_pad(pad: DrawingPad) -> str:
    return "empty" if pad.sheet.empty else "drawn on"


def _silent(_: QWidget) -> str:
    """Its name and its description say all."""
    return ""


def _of_curves(plot: CurvePlot) -> str:
    return "; ".join(last_words(line) for line in plot.lines)


FACES: tuple[tuple[type[QWidget], Role, Callable[[Any], str]], ...] = (
    (LatentCanvas, Role.Canvas, _of_canvas),
    (MapView, Role.Chart, _of_map),
    (CurvePlot, Role.Chart, _of_curves),
    (PictureView, Role.Graphic, _silent),
    (DrawingPad, Role.Canvas, _of_pad),
    # Else Orca says "layered pane" on the way into each of them.
    (QStackedWidget, Role.Client, _silent),
    (MessageBar, Role.AlertMessage, lambda bar: bar.label.text()),
)

# Qt deletes a face with its widget; until then Python must not.
_kept: list[Face] = []
_installed = False


def install() -> None:
    """Let Qt ask us about our own widgets, from now on."""
    global _installed
    if not _installed:
        _installed = True
        QAccessible.installFactory(_face_of)


def _face_of(_name: str, thing: QObject) -> QAccessibleInterface | None:
    # For one object several times, if the first connection to a method of its own has extended its class meanwhile.
    face = _new_face(thing)
    if face is not None:
        for gone in [it for it in _kept if not isValid(it)]:
            gone.release()
            _kept.remove(gone)
        _kept.append(face)
    return face


def _new_face(thing: QObject) -> Face | None:
    if isinstance(thing, ImageGrid):
        return GridFace(thing)
    if isinstance(thing, QComboBox):
        name_choice(thing)
    for kind, role, value in FACES:
        if isinstance(thing, kind):
            return Face(thing, role, value)
    return None
