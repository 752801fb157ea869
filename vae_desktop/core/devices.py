"""Where training computes: what this machine has, what "auto" means here, and how memory runs out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from vae_desktop.core.errors import DeviceError, OutOfMemoryError

# Only PyTorch's own refusals on CUDA have a type; the processor, Apple's GPU and CUDA's libraries say it in words.
_OUT_OF_MEMORY = (
    "can't allocate memory",
    "not enough memory",
    "out of memory",
    "invalid buffer size",
    "alloc_failed",
    "unable to find an engine",
)


def available_devices() -> list[tuple[str, str]]:
    """Names for settings and titles for people, the CPU last."""
    devices = [(f"cuda:{i}", torch.cuda.get_device_name(i)) for i in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        devices.append(("mps", "Apple GPU (MPS)"))
    return [*devices, ("cpu", "CPU")]


def resolve_device(name: str) -> torch.device:
    """The device that a setting means on this machine; "auto" is CUDA, else MPS, else the CPU.

    Raises:
        DeviceError: this machine has no such device, or the name means none.
    """
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise DeviceError(f"There is no device called {name!r}.", "Choose auto, cpu, cuda or mps.") from error
    present = {
        "cpu": True,
        "cuda": (device.index or 0) < torch.cuda.device_count(),
        "mps": torch.backends.mps.is_available(),
    }
    if not present.get(device.type, False):
        raise DeviceError(f"This machine has no usable device {name!r}.", "Choose auto or cpu.")
    return device


@contextmanager
def memory_watched(device: torch.device) -> Iterator[None]:
    """Tells a user in plain words where what is done inside finds too little memory on `device`.

    Raises:
        OutOfMemoryError: it did.
    """
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not ran_out_of_memory(error):
            raise
        if device.type == "cpu":
            place, remedy = "This computer", "Choose a smaller batch size or layers, or close other programs."
        else:
            place, remedy = f"The device {device}", "Choose a smaller batch size, or train on the CPU."
        raise OutOfMemoryError(f"{place} has too little free memory for this training.", remedy) from error


def ran_out_of_memory(error: RuntimeError | MemoryError) -> bool:
    """Whether that is what an error from torch or Python means."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return any(words in str(error).lower() for words in _OUT_OF_MEMORY)
