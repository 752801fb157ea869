"""Drawing a digit: words, pictures and marks follow each stroke; pictures come by file, drop and clipboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from tests.ui.canvas_hand import PATIENCE, ModelOf, ShowCanvas
from tests.ui.test_drawing_pad import at, draw
from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig, TsneConfig
from vae_desktop.core.records import MapFrame
from vae_desktop.ui.drawing_panel import DrawingPanel
from vae_desktop.ui.map_panel import MapPanel

if TYPE_CHECKING:
    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SEVEN = ((0.25, 0.2), (0.5, 0.2), (0.75, 0.2), (0.6, 0.5), (0.45, 0.85))
MakePanel = Callable[[Session], DrawingPanel]


@pytest.fixture
def make_panel(qtbot: QtBot) -> Iterator[MakePanel]:
    """Shows the panel in a window of its own."""
    windows: list[QMainWindow] = []

    def make(session: Session) -> DrawingPanel:
        window, panel = QMainWindow(), DrawingPanel(session)
        window.setCentralWidget(panel)
        window.resize(420, 420)
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        windows.append(window)
        return panel

    yield make
    for window in windows:
        window.close()


@pytest.fixture
def trained(qtbot: QtBot, session: Session) -> Session:
    """The bundled 2-D model on the built-in digits."""
    session.start(None, "digits")
    qtbot.waitUntil(lambda: session.codes is not None, timeout=PATIENCE)
    return session


def settle(qtbot: QtBot, panel: DrawingPanel) -> None:
    """Wait until the answer is that to the newest stroke."""
    session = panel.session
    ink = session.drawing._ink
    answered: list[object] = []
    session.decoding.ready.connect(lambda result: answered.append(result.tag))
    session.drawing._refresher.now()
    qtbot.waitUntil(lambda: any(tag is ink for tag in answered), timeout=PATIENCE)
    qtbot.waitUntil(lambda: session.scores.values is not None, timeout=PATIENCE)


def test_a_drawn_digit_is_recognised_in_words_and_pictures(
    qtbot: QtBot, trained: Session, make_panel: MakePanel
) -> None:
    panel = make_panel(trained)
    assert not panel.cursor_button.isEnabled() and panel.verdict.text() == ""
    draw(panel.pad, *SEVEN)
    settle(qtbot, panel)
    portrait = trained.drawing.portrait
    assert portrait is not None and portrait.neighbours is not None and trained.scores.values is not None
    votes = portrait.neighbours.class_names[:10]
    assert panel.verdict.text() == f"looks like 7, {10 * votes.count('7')}\N{NO-BREAK SPACE}%"
    share = float((trained.scores.values < portrait.negative_elbo).mean())
    assert panel.anomaly.text() == f"stranger than {100 * share:.0f}\N{NO-BREAK SPACE}% of the test digits"
    # What a screen reader says.
    assert panel.verdict.accessibleName() == panel.verdict.text()
    assert np.array_equal(panel.seen.picture, portrait.image) and portrait.image.max() == 1.0
    assert panel.decoded.picture is not None and panel.decoded.picture.max() > 0.5
    assert panel.neighbours.count == 10
    QTest.mouseClick(panel.cursor_button, LEFT)
    assert np.array_equal(trained.cursor, portrait.mean)


def test_the_answer_follows_each_stroke_while_the_button_is_down(
    qtbot: QtBot, ready: Session, make_panel: MakePanel
) -> None:
    panel = make_panel(ready)
    codes = []
    QTest.mousePress(panel.pad, LEFT, NONE, at(panel.pad, *SEVEN[0]))
    for place in SEVEN[1:]:
        QTest.mouseMove(panel.pad, at(panel.pad, *place))
        settle(qtbot, panel)
        assert ready.drawing.portrait is not None
        codes.append(ready.drawing.portrait.mean)
    QTest.mouseRelease(panel.pad, LEFT, NONE, at(panel.pad, *SEVEN[-1]))
    assert len({code.tobytes() for code in codes}) == len(codes)


def test_clearing_takes_words_pictures_and_marks_away_and_undo_brings_them_back(
    qtbot: QtBot, ready: Session, make_panel: MakePanel, show_canvas: ShowCanvas
) -> None:
    canvas, panel = show_canvas(ready), make_panel(ready)
    draw(panel.pad, *SEVEN)
    settle(qtbot, panel)
    assert canvas.drawn.star.isVisible()
    QTest.mouseClick(panel.clear_button, LEFT)
    assert not canvas.drawn.star.isVisible() and not canvas.drawn.ellipse.isVisible()
    assert panel.verdict.text() == "" and panel.seen.picture is None and panel.neighbours.count == 0
    QTest.mouseClick(panel.undo_button, LEFT)
    qtbot.waitUntil(canvas.drawn.star.isVisible, timeout=PATIENCE)


@pytest.mark.parametrize("dimensions", [1, 2, 5])
def test_star_and_ellipse_lie_on_the_canvas_where_the_encoder_puts_them(
    qtbot: QtBot, model_of: ModelOf, make_panel: MakePanel, show_canvas: ShowCanvas, dimensions: int
) -> None:
    session = model_of(dimensions)
    canvas, panel = show_canvas(session), make_panel(session)
    draw(panel.pad, *SEVEN)
    settle(qtbot, panel)
    portrait = session.drawing.portrait
    assert portrait is not None
    for axes in ((0, 0),) if dimensions == 1 else ((0, 1), (dimensions - 1, 0)):
        session.set_axes(*axes)
        x, y = portrait.mean[axes[0]], 0.0 if dimensions == 1 else portrait.mean[axes[1]]
        assert (canvas.drawn.star.x(), canvas.drawn.star.y()) == pytest.approx((x, y), abs=1e-6)
        sigma = np.exp(portrait.logvar / 2)
        reach = np.ptp(canvas.drawn.ellipse.outlines[0], axis=0) / 2
        expected = (sigma[axes[0]], 0.0 if dimensions == 1 else sigma[axes[1]])
        np.testing.assert_allclose(reach, expected, rtol=2e-3, atol=1e-6)
    # The encoder of its own, on the picture that is shown.
    image = np.rint(portrait.image * 255).astype(np.uint8)
    found: list[np.ndarray] = []

    def encode(inference: object) -> np.ndarray:
        import torch

        return inference.encode(torch.from_numpy(image)[None])[0][0]  # type: ignore[attr-defined]

    session.decoding.ready.connect(
        lambda result: found.append(result.value) if result.slot == "hover" else None
    )
    session.decoding.request("hover", encode)
    qtbot.waitUntil(lambda: bool(found), timeout=PATIENCE)
    np.testing.assert_allclose(found[0], portrait.mean, atol=1e-5)


def test_the_star_is_on_the_map_amid_its_neighbours(
    qtbot: QtBot, trained: Session, make_panel: MakePanel
) -> None:
    """On a map that shows the codes themselves, the place of a point is near its code."""
    panel = make_panel(trained)
    map_panel = MapPanel(trained)
    qtbot.addWidget(map_panel)
    map_panel.show()
    star = map_panel.view.drawn.star
    draw(panel.pad, *SEVEN)
    settle(qtbot, panel)
    assert not star.isVisible()
    codes, portrait = trained.codes, trained.drawing.portrait
    assert codes is not None and portrait is not None
    trained.map._newest_codes, trained.map.config = codes, TsneConfig()
    trained.map._show(MapFrame(codes.means * 10, 750, 750, 1.0, "refinement"))
    qtbot.waitUntil(star.isVisible, timeout=PATIENCE)
    around = np.linalg.norm(codes.means - portrait.mean, axis=1)
    place = np.array([star.x(), star.y()]) / 10
    assert np.linalg.norm(place - portrait.mean) < np.sort(around)[15] + 0.3
    # Another drawing, another place.
    before = trained.drawing.placing.place
    QTest.mouseClick(panel.clear_button, LEFT)
    assert not star.isVisible()
    draw(panel.pad, (0.5, 0.15), (0.5, 0.85))
    qtbot.waitUntil(lambda: trained.drawing.placing.place not in (None, before), timeout=PATIENCE)
    # Codes of another model are not those of the map.
    trained._set_codes(codes.means + 1)
    qtbot.waitUntil(lambda: not star.isVisible(), timeout=PATIENCE)


def test_neighbours_are_marked_by_pointing_and_selected_by_a_click(
    qtbot: QtBot, ready: Session, make_panel: MakePanel
) -> None:
    panel = make_panel(ready)
    draw(panel.pad, *SEVEN)
    settle(qtbot, panel)
    near = ready.drawing.portrait.neighbours  # type: ignore[union-attr]
    assert near is not None
    middle = panel.neighbours.cell_rect(3).center().toPoint()
    QTest.mouseMove(panel.neighbours, middle)
    assert ready.hovered is not None and ready.hovered.index == near.indices[3]
    QTest.mouseClick(panel.neighbours, LEFT, NONE, middle)
    assert ready.selected == near.indices[3] and panel.neighbours.selected == 3


# -- pictures ---------------------------------------------------------------------------------------


def picture(digit: np.ndarray) -> QImage:
    """A digit [28, 28] as dark ink on a large light sheet."""
    image = QImage(200, 240, QImage.Format.Format_RGB32)
    image.fill("#f4f0e6")
    for y in range(28):
        for x in range(28):
            shade = 235 - int(digit[y, x]) * 220 // 255
            if digit[y, x]:
                for dy in range(5):
                    for dx in range(5):
                        image.setPixelColor(30 + 5 * x + dx, 50 + 5 * y + dy, QColor(shade, shade, shade))
    return image


def _drop(panel: DrawingPanel, mime: QMimeData) -> bool:
    enter = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, mime, LEFT, NONE)
    QApplication.sendEvent(panel, enter)
    QApplication.sendEvent(panel, QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, mime, LEFT, NONE))
    return enter.isAccepted()


@pytest.mark.parametrize("way", ["drop file", "drop picture", "paste picture", "paste file", "open"])
def test_a_picture_comes_onto_the_pad(
    qtbot: QtBot, ready: Session, digits: Dataset, make_panel: MakePanel, tmp_path: Path, way: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    panel = make_panel(ready)
    original = digits.test.images[5, 0].numpy()
    image, path = picture(original), tmp_path / "digit.png"
    image.save(str(path))
    mime = QMimeData()
    if "file" in way:
        mime.setUrls([QUrl.fromLocalFile(str(path))])
    else:
        mime.setImageData(image)
    if way.startswith("drop"):
        assert _drop(panel, mime)
    elif way.startswith("paste"):
        QGuiApplication.clipboard().setMimeData(mime)
        QTest.keyClick(panel.pad, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    else:
        chooser = "vae_desktop.ui.drawing_panel.QFileDialog.getOpenFileName"
        monkeypatch.setattr(chooser, lambda *_: (str(path), ""))
        QTest.mouseClick(panel.open_button, LEFT)
    qtbot.waitUntil(lambda: ready.drawing.portrait is not None, timeout=PATIENCE)
    seen = ready.drawing.portrait.image[0]  # type: ignore[union-attr]
    likeness = np.corrcoef(seen.ravel(), original.ravel())[0, 1]
    assert likeness > 0.9
    # The pad shows it, and a stroke over it goes on from there.
    shown = panel.pad.sheet.ink().reshape(28, 10, 28, 10).mean(axis=(1, 3)) / 255
    assert np.abs(shown - seen).mean() < 0.03
    before = panel.pad.sheet.ink()
    draw(panel.pad, (0.1, 0.97), (0.9, 0.97))
    settle(qtbot, panel)
    assert (panel.pad.sheet.ink() >= before).all() and ready.drawing._ink is not None
    # The line makes the digit wider: in MNIST's box it is as wide as the box.
    image = ready.drawing.portrait.image[0]  # type: ignore[union-attr]
    assert np.flatnonzero(image.any(axis=0)).size == 20


def test_what_is_no_picture_is_refused_in_plain_words(
    qtbot: QtBot, ready: Session, problems: list[Problem], make_panel: MakePanel, tmp_path: Path
) -> None:
    panel = make_panel(ready)
    path = tmp_path / "notes.png"
    path.write_text("these are no pixels")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    assert _drop(panel, mime)
    qtbot.waitUntil(lambda: len(problems) == 1, timeout=PATIENCE)
    assert problems[0].message == "notes.png is no picture that can be read." and problems[0].remedy
    blank = QImage(64, 64, QImage.Format.Format_RGB32)
    blank.fill("white")
    QGuiApplication.clipboard().setImage(blank)
    panel.paste()
    qtbot.waitUntil(lambda: len(problems) == 2, timeout=PATIENCE)
    assert problems[1].message == "There is no digit in this picture."
    QGuiApplication.clipboard().setText("seven")
    panel.paste()
    assert problems[2].message == "There is no picture on the clipboard."
    assert ready.drawing.portrait is None and panel.pad.sheet.empty


def test_a_model_of_other_images_is_told_of(
    qtbot: QtBot, ready: Session, make_panel: MakePanel, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    panel = make_panel(ready)
    draw(panel.pad, *SEVEN)
    settle(qtbot, panel)
    other = make_checkpoint(ModelConfig((3, 8, 10), 2, (16,)))
    ready.show_model(other, other.model_id, None, "colour", saved=True)
    assert not panel.pad.isVisible() and ready.drawing.portrait is None
    assert "This model reads images of 10 × 8 pixels with 3 channels." in panel._empty.label.text()
    assert not panel.paste_action.isEnabled()
    # What was drawn is asked about again once a model fits.
    fitting = make_checkpoint(seed=1)
    ready.show_model(fitting, fitting.model_id, None, "small", saved=True)
    assert panel.pad.isVisible()
    qtbot.waitUntil(lambda: ready.drawing.portrait is not None, timeout=PATIENCE)


def test_without_a_data_set_there_is_still_a_place(
    qtbot: QtBot, session: Session, make_panel: MakePanel, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    checkpoint = make_checkpoint()
    session.show_model(checkpoint, checkpoint.model_id, None, "small", saved=True)
    panel = make_panel(session)
    draw(panel.pad, *SEVEN)
    qtbot.waitUntil(lambda: session.drawing.portrait is not None, timeout=PATIENCE)
    assert panel.verdict.text() == "" and panel.decoded.picture is not None
    assert panel.cursor_button.isEnabled()


def test_nothing_is_clipped_in_a_narrow_dock(qtbot: QtBot, ready: Session, make_panel: MakePanel) -> None:
    panel = make_panel(ready)
    panel.window().resize(320, 310)
    draw(panel.pad, *SEVEN)
    settle(qtbot, panel)
    for part in (panel.undo_button, panel.open_button, panel.cursor_button, panel.verdict, panel.neighbours):
        corner = part.mapTo(panel, part.rect().bottomRight())
        assert part.isVisible() and panel.rect().contains(corner)
    assert panel.pad.area().width() >= 96
