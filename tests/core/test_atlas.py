"""What a model file keeps of its training data: how it is chosen, that it comes back, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from tests.core.test_checkpoint import make, refusal, resealed
from vae_desktop.core import charting
from vae_desktop.core.atlas import MOST_DIGITS, Atlas
from vae_desktop.core.charting import charted, make_atlas
from vae_desktop.core.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from vae_desktop.core.class_turns import in_turn, stratified_order
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.inference import Inference
from vae_desktop.core.models import build, weights_of
from vae_desktop.core.paths import resource

if TYPE_CHECKING:
    from vae_desktop.core.data.dataset import Dataset

COUNT = 30


def some_atlas(count: int = COUNT, classes: int = 2) -> Atlas:
    """Random codes of two dimensions."""
    rng = np.random.default_rng(0)
    means, logvars = rng.normal(size=(2, count, 2)).astype(np.float16)
    return Atlas(means, logvars, (np.arange(count) % classes).astype(np.uint8))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with an atlas."""
    save_checkpoint(tmp_path / "model.safetensors", replace(make(), atlas=some_atlas()))
    return tmp_path / "model.safetensors"


@pytest.fixture
def model(digits: Dataset) -> Checkpoint:
    """An untrained model of the built-in digits."""
    config = ModelConfig(latent_dim=3, hidden=(16,))
    weights = weights_of(build(config, torch.Generator().manual_seed(0)))
    return Checkpoint(config, TrainingConfig(), digits.info(), (), weights)


def test_it_comes_back_and_the_model_stays_the_same_one(path: Path) -> None:
    loaded, saved = load_checkpoint(path), some_atlas()
    assert loaded.atlas is not None
    for name, array in saved.arrays().items():
        found = loaded.atlas.arrays()[name]
        assert found.dtype == array.dtype and not found.flags.writeable
        np.testing.assert_array_equal(found, array)
    assert loaded.model_id == make().model_id


def test_a_file_without_one_opens(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "old.safetensors", make())
    assert load_checkpoint(tmp_path / "old.safetensors").atlas is None


Change = Callable[[dict[str, torch.Tensor], dict[str, str]], None]


def put(name: str, tensor: torch.Tensor) -> Change:
    """Has another array of an atlas."""
    return lambda tensors, metadata: tensors.update({f"atlas.{name}": tensor})


def half(*shape: int) -> torch.Tensor:
    """Zeros of the type that codes have."""
    return torch.zeros(*shape, dtype=torch.float16)


def labels(count: int, value: int = 0) -> torch.Tensor:
    """Labels, all alike."""
    return torch.full((count,), value, dtype=torch.uint8)


def too_many(tensors: dict[str, torch.Tensor], metadata: dict[str, str]) -> None:
    """One digit more than any atlas has, all arrays in step."""
    count = MOST_DIGITS + 1
    for name, tensor in (("means", half(count, 2)), ("logvars", half(count, 2)), ("labels", labels(count))):
        tensors[f"atlas.{name}"] = tensor


def none_at_all(tensors: dict[str, torch.Tensor], metadata: dict[str, str]) -> None:
    """No digit."""
    for name, tensor in (("means", half(0, 2)), ("logvars", half(0, 2)), ("labels", labels(0))):
        tensors[f"atlas.{name}"] = tensor


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put("means", half(COUNT - 1, 2)), "do not fit"),
        (put("logvars", half(COUNT, 3)), "do not fit"),
        (put("means", torch.zeros(COUNT, 2)), "do not fit"),
        (put("labels", torch.zeros(COUNT, dtype=torch.int64)), "do not fit"),
        (put("labels", labels(COUNT, value=2)), "do not fit"),
        (put("labels", torch.zeros((), dtype=torch.uint8)), "do not fit"),
        (put("more", half(1)), "do not fit"),
        (lambda tensors, metadata: tensors.pop("atlas.labels"), "do not fit"),
        (lambda tensors, metadata: tensors.pop("atlas.logvars"), "do not fit"),
        (too_many, "do not fit"),
        (none_at_all, "do not fit"),
        (put("means", torch.full((COUNT, 2), torch.nan, dtype=torch.float16)), "not finite"),
        (put("logvars", torch.full((COUNT, 2), -torch.inf, dtype=torch.float16)), "not finite"),
    ],
)
def test_one_that_does_not_fit_is_refused(path: Path, change: Change, words: str) -> None:
    resealed(path, change)
    assert words in refusal(path)


def test_a_changed_or_missing_byte_of_it_is_refused(path: Path) -> None:
    content = path.read_bytes()
    needle = some_atlas().means.tobytes()
    place = content.index(needle)
    changed = bytearray(content)
    changed[place + 5] ^= 1
    path.write_bytes(changed)
    assert "altered" in refusal(path)
    path.write_bytes(content[: place + 5])
    assert "cut short" in refusal(path)


def test_it_is_what_the_encoder_makes_of_training_digits(model: Checkpoint, digits: Dataset) -> None:
    atlas = charted(model, digits).atlas
    assert atlas is not None and len(atlas.labels) == len(digits.train)
    order = stratified_order(digits.train.labels.numpy(), charting.SEED)
    np.testing.assert_array_equal(atlas.labels, digits.train.labels.numpy()[order])
    means, logvars = Inference(model.model_config, model.weights).encode(digits.train.images[order])
    np.testing.assert_allclose(atlas.means, means, atol=2e-3)
    np.testing.assert_allclose(atlas.logvars, logvars, atol=2e-3)


def test_of_other_data_and_of_one_that_is_there_none_is_made(model: Checkpoint, digits: Dataset) -> None:
    other = replace(digits, fingerprint="0" * 64)
    assert charted(model, other) is model
    whole = charted(model, digits)
    assert charted(whole, digits) is whole


def test_a_smaller_one_has_every_class_in_its_share(
    model: Checkpoint, digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charting, "DIGITS", 400)
    inference = Inference(model.model_config, model.weights)
    atlas = make_atlas(inference, digits)
    assert atlas is not None and len(atlas.labels) == 400
    shares = np.bincount(digits.train.labels.numpy()) / len(digits.train)
    np.testing.assert_allclose(np.bincount(atlas.labels), 400 * shares, atol=1)
    again = make_atlas(inference, digits)
    assert again is not None
    np.testing.assert_array_equal(again.means, atlas.means)
    # With no time there is a beginning of the same.
    hurried = make_atlas(inference, digits, seconds=0)
    assert hurried is not None and 10 <= len(hurried.labels) < 400
    np.testing.assert_array_equal(hurried.labels, atlas.labels[: len(hurried.labels)])


def test_many_dimensions_take_no_more_room(digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charting, "BYTES", 40_000)
    config = ModelConfig(latent_dim=100, hidden=(8,))
    weights = weights_of(build(config, torch.Generator().manual_seed(0)))
    atlas = make_atlas(Inference(config, weights), digits)
    assert atlas is not None and len(atlas.labels) == 100


def test_a_model_that_went_astray_has_none(model: Checkpoint, digits: Dataset) -> None:
    huge = {name: array * np.float32(1e6) for name, array in model.weights.items()}
    assert charted(replace(model, weights=huge), digits).atlas is None


def test_turns() -> None:
    labels = np.array([2, 0, 0, 1, 2, 0, 2, 2])
    assert in_turn(labels).tolist() == [1, 3, 0, 2, 4, 5, 6, 7]
    order = stratified_order(np.repeat([0, 1], [90, 10]), seed=3)
    assert sorted(order.tolist()) == list(range(100))
    assert [int((order[start : start + 10] >= 90).sum()) for start in range(0, 100, 10)] == [1] * 10


@pytest.mark.parametrize("name", ["mnist-2d", "mnist-16d"])
def test_bundled_models_have_one_that_their_encoders_make(name: str, mnist_folder: Path) -> None:
    from vae_desktop.core.data.open import open_dataset

    bundled = load_checkpoint(resource(f"models/{name}.safetensors"))
    assert bundled.atlas is not None and len(bundled.atlas.labels) == charting.DIGITS
    made = charted(replace(bundled, atlas=None), open_dataset(str(mnist_folder))).atlas
    assert made is not None
    np.testing.assert_array_equal(made.labels, bundled.atlas.labels)
    # Other processors round otherwise.
    np.testing.assert_allclose(made.means, bundled.atlas.means, atol=2e-2)
    np.testing.assert_allclose(made.logvars, bundled.atlas.logvars, atol=2e-2)
