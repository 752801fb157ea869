"""Points on their way from one plane to another: slow enough for an eye to follow them."""

from __future__ import annotations

from collections.abc import Callable

# Not `QStyle` itself: see `plane_chooser`.
from PySide6 import QtWidgets
from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation
from PySide6.QtWidgets import QApplication

from vae_desktop.core.records import FloatArray
from vae_desktop.ui.items.class_points import ClassPoints

DURATION_MS = 250


class Glide(QObject):
    """Moves the points of a layer to other places; they are there at once where the system wants no animation.

    Args:
        points: the layer.
        arrived: called when they are where they belong.
    """

    def __init__(self, points: ClassPoints, arrived: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._points = points
        self._arrived = arrived
        self._start = self._end = points.points
        self._animation = QVariantAnimation(self)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._animation.valueChanged.connect(self._move)
        self._animation.finished.connect(self._arrive)

    @property
    def running(self) -> bool:
        """Whether points are on their way."""
        return self._animation.state() == QVariantAnimation.State.Running

    def to(self, places: FloatArray) -> None:
        """Bring the points to these places [N, 2], from wherever they are."""
        self._animation.stop()
        self._start, self._end = self._points.points, places
        if len(self._start) != len(places) or not len(places) or not _wanted():
            self._arrive()
            return
        self._animation.setDuration(DURATION_MS)
        self._animation.start()

    def stop(self) -> None:
        """The points are somewhere else altogether."""
        self._animation.stop()

    def _move(self, part: float) -> None:
        if part < 1.0:
            self._points.set_points(self._start + (self._end - self._start) * part)

    def _arrive(self) -> None:
        self._points.set_points(self._end)
        self._arrived()


def _wanted() -> bool:
    """Whether the system has its widgets move."""
    hint = QtWidgets.QStyle.StyleHint.SH_Widget_Animation_Duration
    return DURATION_MS > 0 and QApplication.style().styleHint(hint) > 0
