"""The docks' sizes while the window grows and shrinks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.window_hand import MakeWindow
from vae_desktop.ui.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton
PLAIN, WIDE = (1600, 1000), (2560, 1440)
Sizes = dict[str, tuple[int, int]]


@pytest.fixture
def plain(make_window: MakeWindow, qtbot: QtBot) -> MainWindow:
    """A window in its first layout."""
    window = make_window()
    window.resize(*PLAIN)
    window.dock_layout.reset()
    settle(qtbot)
    return window


def settle(qtbot: QtBot) -> None:
    """Let the parts take the room that they have got."""
    qtbot.wait(50)


def resize(qtbot: QtBot, window: MainWindow, size: tuple[int, int]) -> Sizes:
    window.resize(*size)
    settle(qtbot)
    return sizes_of(window)


def sizes_of(window: MainWindow) -> Sizes:
    """The docks that are seen: those behind another are outside."""
    docks = {name: dock for name, dock in window.docks.items() if not dock.visibleRegion().isEmpty()}
    return {name: (dock.width(), dock.height()) for name, dock in docks.items()}


def pull_line(qtbot: QtBot, window: MainWindow, at: QPoint, to: QPoint) -> None:
    """Drag the line between two docks, or between a dock and the canvas."""
    assert window.isSeparator(at)
    before = sizes_of(window)
    QTest.mousePress(window, LEFT, pos=at)
    QTest.mouseMove(window, to)
    qtbot.waitUntil(lambda: sizes_of(window) != before)
    QTest.mouseRelease(window, LEFT, pos=to)
    settle(qtbot)


def right_of(window: MainWindow, name: str) -> QPoint:
    box = window.docks[name].geometry()
    return QPoint(box.right() + 3, box.center().y())


def below(window: MainWindow, name: str) -> QPoint:
    box = window.docks[name].geometry()
    return QPoint(box.center().x(), box.bottom() + 3)


def test_the_parts_grow_together_and_come_back(plain: MainWindow, qtbot: QtBot) -> None:
    before, canvas = sizes_of(plain), plain.canvas.size()
    assert before["training_panel"][0] == before["map"][0] == 400
    wide = resize(qtbot, plain, WIDE)
    assert wide["training_panel"][0] == wide["map"][0] == wide["samples"][0] == 640
    assert wide["map"][1] == pytest.approx(1.44 * before["map"][1], rel=0.05)
    assert plain.canvas.width() == pytest.approx(1.6 * canvas.width(), rel=0.02)
    assert resize(qtbot, plain, PLAIN) == before


def test_what_a_hand_made_of_them_is_kept_in_proportion(plain: MainWindow, qtbot: QtBot) -> None:
    line = right_of(plain, "training_panel")
    pull_line(qtbot, plain, line, line + QPoint(100, 0))
    line = below(plain, "map")
    pull_line(qtbot, plain, line, line - QPoint(0, 150))
    before = sizes_of(plain)
    assert before["training_panel"][0] == 500
    wide = resize(qtbot, plain, WIDE)
    assert wide["training_panel"][0] == 800 and wide["map"][0] == 640
    ratio = before["map"][1] / before["samples"][1]
    assert wide["map"][1] / wide["samples"][1] == pytest.approx(ratio, rel=0.05)
    # By a hand in the wide window, too.
    line = right_of(plain, "training_panel")
    pull_line(qtbot, plain, line, line - QPoint(160, 0))
    assert resize(qtbot, plain, PLAIN)["training_panel"][0] == 400


def test_no_number_of_steps_moves_them(plain: MainWindow, qtbot: QtBot) -> None:
    """Nor does a window that has no room for what they had."""
    line = right_of(plain, "training_panel")
    pull_line(qtbot, plain, line, line + QPoint(87, 0))
    before = sizes_of(plain)
    for step in (*range(30), *reversed(range(30))):
        plain.resize(PLAIN[0] + 7 * step, PLAIN[1] + 3 * step)
    small = resize(qtbot, plain, (plain.minimumSizeHint().width(), 700))
    assert small["training_panel"][0] < before["training_panel"][0]
    assert resize(qtbot, plain, PLAIN) == before


def test_another_tab_in_front_has_the_same_share(plain: MainWindow, qtbot: QtBot) -> None:
    plain.docks["digit"].raise_()
    settle(qtbot)
    before = sizes_of(plain)
    assert "digit" in before and "samples" not in before
    wide = resize(qtbot, plain, WIDE)
    plain.docks["samples"].raise_()
    settle(qtbot)
    assert sizes_of(plain)["samples"] == wide["digit"]
    after = resize(qtbot, plain, PLAIN)
    assert after["samples"] == before["digit"] and after["map"] == before["map"]
    # Nor does one that comes to the front where there is no room make all of them small for good.
    resize(qtbot, plain, (plain.minimumSizeHint().width(), 700))
    plain.docks["digit"].raise_()
    settle(qtbot)
    assert resize(qtbot, plain, PLAIN) == before


def test_closed_and_floating_docks_are_left_alone(plain: MainWindow, qtbot: QtBot) -> None:
    plain.docks["training_panel"].close()
    floating = plain.docks["map"]
    floating.setFloating(True)
    floating.resize(500, 450)
    settle(qtbot)
    before, room = sizes_of(plain), plain.canvas.width()
    wide = resize(qtbot, plain, WIDE)
    assert floating.width() == 500 and floating.height() == 450
    assert "training_panel" not in wide
    assert plain.canvas.width() == pytest.approx(1.6 * room, rel=0.02)
    assert resize(qtbot, plain, PLAIN) == before
    plain.docks["training_panel"].show()
    settle(qtbot)
    shown = sizes_of(plain)["training_panel"][0]
    assert resize(qtbot, plain, WIDE)["training_panel"][0] == round(1.6 * shown)


def put_below(qtbot: QtBot, window: MainWindow, down: int) -> None:
    """Put the samples below the canvas, a tab behind them, and pull the line above them."""
    samples = window.docks["samples"]
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, samples)
    window.tabifyDockWidget(samples, window.docks["digit"])
    samples.raise_()
    settle(qtbot)
    pull_line_above(qtbot, window, down)


def pull_line_above(qtbot: QtBot, window: MainWindow, down: int) -> None:
    box = window.docks["samples"].geometry()
    # The tabs are in between.
    column = (QPoint(box.center().x(), y) for y in range(box.top(), 0, -1))
    line = next(place for place in column if window.isSeparator(place))
    pull_line(qtbot, window, line, line + QPoint(0, down))


def test_a_dock_below_the_canvas_keeps_its_share_of_the_height(plain: MainWindow, qtbot: QtBot) -> None:
    put_below(qtbot, plain, 40)
    before = sizes_of(plain)
    wide = resize(qtbot, plain, WIDE)
    assert wide["samples"][1] == pytest.approx(1.44 * before["samples"][1], abs=15)
    assert resize(qtbot, plain, PLAIN) == before


def test_a_stored_layout_comes_back_as_it_was(make_window: MakeWindow, qtbot: QtBot) -> None:
    first = make_window()
    # The screen of these tests is narrower than any window, but not as low.
    resize(qtbot, first, (first.minimumSizeHint().width(), 750))
    put_below(qtbot, first, 30)
    before, size = sizes_of(first), first.size()
    first.close()
    second = make_window()
    settle(qtbot)
    assert second.size() == size and sizes_of(second) == before
    wide = resize(qtbot, second, (size.width(), 1500))
    assert wide["samples"][1] == pytest.approx(2 * before["samples"][1], abs=30)


def test_a_stored_maximised_window_comes_back_as_it_was(make_window: MakeWindow, qtbot: QtBot) -> None:
    first = make_window()
    put_below(qtbot, first, 10)
    for name, dock in first.docks.items():
        # With more, no window would fit the screen of these tests.
        dock.setVisible(name in ("samples", "digit"))
    resize(qtbot, first, (700, 560))
    first.showMaximized()
    settle(qtbot)
    size = first.size()
    assert size.height() > 750
    pull_line_above(qtbot, first, -50)
    before = sizes_of(first)
    first.close()
    second = make_window()
    settle(qtbot)
    assert second.isMaximized() and second.size() == size
    assert sizes_of(second) == before
    second.showNormal()
    settle(qtbot)
    assert second.height() < size.height()
    assert sizes_of(second)["samples"][1] < before["samples"][1]
    second.showMaximized()
    settle(qtbot)
    assert sizes_of(second) == before


def test_the_first_layout_can_be_had_again_in_a_wide_window(plain: MainWindow, qtbot: QtBot) -> None:
    first = sizes_of(plain)
    line = right_of(plain, "training_panel")
    pull_line(qtbot, plain, line, line + QPoint(100, 0))
    resize(qtbot, plain, WIDE)
    plain.dock_layout.reset()
    settle(qtbot)
    assert resize(qtbot, plain, PLAIN) == first
