"""What all tests share: offscreen Qt, folders of their own, real digits, and a watch over what they leave."""

from __future__ import annotations

import functools
import gc
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.places import find_mnist
from vae_desktop.core.data import digits as built_in

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from vae_desktop.core.data.dataset import Dataset

# Before Qt is loaded: a window of a test must not need a screen, nor flash up on one.
os.environ["QT_QPA_PLATFORM"] = os.environ.get("VAE_DESKTOP_TEST_PLATFORM", "offscreen")
# Before torch is loaded: as many threads as the smallest machine has, also in programs that tests start.
os.environ.setdefault("OMP_NUM_THREADS", str(min(2, os.cpu_count() or 1)))
# On a busy machine threads that wait by spinning keep those they wait for off the processor: 20 times slower.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
if sys.platform == "win32":
    import torch  # noqa: F401  # c10.dll fails to load once Qt's libraries are there

GRACE = 1.0  # seconds in which a thread that was told to end may do so

# Drawn once: it takes a quarter of a second each time.
drawn_digits = functools.cache(built_in.load_digits)


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """The folder of the real MNIST in IDX files; skips where this machine has none."""
    folder = find_mnist()
    if folder is None:
        pytest.skip("no MNIST here: $VAE_DESKTOP_TEST_DATA/mnist, or shared/data/mnist beside the checkout")
    return folder


@pytest.fixture(scope="session")
def digits() -> Dataset:
    """The built-in digits, loaded once."""
    return drawn_digits()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for each test's settings, data and autosaves: nobody's real ones are touched."""
    folder = tmp_path / "home"
    monkeypatch.setenv("VAE_DESKTOP_HOME", str(folder))
    monkeypatch.delenv("VAE_DESKTOP_DATA", raising=False)
    for kind in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(folder / kind.lower()))
    return folder


@pytest.fixture(autouse=True, scope="module")
def _old_objects_rest() -> None:
    """Keep what earlier files loaded out of the watch below, which looks at every object for each test."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest, home: Path) -> Iterator[None]:
    """Fails a test that leaves threads, timers or windows behind: they would act in the tests after it."""
    uses_qt = "qapp" in request.fixturenames  # qtbot brings it too
    threads = set(threading.enumerate())
    qt_before = _qt_leftovers() if uses_qt else {}
    menus = set(_menus_of_plots()) if uses_qt else set()
    yield
    left = [f"thread {thread.name!r}" for thread in _new_threads(threads)]
    if uses_qt:
        left += [text for key, text in _settled_qt_leftovers(qt_before).items() if key not in qt_before]
        for menu in set(_menus_of_plots()) - menus:
            menu.deleteLater()
    if left:
        pytest.fail("left behind: " + "; ".join(left), pytrace=False)


def _new_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    """Python threads that a test started and that go on running.

    Dummy threads are Python's view of threads that others own (a QThread's is counted as a QThread).
    """
    end = time.monotonic() + GRACE
    new = [t for t in threading.enumerate() if t not in before and not isinstance(t, threading._DummyThread)]
    for thread in new:
        thread.join(max(0.0, end - time.monotonic()))
    return [thread for thread in new if thread.is_alive()]


def _settled_qt_leftovers(before: dict[int, str]) -> dict[int, str]:
    """What is left once Qt has made the deletions asked of it, and Python has broken reference circles."""
    settle: list[Callable[[], object]] = [_delete_deferred, gc.collect, _delete_deferred]
    left: dict[int, str] = {}
    for step in settle:
        step()
        left = _qt_leftovers()
        if left.keys() <= before.keys():
            break
    return left


def _menus_of_plots() -> list[QMenu]:
    """Menus that pyqtgraph makes for each plot and that outlive it: hundreds of them make each new window slower."""
    from PySide6.QtWidgets import QApplication, QMenu

    app = QApplication.instance()
    windows = app.topLevelWidgets() if isinstance(app, QApplication) else []
    return [it for it in windows if isinstance(it, QMenu) and it.parent() is None and not it.isVisible()]


def _delete_deferred() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QCoreApplication.processEvents()


def _qt_leftovers() -> dict[int, str]:
    """Running QThreads, active QTimers, and windows that are shown or ours: what they are, by address."""
    import shiboken6
    from PySide6.QtCore import QThread, QTimer
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return {}
    found: dict[int, str] = {}
    kinds = _with_subclasses(QThread) | _with_subclasses(QTimer)
    for thing in (thing for thing in gc.get_objects() if type(thing) in kinds and shiboken6.isValid(thing)):
        if isinstance(thing, QThread) and thing.isRunning() and thing is not app.thread():
            found[id(thing)] = f"QThread {thing.objectName() or type(thing).__name__!r}"
        elif isinstance(thing, QTimer) and thing.isActive():
            owner = type(thing.parent()).__name__ if thing.parent() else "nobody"
            found[id(thing)] = f"QTimer of {owner}, every {thing.interval()} ms"
    for window in app.topLevelWidgets():
        # Menus of pyqtgraph's plots are windows too, never shown, and go with Python's next collection.
        if window.isVisible() or type(window).__module__.startswith("vae_desktop"):
            found[id(window)] = f"window {type(window).__name__} {window.windowTitle()!r}"
    return found


def _with_subclasses(kind: type) -> set[type]:
    return {kind}.union(*(_with_subclasses(below) for below in kind.__subclasses__()))
