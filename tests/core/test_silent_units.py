"""Units that no image wakes are left out, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.core.test_training import dots, figures, same_weights, trained
from vae_desktop.core.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from vae_desktop.core.config import ModelConfig, TrainingConfig
from vae_desktop.core.data.dataset import Dataset
from vae_desktop.core.errors import NonFiniteLossError
from vae_desktop.core.evaluation import evaluate
from vae_desktop.core.gradients import AutogradGradients, DenseGradients
from vae_desktop.core.models import VAE, build, rebuild, weights_of
from vae_desktop.core.optimizer import FlatAdam
from vae_desktop.core.silent_units import SilentUnits
from vae_desktop.core.training import Trainer

WIDTH = 64
MODEL = ModelConfig(hidden=(WIDTH, 16))
DOTS = ModelConfig((1, 4, 4), 2, (WIDTH, 16))
# Every second unit of the first layer.
SILENT = slice(0, WIDTH, 2)
CONFIG = TrainingConfig(epochs=4, learning_rate=3e-3, device="cpu")
NAMES = ("encoder.1.weight", "encoder.1.bias")


def partly_silent(config: ModelConfig = MODEL) -> VAE:
    """A fresh model with units that no image of 0 to 1 can wake; all others are awake."""
    model = build(config, torch.Generator().manual_seed(0))
    with torch.no_grad():
        model.encoder[1].bias[:] = 1.0
        model.encoder[1].bias[SILENT] = -100.0
    return model


def checkpoint_of(model: VAE, dataset: Dataset) -> Checkpoint:
    return Checkpoint(model.config, CONFIG, dataset.info(), (), weights_of(model))


class Parts:
    """A model on random images, its optimizer after some steps, and what looks for its silent units."""

    def __init__(self) -> None:
        self.model = partly_silent(DOTS)
        self.images = dots(5000).train.images
        self.optimizer = FlatAdam(self.model)
        self.gradients = DenseGradients(self.model)
        self.units = SilentUnits(self.model, self.optimizer, self.gradients, self.images, 1e-3)
        self.learn(3)

    def learn(self, steps: int) -> None:
        for step in range(steps):
            noise = torch.randn(100, 2, generator=torch.Generator().manual_seed(step))
            self.gradients(self.images[100 * step : 100 * step + 100], noise, 1.0, torch.empty(2))
            self.optimizer.step(1e-3)

    def search(self) -> int:
        """How many units are left out after it."""
        for _ in self.units.search():
            pass
        return WIDTH - self.units.awake

    def posterior(self) -> torch.Tensor:
        with torch.no_grad():
            return torch.cat(self.model.encode(self.images[:50].float() / 255))


@pytest.fixture
def parts() -> Parts:
    return Parts()


def test_silent_units_are_found_once_momentum_moves_none_of_them(parts: Parts) -> None:
    before, weights = parts.posterior(), weights_of(parts.model)["encoder.1.weight"]
    assert parts.search() == WIDTH // 2
    torch.testing.assert_close(parts.posterior(), before, rtol=1e-6, atol=1e-6)
    parts.learn(2)
    assert parts.search() == WIDTH // 2
    after = weights_of(parts.model)["encoder.1.weight"]
    # They lie at the end now, as they were; the others have moved.
    assert np.array_equal(after[WIDTH // 2 :], weights[SILENT])
    assert not np.isclose(after[: WIDTH // 2], weights[1::2], rtol=0, atol=1e-6).all(axis=1).any()


def test_a_unit_that_a_single_image_wakes_is_not_left_out(parts: Parts) -> None:
    # The last image is the only one that is all white; it lifts these units above zero.
    parts.images[-1] = 255
    with torch.no_grad():
        parts.model.encoder[1].weight[SILENT] = 1.0
        parts.model.encoder[1].bias[SILENT] = -15.5
    assert parts.images[:-1].flatten(1).sum(dim=1).max() < 15.4 * 255
    assert parts.search() == 0
    parts.images[-1] = 0
    assert parts.search() == WIDTH // 2


def test_a_unit_just_below_zero_is_not_left_out(parts: Parts) -> None:
    with torch.no_grad():
        parts.model.encoder[1].weight[SILENT] = 0.0
        parts.model.encoder[1].bias[SILENT] = -1e-5
    assert parts.search() == 0


def test_a_unit_with_momentum_is_not_left_out(parts: Parts) -> None:
    state = parts.optimizer.state_tensors()
    state[f"adam.exp_avg.{NAMES[0]}"][SILENT, 3] = 1e-6
    parts.optimizer.restore(state)
    assert parts.search() == 0


def test_gradients_stay_what_they_are(parts: Parts) -> None:
    assert parts.search() == WIDTH // 2
    noise, terms, expected_terms = torch.randn(30, 2), torch.empty(2), torch.empty(2)
    parts.gradients(parts.images[:30], noise, 1.0, terms)
    found = {name: parameter.grad.clone() for name, parameter in parts.model.named_parameters()}  # type: ignore[union-attr]
    AutogradGradients(parts.model)(parts.images[:30], noise, 1.0, expected_terms)
    torch.testing.assert_close(terms, expected_terms, rtol=1e-5, atol=1e-4)
    for name, parameter in parts.model.named_parameters():
        torch.testing.assert_close(found[name], parameter.grad, rtol=1e-4, atol=1e-5, msg=name)


def test_all_units_are_taken_in_again(parts: Parts) -> None:
    assert parts.search() == WIDTH // 2
    with torch.no_grad():
        parts.model.encoder[1].bias[:] = 1.0
    parts.units.forget()
    before = weights_of(parts.model)["encoder.1.weight"]
    parts.learn(1)
    assert (weights_of(parts.model)["encoder.1.weight"] != before).any(axis=1).all()
    assert parts.search() == 0


def test_a_training_comes_to_the_same(digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    start = checkpoint_of(partly_silent(), digits)
    narrowed = trained(digits, MODEL, CONFIG, start)
    widths = []
    monkeypatch.setattr(SilentUnits, "search", lambda self: widths.append(self.awake) or iter(()))
    whole = trained(digits, MODEL, CONFIG, start)
    assert widths == [WIDTH] * CONFIG.epochs
    for found, expected in zip(figures(narrowed), figures(whole), strict=True):
        assert found[0].negative_elbo == pytest.approx(expected[0].negative_elbo, rel=1e-3)
        assert found[1].negative_elbo == pytest.approx(expected[1].negative_elbo, rel=1e-3)
    # What was left out lies at the end, unmoved.
    left_out = narrowed.snapshot()["encoder.1.weight"][WIDTH // 2 :]
    assert np.array_equal(left_out, start.weights["encoder.1.weight"][SILENT])
    # And the file's model is the one that was trained.
    model = rebuild(MODEL, narrowed.snapshot())
    held_out = evaluate(model, digits.test.images, CONFIG.seed).terms
    assert held_out.negative_elbo == pytest.approx(narrowed.history[-1].held_out.negative_elbo, rel=1e-5)


def test_going_on_from_a_file_equals_never_having_stopped(digits: Dataset, tmp_path: Path) -> None:
    start = checkpoint_of(partly_silent(), digits)
    whole = trained(digits, MODEL, CONFIG, start)
    first = trained(digits, MODEL, replace(CONFIG, epochs=2), start)
    save_checkpoint(tmp_path / "half.safetensors", first.checkpoint())
    second = trained(digits, MODEL, replace(CONFIG, epochs=2), load_checkpoint(tmp_path / "half.safetensors"))
    assert figures(second) == figures(whole)
    assert same_weights(second, whole)


def test_after_a_loss_that_is_no_number_all_units_learn_again(
    digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = Trainer(digits, MODEL, replace(CONFIG, epochs=2), checkpoint_of(partly_silent(), digits))
    for _ in trainer.run():
        pass
    with torch.no_grad():
        trainer.model.encoder[1].bias[0] = torch.nan
    with pytest.raises(NonFiniteLossError):
        list(trainer.run())
    assert np.isfinite(trainer.snapshot()["encoder.1.bias"]).all()
    done = len(trainer.history)
    for _ in trainer.run():
        pass
    assert len(trainer.history) == done + 2
    assert trainer.history[-1].train.negative_elbo < trainer.history[0].train.negative_elbo
