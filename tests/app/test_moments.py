"""Past epochs on the disk: what is kept, what is thinned out, and what a fault costs."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.places import ROOT
from vae_desktop.app.moments import MomentStore
from vae_desktop.core.errors import CheckpointError
from vae_desktop.core.records import EpochRecord, Terms

if TYPE_CHECKING:
    from vae_desktop.core.checkpoint import Checkpoint

Make = Callable[[int], "Checkpoint"]
MEANS = np.arange(20, dtype=np.float32).reshape(10, 2)
LOGVARS = MEANS - 1


@pytest.fixture
def make(make_checkpoint: Callable[..., Checkpoint]) -> Make:
    """A checkpoint at the end of an epoch."""

    def at(epoch: int) -> Checkpoint:
        history = tuple(EpochRecord(n, Terms.of(9, 1), Terms.of(9, 1), n) for n in range(1, epoch + 1))
        return replace(make_checkpoint(seed=epoch), history=history)

    return at


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MomentStore]:
    """A store with room for everything."""
    it = MomentStore(10**9, tmp_path / "state")
    yield it
    it.close()


def test_an_epoch_comes_back_as_it_was(store: MomentStore, make: Make) -> None:
    store.add(make(3), MEANS, LOGVARS)
    moment = store.load(3)
    assert moment.checkpoint.model_id == make(3).model_id and moment.checkpoint.epochs == 3
    np.testing.assert_array_equal(moment.means, MEANS)
    np.testing.assert_array_equal(moment.logvars, LOGVARS)
    assert moment.embedding is None
    store.add_embedding(3, MEANS[:, ::-1])
    embedding = store.load(3).embedding
    assert embedding is not None and not embedding.flags.writeable
    np.testing.assert_array_equal(embedding, MEANS[:, ::-1])


def test_a_map_of_an_epoch_that_is_not_kept_is_not_kept_either(store: MomentStore) -> None:
    store.add_embedding(3, MEANS)
    assert store.epochs == ()


def test_an_epoch_made_anew_has_no_map_of_the_old_one(store: MomentStore, make: Make) -> None:
    store.add(make(1), MEANS, LOGVARS)
    store.add_embedding(1, MEANS)
    store.add(make(1), MEANS, LOGVARS)
    assert store.load(1).embedding is None


def test_a_map_of_the_model_before_is_not_kept(store: MomentStore, make: Make) -> None:
    before = store.run
    store.clear()
    store.add(make(1), MEANS, LOGVARS)
    store.add_embedding(1, MEANS, before)
    assert store.load(1).embedding is None
    store.add_embedding(1, MEANS, store.run)
    assert store.load(1).embedding is not None


def test_over_budget_epochs_become_sparser_but_the_ends_stay(tmp_path: Path, make: Make) -> None:
    probe = MomentStore(10**9, tmp_path / "probe")
    probe.add(make(1), MEANS, LOGVARS)
    size = sum(file.stat().st_size for file in (tmp_path / "probe").rglob("*") if file.is_file())
    probe.close()
    # Later files are a little longer: their histories are.
    store = MomentStore(int(5.5 * size) + 5000, tmp_path / "state")
    for epoch in range(1, 13):
        store.add(make(epoch), MEANS, LOGVARS)
        assert store.epochs[0] == 1 and store.epochs[-1] == epoch
    assert 4 <= len(store.epochs) <= 6
    gaps = np.diff(store.epochs)
    assert gaps.max() <= 6
    assert len(list((tmp_path / "state").rglob("*.safetensors"))) == len(store.epochs)
    store.set_budget(size + 5000)
    store.tidy()
    assert store.epochs == (12,)
    store.set_budget(0)
    store.tidy()
    assert store.epochs == ()
    store.add(make(13), MEANS, LOGVARS)
    assert store.epochs == ()
    store.close()


def test_another_models_epochs_are_forgotten_at_once_and_deleted_later(
    store: MomentStore, make: Make, tmp_path: Path
) -> None:
    for epoch in (1, 2):
        store.add(make(epoch), MEANS, LOGVARS)
    assert store.clear()
    assert store.epochs == ()
    with pytest.raises(CheckpointError, match="no longer kept"):
        store.load(1)
    assert len(list(tmp_path.rglob("*.safetensors"))) == 2
    store.tidy()
    assert not list(tmp_path.rglob("*.safetensors"))
    assert not store.clear(), "there is nothing more to delete"
    store.add(make(1), MEANS, LOGVARS)
    assert store.epochs == (1,) and store.load(1).checkpoint.epochs == 1


def test_who_forgets_does_not_wait_for_a_file_that_is_being_written(
    store: MomentStore, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vae_desktop.core import checkpoint

    save, writing, go_on = checkpoint.save_checkpoint, threading.Event(), threading.Event()

    def slow(*arguments: object) -> None:
        writing.set()
        assert go_on.wait(60)
        save(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(checkpoint, "save_checkpoint", slow)
    thread = threading.Thread(target=store.add, args=(make(1), MEANS, LOGVARS))
    thread.start()
    assert writing.wait(60)
    store.clear()
    store.set_budget(10**8)
    assert store.epochs == ()
    go_on.set()
    thread.join()
    assert store.epochs == (), "an epoch of a model that is gone"
    assert not list(tmp_path.rglob("*.safetensors"))


def test_what_is_gone_or_damaged_is_told(store: MomentStore, make: Make, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no longer kept"):
        store.load(1)
    store.add(make(1), MEANS, LOGVARS)
    (codes,) = tmp_path.rglob("*-codes.npy")
    codes.write_bytes(b"none")
    with pytest.raises(CheckpointError, match="can't be read"):
        store.load(1)


def test_a_folder_that_cannot_be_made_costs_only_the_timeline(tmp_path: Path, make: Make) -> None:
    (tmp_path / "state").write_text("a file in the way")
    store = MomentStore(10**9, tmp_path / "state")
    store.add(make(1), MEANS, LOGVARS)
    assert store.epochs == ()
    store.close()


def test_closing_leaves_nothing_and_another_window_alone(tmp_path: Path, make: Make) -> None:
    one, other = MomentStore(10**9, tmp_path), MomentStore(10**9, tmp_path)
    one.add(make(1), MEANS, LOGVARS)
    other.add(make(2), MEANS, LOGVARS)
    one.close()
    assert other.load(2).checkpoint.epochs == 2
    one.add(make(1), MEANS, LOGVARS)
    assert one.epochs == ()
    other.close()
    assert not list(tmp_path.rglob("*.safetensors"))


def test_what_a_crash_left_is_deleted(tmp_path: Path, make: Make) -> None:
    code = """
import os, sys
from pathlib import Path
from vae_desktop.app.moments import MomentStore
store = MomentStore(1000, Path(sys.argv[1]))
(store._own_folder() / "1.safetensors").write_bytes(b"old")
os._exit(1)
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=False, timeout=60)
    (left,) = tmp_path.rglob("1.safetensors")
    store = MomentStore(10**9, tmp_path)
    store.add(make(1), MEANS, LOGVARS)
    assert not left.exists()
    store.close()
