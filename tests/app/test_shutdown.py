"""Closing always works, within two seconds and in the middle of anything."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.app.conftest import PATIENCE, SMALL
from tests.core.data.idx_writer import write_set
from vae_desktop.app.session import Session
from vae_desktop.core.config import TrainingConfig, TsneConfig
from vae_desktop.core.data import download
from vae_desktop.core.data.download import DownloadProgress

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint


def endless_download(name: str, data_dir: Path | None = None) -> Iterator[DownloadProgress]:
    while True:
        yield DownloadProgress("a file", 0, 4, 1, 3, 1.0, 1.0)


def test_in_the_middle_of_everything_at_once(
    qtbot: QtBot, ready: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "download_dataset", endless_download)
    ready.samples.active = ready.reconstructions.active = True
    ready.map.start(TsneConfig(iterations=50_000))
    qtbot.waitUntil(lambda: ready.map.frame is not None and ready.map.frame.iteration > 0, timeout=PATIENCE)
    ready.training.start(SMALL, TrainingConfig(epochs=100_000, device="cpu"))
    qtbot.waitUntil(lambda: len(ready.training.history) >= 1, timeout=PATIENCE)
    ready.downloads.start("mnist")
    qtbot.waitUntil(lambda: ready.downloads.progress is not None, timeout=PATIENCE)
    ready.open_dataset(str(write_set(tmp_path / "set")))
    ready.save_model(tmp_path / "saved.safetensors")
    ready.begin_gesture()
    ready.samples.set_layout(32, 32)
    ready.set_cursor([1, 1])
    began = time.monotonic()
    assert ready.shutdown(), "a thread is left"
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("what", ["training", "map"])
def test_while_paused(qtbot: QtBot, ready: Session, what: str) -> None:
    if what == "training":
        ready.training.start(SMALL, TrainingConfig(epochs=100_000, device="cpu"))
        qtbot.waitUntil(lambda: len(ready.training.history) >= 1, timeout=PATIENCE)
        ready.training.pause()
    else:
        ready.map.start(TsneConfig(iterations=50_000))
        ready.map.pause()
    assert ready.shutdown()


def test_right_after_the_start_of_things(qtbot: QtBot, ready: Session, tmp_path: Path) -> None:
    ready.training.start(SMALL, TrainingConfig(epochs=100_000, device="cpu"))
    ready.map.start(TsneConfig(iterations=50_000))
    ready.open_dataset(str(write_set(tmp_path / "set")))
    assert ready.shutdown()


def test_a_save_asked_for_in_the_last_moment_is_done(
    ready: Session, make_checkpoint: Callable[..., Checkpoint], tmp_path: Path
) -> None:
    from vae_desktop.core.checkpoint import load_checkpoint

    path = tmp_path / "last moment.safetensors"
    ready.save_model(path)
    assert ready.shutdown()
    assert load_checkpoint(path).model_id == make_checkpoint().model_id


def test_a_save_asked_for_in_the_last_moment_of_a_training_is_done(
    qtbot: QtBot, ready: Session, tmp_path: Path
) -> None:
    from vae_desktop.core.checkpoint import load_checkpoint

    ready.training.start(SMALL, TrainingConfig(epochs=100_000, device="cpu"))
    qtbot.waitUntil(lambda: len(ready.training.history) >= 1, timeout=PATIENCE)
    ready.save_model(tmp_path / "last moment.safetensors")
    assert ready.shutdown()
    assert load_checkpoint(tmp_path / "last moment.safetensors").epochs >= 1


def test_twice_and_without_ever_having_started(session: Session) -> None:
    assert session.shutdown()
    assert session.shutdown()


def test_nothing_starts_after_it(qtbot: QtBot, ready: Session, tmp_path: Path) -> None:
    assert ready.shutdown()
    ready.open_dataset(str(write_set(tmp_path / "set")))
    ready.set_cursor([1, 1])
    assert ready.loading == ""
