"""The legend: its chips switch classes off and on, by mouse and by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from vae_desktop.app.session import Session
from vae_desktop.core.palette import class_color
from vae_desktop.ui.class_legend import ClassLegend

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.data.dataset import Dataset

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def legend(qtbot: QtBot, session: Session, digits: Dataset) -> ClassLegend:
    session.show_dataset(digits)
    it = ClassLegend(session)
    qtbot.addWidget(it)
    it.resize(360, 80)
    it.show()
    qtbot.waitExposed(it)
    return it


def shown(legend: ClassLegend) -> list[int]:
    """The classes whose chips say that they are shown; the session must agree."""
    chips = [label for label, chip in enumerate(legend.chips) if chip.isChecked()]
    assert set(chips) == set(range(len(legend.chips))) - legend._session.hidden_classes
    return chips


def test_there_is_a_chip_in_its_colour_for_each_class(legend: ClassLegend, digits: Dataset) -> None:
    assert [chip.text() for chip in legend.chips] == list(digits.class_names)
    for label, chip in enumerate(legend.chips):
        image = chip.grab().toImage()
        colors = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
        assert class_color(label) in colors


def test_a_click_hides_and_another_shows(qtbot: QtBot, legend: ClassLegend) -> None:
    qtbot.mouseClick(legend.chips[3], LEFT)
    assert shown(legend) == [0, 1, 2, 4, 5, 6, 7, 8, 9]
    centre = QPoint(12, legend.chips[3].height() // 2)
    assert legend.chips[3].grab().toImage().pixelColor(centre) != QColor(class_color(3))
    assert legend.chips[3].accessibleDescription() == "hidden"
    qtbot.mouseClick(legend.chips[3], LEFT)
    assert shown(legend) == list(range(10))
    assert legend.chips[3].grab().toImage().pixelColor(centre) == QColor(class_color(3))


def test_shift_and_click_shows_one_class_alone_and_then_all(qtbot: QtBot, legend: ClassLegend) -> None:
    qtbot.mouseClick(legend.chips[2], LEFT)
    qtbot.mouseClick(legend.chips[7], LEFT, SHIFT)
    assert shown(legend) == [7]
    qtbot.mouseClick(legend.chips[2], LEFT, SHIFT)
    assert shown(legend) == [2]
    qtbot.mouseClick(legend.chips[2], LEFT, SHIFT)
    assert shown(legend) == list(range(10))


def test_a_double_click_does_the_same(qtbot: QtBot, legend: ClassLegend) -> None:
    chip = legend.chips[4]
    # Qt sends press, release, double click, release.
    qtbot.mouseClick(chip, LEFT)
    qtbot.mouseDClick(chip, LEFT)
    assert shown(legend) == [4]
    qtbot.mouseClick(chip, LEFT)
    qtbot.mouseDClick(chip, LEFT)
    assert shown(legend) == list(range(10))


def test_the_keyboard_does_all_of_it(qtbot: QtBot, legend: ClassLegend) -> None:
    legend.chips[0].setFocus()
    qtbot.keyClick(legend.chips[0], Qt.Key.Key_Space)
    assert 0 not in shown(legend)
    qtbot.keyClick(legend.chips[0], Qt.Key.Key_Tab)
    assert legend.chips[1].hasFocus()
    qtbot.keyClick(legend.chips[1], Qt.Key.Key_Space, SHIFT)
    assert shown(legend) == [1]


def test_all_brings_every_class_back(qtbot: QtBot, legend: ClassLegend) -> None:
    assert not legend._all.isEnabled()
    for label in (1, 5):
        qtbot.mouseClick(legend.chips[label], LEFT)
    qtbot.mouseClick(legend._all, LEFT)
    assert shown(legend) == list(range(10))


def test_it_follows_what_others_switch(legend: ClassLegend) -> None:
    legend._session.set_class_hidden(6, True)
    assert 6 not in shown(legend)


def test_it_wraps_where_it_is_narrow(qtbot: QtBot, legend: ClassLegend) -> None:
    wide, narrow = legend.heightForWidth(900), legend.heightForWidth(180)
    assert narrow >= 2 * wide
    legend.resize(180, narrow)
    qtbot.waitUntil(lambda: legend.chips[9].geometry().top() > legend.chips[0].geometry().bottom())
    assert all(legend.rect().contains(chip.geometry()) for chip in legend.chips)
    places = [chip.geometry() for chip in legend.chips]
    assert not any(a.intersects(b) for n, a in enumerate(places) for b in places[:n])


def test_counts_add_up(qtbot: QtBot, ready: Session, digits: Dataset) -> None:
    it = ClassLegend(ready, counts=True)
    qtbot.addWidget(it)
    counts = [int(chip._count.replace(",", "")) for chip in it.chips]
    assert counts == digits.test.labels.bincount(minlength=10).tolist()


def test_another_data_set_has_its_own_classes(legend: ClassLegend, digits: Dataset) -> None:
    from dataclasses import replace

    legend._session.set_class_hidden(0, True)
    legend._session.show_dataset(replace(digits, name="other", class_names=("ant", "bee", "cat")))
    assert [chip.text() for chip in legend.chips] == ["ant", "bee", "cat"]
    assert shown(legend) == [0, 1, 2]


def test_counts_are_there_before_the_codes_are(qtbot: QtBot, session: Session, digits: Dataset) -> None:
    session.show_dataset(digits)
    it = ClassLegend(session, counts=True)
    qtbot.addWidget(it)
    assert session.codes is None
    assert [int(chip._count) for chip in it.chips] == digits.test.labels.bincount(minlength=10).tolist()
