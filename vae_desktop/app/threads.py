"""How many processor threads torch takes in which of our threads.

Only the training may compute in several threads. OpenMP gives each thread that does a team of its own for as
long as it lives, and once there are more teams' threads than processors, all of them stop spinning between two
parallel regions: measured on two processors, a training falls from 250 to 150 steps a second for good, if the
window's thread ever let torch work on something large. So the window's thread and the decoder take one thread
each, data for the window are sliced by numpy, and whatever else uses torch does so in a thread that ends.
"""

from __future__ import annotations

import os
import sys
import threading

from vae_desktop.core.libraries import load

# How much less important a training is than the window: as much as there is. Measured during drags beside a training
# on two processors, in turn: one move in ten is seen after 7.7 ms or more at a niceness of 5, and after 5.0 ms at 19;
# one in a hundred after 23 and 19 ms (46 and 15 on a busier machine). With hands off no difference was seen in the
# training's rate.
NICENESS = 19

_lock = threading.Lock()
_full: int | None = None


def take_one_thread() -> None:
    """Have torch compute in the calling thread alone: for small work beside a training."""
    load("torch")
    import torch

    global _full
    with _lock:
        if _full is None:
            _full = torch.get_num_threads()
        _pin(1)


def take_all_threads() -> None:
    """Have torch use the machine in the calling thread, whatever another thread took for itself."""
    load("torch")
    import torch

    global _full
    with _lock:
        if _full is None:
            _full = torch.get_num_threads()
        _pin(_full)


def stand_back() -> None:
    """Let the window's thread go first from now on where both want the processor.

    On Linux only, where each thread has a niceness of its own; threads that this one starts take it over.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        niceness = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, min(19, niceness + NICENESS))


def _pin(count: int) -> None:
    import torch

    torch.set_num_threads(count)
    # Each thread has a number of its own, but takes over what was set last anywhere when it first asks for it.
    torch.get_num_threads()
