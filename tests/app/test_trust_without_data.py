"""Surveys by what a model's file keeps of its data: where no data set is open, and where another one is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tests.app.conftest import PATIENCE, SMALL
from vae_desktop.app.session import Session
from vae_desktop.core.charting import charted
from vae_desktop.core.config import TrainingConfig

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.data.dataset import Dataset

VIEW = (-3.0, -3.0, 3.0, 3.0)


def look(session: Session) -> None:
    """Want all that a survey can tell without the decoder."""
    session.trust.active = True
    session.trust.look(VIEW)
    for layer in ("density", "regions"):
        session.trust.set_layer(layer, True)


def wait_for_layers(qtbot: QtBot, session: Session) -> None:
    """Until a survey has both."""
    qtbot.waitUntil(
        lambda: session.trust.found is not None and session.trust.found.regions is not None, timeout=PATIENCE
    )


def test_the_bundled_model_knows_its_data(qtbot: QtBot, session: Session) -> None:
    look(session)
    session.open_bundled("mnist-2d")
    wait_for_layers(qtbot, session)
    found = session.trust.found
    assert session.dataset is None and session.codes is None
    assert len(found.posterior.draws) == 5000 and all(len(lines) for lines in found.density)
    assert set(np.unique(found.regions.classes)) == set(range(10))
    assert session.class_names == tuple("0123456789")
    assert session.trust.quantile() < 0.99
    session.set_cursor([9.0, 9.0])
    assert session.trust.quantile() == 1.0


def test_other_data_than_its_own_do_not_say_where_a_models_data_lie(
    qtbot: QtBot, session: Session, digits: Dataset
) -> None:
    look(session)
    session.open_bundled("mnist-2d")
    wait_for_layers(qtbot, session)
    session.show_dataset(digits)
    qtbot.waitUntil(lambda: session.codes is not None, timeout=PATIENCE)
    qtbot.wait(300)
    assert len(session.trust.found.posterior.draws) == 5000
    assert len(session.codes.means) == len(digits.test)


def test_its_own_data_do_once_they_are_open(
    qtbot: QtBot, session: Session, digits: Dataset, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    look(session)
    checkpoint = charted(make_checkpoint(), digits)
    session.show_model(checkpoint, checkpoint.model_id, None, "small", saved=True)
    wait_for_layers(qtbot, session)
    assert len(session.trust.found.posterior.draws) == len(digits.train)
    session.show_dataset(digits)
    qtbot.waitUntil(lambda: len(session.trust.found.posterior.draws) == len(digits.test), timeout=PATIENCE)


def test_a_model_without_an_atlas_knows_nothing_without_data(
    qtbot: QtBot, session: Session, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    look(session)
    checkpoint = make_checkpoint()
    session.open_bundled("mnist-2d")
    wait_for_layers(qtbot, session)
    session.show_model(checkpoint, checkpoint.model_id, None, "small", saved=True)
    assert session.trust.found is None and session.trust.quantile() is None
    qtbot.wait(300)
    assert session.trust.found is None


def test_a_trained_models_file_tells_it(
    qtbot: QtBot, session: Session, digits: Dataset, tmp_path: Path
) -> None:
    session.show_dataset(digits)
    session.training.start(SMALL, TrainingConfig(epochs=2, device="cpu"))
    qtbot.waitUntil(lambda: not session.training.active and session.codes is not None, timeout=PATIENCE)
    assert session.model is not None and session.model.atlas is not None
    path = tmp_path / "trained.safetensors"
    with qtbot.waitSignal(session.notice_raised, timeout=PATIENCE):
        session.save_model(path)
    assert session.model.saved
    other = Session(session.preferences)
    try:
        look(other)
        other.open_model(path)
        wait_for_layers(qtbot, other)
        assert other.dataset is None
        assert len(other.trust.found.posterior.draws) == len(digits.train)
    finally:
        assert other.shutdown()


def test_a_model_saved_in_the_middle_of_its_training_tells_it_too(
    qtbot: QtBot, session: Session, digits: Dataset, tmp_path: Path
) -> None:
    from vae_desktop.core.checkpoint import load_checkpoint

    session.show_dataset(digits)
    session.training.start(SMALL, TrainingConfig(epochs=10_000, device="cpu"))
    qtbot.waitUntil(lambda: len(session.training.history) > 1, timeout=PATIENCE)
    path = tmp_path / "midway.safetensors"
    with qtbot.waitSignal(session.notice_raised, timeout=PATIENCE):
        session.save_model(path)
    assert session.training.active and session.model.atlas is None
    saved = load_checkpoint(path)
    atlas = charted(replace(saved, atlas=None), digits).atlas
    np.testing.assert_allclose(saved.atlas.means, atlas.means, atol=2e-2)


def test_a_new_training_knows_nothing_of_the_model_before_it(
    qtbot: QtBot, session: Session, digits: Dataset, make_checkpoint: Callable[..., Checkpoint]
) -> None:
    look(session)
    checkpoint = charted(make_checkpoint(), digits)
    # Of other data than those that are open, so that the atlas counts.
    checkpoint = replace(checkpoint, dataset=replace(checkpoint.dataset, fingerprint="0" * 64))
    session.show_model(checkpoint, checkpoint.model_id, None, "small", saved=True)
    session.show_dataset(digits)
    wait_for_layers(qtbot, session)
    found = []
    session.trust.changed.connect(lambda: found.append(session.trust.found))
    session.training.start(SMALL, TrainingConfig(epochs=5, device="cpu"))
    qtbot.waitUntil(lambda: not session.training.active, timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(found) and found[-1] is not None, timeout=PATIENCE)
    assert found[0] is None, "the old model's data go with it"
    assert len(session.trust.found.posterior.draws) == len(digits.test)
