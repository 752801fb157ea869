"""The grid of images: what is painted where, and what pointer and keys do."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from vae_desktop.ui.image_grid import ImageGrid
from vae_desktop.ui.mosaic import best_columns, lay_out
from vae_desktop.ui.pairs import Pairs
from vae_desktop.ui.theme import theme

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.records import FloatArray


def greys(count: int, side: int = 4) -> FloatArray:
    """Images of one grey each, all different as far as 256 levels go."""
    levels = (np.arange(count) * 37 % 251).astype(np.float32) / 255
    return np.broadcast_to(levels[:, None, None, None], (count, 1, side, side)).copy()


@pytest.fixture
def grid(qtbot: QtBot) -> ImageGrid:
    it = ImageGrid("Pictures")
    qtbot.addWidget(it)
    it.resize(420, 300)
    it.show()
    qtbot.waitExposed(it)
    return it


def centre(grid: ImageGrid, index: int) -> QPoint:
    return grid.cell_rect(index).center().toPoint()


def grab(grid: ImageGrid) -> QImage:
    return grid.grab().toImage()


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (5, 5), (64, 8), (400, 20), (1024, 32), (7, 3)])
def test_every_image_is_painted_in_its_cell(grid: ImageGrid, count: int, columns: int) -> None:
    images = greys(count)
    grid.set_images(images, columns)
    picture = grab(grid)
    for index in range(count):
        level = round(float(images[index, 0, 0, 0]) * 255)
        assert QColor(picture.pixel(centre(grid, index))).red() == level, index


def test_cells_that_hold_nothing_show_the_panel(grid: ImageGrid) -> None:
    grid.set_images(np.ones((7, 1, 4, 4), np.float32), 3)
    seventh, eighth = (
        grid.cell_rect(6),
        grid.cell_rect(6).translated(grid.cell_rect(1).x() - grid.cell_rect(0).x(), 0),
    )
    picture = grab(grid)
    assert QColor(picture.pixel(seventh.center().toPoint())) == QColor("#ffffff")
    assert QColor(picture.pixel(eighth.center().toPoint())) == QColor(theme().colors.panel)


def test_pixels_stay_sharp_at_whole_factors(grid: ImageGrid) -> None:
    """A chequerboard enlarged has no grey between its black and its white."""
    board = (np.indices((4, 4)).sum(axis=0) % 2).astype(np.float32)[None, None]
    grid.set_images(board, 1)
    cell = grid.cell_rect(0).toRect()
    assert cell.width() % 4 == 0
    picture = grab(grid)
    levels = {
        QColor(picture.pixel(x, y)).red()
        for x in range(cell.left(), cell.left() + cell.width())
        for y in range(cell.top(), cell.top() + cell.height())
    }
    assert levels == {0, 255}


def test_colour_images_keep_their_colours(grid: ImageGrid) -> None:
    images = np.zeros((2, 3, 4, 4), np.float32)
    images[0, 0], images[1, 2] = 1, 1
    grid.set_images(images, 2)
    picture = grab(grid)
    assert QColor(picture.pixel(centre(grid, 0))) == QColor("#ff0000")
    assert QColor(picture.pixel(centre(grid, 1))) == QColor("#0000ff")


def test_a_click_tells_which_image(qtbot: QtBot, grid: ImageGrid) -> None:
    grid.set_images(greys(400), 20)
    for index in (0, 19, 20, 213, 399):
        with qtbot.waitSignal(grid.clicked) as clicked:
            qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=centre(grid, index))
        assert clicked.args == [index]
        assert grid.current == index


def test_a_click_beside_the_images_or_drawn_off_one_is_none(qtbot: QtBot, grid: ImageGrid) -> None:
    grid.set_images(greys(6), 3)
    clicks: list[int] = []
    grid.clicked.connect(clicks.append)
    outside = QPoint(1, grid.height() // 2)
    assert not any(grid.cell_rect(index).contains(QPointF(outside)) for index in range(6))
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=outside)
    qtbot.mousePress(grid, Qt.MouseButton.LeftButton, pos=centre(grid, 0))
    qtbot.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=centre(grid, 4))
    qtbot.mouseClick(grid, Qt.MouseButton.RightButton, pos=centre(grid, 0))
    assert clicks == []


def test_blank_cells_are_empty_and_deaf(qtbot: QtBot, grid: ImageGrid) -> None:
    grid.set_images(np.ones((4, 1, 4, 4), np.float32), 2, blank=frozenset({3}))
    clicks: list[int] = []
    grid.clicked.connect(clicks.append)
    assert QColor(grab(grid).pixel(centre(grid, 3))) == QColor(theme().colors.panel)
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=centre(grid, 3))
    assert clicks == []
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=centre(grid, 2))
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert grid.current == 2


def test_the_pointer_is_followed(qtbot: QtBot, grid: ImageGrid) -> None:
    grid.set_images(greys(6), 3)
    seen: list[int] = []
    grid.hovered.connect(seen.append)
    for index in (0, 0, 4):
        qtbot.mouseMove(grid, centre(grid, index))
        QTest.mouseMove(grid, centre(grid, index) + QPoint(1, 0))
    QTest.mouseMove(grid, QPoint(1, 1))
    assert seen == [0, 4, -1]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ([Qt.Key.Key_Right], 1),
        ([Qt.Key.Key_Down, Qt.Key.Key_Down], 6),
        ([Qt.Key.Key_Left], 0),
        ([Qt.Key.Key_Up], 0),
        ([Qt.Key.Key_End], 9),
        ([Qt.Key.Key_End, Qt.Key.Key_Right], 9),
        ([Qt.Key.Key_End, Qt.Key.Key_Up], 6),
        ([Qt.Key.Key_End, Qt.Key.Key_Home], 0),
        ([Qt.Key.Key_Right, Qt.Key.Key_PageDown], 7),
        ([Qt.Key.Key_End, Qt.Key.Key_PageUp], 0),
        ([Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right], 3),
    ],
)
def test_keys_walk_among_the_images(qtbot: QtBot, grid: ImageGrid, keys: list[Qt.Key], expected: int) -> None:
    grid.set_images(greys(10), 3)
    grid.setFocus()
    clicks: list[int] = []
    grid.clicked.connect(clicks.append)
    for key in keys:
        qtbot.keyClick(grid, key)
    assert grid.current == expected
    assert clicks == []
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        qtbot.keyClick(grid, key)
    assert clicks == [expected, expected]


def test_captions_stand_under_their_images(grid: ImageGrid) -> None:
    images = np.zeros((4, 1, 4, 4), np.float32)
    grid.set_images(images, 2, ["", "", "A", "B"])
    picture = grab(grid)
    panel = QColor(theme().colors.panel).rgb()
    for index, written in ((0, False), (2, True), (3, True)):
        cell = grid.cell_rect(index).toRect()
        below = {
            picture.pixel(x, y)
            for x in range(cell.left(), cell.right())
            for y in range(cell.bottom() + 4, min(cell.bottom() + 16, grid.height()))
        }
        if written:
            assert len(below) > 2 and panel in below
    # Only the row that has captions leaves room for them.
    first, second = grid.cell_rect(0), grid.cell_rect(2)
    assert second.top() - first.bottom() <= 4


def test_fewer_images_forget_marks_that_are_gone(qtbot: QtBot, grid: ImageGrid) -> None:
    grid.set_images(greys(64), 8)
    grid.set_selected(60)
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_End)
    grid.set_images(greys(5), 5)
    assert (grid.selected, grid.current) == (-1, 4)
    grid.set_images(None, 1)
    assert grid.count == 0
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    grab(grid)


def test_the_mark_is_seen_in_both_themes(grid: ImageGrid) -> None:
    images = np.full((4, 1, 4, 4), 0.5, np.float32)
    grid.set_images(images, 2)
    for mode in ("light", "dark"):
        theme().apply(mode)
        grid.set_selected(-1)
        without = grab(grid)
        grid.set_selected(1)
        marked = grab(grid)
        edge = grid.cell_rect(1).toRect().topLeft() + QPoint(0, 5)
        assert without.pixel(edge) != marked.pixel(edge)
        assert QColor(marked.pixel(edge)) == QColor(theme().colors.cursor)


def test_marks_are_told_apart_without_colours(grid: ImageGrid, qtbot: QtBot) -> None:
    """The selected cell has a whole frame; that of the keyboard and that of a pointer elsewhere are broken."""
    grid.set_images(np.full((3, 1, 4, 4), 0.5, np.float32), 3)
    grid.window().activateWindow()
    qtbot.waitActive(grid.window())
    grid.setFocus()
    grid.set_selected(0)
    grid.set_pointed(1)
    qtbot.keyClick(grid, Qt.Key.Key_End)
    assert (grid.selected, grid.pointed, grid.current) == (0, 1, 2)
    painted = grab(grid)
    changes = []
    for index in range(3):
        edge = grid.cell_rect(index).toRect()
        greys = [QColor(painted.pixel(edge.left(), edge.top() + down)).lightness() for down in range(4, 60)]
        changes.append(sum(before != after for before, after in pairwise(greys)))
    assert changes[0] == 0 and 4 < changes[1] < changes[2]


@pytest.mark.parametrize("area", [(340, 500), (900, 200), (120, 64), (4000, 3000)])
@pytest.mark.parametrize(("count", "columns"), [(1, 1), (64, 8), (1024, 32), (11, 4)])
def test_the_grid_lies_inside_its_area(area: tuple[int, int], count: int, columns: int) -> None:
    geometry = lay_out(count, columns, (28, 28), area, 1)
    cells = [geometry.rect(index) for index in range(count)]
    assert all(cell.width() == cell.height() >= 1 for cell in cells)
    if geometry.cell_width > 1:
        assert max(cell.right() for cell in cells) < area[0]
        assert max(cell.bottom() for cell in cells) < area[1]
    assert all(
        geometry.index_at(cell.center().x(), cell.center().y()) == index for index, cell in enumerate(cells)
    )


@pytest.mark.parametrize("count", [1, 7, 10, 23])
@pytest.mark.parametrize("area", [(340, 420), (1200, 200)])
def test_the_best_columns_make_the_largest_pictures(count: int, area: tuple[int, int]) -> None:
    def cell(columns: int) -> int:
        pairs = Pairs(count, columns)
        captions = [row % 2 == 1 for row in range(pairs.cells // columns)]
        return lay_out(pairs.cells, columns, (28, 28), area, 2, captions, 18).cell_width

    best = best_columns(count, (28, 28), area, 2, 2, 18)
    # Whole factors may round a size down, never by more than that.
    assert cell(best) >= 0.85 * max(cell(columns) for columns in range(1, count + 1))


def test_pairs_put_each_image_over_its_reconstruction() -> None:
    pairs = Pairs(5, 3)
    originals = np.arange(5, dtype=np.float32).reshape(5, 1, 1, 1)
    cells = pairs.in_order(originals, originals + 10).ravel().tolist()
    assert cells == [0, 1, 2, 10, 11, 12, 3, 4, 0, 13, 14, 0]
    assert pairs.blank == {8, 11}
    assert [pairs.image_of(cell) for cell in range(pairs.cells) if cell not in pairs.blank] == [
        0, 1, 2, 0, 1, 2, 3, 4, 3, 4,
    ]  # fmt: skip
    assert [pairs.cell_of(image) for image in range(5)] == [0, 1, 2, 6, 7]
    assert pairs.is_reconstruction(3) and not pairs.is_reconstruction(6)
