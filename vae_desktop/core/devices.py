"""Where training computes: what this machine has, and what "auto" means here."""

from __future__ import annotations

import torch

from vae_desktop.core.errors import DeviceError


def _has_mps() -> bool:
    return torch.backends.mps.is_available()


def available_devices() -> list[tuple[str, str]]:
    """Names for settings and titles for people, the CPU last."""
    devices = [(f"cuda:{i}", torch.cuda.get_device_name(i)) for i in range(torch.cuda.device_count())]
    if _has_mps():
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
        return torch.device("mps" if _has_mps() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise DeviceError(f"There is no device called {name!r}.", "Choose auto, cpu, cuda or mps.") from error
    present = {
        "cpu": True,
        "cuda": (device.index or 0) < torch.cuda.device_count(),
        "mps": _has_mps(),
    }
    if not present.get(device.type, False):
        raise DeviceError(f"This machine has no usable device {name!r}.", "Choose auto or cpu.")
    return device
