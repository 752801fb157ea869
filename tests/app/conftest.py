"""What the tests of the app layer share: a live session, small models, and their files."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import drawn_digits
from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.app.settings import Preferences
from vae_desktop.app.training_worker import TrainingWorker
from vae_desktop.core.config import ModelConfig, TrainingConfig

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset
    from vae_desktop.core.records import Arrays

# Busy machines are slow to give a thread its turn; nothing here waits this long on a quiet one.
PATIENCE = 60_000

SMALL = ModelConfig(hidden=(32, 16))


@pytest.fixture(autouse=True)
def digits_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens the built-in digits gets those that all tests share."""
    monkeypatch.setattr("vae_desktop.core.data.digits.load_digits", drawn_digits)


@functools.cache
def libraries_are_there() -> None:
    """Import once what a map needs: no thread can be stopped in the midst of that, which takes seconds on a busy
    machine, and a shutdown waits no longer than two."""
    import_module("vae_desktop.core.affinities")


@pytest.fixture
def session(qtbot: QtBot, home: Path) -> Iterator[Session]:
    """A session without data or model; the end of the test is its shutdown."""
    libraries_are_there()
    it = Session(Preferences(home / "settings.ini"))
    yield it
    assert it.shutdown()
    let_go(it)


def let_go(session: Session) -> None:
    """Delete a closed session: lambdas on its own signals would keep it and all its data, unseen by Python."""
    session.preferences.deleteLater()
    session.deleteLater()


@pytest.fixture
def bundled(qtbot: QtBot, session: Session, digits: Dataset) -> Session:
    """The bundled model of 16 dimensions, with the codes of the built-in digits."""
    session.show_dataset(digits)
    session.open_bundled("mnist-16d")
    qtbot.waitUntil(
        lambda: session.codes is not None and session.codes.means.shape[1] == 16, timeout=PATIENCE
    )
    return session


@pytest.fixture
def problems(session: Session) -> list[Problem]:
    """The problems that the session raises."""
    raised: list[Problem] = []
    session.problem_raised.connect(raised.append)
    return raised


@pytest.fixture
def make_checkpoint(digits: Dataset) -> Callable[..., Checkpoint]:
    """Makes an untrained model: `make_checkpoint(config, seed)`."""

    def make(config: ModelConfig = SMALL, seed: int = 0) -> Checkpoint:
        from vae_desktop.core.checkpoint import Checkpoint

        weights = {name: array.copy() for name, array in untrained(config, seed).items()}
        return Checkpoint(config, TrainingConfig(), digits.info(), (), weights)

    return make


@functools.cache
def untrained(config: ModelConfig, seed: int) -> Arrays:
    """Weights as a training begins with them, drawn once for all tests: not to be changed."""
    import torch

    from vae_desktop.core.models import build, weights_of

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return weights_of(build(config))


@pytest.fixture
def make_model_file(make_checkpoint: Callable[..., Checkpoint], tmp_path: Path) -> Callable[..., Path]:
    """Writes an untrained model to a file: `make_model_file(name, config, seed)`."""

    def make(name: str = "small", config: ModelConfig = SMALL, seed: int = 0) -> Path:
        from vae_desktop.core.checkpoint import save_checkpoint

        path = tmp_path / f"{name}.safetensors"
        save_checkpoint(path, make_checkpoint(config, seed))
        return path

    return make


@pytest.fixture
def ready(
    qtbot: QtBot, session: Session, digits: Dataset, make_checkpoint: Callable[..., Checkpoint]
) -> Session:
    """The session with the digits and a small untrained model, its first picture and all codes there."""
    session.show_dataset(digits)
    checkpoint = make_checkpoint()
    session.show_model(checkpoint, checkpoint.model_id, None, "small", saved=True)
    qtbot.waitUntil(lambda: session.codes is not None and session.picture is not None, timeout=PATIENCE)
    return session


@pytest.fixture
def every_epoch_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The timeline keeps every epoch, however short."""
    monkeypatch.setattr("vae_desktop.app.training_worker.MOMENT_INTERVAL", 0.0)
    # Each epoch waits for the last one's files.
    note = TrainingWorker._note

    def patient(self: TrainingWorker, *arguments: object) -> None:
        self._saving.result()
        note(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(TrainingWorker, "_note", patient)
