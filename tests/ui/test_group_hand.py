"""Choosing digits together: lasso, rectangle and keys, on the map and on the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from tests.ui.map_hand import ALT, CTRL, LEFT, NO_KEY, SHIFT, click, draw, let_go, numbers_in, pixel
from vae_desktop.core.palette import class_color
from vae_desktop.ui.group_hand import gesture
from vae_desktop.ui.latent_canvas import LatentCanvas
from vae_desktop.ui.map_panel import MapPanel
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.data.dataset import Dataset

# Around columns 2 to 5 of rows 3 to 6, and around columns 4 to 8 of rows 3 to 4.
FIRST = [(1.5, 2.5), (5.5, 2.5), (5.5, 6.5), (1.5, 6.5)]
SECOND = [(3.5, 2.5), (8.5, 4.5)]
BOTH = sorted({*numbers_in(2, 5, 3, 6), *numbers_in(4, 8, 3, 4)})


def test_shift_and_drag_is_a_lasso(laid: MapPanel) -> None:
    view, session = laid.view, laid.session
    seen = view.view_box.viewRect()
    draw(view, *FIRST, keys=SHIFT)
    assert session.group.tolist() == numbers_in(2, 5, 3, 6)
    assert view.view_box.viewRect() == seen, "the view stays where it is"
    assert session.selected is None
    draw(view, *SECOND, keys=SHIFT | CTRL)
    assert session.group.tolist() == BOTH, "a rectangle adds"
    draw(view, *FIRST, keys=SHIFT | ALT)
    assert session.group.tolist() == numbers_in(6, 8, 3, 4), "Alt takes away"
    for expected in (BOTH, numbers_in(2, 5, 3, 6), []):
        session.undo()
        assert session.group.tolist() == expected


def test_a_lasso_follows_the_hand_and_not_its_box(laid: MapPanel) -> None:
    draw(laid.view, (1.5, 1.5), (9.7, 1.5), (1.5, 9.7), keys=SHIFT)
    triangle = [
        number
        for number in range(359)
        if min(number % 20, number // 20) >= 2 and number % 20 + number // 20 <= 11
    ]
    assert laid.session.group.tolist() == triangle


def test_the_tools_choose_anew_add_and_take_away(qtbot: QtBot, laid: MapPanel) -> None:
    view, session, buttons = laid.view, laid.session, laid.tools.buttons
    assert [tool for tool, button in buttons.items() if button.isChecked()] == ["move"]
    qtbot.mouseClick(buttons["rectangle"], LEFT)
    assert [tool for tool, button in buttons.items() if button.isChecked()] == ["rectangle"]
    assert view.viewport().cursor().shape() == Qt.CursorShape.CrossCursor
    draw(view, FIRST[0], FIRST[2])
    draw(view, *SECOND)
    assert session.group.tolist() == numbers_in(4, 8, 3, 4), "without a key it is chosen anew"
    draw(view, FIRST[2], FIRST[0], keys=SHIFT)
    assert session.group.tolist() == BOTH, "from any corner"
    draw(view, *SECOND, keys=CTRL)
    assert session.group.tolist() == sorted({*BOTH} - {*numbers_in(4, 8, 3, 4)})
    qtbot.mouseClick(buttons["lasso"], LEFT)
    draw(view, *FIRST)
    assert session.group.tolist() == numbers_in(2, 5, 3, 6)
    # A click on a digit chooses it, one on the ground ends the group.
    click(view, (7, 7))
    assert session.selected == 147 and len(session.group)
    click(view, (7.5, 7.5))
    assert session.group.tolist() == []
    seen = view.view_box.viewRect()
    qtbot.mouseClick(buttons["move"], LEFT)
    draw(view, (5, 5), (7, 6))
    assert view.view_box.viewRect() != seen and session.group.tolist() == []


def test_keys_change_tools(qtbot: QtBot, laid: MapPanel) -> None:
    for key, tool in ((Qt.Key.Key_L, "lasso"), (Qt.Key.Key_R, "rectangle"), (Qt.Key.Key_M, "move")):
        qtbot.keyClick(laid.view, key)
        assert laid.view.hand.tool == tool and laid.tools.buttons[tool].isChecked()


def test_shift_and_click_adds_a_digit_or_takes_it_away(laid: MapPanel) -> None:
    session = laid.session
    click(laid.view, (3, 3), keys=SHIFT)
    click(laid.view, (5, 3), keys=SHIFT)
    assert session.group.tolist() == [63, 65]
    click(laid.view, (3, 3), keys=SHIFT)
    assert session.group.tolist() == [65] and session.selected is None
    click(laid.view, (5.5, 3.5), keys=SHIFT)
    assert session.group.tolist() == [65], "a click on nothing does nothing"


def test_escape_gives_up_the_lasso_and_then_the_group(qtbot: QtBot, laid: MapPanel) -> None:
    view, session = laid.view, laid.session
    draw(view, *FIRST, keys=SHIFT)
    seen = view.view_box.viewRect()
    draw(view, (7.5, 7.5), (12.5, 7.5), (12.5, 12.5), keys=SHIFT, release=False)
    assert view.hand._outline.isVisible()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not view.hand._outline.isVisible()
    QTest.mouseMove(view.viewport(), pixel(view, (14, 14)))
    let_go(view, (14, 14))
    assert session.group.tolist() == numbers_in(2, 5, 3, 6) and view.view_box.viewRect() == seen
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert session.group.tolist() == []
    qtbot.keyClick(view, Qt.Key.Key_A, CTRL)
    assert session.group.tolist() == list(range(359))


@pytest.mark.parametrize(
    "outline",
    [[(25, 25), (28, 25), (28, 28)], [(2.2, 2.2), (2.8, 2.2), (2.8, 2.8)], [(1.5, 1.8), (9.5, 9.8)],
     [(-90, -90), (-80, -90), (-80, -80)]],
)  # fmt: skip
def test_an_outline_around_nothing_adds_nothing(laid: MapPanel, outline: list[tuple[float, float]]) -> None:
    laid.session.set_group([5])
    draw(laid.view, *outline, keys=SHIFT)
    assert laid.session.group.tolist() == [5]
    laid.view.hand.set_tool("lasso")
    draw(laid.view, (-0.9, 2), (-0.6, 8), (-0.9, 12))
    assert laid.session.group.tolist() == [], "chosen anew, and nobody is there"


def test_a_lasso_out_of_the_view_ends_at_its_edge(laid: MapPanel) -> None:
    draw(laid.view, (15.5, -50), (15.5, 60), (200, 60), (200, -50), keys=SHIFT)
    assert laid.session.group.tolist() == []  # pressed outside the view
    draw(laid.view, (15.5, 8.5), (15.5, 60), (200, 60), (200, 8.5), keys=SHIFT)
    assert laid.session.group.tolist() == numbers_in(16, 19, 9, 17)


def test_hidden_classes_are_passed_over(laid: MapPanel, digits: Dataset) -> None:
    labels = digits.test.labels.numpy()
    laid.session.set_class_hidden(int(labels[63]), True)
    draw(laid.view, *FIRST, keys=SHIFT)
    inside = np.array(numbers_in(2, 5, 3, 6))
    assert laid.session.group.tolist() == inside[labels[inside] != labels[63]].tolist()


def distance(color: QColor, other: str) -> int:
    wanted = QColor(other)
    return max(
        abs(color.red() - wanted.red()),
        abs(color.green() - wanted.green()),
        abs(color.blue() - wanted.blue()),
    )


def test_the_group_stands_out_and_the_others_fade(laid: MapPanel, digits: Dataset) -> None:
    view, labels = laid.view, digits.test.labels.numpy()
    view.points.set_glyphs(())
    view.points.set_size(9)
    # Not where a class's name stands.
    inside, outside = 4 * 20 + 3, 10 * 20 + 17
    for name in view._names.values():
        name.hide()
    for mode in ("light", "dark"):
        theme().apply(mode)
        laid.session.set_group([])
        plain = view.grab().toImage()
        draw(view, *FIRST, keys=SHIFT)
        marked = view.grab().toImage()
        for number, kept in ((inside, True), (outside, False)):
            at, own = pixel(view, (number % 20, number // 20)), class_color(int(labels[number]))
            assert distance(plain.pixelColor(at), own) < 60
            faded = distance(marked.pixelColor(at), theme().colors.plot) < 0.45 * distance(
                plain.pixelColor(at), theme().colors.plot
            )
            assert faded is not kept, (mode, number)
            assert (marked.pixelColor(at) == plain.pixelColor(at)) is kept


def test_map_and_canvas_share_the_group(qtbot: QtBot, spread: LatentCanvas) -> None:
    session = spread.session
    cursor = session.cursor
    # On the canvas digit i lies at (i % 12, i // 12) / 2 − 2.75.
    draw(spread, (-1.5, -1.5), (0.0, -1.5), (0.0, -0.5), (-1.5, -0.5), keys=SHIFT)
    inside = [row * 12 + column for row in (3, 4) for column in (3, 4, 5)]
    assert session.group.tolist() == inside
    assert np.array_equal(session.cursor, cursor), "the cursor stays"
    assert spread.hand.marks.isVisible()
    draw(spread, (-1.5, -1.5), (-0.5, 0.0), keys=SHIFT | CTRL | ALT)
    assert session.group.tolist() == [41, 53]
    spread.set_points_on(False)
    assert not spread.hand.marks.isVisible()
    spread.set_points_on(True)
    qtbot.keyClick(spread, Qt.Key.Key_Escape)
    assert session.group.tolist() == [] and not spread.hand.marks.isVisible()
    draw(spread, (0.6, 0.6), (1.0, 1.0))
    assert not np.array_equal(session.cursor, cursor), "without Shift a drag still moves the cursor"


def test_the_canvas_without_digits_has_nothing_to_choose(spread: LatentCanvas) -> None:
    spread.set_points_on(False)
    draw(spread, (-1.5, -1.5), (0.0, -1.5), (0.0, 0.5), keys=SHIFT)
    assert spread.session.group.tolist() == [] and not spread.hand.busy


def test_every_combination_of_keys_means_something() -> None:
    assert gesture("move", NO_KEY) is None and gesture("move", CTRL) is None and gesture("move", ALT) is None
    assert gesture("move", SHIFT) == ("lasso", "add")
    assert gesture("move", SHIFT | CTRL | ALT) == ("rectangle", "remove")
    for tool in ("lasso", "rectangle"):
        ways = [gesture(tool, keys) for keys in (NO_KEY, SHIFT, CTRL, ALT, SHIFT | ALT, SHIFT | CTRL)]
        assert ways == [(tool, way) for way in ("anew", "add", "remove", "remove", "remove", "add")]
