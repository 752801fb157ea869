"""Memory of the whole window with MNIST loaded, a model trained on it and its test digits mapped."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDeadlineTimer

from tests.benchmarks.rows import Row, Skipped
from tests.places import find_mnist


def resident_megabytes(field: str) -> float:
    """This process's "VmRSS" (now) or "VmHWM" (at most so far), in units of 10^6 bytes."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError as error:
        raise Skipped("this system has no /proc/self/status") from error
    (line,) = (line for line in status.splitlines() if line.startswith(field))
    return int(line.split()[1]) * 1024 / 1e6


def wait(done: Callable[[], bool], seconds: float) -> None:
    """Run the event loop until `done`, or fail."""
    deadline = QDeadlineTimer(int(seconds * 1000))
    while not done():
        if deadline.hasExpired():
            raise TimeoutError("the window did not get there")
        QCoreApplication.processEvents()
        time.sleep(0.005)


def run() -> list[Row]:
    """One window's life; resident memory at its end and at its worst."""
    folder = find_mnist()
    if folder is None:
        raise Skipped("no MNIST here")
    from vae_desktop.app.session import Session
    from vae_desktop.app.settings import Preferences
    from vae_desktop.core.config import ModelConfig, TrainingConfig, TsneConfig
    from vae_desktop.ui.application import make_application
    from vae_desktop.ui.main_window import MainWindow
    from vae_desktop.ui.theme import theme

    make_application()
    theme().apply("light")
    session = Session(Preferences())
    window = MainWindow(session)
    window.complete()
    window.show()
    session.start(None, str(folder))
    wait(lambda: session.dataset is not None and session.codes is not None, 60)
    session.training.start(ModelConfig(), TrainingConfig(epochs=2))
    wait(lambda: session.training.state == "running", 60)
    wait(lambda: session.training.state == "idle", 300)
    session.map.start(TsneConfig())
    wait(lambda: session.map.state == "running", 60)
    wait(lambda: session.map.state == "idle", 300)
    now, worst = resident_megabytes("VmRSS"), resident_megabytes("VmHWM")
    window.close()
    return [
        Row("window with MNIST loaded, trained and mapped", now, 1200, "MB"),
        Row("the same, at its worst moment", worst, None, "MB"),
    ]
