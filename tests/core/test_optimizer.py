"""Adam on one vector against torch's own on each tensor."""

from __future__ import annotations

import pytest
import torch

from vae_desktop.core.array_shapes import adam_shapes
from vae_desktop.core.config import ModelConfig
from vae_desktop.core.models import VAE, build
from vae_desktop.core.optimizer import FlatAdam

# Sizes that are no multiples of the alignment, and one with matrices that are moved by themselves.
CONFIGS = [
    ModelConfig((1, 9, 7), 3, (33, 17)),
    ModelConfig(hidden=(8, 8), architecture="conv"),
    ModelConfig(latent_dim=3, hidden=(101, 33)),
]
NAMES = ["dense", "conv", "large"]


def model_of(config: ModelConfig) -> VAE:
    return build(config, torch.Generator().manual_seed(0))


def set_gradients(model: VAE, seed: int) -> None:
    """Random ones, written in place where there are any."""
    source = torch.Generator().manual_seed(seed)
    for parameter in model.parameters():
        drawn = torch.randn(parameter.shape, generator=source)
        if parameter.grad is None:
            parameter.grad = drawn
        else:
            parameter.grad.copy_(drawn)


@pytest.mark.parametrize("config", CONFIGS, ids=NAMES)
def test_it_moves_weights_as_torch_does(config: ModelConfig) -> None:
    ours, theirs = model_of(config), model_of(config)
    flat = FlatAdam(ours)
    plain = torch.optim.Adam(theirs.parameters(), lr=1e-3)
    for step in range(5):
        set_gradients(ours, step)
        set_gradients(theirs, step)
        flat.step(1e-3)
        plain.step()
    for (name, found), expected in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(found, expected, msg=name)
    state = flat.state_tensors()
    for name, parameter in theirs.named_parameters():
        for key in ("exp_avg", "exp_avg_sq"):
            torch.testing.assert_close(state[f"adam.{key}.{name}"], plain.state[parameter][key], msg=name)
        assert state[f"adam.step.{name}"].item() == 5


@pytest.mark.parametrize("config", CONFIGS, ids=NAMES)
def test_its_state_by_parameter_brings_it_back(config: ModelConfig) -> None:
    first = model_of(config)
    before = FlatAdam(first)
    assert before.state_tensors() == {}
    set_gradients(first, 1)
    before.step(1e-3)
    state = before.state_tensors()
    shapes = adam_shapes({name: tuple(tensor.shape) for name, tensor in first.state_dict().items()})
    assert {name: tensor.shape for name, tensor in state.items()} == shapes

    second = model_of(config)
    second.load_state_dict(first.state_dict())
    after = FlatAdam(second)
    after.restore(state)
    for model, optimizer in ((first, before), (second, after)):
        set_gradients(model, 2)
        optimizer.step(2e-3)
    assert all(torch.equal(*pair) for pair in zip(first.parameters(), second.parameters(), strict=True))


def test_tiny_moments_become_zero_and_others_stay() -> None:
    model = model_of(CONFIGS[0])
    optimizer = FlatAdam(model)
    set_gradients(model, 1)
    optimizer.step(1e-3)
    state = optimizer.state_tensors()
    name = "adam.exp_avg.decoder.0.weight"
    state[name][0, 0], state[name][0, 1] = 1e-36, 1e-20
    optimizer.restore(state)
    optimizer.flush_tiny_moments()
    flushed = optimizer.state_tensors()
    assert flushed[name][0, 0] == 0.0
    assert flushed[name][0, 1] == pytest.approx(1e-20)
    assert torch.equal(flushed[name][1:], state[name][1:])


def test_rows_at_rest_are_those_that_momentum_alone_no_longer_moves() -> None:
    model = model_of(CONFIGS[0])
    optimizer, name = FlatAdam(model), "encoder.1.weight"
    weight = model.encoder[1].weight
    assert not optimizer.at_rest(name, 1e-3).any()
    for step in range(300):
        set_gradients(model, step)
        if step >= 5:
            # From now on all rows but the first get no gradient.
            assert weight.grad is not None
            weight.grad[1:] = 0.0
        before, resting = weight.detach().clone(), optimizer.at_rest(name, 1e-3)
        optimizer.step(1e-3)
        moved = (weight != before).any(dim=1)
        assert moved[0] and not (moved & resting).any()
        if step in (5, 20):
            assert moved.all() and not resting.any()
    assert resting[1:].all() and not resting[0]
    # A higher rate would move them still.
    assert not optimizer.at_rest(name, 1e9)[1:].any()


@pytest.mark.parametrize("config", [CONFIGS[0], CONFIGS[2]], ids=["small", "large"])
def test_rows_that_nothing_moves_are_left_alone(config: ModelConfig) -> None:
    ours, theirs = model_of(config), model_of(config)
    flat = FlatAdam(ours)
    plain = torch.optim.Adam(theirs.parameters(), lr=1e-3)
    name = "encoder.1.weight"
    for step in range(6):
        for model in (ours, theirs):
            set_gradients(model, step)
            gradient = model.encoder[1].weight.grad
            assert isinstance(gradient, torch.Tensor)
            gradient[20:] = 0.0
        if step == 2:
            assert flat.at_rest(name, 1e-3).tolist() == [False] * 20 + [True] * (len(gradient) - 20)
            flat.narrow(name, 20)
        elif step == 4:
            flat.narrow(name, len(gradient))
        flat.step(1e-3)
        plain.step()
    for (parameter, found), expected in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(found, expected, msg=parameter)
    assert flat.state_tensors()[f"adam.step.{name}"].item() == 6


def test_rows_and_columns_change_places_with_all_that_is_remembered() -> None:
    first, second = model_of(CONFIGS[0]), model_of(CONFIGS[0])
    order = torch.randperm(33, generator=torch.Generator().manual_seed(0))
    one, other = FlatAdam(first), FlatAdam(second)
    set_gradients(first, 1)
    set_gradients(second, 1)
    one.step(1e-3)
    other.step(1e-3)
    for name, dim in (("encoder.1.weight", 0), ("encoder.1.bias", 0), ("encoder.3.weight", 1)):
        other.reorder(name, dim, order)
        for model in (first, second):
            gradient = model.get_parameter(name).grad
            assert gradient is not None
            gradient.zero_()
    # Another step, in which momentum alone moves them.
    one.step(1e-3)
    other.step(1e-3)
    for name, dim in (("encoder.1.weight", 0), ("encoder.1.bias", 0), ("encoder.3.weight", 1)):
        assert torch.equal(second.get_parameter(name), first.get_parameter(name).index_select(dim, order))
