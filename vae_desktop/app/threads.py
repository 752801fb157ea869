"""How many processor threads torch takes in which of our threads."""

from __future__ import annotations

import threading

# torch keeps the number for each thread, but a thread that is new takes over what was set last anywhere.
_lock = threading.Lock()
_full: int | None = None


def take_one_thread() -> None:
    """Have torch compute in the calling thread alone: for small work beside a training."""
    import torch

    global _full
    with _lock:
        if _full is None:
            _full = torch.get_num_threads()
        torch.set_num_threads(1)


def take_all_threads() -> None:
    """Have torch use the machine in the calling thread, whatever another thread took for itself."""
    import torch

    global _full
    with _lock:
        if _full is None:
            _full = torch.get_num_threads()
        torch.set_num_threads(_full)
