"""Training steps as a CUDA graph: launched as one, where PyTorch launches their eighty kernels one by one.

With layers as small as ours a GPU does little but wait for the launches. Measured on an H100 with 784-400-20, an epoch
of MNIST took 1.2 s so, which is longer than on the processor beside it, and 0.15 s as a graph.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import torch
from torch import Tensor

# (images, noise, learning rate, figures), as `Trainer` has them. All of it happens on the images' device.
Step = Callable[[Tensor, Tensor, float | Tensor, Tensor], None]
# Steps before the recording. In the first of them PyTorch's libraries set themselves up, which can't be recorded.
WARM_UP = 3


@functools.cache
def _stream(device: torch.device) -> torch.cuda.Stream:
    """Where recordings of a device are made: cuBLAS keeps some 30 MB for each stream that it ever met."""
    return torch.cuda.Stream(device)  # type: ignore[no-untyped-call]


class RecordedSteps:
    """Does what a step does, for tensors on a CUDA device.

    The first steps are plain ones, as are those with fewer images than the first. Where a step can't be recorded, all
    of them are.

    Args:
        step: always works on the same weights, gradients and moments in the same places, and waits for nothing.
    """

    def __init__(self, step: Step) -> None:
        self._step = step
        self._size = 0
        self._seen = 0
        self._inputs: tuple[Tensor, Tensor, Tensor, Tensor] | None = None
        self._graph = torch.cuda.CUDAGraph()

    @property
    def recorded(self) -> bool:
        """Whether the next step of the usual size will be launched as one."""
        return self._inputs is not None

    def __call__(self, images: Tensor, noise: Tensor, rate: float | Tensor, figures: Tensor) -> None:
        """As the step itself."""
        self._size = self._size or len(images)
        if len(images) != self._size:
            self._step(images, noise, rate, figures)
        elif self._inputs is None:
            self._step(images, noise, rate, figures)
            self._seen += 1
            if self._seen == WARM_UP:
                self._record(images, noise, figures)
        else:
            own_images, own_noise, own_rate, own_figures = self._inputs
            own_images.copy_(images)
            own_noise.copy_(noise)
            own_rate.fill_(rate)
            self._graph.replay()
            figures.copy_(own_figures)

    def _record(self, images: Tensor, noise: Tensor, figures: Tensor) -> None:
        """Note down what a step launches; nothing of it is done."""
        # A recording takes as much memory as a step. Not even tried where that is scarce: of one that fails, PyTorch
        # 2.11 leaves behind what ends the process when memory runs out later.
        free, _ = torch.cuda.mem_get_info(images.device)
        if free < torch.cuda.max_memory_allocated(images.device):
            return
        inputs = images.clone(), noise.clone(), torch.zeros((), device=images.device), figures.clone()
        stream = _stream(images.device)
        stream.wait_stream(torch.cuda.current_stream(images.device))
        # Not by `torch.cuda.graph`: that searches all of Python's memory for garbage, and the window stands still.
        try:
            with torch.cuda.stream(stream):
                # Other threads, such as a map's, may go on with what a recording forbids.
                self._graph.capture_begin(capture_error_mode="thread_local")
                try:
                    self._step(*inputs)
                finally:
                    self._graph.capture_end()
        except RuntimeError:
            # Plain steps are slower, but do the same.
            return
        torch.cuda.current_stream(images.device).wait_stream(stream)
        self._inputs = inputs
