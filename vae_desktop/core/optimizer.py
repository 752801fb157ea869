"""Adam as the trainer uses it, and its state as plain tensors for model files."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

PREFIX = "adam."
KEYS = ("step", "exp_avg", "exp_avg_sq")
# Below this a moment moves no weight, but far enough above the denormal numbers (1.2e-38) that it can't get there
# in FLUSH_INTERVAL steps: 1e-30 · 0.9^100 = 2.7e-35.
TINY = 1e-30
FLUSH_INTERVAL = 100


def make_adam(model: nn.Module, learning_rate: float) -> torch.optim.Adam:
    """Adam (Kingma & Ba, ICLR 2015) over all weights, in one pass over memory for each where torch can."""
    device = next(model.parameters()).device
    return torch.optim.Adam(model.parameters(), lr=learning_rate, fused=device.type != "mps")


def flush_tiny_moments(optimizer: torch.optim.Optimizer) -> None:
    """Set moments that no longer move anything to zero.

    The moments of weights at pixels that are nearly always dark decay without end. As denormal numbers they
    would cost a processor many times the time of others: a fifth of all training time on MNIST.
    """
    for state in optimizer.state.values():
        for key in ("exp_avg", "exp_avg_sq"):
            moment = state[key]
            moment.masked_fill_(moment.abs() < TINY, 0.0)


def state_tensors(model: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """A copy on the CPU of all that Adam remembers; empty before its first step."""
    return {
        f"{PREFIX}{key}.{name}": optimizer.state[parameter][key].detach().to("cpu", copy=True)
        for name, parameter in model.named_parameters()
        if parameter in optimizer.state and all(key in optimizer.state[parameter] for key in KEYS)
        for key in KEYS
    }


def restore_state(model: nn.Module, optimizer: torch.optim.Optimizer, state: Mapping[str, Tensor]) -> None:
    """Put Adam back to what `state_tensors` gave; where that was empty, to before its first step."""
    optimizer.state.clear()
    for name, parameter in model.named_parameters():
        moments = {key: state.get(f"{PREFIX}{key}.{name}") for key in KEYS}
        if all(moment is not None for moment in moments.values()):
            # Adam keeps the number of steps where its kernel wants it: beside the weights if fused, else here.
            fused = bool(optimizer.param_groups[0]["fused"])
            optimizer.state[parameter] = {
                key: moment.to("cpu" if key == "step" and not fused else parameter.device, copy=True)
                for key, moment in moments.items()
                if moment is not None
            }


def state_shapes(weights: Mapping[str, torch.Size]) -> dict[str, torch.Size]:
    """Names and shapes of `state_tensors` for a model with weights of these names and shapes."""
    return {
        f"{PREFIX}{key}.{name}": torch.Size() if key == "step" else shape
        for name, shape in weights.items()
        for key in KEYS
    }
