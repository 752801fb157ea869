"""Between numpy's arrays, which leave the training and lie in files, and torch's tensors."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from vae_desktop.core.records import AnyArray, Arrays


def to_arrays(tensors: Mapping[str, Tensor]) -> dict[str, AnyArray]:
    """Copies on the CPU, read-only: others hold on to what leaves a training."""
    arrays = {name: tensor.detach().to("cpu", copy=True).numpy() for name, tensor in tensors.items()}
    for array in arrays.values():
        array.setflags(write=False)
    return arrays


def to_tensors(arrays: Arrays) -> dict[str, Tensor]:
    """Tensors in the arrays' own memory; read-only arrays are copied, since torch knows no such thing."""
    return {
        name: torch.from_numpy(array if array.flags.writeable else array.copy())
        for name, array in arrays.items()
    }
