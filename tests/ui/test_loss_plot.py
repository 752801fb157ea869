"""The loss plot: it draws what the training reported, keeps a zoom, tells figures, and saves what it shows."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.app.step_curve import StepCurve
from vae_desktop.core.records import EpochRecord, StepReport, Terms
from vae_desktop.ui.loss_curves import DoubleArray, Line, training_lines
from vae_desktop.ui.loss_legend import term_color
from vae_desktop.ui.loss_plot import LossPlot
from vae_desktop.ui.theme import theme

STEPS = 20
SECONDS = 1.5


def terms_at(epoch: float) -> Terms:
    """A training that falls from 500 to about 140 nats."""
    return Terms.of(134 + 366 * math.exp(-6 * epoch), 6 * (1 - math.exp(-3 * epoch)))


def feed(session: Session, epochs: int, first: int = 1) -> None:
    """What the training controller does with the reports of some epochs."""
    training = session.training
    for epoch in range(first, first + epochs):
        for step in range(1, STEPS + 1):
            place = epoch - 1 + step / STEPS
            report = StepReport(epoch, step, STEPS, terms_at(place), 30_000.0, place * SECONDS, 1.0)
            training.steps.append(report)
        held_out = Terms.of(terms_at(epoch).reconstruction + 2, terms_at(epoch).kl)
        record = EpochRecord(epoch, terms_at(epoch - 0.5), held_out, epoch * SECONDS)
        training.history = (*training.history, record)
    training.progress_changed.emit()
    training.epoch_finished.emit()


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[LossPlot]:
    """A shown plot of five epochs, its legend above it."""
    plot = LossPlot(session)
    window = QWidget()
    layout = QVBoxLayout(window)
    for chip in plot.legend.chips.values():
        layout.addWidget(chip)
    layout.addWidget(plot, 1)
    window.resize(420, 560)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    feed(session, 5)
    yield plot  # the window lives on in this frame


def drawn(panel: LossPlot) -> dict[tuple[str, str], Line]:
    """The curves that the scene draws, by term and split."""
    return {(line.term, line.split): line for line in panel.plot.curves.lines}


def curve(panel: LossPlot, term: str, split: str) -> tuple[DoubleArray, DoubleArray]:
    line = drawn(panel)[term, split]
    return line.x, line.y


def pixels_of(panel: LossPlot, color: QColor, tolerance: int = 0) -> np.ndarray:
    """Places x, y [n, 2] of the pixels of about this colour in a picture of the plot."""
    image = panel.plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    table = np.array(image.constBits()).reshape(image.height(), image.width(), 4)[:, :, :3]
    distance = np.abs(table.astype(int) - [color.blue(), color.green(), color.red()]).max(axis=2)
    return np.argwhere(distance <= tolerance)[:, ::-1]


def view(panel: LossPlot) -> tuple[float, float, float, float]:
    (x0, x1), (y0, y1) = panel.plot.view_box.viewRange()
    return x0, x1, y0, y1


def pixel(panel: LossPlot, x: float, y: float) -> QPoint:
    scene = panel.plot.view_box.mapViewToScene(QPointF(x, y))
    return panel.plot.mapFromScene(scene)


def wheel(panel: LossPlot, at: QPoint, notches: int) -> None:
    viewport = panel.plot.viewport()
    event = QWheelEvent(
        QPointF(at),
        viewport.mapToGlobal(QPointF(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def test_the_curves_are_what_was_reported(panel: LossPlot, session: Session) -> None:
    panel.tools.slider.setValue(0)
    steps = session.training.steps
    for term in ("negative_elbo", "reconstruction", "kl"):
        x, y = curve(panel, term, "train")
        np.testing.assert_allclose(x, steps.epoch_position)
        np.testing.assert_allclose(y, getattr(steps, term))
        x, y = curve(panel, term, "held_out")
        np.testing.assert_array_equal(x, [1, 2, 3, 4, 5])
        np.testing.assert_allclose(y, [getattr(r.held_out, term) for r in session.training.history])


def test_the_curves_are_painted_where_the_axes_say(panel: LossPlot) -> None:
    panel.tools.slider.setValue(0)
    for term in ("negative_elbo", "kl"):
        panel.legend.chips["held_out"].setChecked(False)
        found = pixels_of(panel, term_color(term), tolerance=50)
        late = found[found[:, 0] > pixel(panel, 3.0, 0.0).x()]
        assert len(late) > 20
        wanted = pixel(panel, 4.0, getattr(terms_at(4.0), term)).y()
        assert np.abs(late[:, 1] - wanted).max() <= 3
    panel.legend.chips["kl"].setChecked(False)
    assert len(pixels_of(panel, term_color("kl"), tolerance=50)) == 0


def test_held_out_curves_have_a_mark_at_each_epoch(panel: LossPlot) -> None:
    for chip in ("train", "reconstruction", "kl"):
        panel.legend.chips[chip].setChecked(False)
    color = term_color("negative_elbo")
    found = pixels_of(panel, color, tolerance=80)
    for epoch in range(1, 6):
        place = pixel(panel, epoch, curve(panel, "negative_elbo", "held_out")[1][epoch - 1])
        near = np.abs(found - [place.x(), place.y()]).max(axis=1) <= 5
        assert near.sum() >= 6, f"no mark at epoch {epoch}"
        assert panel.plot.grab().toImage().pixelColor(place) != color, "marks are hollow"


def test_without_curves_there_is_a_sentence(qtbot: QtBot, session: Session) -> None:
    plot = LossPlot(session)
    qtbot.addWidget(plot)
    plot.show()
    qtbot.waitExposed(plot)
    assert plot.empty.isVisible() and not plot.plot.isVisible()
    feed(session, 1)
    assert plot.plot.isVisible() and not plot.empty.isVisible()


def test_curves_move_while_visible_and_catch_up_when_shown_again(
    qtbot: QtBot, panel: LossPlot, session: Session
) -> None:
    panel.window().hide()
    feed(session, 2, first=6)
    assert curve(panel, "kl", "held_out")[0][-1] == 5, "nothing is drawn while nobody looks"
    panel.window().show()
    qtbot.waitExposed(panel.window())
    assert curve(panel, "kl", "held_out")[0][-1] == 7
    feed(session, 1, first=8)
    assert curve(panel, "kl", "held_out")[0][-1] == 8


def test_time_axis(qtbot: QtBot, panel: LossPlot, session: Session) -> None:
    panel.tools.axis.setFocus()
    qtbot.keyClick(panel.tools.axis, Qt.Key.Key_Down)
    np.testing.assert_allclose(curve(panel, "kl", "train")[0], session.training.steps.seconds)
    np.testing.assert_allclose(curve(panel, "kl", "held_out")[0], SECONDS * np.arange(1, 6))
    x0, x1, _, _ = view(panel)
    assert x0 <= 0 and 5 * SECONDS <= x1 <= 7 * SECONDS


def test_log_axis(qtbot: QtBot, panel: LossPlot) -> None:
    before = curve(panel, "negative_elbo", "held_out")[1]
    qtbot.mouseClick(panel.tools.log, Qt.MouseButton.LeftButton, pos=QPoint(6, 10))
    np.testing.assert_allclose(curve(panel, "negative_elbo", "held_out")[1], np.log10(before))
    _, _, y0, y1 = view(panel)
    assert y1 >= np.nanmax(curve(panel, "negative_elbo", "train")[1]), "the steep beginning is in view too"
    assert y0 < 1 < y1
    values = panel.plot.left.tickValues(y0, y1, 300)[0][1]
    texts = panel.plot.left.tickStrings(values, 1.0, 1.0)
    assert {"10", "100"} <= set(texts)


def test_smoothing_leaves_the_raw_curve_behind(qtbot: QtBot, panel: LossPlot, session: Session) -> None:
    rng = np.random.default_rng(0)
    session.training.steps = StepCurve()
    for step in range(400):
        terms = Terms.of(100 + rng.normal(), 5.0)
        session.training.steps.append(StepReport(1, step + 1, 400, terms, 1.0, float(step), 1.0))
    panel.tools.slider.setFocus()
    qtbot.keyClick(panel.tools.slider, Qt.Key.Key_End)
    line = drawn(panel)["reconstruction", "train"]
    assert np.std(line.y[100:]) < 0.35 * np.std(line.raw[100:])
    assert line.y[-1] == pytest.approx(100, abs=0.6)
    qtbot.keyClick(panel.tools.slider, Qt.Key.Key_Home)
    np.testing.assert_array_equal(drawn(panel)["reconstruction", "train"].y, line.raw)


def test_a_long_training_stays_cheap_to_draw(panel: LossPlot, session: Session) -> None:
    steps = session.training.steps = StepCurve()
    count = 50_000
    for step in range(count):
        steps.append(StepReport(1, step + 1, count, Terms.of(100.0 + step, 5.0), 1.0, float(step), 1.0))
    session.training.progress_changed.emit()
    x, y = curve(panel, "reconstruction", "train")
    assert panel.plot.width() / 2 <= len(x) <= panel.plot.width() + 1
    assert x[-1] == pytest.approx(1.0, abs=2e-3) and y[-1] > 100 + 0.9 * count


def test_epochs_of_an_opened_model_lead_on_to_those_trained_here(session: Session) -> None:
    feed(session, 3)
    session.training.steps = StepCurve()
    feed(session, 2, first=4)
    line = training_lines(session.training.steps, session.training.history, False, 0.0)[0]
    np.testing.assert_allclose(line.x[:4], [1, 2, 3, 3 + 1 / STEPS])
    assert np.all(np.diff(line.x) > 0) and line.x[-1] == 5
    smoothed = training_lines(session.training.steps, session.training.history, False, 0.9)[0]
    means = [record.train.negative_elbo for record in session.training.history[:3]]
    np.testing.assert_allclose(smoothed.y[:3], means)


def test_the_view_follows_until_a_zoom_and_again_after_fit(
    qtbot: QtBot, panel: LossPlot, session: Session
) -> None:
    assert view(panel)[1] >= 5 and not panel.tools.fit.isEnabled()
    feed(session, 3, first=6)
    assert view(panel)[1] >= 8

    wheel(panel, pixel(panel, 4.0, 100.0), 3)
    zoomed = view(panel)
    assert zoomed[1] - zoomed[0] < 8 and panel.tools.fit.isEnabled()
    feed(session, 3, first=9)
    assert view(panel) == zoomed, "a zoom by hand is respected"

    qtbot.mouseClick(panel.tools.fit, Qt.MouseButton.LeftButton)
    assert view(panel)[1] >= 11 and not panel.tools.fit.isEnabled()
    feed(session, 3, first=12)
    assert view(panel)[1] >= 14


def test_fitting_lets_the_steep_beginning_go(panel: LossPlot) -> None:
    _, _, y0, y1 = view(panel)
    assert y0 < 1 and 150 < y1 < 420


def test_the_legend_hides_curves_and_the_view_fits_the_rest(qtbot: QtBot, panel: LossPlot) -> None:
    chips = panel.legend.chips
    for name in ("negative_elbo", "reconstruction"):
        qtbot.mouseClick(chips[name], Qt.MouseButton.LeftButton)
    assert set(drawn(panel)) == {("kl", "train"), ("kl", "held_out")}
    assert view(panel)[3] < 10
    qtbot.keyClick(chips["train"], Qt.Key.Key_Space)
    assert set(drawn(panel)) == {("kl", "held_out")}
    qtbot.mouseClick(chips["kl"], Qt.MouseButton.LeftButton)
    assert drawn(panel) == {}
    for name in ("negative_elbo", "kl", "train"):
        qtbot.mouseClick(chips[name], Qt.MouseButton.LeftButton)
    assert view(panel)[3] > 140


def test_hovering_tells_the_figures(qtbot: QtBot, panel: LossPlot, session: Session) -> None:
    panel.tools.slider.setValue(0)
    viewport = panel.plot.viewport()
    qtbot.mouseMove(viewport, pixel(panel, 3.01, 100.0))
    qtbot.waitUntil(lambda: panel.readout.label.isVisible())
    text = panel.readout.label.text()
    assert "epoch 3.00" in text
    held_out = session.training.history[2].held_out
    for value in (terms_at(3.0), held_out):
        assert f"{value.negative_elbo:.2f}" in text and f"{value.kl:.2f}" in text
    assert panel.plot.rect().contains(panel.readout.label.geometry())
    qtbot.mouseMove(viewport, QPoint(2, 2))
    qtbot.waitUntil(lambda: not panel.readout.label.isVisible())


def test_arrow_keys_tell_the_figures_too(qtbot: QtBot, panel: LossPlot) -> None:
    panel.plot.setFocus()
    qtbot.keyClick(panel.plot, Qt.Key.Key_End)
    assert "epoch 5.00" in panel.readout.label.text()
    last = panel.readout.x
    assert last is not None
    for _ in range(20):
        qtbot.keyClick(panel.plot, Qt.Key.Key_Left)
    assert panel.readout.x is not None and panel.readout.x < last
    assert "epoch 3" in panel.readout.label.text()
    qtbot.keyClick(panel.plot, Qt.Key.Key_Escape)
    assert not panel.readout.label.isVisible()


# Saving


def ask_for(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Answer the file dialog."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kw: (str(path), ""))


def rows_of_csv(path: Path) -> list[dict[str, float]]:
    with path.open(newline="") as file:
        return [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]


def test_csv_holds_every_epoch(
    panel: LossPlot, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_for(monkeypatch, tmp_path / "curves")
    panel.tools.save_actions["csv"].trigger()
    rows = rows_of_csv(tmp_path / "curves.csv")
    assert [row["epoch"] for row in rows] == [1, 2, 3, 4, 5]
    for row, record in zip(rows, session.training.history, strict=True):
        assert row["held_out_negative_elbo"] == pytest.approx(record.held_out.negative_elbo)
        assert row["train_kl"] == pytest.approx(record.train.kl)


def test_csv_of_every_report_holds_what_is_drawn(
    panel: LossPlot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.tools.slider.setValue(0)
    ask_for(monkeypatch, tmp_path / "reports.csv")
    panel.tools.save_actions["steps"].trigger()
    rows = rows_of_csv(tmp_path / "reports.csv")
    x, y = curve(panel, "reconstruction", "train")
    np.testing.assert_allclose([row["epoch"] for row in rows], x, rtol=1e-5)
    np.testing.assert_allclose([row["train_reconstruction"] for row in rows], y, rtol=1e-5)
    assert rows[-1]["seconds"] == pytest.approx(5 * SECONDS)


def test_nothing_can_be_saved_before_there_is_something(qtbot: QtBot, session: Session) -> None:
    plot = LossPlot(session)
    qtbot.addWidget(plot)
    assert not any(action.isEnabled() for action in plot.tools.save_actions.values())
    feed(session, 1)
    assert all(action.isEnabled() for action in plot.tools.save_actions.values())


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_png_shows_the_curves(panel: LossPlot, tmp_path: Path, mode: str) -> None:
    theme().apply(mode)
    panel.legend.chips["reconstruction"].click()
    panel.tools.save_as(tmp_path / "curves.png", "png")
    image = QImage(str(tmp_path / "curves.png"))
    assert image.width() == 1920 and image.height() == 1200
    assert image.pixelColor(2, 2) == QColor(theme().colors.plot)
    pixels = np.array(image.convertToFormat(QImage.Format.Format_RGB32).constBits()).reshape(1200, 1920, 4)

    def rows_of(term: str) -> np.ndarray:
        color = term_color(term)
        wanted = [color.blue(), color.green(), color.red()]
        # Below the legend, within the axes.
        found = np.nonzero((pixels[300:1050, 200:, :3] == wanted).all(axis=2))
        return np.asarray(found[0])

    assert len(rows_of("negative_elbo")) > 500 and len(rows_of("kl")) > 500
    assert np.median(rows_of("negative_elbo")) < np.median(rows_of("kl")), "140 nats stand above 6"
    assert len(rows_of("reconstruction")) == 0, "a curve that is switched off is not in the picture"


def test_svg_holds_words_and_curves_inside_the_axes(panel: LossPlot, tmp_path: Path) -> None:
    wheel(panel, pixel(panel, 3.0, 140.0), 4)
    panel.tools.save_as(tmp_path / "curves.svg", "svg")
    root = ElementTree.parse(tmp_path / "curves.svg").getroot()
    svg = "{http://www.w3.org/2000/svg}"
    words = {"".join(text.itertext()) for text in root.iter(f"{svg}text")}
    assert {"nats per image", "epochs", "KL, held-out", "−ELBO, training"} <= words
    lines = [line.get("points", "") for line in root.iter(f"{svg}polyline")]
    points = [tuple(map(float, pair.split(","))) for line in lines for pair in line.split()]
    assert len(points) > 100
    assert all(0 <= x <= 960 and 0 <= y <= 600 for x, y in points), "what a zoom cuts off stays outside"


@pytest.mark.parametrize("kind", ["csv", "steps", "png", "svg"])
def test_a_place_that_can_not_be_written_is_told(
    qtbot: QtBot, panel: LossPlot, session: Session, tmp_path: Path, kind: str
) -> None:
    with qtbot.waitSignal(session.problem_raised) as told:
        panel.tools.save_as(tmp_path / "nowhere" / f"curves.{kind}", kind)
    problem = told.args[0]
    assert isinstance(problem, Problem)
    assert "nowhere" in problem.message + problem.remedy
    assert not (tmp_path / "nowhere").exists()
