"""The canvas's panel: the large picture, typed coordinates, held coordinates, switches and axes, by mouse and keys."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from tests.ui.canvas_hand import LEFT, NONE, PATIENCE, ModelOf, ShowPanel, type_into
from vae_desktop.app.session import Session
from vae_desktop.ui.canvas_panel import CanvasPanel
from vae_desktop.ui.export_dialog import ExportDialog
from vae_desktop.ui.picture_view import PictureView


@pytest.fixture
def panel(ready: Session, show_panel: ShowPanel) -> CanvasPanel:
    """A panel on the digits and a small untrained 2-D model."""
    return show_panel(ready)


def button(panel: CanvasPanel, name: str) -> QAbstractButton:
    """The visible button of an accessible name."""
    return next(
        b for b in panel.findChildren(QAbstractButton) if b.accessibleName() == name and b.isVisible()
    )


# -- the picture --------------------------------------------------------------------------------------


def shown(view: PictureView) -> QImage:
    """What a picture view paints."""
    return view.grab().toImage()


def test_every_pixel_is_a_crisp_square_of_its_own_grey(qtbot: QtBot) -> None:
    view = PictureView()
    qtbot.addWidget(view)
    view.resize(300, 290)
    rng = np.random.default_rng(0)
    picture = rng.random((1, 28, 28), np.float32)
    view.set_picture(picture)
    target, image = view.target_rect(), shown(view)
    assert (target.width(), target.height()) == (280, 280)
    for row in range(28):
        for column in range(28):
            corner = QPointF(target.left() + 10 * column, target.top() + 10 * row).toPoint()
            greys = {image.pixelColor(corner + QPoint(dx, dy)).getRgb()[:3] for dx in (0, 9) for dy in (0, 9)}
            grey = round(float(picture[0, row, column]) * 255)
            assert greys == {(grey, grey, grey)}


def test_a_smooth_picture_has_greys_in_between(qtbot: QtBot) -> None:
    view = PictureView()
    qtbot.addWidget(view)
    view.resize(280, 280)
    picture = np.zeros((1, 28, 28), np.float32)
    picture[0, :, 14:] = 1.0
    view.set_picture(picture)
    row = [shown(view).pixelColor(x, 140).red() for x in range(280)]
    assert set(row) == {0, 255}
    view.set_smooth(True)
    row = [shown(view).pixelColor(x, 140).red() for x in range(280)]
    assert len(set(row)) > 5 and row == sorted(row)


def test_a_coloured_picture_keeps_colours_and_aspect(qtbot: QtBot) -> None:
    view = PictureView()
    qtbot.addWidget(view)
    view.resize(300, 300)
    picture = np.zeros((3, 10, 20), np.float32)
    picture[0], picture[2] = 1.0, 0.5
    view.set_picture(picture)
    target = view.target_rect()
    assert (target.width(), target.height()) == (300, 150)
    assert shown(view).pixelColor(target.center().toPoint()).getRgb()[:3] == (255, 0, 128)
    assert view.heightForWidth(200) == 100


def test_the_picture_follows_the_cursor(panel: CanvasPanel, qtbot: QtBot) -> None:
    before = shown(panel.picture)
    canvas = panel.canvas
    QTest.mouseClick(canvas.viewport(), LEFT, NONE, canvas.from_plane(3.0, -3.0).toPoint())
    qtbot.waitUntil(lambda: panel.picture.picture is panel.session.picture, timeout=PATIENCE)
    qtbot.waitUntil(lambda: np.array_equal(panel.session.picture_z, panel.session.cursor), timeout=PATIENCE)
    assert shown(panel.picture) != before


def test_copy_puts_the_picture_on_the_clipboard(panel: CanvasPanel, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().clear()
    with qtbot.waitSignal(panel.session.notice_raised):
        QTest.mouseClick(button(panel, "Copy"), LEFT)
    image = QGuiApplication.clipboard().image()
    assert image.width() == image.height() and image.width() % 28 == 0


def test_export_opens_its_dialog_on_the_picture(panel: CanvasPanel) -> None:
    QTest.mouseClick(button(panel, "Export"), LEFT)
    dialog = panel.window().findChild(ExportDialog)
    assert dialog is not None and dialog.isVisible()
    dialog.reject()


# -- typed coordinates --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"), [("1.5", 1.5), ("-0,25", -0.25), ("−2", -2.0), (" 3 σ ", 3.0), ("1e-1", 0.1)]
)
def test_a_typed_coordinate_moves_the_cursor(panel: CanvasPanel, text: str, value: float) -> None:
    panel.session.set_cursor([0.5, -0.5])
    type_into(panel.coordinates.fields[0], text)
    assert panel.session.cursor.tolist() == pytest.approx([value, -0.5])
    assert panel.coordinates.complaint.isHidden()
    assert panel.canvas.cursor_mark.place.x() == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "words"),
    [("abc", "“abc” is not a number"), ("1e9", "from −100 to 100"), ("nan", "not a number")],
)
def test_what_is_no_coordinate_is_answered_in_words(panel: CanvasPanel, text: str, words: str) -> None:
    before = panel.session.cursor
    field = panel.coordinates.fields[1]
    type_into(field, text)
    assert panel.session.cursor is before
    assert panel.coordinates.complaint.isVisible() and words in panel.coordinates.complaint.text()
    assert field.text() == text
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "0.000"
    assert panel.coordinates.complaint.isHidden()


def test_the_fields_follow_the_cursor_but_not_under_typing(panel: CanvasPanel, qtbot: QtBot) -> None:
    across, up = panel.coordinates.fields
    panel.session.set_cursor([0.125, -1.0])
    qtbot.waitUntil(lambda: (across.text(), up.text()) == ("0.125", "−1.000"))
    type_into(across, "2.7", end=None)
    panel.session.set_cursor([0.5, 0.75])
    qtbot.waitUntil(lambda: (across.text(), up.text()) == ("2.7", "0.750"))
    QTest.keyClick(across, Qt.Key.Key_Return)
    assert panel.session.cursor.tolist() == pytest.approx([2.7, 0.75])


def test_leaving_a_field_counts_as_entering_it(panel: CanvasPanel) -> None:
    type_into(panel.coordinates.fields[0], "1.25", end=Qt.Key.Key_Tab)
    assert panel.session.cursor.tolist() == [1.25, 0.0]


# -- what is said about digits ------------------------------------------------------------------------


def test_the_readout_names_the_digit_nearby(panel: CanvasPanel, qtbot: QtBot) -> None:
    session, readout = panel.session, panel.readout
    name = session.dataset.class_names[int(session.codes.labels[7])]
    session.select(7)
    qtbot.waitUntil(lambda: readout.text() == f"The cursor is on a {name} (test digit 7)")
    session.set_cursor(session.codes.means[7] + np.float32(50))
    qtbot.waitUntil(lambda: readout.text().startswith("Nearest: ") and "σ away" in readout.text())
    session.hover(3)
    qtbot.waitUntil(lambda: readout.text().startswith("Under the pointer: "))
    assert "(test digit 3)" in readout.text()
    session.hover(None)
    for label in range(10):
        session.set_class_hidden(label, True)
    qtbot.waitUntil(lambda: readout.text() == "All classes are hidden.")


# -- switches and axes --------------------------------------------------------------------------------


def test_switches_show_and_hide_backdrop_and_digits(panel: CanvasPanel) -> None:
    canvas = panel.canvas
    for name, state in (
        ("Backdrop", canvas.backdrop.isVisible),
        ("Digits", lambda: canvas.points_on),
        ("Smooth picture", lambda: panel.picture.smooth),
    ):
        switch, before = button(panel, name), state()
        assert switch.isChecked() == before
        QTest.mouseClick(switch, LEFT)
        assert state() != before and switch.isChecked() != before
        QTest.mouseClick(switch, LEFT)
        assert state() == before and switch.isChecked() == before


def test_zoom_buttons(panel: CanvasPanel) -> None:
    canvas = panel.canvas
    home = canvas.view_box.viewRect()
    QTest.mouseClick(panel.toolbar.zoom_in, LEFT)
    assert canvas.view_box.viewRect().width() < home.width()
    QTest.mouseClick(panel.toolbar.fit, LEFT)
    assert canvas.view_box.viewRect().width() == pytest.approx(home.width(), rel=1e-3)
    QTest.mouseClick(panel.toolbar.zoom_out, LEFT)
    assert canvas.view_box.viewRect().width() > home.width()


def choose(box: QComboBox, index: int) -> None:
    """Choose an entry with the keyboard."""
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(index):
        QTest.keyClick(box, Qt.Key.Key_Down)


def test_axes_are_chosen_above_two_dimensions(model_of: ModelOf, show_panel: ShowPanel) -> None:
    session = model_of(8)
    panel = show_panel(session)
    across, up = panel.toolbar.across, panel.toolbar.up
    assert across.isVisible() and across.count() == 8
    choose(up, 6)
    choose(across, 4)
    assert session.axes == (4, 6)
    assert panel.coordinates_list.held.dimensions == [0, 1, 2, 3, 5, 7]
    assert panel.coordinates.fields[0].accessibleName() == "Coordinate z4 in standard deviations"


def test_choosing_the_other_axis_exchanges_the_two(model_of: ModelOf, show_panel: ShowPanel) -> None:
    session = model_of(3)
    panel = show_panel(session)
    session.set_axes(2, 0)
    panel.toolbar.across.setFocus()
    choose(panel.toolbar.across, 0)
    assert session.axes == (0, 2)


def test_two_dimensions_need_neither_choice_nor_list(panel: CanvasPanel) -> None:
    assert not panel.toolbar.across.isVisible()
    assert not panel.coordinates_list.isVisible()
    assert all(field.isVisible() for field in panel.coordinates.fields)


def test_a_line_has_one_coordinate(model_of: ModelOf, show_panel: ShowPanel) -> None:
    panel = show_panel(model_of(1))
    first, second = panel.coordinates.fields
    assert first.isVisible() and not second.isVisible()
    type_into(first, "1.5")
    assert panel.session.cursor.tolist() == [1.5]


# -- the panel as a whole -----------------------------------------------------------------------------


def test_without_a_model_a_sentence_and_a_button(session: Session, show_panel: ShowPanel) -> None:
    panel = show_panel(session)
    assert not panel.canvas.isVisible()
    visible = [b for b in panel.findChildren(QAbstractButton) if b.isVisible()]
    assert [b.text() for b in visible] == ["Open the bundled model"]
    assert panel.grab().toImage().height() == panel.height()


def test_every_control_has_words_for_everybody(model_of: ModelOf, show_panel: ShowPanel) -> None:
    panel = show_panel(model_of(5))
    controls = [
        w
        for kind in (QAbstractButton, QComboBox, QLineEdit)
        for w in panel.findChildren(kind)
        if w.isVisible() and w.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]
    assert len(controls) > 12
    for control in controls:
        assert control.accessibleName(), control
        assert control.toolTip(), control.accessibleName()
    assert {"Zoom &in", "Zoom &out", "&Fit", "Backdrop", "Digits"} <= {a.text() for a in panel.actions()}


def test_nothing_is_cut_off_in_a_narrow_window(model_of: ModelOf, show_panel: ShowPanel) -> None:
    panel = show_panel(model_of(5))
    panel.window().resize(520, 640)
    assert panel.window().width() <= 560
    for part in panel.findChildren(QAbstractButton):
        if part.isVisible():
            assert part.width() >= part.minimumSizeHint().width(), part.accessibleName()
            right = part.mapTo(panel, QPoint(part.width(), 0)).x()
            assert right <= panel.width(), part.accessibleName()
