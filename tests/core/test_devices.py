"""What a device setting means here, and what is told when memory runs out."""

from __future__ import annotations

import pytest
import torch

from vae_desktop.core.devices import available_devices, memory_watched, resolve_device
from vae_desktop.core.errors import DeviceError, OutOfMemoryError


def test_there_is_always_the_processor() -> None:
    assert resolve_device("cpu").type == "cpu"
    assert available_devices()[-1] == ("cpu", "CPU")


def test_auto_is_the_first_device_there_is() -> None:
    assert resolve_device("auto").type == resolve_device(available_devices()[0][0]).type


def test_every_device_on_offer_can_be_used() -> None:
    for name, title in available_devices():
        assert torch.zeros(1, device=resolve_device(name)).item() == 0.0
        assert title


@pytest.mark.parametrize("name", ["cuda:99", "gpu", "meta", "", "cuda:-1", "xpu"])
def test_a_device_that_is_not_here_is_refused_in_words(name: str) -> None:
    with pytest.raises(DeviceError, match="device") as caught:
        resolve_device(name)
    assert "auto" in caught.value.remedy


def test_a_refused_allocation_becomes_plain_words() -> None:
    with (
        pytest.raises(OutOfMemoryError, match="too little free memory") as caught,
        memory_watched(torch.device("cpu")),
    ):
        torch.empty(2**60, dtype=torch.uint8)
    assert "smaller batch" in caught.value.remedy


def test_a_full_gpu_is_named_with_the_way_out() -> None:
    with pytest.raises(OutOfMemoryError, match="cuda:0") as caught, memory_watched(torch.device("cuda:0")):
        raise torch.OutOfMemoryError("CUDA out of memory")
    assert "CPU" in caught.value.remedy


@pytest.mark.parametrize(
    "words",
    [
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "cuFFT error: CUFFT_ALLOC_FAILED",
        "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
        "Unable to find an engine to execute this computation",
        "MPS backend out of memory",
    ],
)
def test_libraries_tell_of_too_little_memory_in_their_own_words(words: str) -> None:
    with pytest.raises(OutOfMemoryError), memory_watched(torch.device("cuda:0")):
        raise RuntimeError(words)


def test_other_faults_are_left_as_they_are() -> None:
    with (
        pytest.raises(RuntimeError, match="shapes cannot be multiplied"),
        memory_watched(torch.device("cpu")),
    ):
        torch.zeros(2, 3) @ torch.zeros(2, 3)
