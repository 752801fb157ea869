"""Opening and saving: what opens, what is refused, and that a refusal changes nothing."""

from __future__ import annotations

import gc
import gzip
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.app.conftest import PATIENCE, SMALL
from tests.core.data.idx_writer import write_set
from vae_desktop.app import opening
from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.core.config import ModelConfig, TrainingConfig

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset

MakeFile = Callable[..., Path]


def bundle(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> None:
    """Let the program come with this model, or with none."""

    def resource(name: str) -> Path:
        if path is None or name != f"models/{path.name}":
            raise FileNotFoundError(f"The program's own file {name} is missing; install it again.")
        return path

    monkeypatch.setattr(opening, "resource", resource)


def test_start_shows_the_bundled_model_and_then_the_data(
    qtbot: QtBot, session: Session, make_model_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle(monkeypatch, make_model_file("mnist-2d"))
    order: list[str] = []
    session.model_changed.connect(lambda: order.append("model"))
    session.dataset_changed.connect(lambda: order.append("data"))
    session.codes_changed.connect(lambda: order.append("codes"))
    session.start()
    assert session.loading
    qtbot.waitUntil(lambda: session.codes is not None and session.picture is not None, timeout=PATIENCE)
    assert order == ["model", "data", "codes"]
    assert session.dataset is not None and session.dataset.name == "digits"
    assert session.model is not None and session.model.saved and session.model.path is None
    assert session.model.title == "mnist-2d"
    assert session.loading == ""
    assert session.preferences.recent_files == [], "what comes with the program is no file of the user's"


def test_start_without_a_bundled_model_still_opens_the_data(
    qtbot: QtBot, session: Session, problems: list[Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle(monkeypatch, None)
    session.start()
    qtbot.waitUntil(lambda: session.dataset is not None, timeout=PATIENCE)
    assert session.model is None
    assert problems == []


def test_start_with_what_is_not_there_says_so_and_falls_back(
    qtbot: QtBot,
    session: Session,
    problems: list[Problem],
    make_model_file: MakeFile,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    bundle(monkeypatch, make_model_file("mnist-2d"))
    session.start(str(tmp_path / "gone.safetensors"), str(tmp_path / "no data"))
    qtbot.waitUntil(lambda: session.codes is not None, timeout=PATIENCE)
    assert len(problems) == 2
    assert "gone.safetensors" in problems[0].message
    assert "no data" in problems[1].message
    assert session.dataset is not None and session.dataset.name == "digits"


def test_start_with_a_model_and_a_folder(
    qtbot: QtBot, session: Session, make_model_file: MakeFile, tmp_path: Path
) -> None:
    path, folder = make_model_file("mine"), write_set(tmp_path / "my digits")
    session.start(str(path), str(folder))
    qtbot.waitUntil(lambda: session.codes is not None, timeout=PATIENCE)
    assert session.model is not None and (session.model.path, session.model.title) == (path, "mine")
    assert session.dataset is not None and session.dataset.title == "my digits"
    assert session.preferences.recent_files == [str(folder), str(path)]


def test_the_newest_request_wins(
    qtbot: QtBot, session: Session, make_model_file: MakeFile, tmp_path: Path
) -> None:
    shown: list[str] = []
    session.model_changed.connect(lambda: shown.append(session.model.title if session.model else ""))
    paths = [make_model_file(f"model {number}", seed=number) for number in range(4)]
    for path in paths:
        session.open_model(path)
    for number in range(3):
        session.open_dataset(str(write_set(tmp_path / f"set {number}")))
    qtbot.waitUntil(lambda: session.loading == "", timeout=PATIENCE)
    assert shown == ["model 3"]
    assert session.dataset is not None and session.dataset.title == "set 2"


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def altered(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-5] ^= 0xFF
    path.write_bytes(content)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def deleted(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("damage", [truncated, altered, emptied, deleted])
def test_a_bad_model_file_is_refused_and_nothing_changes(
    qtbot: QtBot,
    ready: Session,
    problems: list[Problem],
    make_model_file: MakeFile,
    damage: Callable[[Path], None],
) -> None:
    path, model, codes = make_model_file("bad"), ready.model, ready.codes
    damage(path)
    ready.open_model(path)
    qtbot.waitUntil(lambda: bool(problems), timeout=PATIENCE)
    assert "bad.safetensors" in problems[0].message
    assert ready.model is model and ready.codes is codes
    assert ready.loading == ""
    assert ready.preferences.recent_files == []


def test_a_bad_data_set_is_refused_and_nothing_changes(
    qtbot: QtBot, ready: Session, problems: list[Problem], tmp_path: Path
) -> None:
    folder, dataset = write_set(tmp_path / "cut"), ready.dataset
    images = folder / "train-images-idx3-ubyte.gz"
    images.write_bytes(gzip.compress(gzip.decompress(images.read_bytes())[:-1]))
    ready.open_dataset(str(folder))
    qtbot.waitUntil(lambda: bool(problems), timeout=PATIENCE)
    assert ready.dataset is dataset and ready.codes is not None


def test_a_set_that_is_not_here_yet_can_be_downloaded_from_the_message(
    qtbot: QtBot, ready: Session, problems: list[Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(ready.downloads, "start", asked.append)
    ready.open_dataset("KMNIST")
    qtbot.waitUntil(lambda: bool(problems), timeout=PATIENCE)
    label, act = problems[0].actions[0]
    assert "ownload" in label
    act()
    assert asked == ["kmnist"]


def test_dropped_things_open_as_what_they_are(
    qtbot: QtBot, session: Session, problems: list[Problem], make_model_file: MakeFile, tmp_path: Path
) -> None:
    folder = write_set(tmp_path / "zipped")
    plain = write_set(tmp_path / "plain", zipped=False)
    session.open_path(folder)
    qtbot.waitUntil(lambda: session.dataset is not None, timeout=PATIENCE)
    session.open_path(plain / "t10k-images-idx3-ubyte")
    qtbot.waitUntil(
        lambda: session.dataset is not None and session.dataset.title == "plain", timeout=PATIENCE
    )
    session.open_path(make_model_file("dropped"))
    qtbot.waitUntil(lambda: session.model is not None, timeout=PATIENCE)
    assert problems == []


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("letter.txt", b"Dear program", "neither a model nor a data set"),
        ("weights.pt", b"PK\x03\x04 pickle", "pickle"),
        (None, b"", "no file"),
    ],
)
def test_other_dropped_things_are_explained(
    qtbot: QtBot,
    session: Session,
    problems: list[Problem],
    tmp_path: Path,
    name: str,
    content: bytes,
    told: str,
) -> None:
    path = tmp_path / (name or "nothing here")
    if name is not None:
        path.write_bytes(content)
    session.open_path(path)
    qtbot.waitUntil(lambda: bool(problems), timeout=PATIENCE)
    assert told in problems[0].message
    assert session.model is None and session.dataset is None


def test_a_bundled_model_by_name(
    qtbot: QtBot,
    ready: Session,
    problems: list[Problem],
    make_model_file: MakeFile,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle(monkeypatch, make_model_file("mnist-10d", ModelConfig(latent_dim=10, hidden=(8,))))
    ready.open_bundled("mnist-10d")
    qtbot.waitUntil(lambda: len(ready.cursor) == 10, timeout=PATIENCE)
    ready.open_bundled("mnist-99d")
    assert "mnist-99d" in problems[0].message


def test_a_saved_model_is_the_same_when_opened_again(
    qtbot: QtBot, ready: Session, make_checkpoint: Callable[..., Checkpoint], tmp_path: Path
) -> None:
    checkpoint = make_checkpoint(seed=3)
    ready.show_model(checkpoint, checkpoint.model_id, None, "unsaved", saved=False)
    with qtbot.waitSignal(ready.notice_raised, timeout=PATIENCE) as heard:
        ready.save_model(tmp_path / "kept")
    path = tmp_path / "kept.safetensors"
    assert heard.args == ["Saved kept.safetensors"]
    assert ready.model is not None
    assert (ready.model.saved, ready.model.path, ready.model.title) == (True, path, "kept")
    assert ready.preferences.recent_files == [str(path)]
    ready.open_bundled("none")  # whatever happens meanwhile
    ready.open_model(path)
    qtbot.waitUntil(lambda: ready.loading == "" and ready.codes is not None, timeout=PATIENCE)
    assert ready.model.model_id == checkpoint.model_id


def test_saving_where_one_may_not_is_told_and_the_model_stays_unsaved(
    qtbot: QtBot,
    ready: Session,
    problems: list[Problem],
    make_checkpoint: Callable[..., Checkpoint],
    tmp_path: Path,
) -> None:
    checkpoint = make_checkpoint(seed=3)
    ready.show_model(checkpoint, checkpoint.model_id, None, "unsaved", saved=False)
    ready.save_model(tmp_path / "no such folder" / "model.safetensors")
    qtbot.waitUntil(lambda: bool(problems), timeout=PATIENCE)
    assert "model.safetensors" in problems[0].message
    assert ready.model is not None and not ready.model.saved


def test_there_must_be_a_model_to_save(session: Session, problems: list[Problem], tmp_path: Path) -> None:
    session.save_model(tmp_path / "nothing")
    assert "no model to save" in problems[0].message
    assert list(tmp_path.glob("nothing*")) == []


def test_opening_a_model_in_the_middle_of_a_training_asks_first(
    qtbot: QtBot, ready: Session, problems: list[Problem], make_model_file: MakeFile
) -> None:
    path = make_model_file("other", ModelConfig(latent_dim=4, hidden=(8,)))
    ready.training.start(SMALL, TrainingConfig(epochs=10_000, device="cpu"))
    qtbot.waitUntil(lambda: len(ready.training.history) >= 1, timeout=PATIENCE)
    ready.open_model(path)
    assert ready.training.state == "running"
    label, act = problems[0].actions[0]
    assert label == "Stop and open"
    act()
    qtbot.waitUntil(lambda: len(ready.cursor) == 4, timeout=PATIENCE)
    assert ready.training.state == "idle"
    assert ready.model is not None and ready.model.title == "other"
    assert ready.training.history == ()


def test_a_training_that_starts_while_a_model_is_being_opened_wins(
    qtbot: QtBot, ready: Session, problems: list[Problem], make_model_file: MakeFile
) -> None:
    ready.open_model(make_model_file("late", ModelConfig(latent_dim=4, hidden=(8,))))
    ready.training.start(SMALL, TrainingConfig(epochs=10_000, device="cpu"))
    qtbot.waitUntil(lambda: len(ready.training.history) >= 2, timeout=PATIENCE)
    assert len(ready.cursor) == 2 and ready.loading == ""
    ready.training.stop()
    qtbot.waitUntil(lambda: not ready.training.active, timeout=PATIENCE)
    assert problems == []


def test_opening_a_data_set_leaves_a_training_alone(
    qtbot: QtBot, ready: Session, problems: list[Problem], tmp_path: Path
) -> None:
    ready.training.start(SMALL, TrainingConfig(epochs=10_000, device="cpu"))
    qtbot.waitUntil(lambda: len(ready.training.history) >= 1, timeout=PATIENCE)
    ready.open_dataset(str(write_set(tmp_path / "other")))
    qtbot.waitUntil(lambda: ready.dataset is not None and ready.dataset.title == "other", timeout=PATIENCE)
    count = len(ready.training.history)
    qtbot.waitUntil(lambda: len(ready.training.history) > count, timeout=PATIENCE)
    assert ready.codes is None or len(ready.codes.means) == 20
    ready.training.stop()
    qtbot.waitUntil(lambda: not ready.training.active and ready.codes is not None, timeout=PATIENCE)
    assert ready.codes is not None and ready.codes.means.shape == (20, 2)
    assert ready.model is not None and ready.model.dataset.name == "digits"
    assert np.isfinite(ready.codes.means).all()
    assert problems == []


def test_a_data_set_is_let_go_once_another_is_open(
    qtbot: QtBot, session: Session, digits: Dataset, tmp_path: Path
) -> None:
    """Real ones take 50 MB each."""
    session.show_dataset(digits)
    session.open_dataset(str(write_set(tmp_path / "set")))
    qtbot.waitUntil(lambda: session.dataset is not digits, timeout=PATIENCE)
    assert session.dataset is not None
    opened = weakref.ref(session.dataset)
    session.show_dataset(digits)

    def gone() -> bool:
        gc.collect()
        return opened() is None

    qtbot.waitUntil(gone, timeout=5_000)
