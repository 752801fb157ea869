"""Trainings that go wrong: losses that are no numbers, memory that runs out, moments too small to count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from vae_desktop.core import training
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.data.dataset import Dataset, ImageSet
from vae_desktop.core.errors import NonFiniteLossError, OutOfMemoryError
from vae_desktop.core.gradients import Gradients
from vae_desktop.core.records import EpochReport
from vae_desktop.core.training import Trainer

MODEL = ModelConfig(hidden=(32, 16))
CONFIG = TrainingConfig(epochs=2, device="cpu")


def finish(trainer: Trainer) -> None:
    for _ in trainer.run():
        pass


def all_finite(trainer: Trainer) -> bool:
    checkpoint = trainer.checkpoint()
    arrays = [*checkpoint.weights.values(), *(checkpoint.training_state or {}).values()]
    return all(bool(np.isfinite(array).all()) for array in arrays)


class Failing:
    """Gradients that go wrong at a step."""

    def __init__(self, gradients: Gradients, step: int, error: Exception | None = None) -> None:
        self.gradients, self.left, self.error = gradients, step, error

    def __call__(self, images: torch.Tensor, noise: torch.Tensor, beta: float, terms: torch.Tensor) -> None:
        self.left -= 1
        if self.left == 0 and self.error is not None:
            raise self.error
        self.gradients(images if self.left else images * torch.inf, noise, beta, terms)


def fail_at(trainer: Trainer, step: int, error: Exception | None = None) -> None:
    trainer._gradients = Failing(trainer._gradients, step, error)


def test_far_too_high_a_learning_rate_is_told_with_its_remedy(digits: Dataset) -> None:
    trainer = Trainer(digits, MODEL, replace(CONFIG, learning_rate=1e30))
    first = trainer.snapshot()
    with pytest.raises(NonFiniteLossError, match="no longer a finite number") as caught:
        finish(trainer)
    assert "learning rate" in caught.value.remedy
    assert trainer.history == ()
    assert all(np.array_equal(first[name], array) for name, array in trainer.snapshot().items())


@pytest.mark.parametrize("architecture", ["dense", "conv"])
def test_the_last_good_state_can_be_trained_on(digits: Dataset, architecture: str) -> None:
    model = ModelConfig(hidden=(8, 8), architecture=architecture)
    trainer = Trainer(digits, model, CONFIG)
    steps = -(-len(digits.train) // CONFIG.batch_size)
    fail_at(trainer, steps + 3)
    with pytest.raises(NonFiniteLossError):
        finish(trainer)
    assert all_finite(trainer)
    reached = trainer.checkpoint()
    finish(Trainer(digits, model, replace(CONFIG, learning_rate=1e-4), reached))


def test_going_back_is_going_to_a_state_that_was(digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "KEEP_SHARE", 1e9)
    monkeypatch.setattr(training, "REPORT_INTERVAL", 0.0)
    trainer = Trainer(digits, MODEL, CONFIG)
    steps = -(-len(digits.train) // CONFIG.batch_size)
    fail_at(trainer, steps + 1)
    after_epoch = None
    with pytest.raises(NonFiniteLossError):
        for report in trainer.run():
            if isinstance(report, EpochReport):
                after_epoch = trainer.checkpoint()
    assert after_epoch is not None
    back = trainer.checkpoint()
    assert back.model_id == after_epoch.model_id and back.history == after_epoch.history
    assert back.training_state is not None and after_epoch.training_state is not None
    for name, array in after_epoch.training_state.items():
        assert np.array_equal(back.training_state[name], array), name


def test_weights_that_broke_in_the_last_step_are_noticed_too(digits: Dataset) -> None:
    trainer = Trainer(digits, MODEL, replace(CONFIG, epochs=1))
    steps = -(-len(digits.train) // CONFIG.batch_size)
    real = trainer._gradients

    def poison(images: torch.Tensor, noise: torch.Tensor, beta: float, terms: torch.Tensor) -> None:
        nonlocal steps
        real(images, noise, beta, terms)
        steps -= 1
        if steps == 0:
            grad = next(trainer.model.parameters()).grad
            assert grad is not None
            grad.fill_(torch.nan)

    trainer._gradients = poison
    with pytest.raises(NonFiniteLossError):
        finish(trainer)
    assert trainer.history == () and all_finite(trainer)


def test_memory_that_runs_out_in_a_step_is_told_and_the_model_kept(digits: Dataset) -> None:
    trainer = Trainer(digits, MODEL, CONFIG)
    fail_at(trainer, 3, torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 GiB"))
    with pytest.raises(OutOfMemoryError, match="too little free memory") as caught:
        finish(trainer)
    assert "smaller batch" in caught.value.remedy
    assert all_finite(trainer)


def test_a_model_that_no_memory_holds_is_refused_at_once() -> None:
    # 2^30 pixels, without taking up memory: each is the same byte. The first layer would take 35 TB.
    images = torch.zeros(1, dtype=torch.uint8).expand(2, 1024, 1024, 1024)
    split = ImageSet(images, torch.zeros(2, dtype=torch.int64))
    huge = Dataset("huge", "Huge", "huge", split, split, ("a",), "00" * 32)
    with pytest.raises(OutOfMemoryError, match="too little free memory"):
        Trainer(huge, ModelConfig((1024, 1024, 1024), 2, (8192,)), CONFIG)


def test_other_faults_are_not_called_memory(digits: Dataset) -> None:
    trainer = Trainer(digits, MODEL, CONFIG)
    fail_at(trainer, 2, RuntimeError("something else"))
    with pytest.raises(RuntimeError, match="something else"):
        finish(trainer)


def test_moments_never_become_denormal() -> None:
    """Weights at a pixel that is lit once have moments that halve every seven steps: 2^-126 comes soon."""
    images = torch.zeros(400, 1, 2, 2, dtype=torch.uint8)
    images[:, 0, 0, 0] = torch.arange(400) % 256
    images[0, 0, 1, 1] = 255
    split = ImageSet(images, torch.zeros(400, dtype=torch.int64))
    dataset = Dataset("rare", "Rare", "rare", split, split, ("a",), "00" * 32)
    # So few epochs that the pixel is met twice: the second epoch's last 400 steps go without it.
    trainer = Trainer(dataset, ModelConfig((1, 2, 2), 1, (4,)), TrainingConfig(3, batch_size=1, device="cpu"))
    smallest = torch.finfo(torch.float32).tiny
    low = 1.0
    for _ in trainer.run():
        for name, array in (trainer.checkpoint().training_state or {}).items():
            if "exp_avg" in name:
                size = np.abs(array[array != 0])
                low = min([low, *size.tolist()])
    assert low >= smallest


def test_the_history_goes_back_with_the_weights(digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "KEEP_SHARE", 1e-9)  # the first copy is the only one
    monkeypatch.setattr(training, "REPORT_INTERVAL", 0.0)  # and comes after the first step
    trainer = Trainer(digits, MODEL, CONFIG)
    steps = -(-len(digits.train) // CONFIG.batch_size)
    fail_at(trainer, steps + 1)
    finished = []
    with pytest.raises(NonFiniteLossError):
        for report in trainer.run():
            if isinstance(report, EpochReport):
                finished.append(trainer.checkpoint())
    assert len(finished) == 1
    back = trainer.checkpoint()
    assert back.history == () and back.model_id != finished[0].model_id
