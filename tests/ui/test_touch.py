"""Fingers on the map and on grids, and pinches on a touchpad; the canvas's and the pad's own are tested with them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from vae_desktop.app.session import Session
from vae_desktop.ui.map_panel import MapPanel
from vae_desktop.ui.map_view import MapView
from vae_desktop.ui.samples_panel import SamplesPanel

PATIENCE = 60_000


def touch(part: QWidget, device: QPointingDevice, fingers: list[QPoint], stage: str) -> None:
    """Put fingers on a widget ("press"), "move" or lift them ("release")."""
    sequence = QTest.touchEvent(part, device)
    for number, place in enumerate(fingers):
        getattr(sequence, stage)(number, place, part)
    sequence.commit()


def pinch(view: MapView, centre: QPoint, start: int, end: int) -> None:
    """Move two fingers apart, or together, about a place."""
    device = QTest.createTouchDevice()

    def fingers(gap: int) -> list[QPoint]:
        return [centre - QPoint(gap, 0), centre + QPoint(gap, 0)]

    touch(view.viewport(), device, fingers(start), "press")
    for step in range(1, 9):
        touch(view.viewport(), device, fingers(start + (end - start) * step // 8), "move")
    touch(view.viewport(), device, fingers(end), "release")


def test_two_fingers_zoom_the_map_about_their_middle(laid: MapPanel) -> None:
    view = laid.view
    width, place = view.view_box.viewRect().width(), (10.0, 9.0)
    centre = view.from_plane(*place).toPoint()
    pinch(view, centre, 20, 100)
    assert view.view_box.viewRect().width() < width / 2
    assert view.to_plane(QPointF(centre)) == pytest.approx(place, abs=0.5)
    assert laid.session.selected is None and not len(laid.session.group)
    closer = view.view_box.viewRect().width()
    pinch(view, centre, 100, 30)
    assert view.view_box.viewRect().width() > 1.5 * closer


def test_a_tap_selects_a_digit_of_the_map(laid: MapPanel) -> None:
    view, device = laid.view, QTest.createTouchDevice()
    place = view.from_plane(5, 3).toPoint()
    touch(view.viewport(), device, [place], "press")
    touch(view.viewport(), device, [place], "release")
    assert laid.session.selected == 3 * 20 + 5


def test_a_pinch_on_a_touchpad_zooms_about_the_pointer(laid: MapPanel) -> None:
    view = laid.view
    width, pointer = view.view_box.viewRect().width(), view.from_plane(10, 9)
    for value, smaller in ((0.5, True), (-0.5, False)):
        before = view.view_box.viewRect().width()
        event = QNativeGestureEvent(
            Qt.NativeGestureType.ZoomNativeGesture,
            QPointingDevice.primaryPointingDevice(),
            2,
            pointer,
            pointer,
            view.viewport().mapToGlobal(pointer),
            value,
            QPointF(),
        )
        QApplication.sendEvent(view.viewport(), event)
        assert (view.view_box.viewRect().width() < before) == smaller
        assert view.to_plane(pointer) == pytest.approx((10, 9), abs=0.1)
    assert view.view_box.viewRect().width() != width


def test_a_tap_on_a_sample_puts_the_cursor_there(qtbot: QtBot, ready: Session) -> None:
    window, samples = QMainWindow(), SamplesPanel(ready)
    window.setCentralWidget(samples)
    qtbot.addWidget(window)
    window.resize(500, 500)
    window.show()
    qtbot.waitExposed(window)
    qtbot.waitUntil(lambda: samples.grid.count == 64, timeout=PATIENCE)
    device = QTest.createTouchDevice()
    middle = samples.grid.cell_rect(9).center().toPoint()
    touch(samples.grid, device, [middle], "press")
    touch(samples.grid, device, [middle], "release")
    assert ready.samples.codes is not None
    assert ready.cursor.tolist() == ready.samples.codes[9].tolist()
