"""Loads large libraries in a worker thread without holding up the window's."""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

# The shared library that takes longest to load, in its package.
_CODE = {"torch": "lib/libtorch_cpu.so"}

_one_at_a_time = threading.Lock()


def load(name: str) -> None:
    """Import a library that is not there yet; whoever imports it afterwards finds it.

    Two things in it stop all of Python's threads, and this avoids both. Loading shared libraries keeps Python's lock:
    for torch's, 0.4 s on a slow machine; a foreign function, as which they are loaded here beforehand, gives it up.
    And so many new objects set off searches for garbage among all of them, 0.2 s each: here none takes place, and none
    will ever look at what a library consists of, or at anything else that is there by now.
    """
    with _one_at_a_time:
        if name in sys.modules:
            return
        _map_code(name)
        with no_search_for_garbage():
            import_module(name)


@contextmanager
def no_search_for_garbage() -> Iterator[None]:
    """No search for garbage takes place meanwhile, and what was made is never looked at, unless an error ended it."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if collected:
            gc.enable()


def installed(name: str) -> bool:
    """Whether a library can be imported, without importing it."""
    return importlib.util.find_spec(name) is not None


def _map_code(name: str) -> None:
    """Have the system load the library's own code; where it can't be, importing it says why."""
    if sys.platform != "linux" or name not in _CODE:
        return
    spec = importlib.util.find_spec(name)
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        path = Path(folder, _CODE[name])
        if path.is_file():
            dlopen = ctypes.CDLL(None).dlopen
            # The handle is a pointer, which is never closed.
            dlopen.restype = ctypes.c_void_p
            dlopen(os.fsencode(path), ctypes.c_int(os.RTLD_NOW))
