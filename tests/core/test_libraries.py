"""Loading libraries: no search for garbage meanwhile, none among them later, and torch's code without Python's lock."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import ROOT


def in_a_new_process(code: str) -> str:
    """What it prints: here the libraries are loaded already."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_no_garbage_is_sought_while_a_library_loads_nor_in_it_later() -> None:
    found = in_a_new_process("""
import gc
from vae_desktop.core.libraries import load
seen = []
gc.callbacks.append(lambda phase, info: seen.append(info["generation"]))
load("sklearn.neighbors")
during = len(seen)
import sklearn.neighbors
print(during, gc.isenabled(), sklearn.neighbors in gc.get_objects(), gc.get_freeze_count() > 10_000)
load("sklearn.neighbors")
print(gc.isenabled())
""")
    assert found.split() == ["0", "True", "False", "True", "True"]


def test_garbage_stays_unsought_where_it_was_and_after_a_library_that_is_not_there() -> None:
    found = in_a_new_process("""
import gc
from vae_desktop.core.libraries import load
try:
    load("a_library_of_no_such_name")
except ModuleNotFoundError:
    print(gc.isenabled())
gc.disable()
load("colorsys")
print(gc.isenabled())
""")
    assert found.split() == ["True", "False"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere torch is imported as it is")
def test_python_goes_on_while_the_code_of_torch_is_mapped() -> None:
    found = in_a_new_process("""
import sys, threading, time
from pathlib import Path
from vae_desktop.core import libraries
before, turns, over = "libtorch_cpu" in Path("/proc/self/maps").read_text(), 0, threading.Event()
def work():
    global meanwhile
    since = turns
    libraries._map_code("torch")
    meanwhile = turns - since
    over.set()
# From now on a thread gets Python's lock only where another one gives it up.
sys.setswitchinterval(30)
thread = threading.Thread(target=work)
thread.start()
while not over.is_set():
    turns += 1
    time.sleep(0)
mapped = "libtorch_cpu" in Path("/proc/self/maps").read_text()
print(before, mapped, "torch" in sys.modules, meanwhile > 1000)
libraries.load("torch")
import torch
print(float(torch.ones(3).sum()))
""")
    assert found.split() == ["False", "True", "False", "True", "3.0"]


def test_a_session_loads_torch_so_whichever_of_its_threads_comes_first(tmp_path: Path) -> None:
    found = in_a_new_process(f"""
import gc, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
app = QCoreApplication([])
from vae_desktop.app.session import Session
from vae_desktop.app.settings import Preferences
session = Session(Preferences(Path({str(tmp_path)!r}) / "settings.ini"))
session.start(None, "digits")
while session.codes is None or not session.devices.devices:
    app.processEvents()
session.shutdown()
torch = sys.modules["torch"]
print(torch in gc.get_objects(), gc.get_freeze_count() > 100_000)
""")
    assert found.split() == ["False", "True"]
