"""A picture that reopens itself: exported by the dialog, dropped on the window, and everything is back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tests.ui.window_hand import LEFT, PATIENCE, MakeWindow, drop
from vae_desktop.core.config import TsneConfig
from vae_desktop.core.export import GridStyle, write_png
from vae_desktop.core.view_text import CHUNK, chunk_of, read_view
from vae_desktop.ui.export_dialog import ExportDialog
from vae_desktop.ui.export_source import ExportSource, write_source
from vae_desktop.ui.exports import backdrop_source, picture_source, reconstructions_source, samples_source
from vae_desktop.ui.group_source import group_source, region_source
from vae_desktop.ui.main_window import MainWindow
from vae_desktop.ui.map_source import map_source


def export(window: MainWindow, qtbot: QtBot, source: ExportSource | None, path: Path) -> Path:
    """Write what the dialog writes, by the dialog."""
    assert source is not None
    dialog = ExportDialog(window.session, source, window)
    dialog.open()
    dialog.kinds["png"].setChecked(True)
    dialog.path.setText(str(path))
    with qtbot.waitSignal(dialog.finished, timeout=PATIENCE):
        QTest.mouseClick(dialog.save_button, LEFT)
    return path


def test_samples_come_back_to_the_front(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    session, panel = window.session, window.samples
    panel.rows.setValue(3)
    panel.columns.setValue(4)
    panel.seed.setValue(77)
    session.set_cursor([0.4, -0.9])

    def drawn() -> bool:
        samples = session.samples
        seed = samples.shown.seed if samples.shown is not None else None
        return samples.images is not None and len(samples.images) == 12 and seed == 77

    qtbot.waitUntil(drawn, timeout=PATIENCE)
    images = session.samples.images
    path = export(window, qtbot, samples_source(session), tmp_path / "samples.png")
    # Another model, other settings, another panel in front.
    session.open_bundled("mnist-16d")
    qtbot.waitUntil(lambda: len(session.cursor) == 16, timeout=PATIENCE)
    panel.seed.setValue(1)
    panel.rows.setValue(8)
    window.docks["draw"].raise_()
    qtbot.waitUntil(lambda: panel.visibleRegion().isEmpty(), timeout=PATIENCE)
    assert drop(window, path)
    qtbot.waitUntil(lambda: len(session.cursor) == 2 and session.samples.seed == 77, timeout=PATIENCE)
    assert session.model is not None and session.model.title == "mnist-2d"
    assert np.allclose(session.cursor, [0.4, -0.9])
    qtbot.waitUntil(lambda: not panel.visibleRegion().isEmpty(), timeout=PATIENCE)
    assert (panel.rows.value(), panel.columns.value(), panel.seed.value()) == (3, 4, 77)
    qtbot.waitUntil(
        lambda: session.samples.images is not None and len(session.samples.images) == 12, timeout=PATIENCE
    )
    assert np.allclose(session.samples.images, images, atol=1e-6)
    assert not window.message_bar.isVisible()
    assert "Back at the samples of mnist-2d" in window.statusBar().currentMessage()


def test_every_kind_of_picture_carries_its_view(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    session = window.session
    session.set_group([1, 2, 3])
    session.map.start(TsneConfig(), "pca")
    window.docks["reconstructions"].raise_()
    session.region.active = session.reconstructions.active = session.samples.active = True
    qtbot.waitUntil(lambda: session.map.quality is not None, timeout=PATIENCE)
    qtbot.waitUntil(
        lambda: (
            session.region.images is not None
            and session.reconstructions.reconstructions is not None
            and session.backdrop.image is not None
            and session.samples.images is not None
        ),
        timeout=PATIENCE,
    )
    sources = {
        "samples": samples_source(session),
        "reconstructions": reconstructions_source(session, 5),
        "picture": picture_source(session),
        "manifold": backdrop_source(session),
        "group": group_source(session),
        "region": region_source(session),
        "map": map_source(session, window.map.view),
    }
    for kind, source in sources.items():
        assert source is not None
        path = tmp_path / f"{kind}.png"
        write_source(source, path, "png", GridStyle(1, 0))
        view = read_view(path)
        assert view is not None and view.kind == kind and view.group == (1, 2, 3)
        assert session.model is not None and view.model.model_id == session.model.model_id
        assert view.window is not None and not any("view" in name for name in source.values)


@pytest.mark.parametrize("kind", ["path", "group", "region"])
def test_a_picture_brings_the_page_forward_that_it_was_of(
    window: MainWindow, qtbot: QtBot, kind: str
) -> None:
    session = window.session
    session.set_group([5, 9, 30])
    view = session.views.now(kind)
    assert view is not None
    pages = {"path": window.path.page, "group": window.digit.group, "region": window.digit.group}
    window.docks["digit"].raise_()
    session.set_group([])
    window.path.analogy_button.click()
    window.docks["map"].raise_()
    window.docks["samples"].raise_()
    session.views.restore(view)
    qtbot.waitUntil(lambda: not pages[kind].visibleRegion().isEmpty(), timeout=PATIENCE)


def test_the_canvas_shows_the_same_part_again(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    canvas = window.canvas.canvas
    canvas.zoom(3.0)
    canvas.pan(40, -25)
    seen = canvas.view_box.viewRect()
    path = export(window, qtbot, picture_source(window.session), tmp_path / "picture.png")
    canvas.fit()
    assert canvas.view_box.viewRect() != seen
    with qtbot.waitSignal(window.session.views.restored, timeout=PATIENCE):
        drop(window, path)
    again = canvas.view_box.viewRect()
    view = read_view(path)
    assert view is not None
    for strange in ((0.0, 0.0, 1e-20, 1e-20), (-1e25, -1e25, 1e25, 1e25)):
        window.session.views.restore(replace(view, window=strange))
        assert canvas.view_box.viewRect() == again, "nobody comes so near or so far"
    for one, other in zip(again.getRect(), seen.getRect(), strict=True):
        assert one == pytest.approx(other, abs=1e-3)


def test_a_map_brings_its_settings_along(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    session.map.start(TsneConfig(perplexity=9, seed=4), "pca")
    qtbot.waitUntil(lambda: session.map.quality is not None, timeout=PATIENCE)
    view = session.views.now("map")
    assert view is not None
    session.views.restore(view)
    assert (window.map.settings.perplexity.value(), window.map.settings.seed.value()) == (9, 4)
    assert window.map.settings.chosen_method == "pca"


def test_file_open_takes_pictures_too(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = window.session
    session.set_cursor([1.0, 0.5])
    # On a busy machine a worker decodes it.
    qtbot.waitUntil(lambda: np.array_equal(session.picture_z, session.cursor), timeout=PATIENCE)
    source, path = picture_source(session), tmp_path / "picture.png"
    assert source is not None
    write_source(source, path, "png", GridStyle())
    session.set_cursor([0.0, 0.0])
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    window.activateWindow()
    qtbot.waitActive(window)
    with qtbot.waitSignal(session.views.restored, timeout=PATIENCE):
        QTest.keySequence(window, QKeySequence(QKeySequence.StandardKey.Open))
    assert session.cursor.tolist() == [1.0, 0.5]
    QTest.keySequence(window, QKeySequence(QKeySequence.StandardKey.Undo))
    assert session.cursor.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("what", ["altered", "too large", "another model"])
def test_a_bad_picture_is_answered_in_words(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, what: str
) -> None:
    session, path = window.session, tmp_path / "mine.png"
    view = session.views.now("samples")
    assert view is not None and session.model is not None
    text = chunk_of(view)[CHUNK]
    if what == "altered":
        text = text.replace(session.model.model_id, "0123456789ab")
    elif what == "too large":
        text = " " * 50_000_000
    else:
        text = chunk_of(replace(view, model=replace(view.model, model_id="0123456789ab", title="mine")))[
            CHUNK
        ]
    write_png(path, np.zeros((5, 5), np.uint8), {CHUNK: text})
    here = replace(view, kind="view", window=None)
    assert drop(window, path)
    qtbot.waitUntil(window.message_bar.isVisible, timeout=PATIENCE)
    words = {
        "altered": "mine.png’s description was altered or damaged: its checksum does not match.",
        "too large": "mine.png’s description is larger than any that this program writes.",
        "another model": "This view is of the model mine (0123456789ab), which was not found here.",
    }
    assert words[what] in window.message_bar.label.text()
    now = session.views.now()
    # The message takes some of the canvas's height.
    assert now is not None and replace(now, window=None) == here


def test_a_photo_of_a_digit_goes_to_the_pad(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    session, path = window.session, tmp_path / "photo.png"
    assert session.dataset is not None
    digit = session.dataset.test.images[3, 0].numpy()
    Image.fromarray(255 - np.pad(digit, 30)).save(path)
    assert drop(window, path)
    qtbot.waitUntil(lambda: session.drawing.portrait is not None, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not window.drawing.visibleRegion().isEmpty(), timeout=PATIENCE)


def test_a_bookmark_by_key_deleted_and_brought_back(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    window.activateWindow()
    qtbot.waitActive(window)
    session.set_cursor([0.25, 0.5])
    QTest.keySequence(window, QKeySequence("Ctrl+Shift+B"))
    assert [it.name for it in session.bookmarks.items] == ["z = (0.25, 0.50)"]
    assert "Bookmarked as" in window.statusBar().currentMessage()
    window.docks["bookmarks"].raise_()
    qtbot.waitUntil(lambda: not window.bookmarks.visibleRegion().isEmpty(), timeout=PATIENCE)
    window.bookmarks.list.setFocus()
    QTest.keyClick(window.bookmarks.list, Qt.Key.Key_Delete)
    assert not session.bookmarks.items and "Deleted the bookmark" in window.message_bar.label.text()
    QTest.mouseClick(window.message_bar._action_buttons[0], LEFT)
    assert [it.name for it in session.bookmarks.items] == ["z = (0.25, 0.50)"]
    assert not window.message_bar.isVisible()


def test_bookmarks_are_there_after_a_restart(make_window: MakeWindow, qtbot: QtBot) -> None:
    first = make_window()
    first.session.start(None, "digits")
    qtbot.waitUntil(lambda: first.session.picture is not None, timeout=PATIENCE)
    first.session.bookmarks.add("kept")
    first.close()
    second = make_window()
    second.session.start(None, "digits")
    assert second.bookmarks.list.item(0).text() == "kept"
    qtbot.waitUntil(lambda: second.session.codes is not None, timeout=PATIENCE)
