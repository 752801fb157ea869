"""Model files: what is kept, and every kind of file that is refused."""

from __future__ import annotations

import json
import pickle
import random
import struct
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from vae_desktop.core.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.errors import CheckpointError, ExportError
from vae_desktop.core.models import build, weights_of
from vae_desktop.core.optimizer import FlatAdam
from vae_desktop.core.records import DatasetInfo, EpochRecord, Terms
from vae_desktop.core.sealed_file import digest
from vae_desktop.core.tensors import to_arrays

CONFIG = ModelConfig((1, 4, 4), 2, (8, 4))
INFO = DatasetInfo("dots", "Dots", "dots", "ab" * 32, 10, 5, ("a", "b"), (1, 4, 4))
HISTORY = (EpochRecord(1, Terms.of(9.5, 1.25), Terms.of(10.5, 1.5), 0.75),)


def make(config: ModelConfig = CONFIG, state: bool = True) -> Checkpoint:
    """A model after one step of Adam."""
    model = build(config, torch.Generator().manual_seed(0))
    optimizer = FlatAdam(model)
    for parameter in model.parameters():
        assert parameter.grad is not None
        parameter.grad.fill_(1.0)
    optimizer.step(1e-3)
    tensors = optimizer.state_tensors()
    tensors["rng.order"] = torch.Generator().get_state()
    tensors["rng.noise"] = torch.Generator().get_state()
    kept = to_arrays(tensors) if state else None
    return Checkpoint(config, TrainingConfig(epochs=3), INFO, HISTORY, weights_of(model), kept)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A good file."""
    save_checkpoint(tmp_path / "model.safetensors", make())
    return tmp_path / "model.safetensors"


def resealed(path: Path, change: Callable[[dict[str, torch.Tensor], dict[str, str]], None]) -> None:
    """Change a file's tensors and metadata as someone would who knows the format, digest included."""
    tensors = load_file(path)
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        metadata = json.loads(file.read(length))["__metadata__"]
    change(tensors, metadata)
    metadata["digest"] = digest(metadata["header"], to_arrays(tensors))
    save_file(tensors, path, metadata)


def refusal(path: Path) -> str:
    """What is said of a file that can't be opened."""
    with pytest.raises(CheckpointError) as caught:
        load_checkpoint(path)
    message = str(caught.value)
    assert path.name in message
    assert "\n" not in message
    return message


@pytest.mark.parametrize("config", [CONFIG, ModelConfig((3, 5, 7), 3, (2, 2), "conv")])
@pytest.mark.parametrize("state", [True, False])
def test_everything_comes_back(tmp_path: Path, config: ModelConfig, state: bool) -> None:
    saved = make(config, state)
    save_checkpoint(tmp_path / "it.safetensors", saved)
    loaded = load_checkpoint(tmp_path / "it.safetensors")
    for name in ("model_config", "training_config", "dataset", "history", "version", "model_id"):
        assert getattr(loaded, name) == getattr(saved, name)
    assert loaded.metrics == HISTORY[-1].held_out and loaded.epochs == 1
    assert loaded.weights.keys() == saved.weights.keys()
    assert all(np.array_equal(loaded.weights[name], saved.weights[name]) for name in saved.weights)
    if not state:
        assert loaded.training_state is None
        return
    assert loaded.training_state is not None and saved.training_state is not None
    assert loaded.training_state.keys() == saved.training_state.keys()
    assert all(
        np.array_equal(loaded.training_state[k], saved.training_state[k]) for k in saved.training_state
    )


def test_a_model_before_its_first_step_comes_back(tmp_path: Path) -> None:
    state = {name: torch.Generator().get_state().numpy() for name in ("rng.order", "rng.noise")}
    fresh = replace(make(), history=(), training_state=state)
    save_checkpoint(tmp_path / "it.safetensors", fresh)
    loaded = load_checkpoint(tmp_path / "it.safetensors")
    assert loaded.metrics is None and loaded.epochs == 0
    assert loaded.training_state is not None and loaded.training_state.keys() == state.keys()


def test_the_identity_is_that_of_the_weights() -> None:
    one, same = make(), make(state=False)
    assert one.model_id == same.model_id and len(one.model_id) == 12
    changed = {name: array.copy() for name, array in one.weights.items()}
    changed["encoder.1.bias"][0] += 1e-6
    assert replace(one, weights=changed).model_id != one.model_id


def test_other_programs_can_read_the_file(path: Path) -> None:
    tensors = load_file(path)
    assert np.array_equal(tensors["model.encoder.1.weight"].numpy(), make().weights["encoder.1.weight"])


def test_a_loaded_model_does_not_depend_on_its_file(path: Path) -> None:
    loaded = load_checkpoint(path)
    before = {name: array.copy() for name, array in loaded.weights.items()}
    path.write_bytes(bytes(path.stat().st_size))
    assert all(np.array_equal(loaded.weights[name], before[name]) for name in before)
    path.unlink()


def test_saving_replaces_the_older_file_or_leaves_it(path: Path, tmp_path: Path) -> None:
    save_checkpoint(path, make(state=False))
    assert load_checkpoint(path).training_state is None
    with pytest.raises(ExportError):
        save_checkpoint(tmp_path / "nowhere" / "model.safetensors", make())
    assert [file.name for file in tmp_path.iterdir()] == ["model.safetensors"]


class Bomb:
    """Unpickling it runs code: it makes a file."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, str]]:
        return open, (str(self.mark), "w")


@pytest.mark.skipif(sys.platform == "win32", reason="no limit can be set to a file's size there")
@pytest.mark.parametrize("bytes_allowed", [0, 100, 10_000])
def test_a_disk_that_takes_no_more_leaves_the_old_file_and_nothing_else(
    path: Path, bytes_allowed: int
) -> None:
    import resource

    before = path.read_bytes()
    assert len(before) > 10_000
    checkpoint = load_checkpoint(path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_allowed, limits[1]))
    try:
        with pytest.raises(ExportError, match=r"(?i)file too large"):
            save_checkpoint(path, checkpoint)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("kind", ["zip", "legacy", "pickle"])
def test_a_pickle_is_refused_and_never_run(tmp_path: Path, kind: str) -> None:
    bad, mark = tmp_path / "model.pt", tmp_path / "ran"
    if kind == "pickle":
        bad.write_bytes(pickle.dumps(Bomb(mark)))
    else:
        torch.save({"bomb": Bomb(mark)}, bad, _use_new_zipfile_serialization=kind == "zip")
    assert "pickle" in refusal(bad)
    # The same file under the name of a good one.
    assert "pickle" in refusal(bad.rename(tmp_path / "model.safetensors"))
    assert not mark.exists()


def test_a_file_cut_anywhere_is_refused(path: Path) -> None:
    content = path.read_bytes()
    assert "empty" in refusal(_rewritten(path, b""))
    lengths = random.Random(0).sample(range(9, len(content)), 40)
    for length in [1, 8, 9, *lengths, len(content) - 1]:
        message = refusal(_rewritten(path, content[:length]))
        if length >= 9:
            assert "cut short" in message


def test_a_changed_byte_anywhere_is_refused(path: Path) -> None:
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    dice = random.Random(0)
    places = [*range(16), *dice.sample(range(8, 8 + length), 150), *dice.sample(range(len(content)), 50)]
    for place in places:
        changed = bytearray(content)
        changed[place] ^= 1 << dice.randrange(8)
        refusal(_rewritten(path, bytes(changed)))


def test_more_bytes_at_the_end_are_refused(path: Path) -> None:
    refusal(_rewritten(path, path.read_bytes() + b"\0" * 8))


@pytest.mark.parametrize("length", [0, 1, 10**8, 10**8 + 1, 2**40, 2**63, 2**64 - 1])
def test_an_absurd_length_at_the_start_is_refused(path: Path, length: int) -> None:
    refusal(_rewritten(path, struct.pack("<Q", length) + path.read_bytes()[8:]))


@pytest.mark.parametrize(
    "description",
    [
        b'{"a":' * 100_000,
        b"{" + b"\xff" * 20 + b"}",
        b'{"__metadata__":{"format":"vae_desktop","format_version":"1"},"a":7}',
        b'{"__metadata__":{"format":"vae_desktop","format_version":"1"},"a":{"data_offsets":[0,1e999]}}',
        b'{"__metadata__":{"format":"vae_desktop","format_version":"1"},'
        b'"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}',
        b'{"__metadata__":{"format":"vae_desktop","format_version":"1"},'
        b'"a":{"dtype":"F32","shape":[9],"data_offsets":[0,4]}}',
        b'{"__metadata__":{"format":"vae_desktop","format_version":"1"},'
        b'"a":{"dtype":"F32","shape":[1],"data_offsets":[0,' + b"9" * 5000 + b"]}}",
        b'{"__metadata__":{"format":"vae_desktop","format_version":"1","header":7}}',
        b'{"__metadata__":7}',
        b"{}",
    ],
)
def test_a_hostile_description_is_refused(tmp_path: Path, description: bytes) -> None:
    bad = tmp_path / "model.safetensors"
    refusal(_rewritten(bad, struct.pack("<Q", len(description)) + description + b"\0" * 4))


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n" + b"\0" * 64, b"a text, no model", b"\0" * 100])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    assert "not a model file" in refusal(_rewritten(tmp_path / "picture.png", content))


def test_another_programs_safetensors_is_refused(tmp_path: Path) -> None:
    save_file({"weight": torch.zeros(3)}, tmp_path / "foreign.safetensors", {"format": "pt"})
    assert "not a model of this program" in refusal(tmp_path / "foreign.safetensors")


def test_a_newer_format_asks_for_a_newer_program(path: Path) -> None:
    resealed(path, lambda tensors, metadata: metadata.update(format_version="2"))
    assert "newer version" in refusal(path)


@pytest.mark.parametrize("version", ["0", "", "-1", "1.5", "²"])
def test_an_unknown_format_is_refused(path: Path, version: str) -> None:
    resealed(path, lambda tensors, metadata: metadata.update(format_version=version))
    assert "no known version" in refusal(path)


def test_a_missing_file_and_a_folder_are_told_as_such(tmp_path: Path) -> None:
    assert "There is no file" in refusal(tmp_path / "nothing.safetensors")
    assert "model file" in refusal(tmp_path) or "Can't read" in refusal(tmp_path)


def _weight(name: str, tensor: torch.Tensor) -> Callable[[dict[str, torch.Tensor], dict[str, str]], None]:
    return lambda tensors, metadata: tensors.update({name: tensor})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_weight("model.encoder.1.weight", torch.zeros(8, 15)), "weights that do not fit"),
        (
            _weight("model.encoder.1.weight", torch.zeros(8, 16, dtype=torch.float64)),
            "weights that do not fit",
        ),
        (_weight("model.more", torch.zeros(1)), "weights that do not fit"),
        (lambda tensors, metadata: tensors.pop("model.encoder.1.bias"), "weights that do not fit"),
        (_weight("model.encoder.1.weight", torch.full((8, 16), torch.nan)), "not finite"),
        (_weight("model.encoder.1.bias", torch.full((8,), torch.inf)), "not finite"),
        (_weight("training.adam.exp_avg.encoder.1.weight", torch.zeros(2, 2)), "training state"),
        (_weight("training.more", torch.zeros(1)), "training state"),
        (_weight("training.rng.order", torch.zeros(3)), "training state"),
        (_weight("training.adam.exp_avg.encoder.1.bias", torch.full((8,), torch.nan)), "not finite"),
    ],
)
def test_tensors_that_do_not_fit_are_refused(
    path: Path, change: Callable[[dict[str, torch.Tensor], dict[str, str]], None], words: str
) -> None:
    resealed(path, change)
    assert words in refusal(path)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("model", {"latent_dim": 0}),
        ("model", {"hidden": "many"}),
        ("model", []),
        ("training", {"epochs": -1}),
        ("dataset", {}),
        ("history", [{"epoch": float("inf")}]),
        ("history", 3),
        ("version", ...),
    ],
)
def test_settings_that_make_no_sense_are_refused(path: Path, part: str, value: object) -> None:
    def change(tensors: dict[str, torch.Tensor], metadata: dict[str, str]) -> None:
        header = json.loads(metadata["header"])
        if value is ...:
            del header[part]
        elif isinstance(value, dict) and value:
            header[part].update(value)
        else:
            header[part] = value
        metadata["header"] = json.dumps(header)

    resealed(path, change)
    assert "can't read" in refusal(path)


@pytest.mark.parametrize("header", ["", "[]", "7", "{", '{"model":' * 100_000])
def test_a_header_that_is_no_object_is_refused(path: Path, header: str) -> None:
    resealed(path, lambda tensors, metadata: metadata.update(header=header))
    refusal(path)


def _rewritten(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
