"""The map by UMAP: where its library is, it is a map like others; where not, one line says what brings it."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.app.conftest import PATIENCE
from tests.core.test_umap_projection import library
from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.app.view_settings import map_wanted, settings_now
from vae_desktop.core.config import TsneConfig
from vae_desktop.core.records import MapFrame

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def wait_until_whole(qtbot: QtBot, session: Session) -> MapFrame:
    qtbot.waitUntil(lambda: session.map.state == "idle", timeout=2 * PATIENCE)
    frame = session.map.frame
    assert frame is not None
    return frame


def test_without_the_library_the_map_stays_and_one_line_tells(
    qtbot: QtBot, ready: Session, problems: list[Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "umap", None)
    ready.map.start(TsneConfig(), "pca")
    before = wait_until_whole(qtbot, ready)
    ready.map.start(TsneConfig(), "umap")
    assert (ready.map.state, ready.map.method, ready.map.frame) == ("idle", "pca", before)
    assert [problem.message for problem in problems] == [
        "UMAP needs the library umap-learn, which is not installed."
    ]
    assert problems[0].remedy == "Run: pip install 'vae_desktop[umap]'"


def test_a_view_that_names_it_comes_back_without_it_and_tells(
    qtbot: QtBot, ready: Session, problems: list[Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "umap", None)
    view = ready.views.now("map")
    assert view is not None
    ready.set_cursor([1.0, -1.0])
    ready.views.restore(replace(view, settings={"map": {"method": "umap", "seed": 4}}))
    qtbot.waitUntil(lambda: bool(problems), timeout=PATIENCE)
    assert "umap-learn" in problems[0].message and "pip install" in problems[0].remedy
    np.testing.assert_array_equal(ready.cursor, view.cursor)
    assert ready.map.state == "idle"


@library
def test_it_begins_with_pca_and_ends_with_every_digit_at_its_place(
    qtbot: QtBot, ready: Session, problems: list[Problem]
) -> None:
    shown: list[MapFrame] = []
    ready.map.frame_changed.connect(lambda: shown.extend([ready.map.frame] if ready.map.frame else []))
    ready.map.start(TsneConfig(seed=7), "umap")
    assert ready.map.state == "running"
    last = wait_until_whole(qtbot, ready)
    assert not problems
    assert ready.codes is not None and last.embedding.shape == (len(ready.codes.means), 2)
    assert (shown[0].stage, shown[0].iteration) == ("PCA", 0)
    assert last.iteration == last.iterations and len(shown) > 3
    assert not ready.map.can_do_more
    qtbot.waitUntil(lambda: ready.map.quality is not None, timeout=PATIENCE)
    # A view tells of it, and brings the same map back.
    config, method = map_wanted(settings_now(ready, "map")["map"])
    assert (method, config.seed) == ("umap", 7)
    ready.map.start(TsneConfig(), "pca")
    wait_until_whole(qtbot, ready)
    ready.map.start(config, method)
    np.testing.assert_array_equal(wait_until_whole(qtbot, ready).embedding, last.embedding)


@library
def test_it_is_stopped_at_once_wherever_it_is(qtbot: QtBot, ready: Session) -> None:
    ready.map.start(TsneConfig(), "umap")
    qtbot.waitUntil(lambda: ready.map.frame is not None, timeout=PATIENCE)
    ready.map.stop()
    assert ready.map.state == "idle" and ready.map.frame is not None
    ready.map.start(TsneConfig(), "umap")
    qtbot.waitUntil(
        lambda: ready.map.frame is not None and ready.map.frame.iteration > 0, timeout=2 * PATIENCE
    )
    ready.map.stop()
    kept = ready.map.frame
    assert ready.map.state == "idle" and kept is not None and kept.iteration < kept.iterations
    assert ready.map.wait(PATIENCE)
    qtbot.wait(100)
    assert ready.map.frame is kept
