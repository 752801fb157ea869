"""How the map is shown: chosen by mouse and keys in the popup, and seen on the map and in its key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from vae_desktop.app.map_look import MapLook
from vae_desktop.app.session import Session
from vae_desktop.app.settings import Preferences
from vae_desktop.core.config import TsneConfig
from vae_desktop.core.palette import class_color
from vae_desktop.core.records import MapFrame
from vae_desktop.ui.items.thumbnails import CLEAR, SIDES
from vae_desktop.ui.map_panel import MapPanel
from vae_desktop.ui.theme import theme
from vae_desktop.ui.value_colors import value_palette

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.data.dataset import Dataset

PATIENCE = 60_000
LEFT = Qt.MouseButton.LeftButton
Keys = Qt.Key


@pytest.fixture
def panel(qtbot: QtBot, ready: Session) -> MapPanel:
    """The panel with a map that stands still: the digits in rows of forty, one unit apart."""
    it = MapPanel(ready)
    qtbot.addWidget(it)
    it.resize(620, 760)
    it.show()
    qtbot.waitExposed(it)
    assert ready.codes is not None
    count = len(ready.codes.labels)
    places = np.stack(np.divmod(np.arange(count), 40)[::-1], axis=1).astype(np.float32)
    places.setflags(write=False)
    ready.map._newest_codes, ready.map.config = ready.codes, TsneConfig()
    ready.map._show(MapFrame(places, 1, 1, None, "refinement"))
    ready.map.state_changed.emit()
    return it


def open_popup(qtbot: QtBot, panel: MapPanel) -> None:
    qtbot.mouseClick(panel.look_button, LEFT)
    qtbot.waitUntil(panel.look.isVisible)


def choose(qtbot: QtBot, panel: MapPanel, title: str) -> None:
    """Choose what to colour by, with the keys."""
    open_popup(qtbot, panel)
    box = panel.look.colour_by
    qtbot.keyClick(box, Keys.Key_Home)
    for _ in range(box.count()):
        if box.currentText() == title:
            break
        qtbot.keyClick(box, Keys.Key_Down)
    assert box.currentText() == title
    qtbot.keyClick(box, Keys.Key_Escape)
    qtbot.waitUntil(lambda: not panel.look.isVisible())


def grab(panel: MapPanel) -> QImage:
    return panel.view.grab().toImage()


def colors_near(panel: MapPanel, index: int, reach: int = 2) -> set[str]:
    """The colours painted at a digit's place."""
    x, y = (float(value) for value in panel.view.points.points[index])
    middle, image = panel.view.from_plane(x, y).toPoint(), grab(panel)
    span = range(-reach, reach + 1)
    return {image.pixelColor(middle + QPoint(dx, dy)).name() for dx in span for dy in span}


def opaque(panel: MapPanel) -> None:
    """Points whose colours can be read off, not all of them in view."""
    preferences = panel.session.preferences
    preferences.map_look = MapLook(opacity=1.0, size=7.0, thumbnails=False)
    panel.view.follows = False
    panel.view.view_box.setRange(QRectF(-1, -1, 42, 32), padding=0)


def test_the_classes_have_their_counts(panel: MapPanel, digits: Dataset) -> None:
    counts = [int(chip._count.replace(",", "")) for chip in panel.legend.chips]
    assert counts == digits.test.labels.bincount(minlength=10).tolist()
    assert not panel.key.bar.isVisible() and panel.legend.isVisible()


def test_colour_by_a_latent_dimension(qtbot: QtBot, panel: MapPanel) -> None:
    opaque(panel)
    choose(qtbot, panel, "Latent mean z₁")
    session = panel.session
    assert session.codes is not None and session.preferences.map_look.dimension == 1
    values, palette = session.codes.means[:, 1], value_palette(False)
    lowest, highest = int(values.argmin()), int(values.argmax())
    assert palette[0] in colors_near(panel, lowest) and palette[-1] in colors_near(panel, highest)
    assert panel.key.bar.isVisible() and not panel.legend.isVisible()
    low, _, high = panel.key.bar.numbers()
    assert low.startswith("≤") and high.startswith("≥")
    assert "z₁" in panel.key.bar.title
    choose(qtbot, panel, "Class")
    assert class_color(int(session.codes.labels[lowest])) in colors_near(panel, lowest)
    assert panel.legend.isVisible()


def test_colour_by_the_negative_elbo(qtbot: QtBot, panel: MapPanel) -> None:
    opaque(panel)
    choose(qtbot, panel, "Negative ELBO")
    colours = panel.session.map_colours
    assert "computing" in panel.key.bar.numbers()[1] or not colours.pending
    qtbot.waitUntil(lambda: colours.values is not None, timeout=PATIENCE)
    assert colours.values is not None
    palette = value_palette(False)
    # Around the name that is written in the middle of a point.
    assert palette[-1] in colors_near(panel, int(colours.values.argmax()), reach=6)
    assert palette[0] in colors_near(panel, int(colours.values.argmin()), reach=6)
    assert "nats" in panel.key.bar.title
    middle = float(panel.key.bar.numbers()[1])
    assert colours.values.min() < middle < colours.values.max()


def test_digits_taken_for_others_stand_out(qtbot: QtBot, panel: MapPanel) -> None:
    opaque(panel)
    choose(qtbot, panel, "Predicted class")
    colours, codes = panel.session.map_colours, panel.session.codes
    qtbot.waitUntil(lambda: colours.predicted is not None, timeout=PATIENCE)
    assert colours.predicted is not None and codes is not None
    wrong = np.flatnonzero(colours.predicted != codes.labels)
    assert 0 < len(wrong) < len(codes.labels)
    assert f"{len(wrong):,} of {len(codes.labels):,}" in panel.key.note.text()
    index = int(wrong[0])
    assert class_color(int(colours.predicted[index])) in colors_near(panel, index)
    assert theme().colors.text in colors_near(panel, index, reach=7), "no ring"
    right = int(np.flatnonzero(colours.predicted == codes.labels)[0])
    assert class_color(int(codes.labels[right])) in colors_near(panel, right)


def test_size_and_opacity(qtbot: QtBot, panel: MapPanel) -> None:
    opaque(panel)
    look, points = panel.look, panel.view.points
    open_popup(qtbot, panel)
    before = grab(panel)
    look.point_size.setFocus()
    qtbot.keyClick(look.point_size, Keys.Key_End)
    assert points.size == look.point_size.maximum() / 2
    large = grab(panel)
    assert ink(large) > 1.15 * ink(before)
    look.opacity.setFocus()
    qtbot.keyClick(look.opacity, Keys.Key_Home)
    assert points.point_opacity == pytest.approx(0.05)
    assert ink(grab(panel)) < 0.4 * ink(large)
    qtbot.mouseClick(look.reset, LEFT)
    assert panel.session.preferences.map_look == MapLook() and points.size == MapLook().size
    assert not look.reset.isEnabled()
    look.hide()


def ink(image: QImage) -> float:
    """How far a picture is from plain background."""
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return float((255 - pixels[:, : image.width(), :3].astype(float)).sum())


def test_contours_come_and_go(qtbot: QtBot, panel: MapPanel) -> None:
    session, contours = panel.session, panel.view.dress.contours
    session.preferences.map_look = MapLook(opacity=0.05, size=2)
    before = grab(panel)
    open_popup(qtbot, panel)
    qtbot.mouseClick(panel.look.contours, LEFT, pos=QPoint(8, panel.look.contours.height() // 2))
    qtbot.waitUntil(lambda: not contours.empty, timeout=PATIENCE)
    assert ink(grab(panel)) > 1.02 * ink(before)
    # A map that moves loses its lines, and has others when it rests.
    old = session.map_density.contours
    assert session.map.frame is not None
    moved = (session.map.frame.embedding * np.float32(2)).astype(np.float32)
    session.map._show(MapFrame(moved, 2, 2, None, "refinement"))
    assert contours.empty
    qtbot.waitUntil(lambda: not contours.empty, timeout=PATIENCE)
    new = session.map_density.contours
    assert old is not None and new is not None
    assert np.ptp(new[-1][:, 0, 0]) > 1.5 * np.ptp(old[-1][:, 0, 0])
    qtbot.keyClick(panel.look.contours, Keys.Key_Space)
    assert contours.empty and session.map_density.contours is None
    panel.look.hide()


def test_digits_take_the_place_of_points_once_there_is_room(
    qtbot: QtBot, panel: MapPanel, digits: Dataset
) -> None:
    view, thumbnails = panel.view, panel.view.dress.thumbnails
    grab(panel)
    assert thumbnails.shown == [], "the whole map has no room for them"
    view.follows = False
    view.view_box.setRange(QRectF(9.5, 1.5, 10, 8), padding=0)
    qtbot.waitUntil(lambda: bool(grab(panel)) and len(thumbnails.shown) >= 80)
    index = thumbnails.shown[30]
    x, y = (float(value) for value in view.points.points[index])
    middle, image = view.from_plane(x, y).toPoint(), grab(panel)
    # The ink of the digit where it is, on paper where it is not.
    pixels = digits.test.images[index, 0].numpy()
    unit = view.from_plane(1, 0).x() - view.from_plane(0, 0).x()
    side = max(edge for edge in SIDES if CLEAR * edge <= unit)
    inked = list(np.argwhere(pixels > 220))
    bare = [point for point in np.argwhere(pixels < 20) if 8 < point[0] < 20 and 8 < point[1] < 20]

    def lightness(places: list[np.ndarray]) -> float:
        room = (side - 4) / pixels.shape[0]
        at = [
            middle + QPoint(*(round((value + 0.5 - 14) * room) for value in place[::-1])) for place in places
        ]
        return float(np.mean([image.pixelColor(point).lightness() for point in at]))

    assert lightness(inked) < lightness(bare) - 60
    assert class_color(int(digits.test.labels[index])) in colors_near(panel, index, reach=side // 2 + 1)
    # None lies upon another.
    places = view.points.points[thumbnails.shown] * unit
    apart = np.abs(places[:, None] - places[None]).max(axis=2)
    np.fill_diagonal(apart, np.inf)
    assert apart.min() >= CLEAR * side
    # Pointing at one shows its card, as before.
    QTest.mouseMove(view.viewport(), middle)
    qtbot.waitUntil(view.card.isVisible)
    assert view.card.digit is not None and view.card.digit.index == index
    panel.session.preferences.map_look = MapLook(thumbnails=False)
    grab(panel)
    assert thumbnails.shown == []


def test_hidden_classes_have_no_thumbnails(qtbot: QtBot, panel: MapPanel, digits: Dataset) -> None:
    view, thumbnails = panel.view, panel.view.dress.thumbnails
    view.follows = False
    view.view_box.setRange(QRectF(9.5, 1.5, 10, 8), padding=0)
    panel.session.set_class_hidden(3, True)
    qtbot.waitUntil(lambda: bool(grab(panel)) and len(thumbnails.shown) >= 60)
    labels = digits.test.labels.numpy()[thumbnails.shown]
    assert 3 not in labels and len(set(labels.tolist())) == 9


def test_the_popup_is_worked_with_the_keys(qtbot: QtBot, panel: MapPanel) -> None:
    panel.look_button.setFocus()
    qtbot.keyClick(panel.look_button, Keys.Key_Space)
    qtbot.waitUntil(panel.look.isVisible)
    look = panel.look
    look.activateWindow()
    look.colour_by.setFocus()
    fields = (look.point_size, look.opacity, look.contours, look.thumbnails)
    for field in fields:
        qtbot.keyClick(QApplication.focusWidget() or look, Keys.Key_Tab)
        assert look.focusWidget() is field
    for field in (look.colour_by, *fields, look.reset, panel.look_button):
        assert field.accessibleName() and field.toolTip()
    qtbot.keyClick(look, Keys.Key_Escape)
    qtbot.waitUntil(lambda: not look.isVisible())


def test_the_look_is_remembered(qtbot: QtBot, panel: MapPanel) -> None:
    choose(qtbot, panel, "Latent mean z₀")
    panel.session.preferences.sync()
    again = Preferences(Path(panel.session.preferences.path))
    assert (again.map_look.colour_by, again.map_look.dimension) == ("latent", 0)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_scale_stands_out_from_the_plot(panel: MapPanel, mode: str) -> None:
    theme().apply(mode)
    from PySide6.QtGui import QColor

    palette = value_palette(theme().dark)
    background = QColor(theme().colors.plot).lightnessF()
    assert all(abs(QColor(color).lightnessF() - background) > 0.12 for color in palette)
    panel.session.preferences.map_look = MapLook(colour_by="latent", opacity=1.0, size=7.0)
    assert set(palette) & {name for index in range(30) for name in colors_near(panel, index)}
