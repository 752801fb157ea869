"""A training that nobody saved: after a crash, or a window closed too early, the next start has it."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.app.conftest import PATIENCE, SMALL
from vae_desktop.app.problems import Problem
from vae_desktop.app.recovery import Recovery
from vae_desktop.app.session import Session
from vae_desktop.core.config import TrainingConfig
from vae_desktop.core.errors import ExportError

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset

ENDLESS = TrainingConfig(epochs=5000, device="cpu")

# A window's training without the window; it tells each autosaved epoch until it is killed.
TRAINS = """
from PySide6.QtCore import QCoreApplication
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.data.digits import load_digits

app = QCoreApplication([])
session = Session()
session.show_dataset(load_digits())
session.training.start(ModelConfig(hidden=(32, 16)), TrainingConfig(epochs=5000, device="cpu"))
tell = lambda: print(len(session.training.history), any(session.recovery.folder.glob("*.safetensors")), flush=True)
session.training.epoch_finished.connect(tell)
app.exec()
"""


def train_until_killed(epochs: int) -> None:
    """Train in another process and kill it, without a chance to tidy up, after so many epochs."""
    with subprocess.Popen([sys.executable, "-c", TRAINS], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            done, saved = line.split()
            if int(done) >= epochs and saved == "True":
                break
        else:
            pytest.fail("the training ended by itself")
        process.send_signal(signal.SIGKILL)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL")
def test_a_killed_training_goes_on_in_the_next_run(
    qtbot: QtBot, session: Session, digits: Dataset, problems: list[Problem]
) -> None:
    train_until_killed(epochs=2)
    info = session.recovery.pending()
    assert info is not None
    assert info.model_config == SMALL and info.dataset.name == "digits"
    assert 1 <= info.epochs < info.total_epochs == 5000
    assert info.negative_elbo is not None
    assert abs((datetime.now(UTC) - info.saved_at).total_seconds()) < 300
    session.recover(info)
    qtbot.waitUntil(lambda: len(session.training.history) > info.epochs, timeout=PATIENCE)
    assert session.training.total_epochs == 5000
    assert [record.epoch for record in session.training.history] == list(
        range(1, len(session.training.history) + 1)
    )
    first = session.training.history[info.epochs - 1].held_out.negative_elbo
    assert first == info.negative_elbo
    assert session.dataset is not None and session.dataset.fingerprint == digits.fingerprint
    assert session.model is not None and not session.model.saved
    assert problems == []


def test_closing_in_the_middle_of_a_training_keeps_it_for_the_next_start(
    qtbot: QtBot, home: Path, digits: Dataset
) -> None:
    first = Session()
    first.show_dataset(digits)
    first.training.start(SMALL, ENDLESS)
    qtbot.waitUntil(lambda: len(first.training.history) >= 2, timeout=PATIENCE)
    assert Recovery().pending() is None, "a run that goes on is no crashed one"
    done = len(first.training.history)
    assert first.shutdown()
    second = Session()
    info = second.recovery.pending()
    assert info is not None and info.epochs >= done
    second.recovery.discard(info)
    assert second.recovery.pending() is None
    assert list((home / "state").iterdir()) == []
    assert second.shutdown()


def test_a_saved_training_leaves_nothing_to_recover(
    qtbot: QtBot, home: Path, digits: Dataset, tmp_path: Path
) -> None:
    session = Session()
    session.show_dataset(digits)
    session.training.start(SMALL, TrainingConfig(epochs=2, device="cpu"))
    qtbot.waitUntil(lambda: not session.training.active, timeout=PATIENCE)
    assert any((home / "state").glob("*.safetensors"))
    with qtbot.waitSignal(session.notice_raised, timeout=PATIENCE):
        session.save_model(tmp_path / "kept.safetensors")
    assert not any((home / "state").glob("*.safetensors"))
    assert session.shutdown()
    assert Recovery().pending() is None
    assert list((home / "state").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows removes no folder with a file that is open")
def test_a_training_whose_folder_is_cleared_away_is_kept_all_the_same(
    qtbot: QtBot, home: Path, session: Session, digits: Dataset, problems: list[Problem]
) -> None:
    session.show_dataset(digits)
    session.training.start(SMALL, ENDLESS)
    training = session.training
    qtbot.waitUntil(lambda: len(training.history) >= 2, timeout=PATIENCE)
    shutil.rmtree(home / "state")
    done = len(training.history)
    qtbot.waitUntil(lambda: any((home / "state").glob("*.json")), timeout=PATIENCE)
    qtbot.waitUntil(lambda: session.timeline.epochs[-1:] > (done,), timeout=PATIENCE)
    assert Recovery().pending() is None, "a run that goes on is no crashed one"
    assert session.shutdown()
    info = Recovery().pending()
    assert info is not None and info.epochs >= done
    assert problems == []


@pytest.fixture
def autosaved(make_checkpoint: Callable[..., Checkpoint], tmp_path: Path) -> Path:
    """A folder with what one run left behind."""
    folder = tmp_path / "state"
    left = Recovery(folder)
    left.autosave(make_checkpoint(), 10)
    left.close()
    return folder


def test_a_note_says_what_was_left_without_reading_the_model(autosaved: Path) -> None:
    info = Recovery(autosaved).pending()
    assert info is not None
    assert (info.epochs, info.total_epochs, info.epochs_left) == (0, 10, 10)
    info.path.write_bytes(b"damaged")
    assert Recovery(autosaved).pending() == info


@pytest.mark.parametrize("note", [b"", b"{", b"[]", b"{}", b'{"epochs": "x"}', b"\xff\xfe"])
def test_a_damaged_note_is_passed_over(autosaved: Path, note: bytes) -> None:
    (path,) = autosaved.glob("*.json")
    path.write_bytes(note)
    assert Recovery(autosaved).pending() is None


def test_a_damaged_autosave_is_told_and_changes_nothing(
    qtbot: QtBot, ready: Session, problems: list[Problem], autosaved: Path
) -> None:
    info, model = Recovery(autosaved).pending(), ready.model
    assert info is not None
    info.path.write_bytes(info.path.read_bytes()[:-10])
    ready.recover(info)
    qtbot.waitUntil(lambda: bool(problems), timeout=PATIENCE)
    assert ready.model is model and not ready.training.active


def test_of_several_the_newest_is_offered_first(
    autosaved: Path, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    newer = Recovery(autosaved)
    newer.autosave(make_checkpoint(), 20)
    newer.close()
    later = Recovery(autosaved)
    info = later.pending()
    assert info is not None and info.total_epochs == 20
    later.discard(info)
    info = later.pending()
    assert info is not None and info.total_epochs == 10


def test_an_adopted_autosave_is_this_runs_own(
    autosaved: Path, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    mine = Recovery(autosaved)
    info = mine.pending()
    assert info is not None
    mine.adopt(info)
    assert Recovery(autosaved).pending() is None, "nobody else is offered it"
    mine.autosave(make_checkpoint(seed=1), 30)
    assert len(list(autosaved.glob("*.safetensors"))) == 1
    mine.discard()
    mine.close()
    assert list(autosaved.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told_in_plain_words(
    make_checkpoint: Callable[..., Checkpoint], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="autosave"):
        Recovery(tmp_path / "file" / "state").autosave(make_checkpoint(), 1)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that nobody may write to")
def test_a_folder_that_nobody_may_write_to_is_told_in_plain_words(
    make_checkpoint: Callable[..., Checkpoint],
) -> None:
    with pytest.raises(ExportError, match="may not be written to"):
        Recovery(Path("/proc/self")).autosave(make_checkpoint(), 1)


def test_discarding_takes_half_written_files_along(autosaved: Path) -> None:
    recovery = Recovery(autosaved)
    info = recovery.pending()
    assert info is not None
    (autosaved / f".{info.path.name}.x7d2.part").mkdir()
    (autosaved / f".{info.path.name}.x7d2.part" / "file").write_bytes(b"half")
    (autosaved / f".{info.path.stem}.json.k3v1.part").write_bytes(b"ha")
    recovery.discard(info)
    assert list(autosaved.iterdir()) == []
