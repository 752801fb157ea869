"""Opens the window: one call from the command line to the end of the event loop."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from vae_desktop import __version__
from vae_desktop.app.session import Session
from vae_desktop.app.settings import Preferences
from vae_desktop.core.paths import resource
from vae_desktop.ui.main_window import MainWindow
from vae_desktop.ui.theme import theme

log = logging.getLogger(__name__)


class FirstPaint(QObject):
    """Tells when a window has painted itself for the first time.

    Signals:
        painted(): the window's first picture is on the screen.
    """

    painted = Signal()

    def __init__(self, window: QObject) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's hook; never swallows an event."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self.painted.emit)
        return False


def make_application() -> QApplication:
    """The application object with its name, icon and colours; the existing one where there is one."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    app = QApplication(sys.argv[:1])
    app.setApplicationName("vae_desktop")
    app.setApplicationDisplayName("VAE Desktop")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("vae-desktop")
    app.setWindowIcon(QIcon(str(resource("icons/vae-desktop.svg"))))
    return app


def _close_on_signals(window: MainWindow) -> QTimer:
    """Let Ctrl+C and a system's shutdown close the window in good order.

    Python runs its signal handlers between byte codes only, so the returned timer wakes it now and then.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        # Not at once: Python may be in the midst of any function of the window.
        signal.signal(number, lambda *_: QTimer.singleShot(0, window.close))
    timer = QTimer(window)
    timer.start(500)
    timer.timeout.connect(lambda: None)
    return timer


def _collect_garbage() -> None:
    """From now on, but never among what the window is made of: that takes longer than a drag may stand still."""
    gc.freeze()
    gc.enable()


def run(model: str | None = None, data: str | None = None) -> int:
    """Open the window on a model and a data set, and return the exit status once it is closed.

    Args:
        model: path of a model file; None opens the bundled one.
        data: name or path of a data set; None opens what is at hand.
    """
    if os.environ.get("VAE_DESKTOP_LOG"):
        logging.basicConfig(level=os.environ["VAE_DESKTOP_LOG"].upper(), format="%(name)s %(message)s")
    began = time.perf_counter()
    app = make_application()
    preferences = Preferences()
    theme().apply(preferences.theme)
    session = Session(preferences)
    window = MainWindow(session)
    first_paint = FirstPaint(window)
    first_paint.painted.connect(lambda: log.debug("window painted %.3f s", time.perf_counter() - began))
    first_paint.painted.connect(window.complete)
    first_paint.painted.connect(_collect_garbage)
    first_paint.painted.connect(lambda: session.start(model, data))
    first_paint.painted.connect(window.offer_recovery)
    _close_on_signals(window)
    window.show()
    status = app.exec()
    if window.isVisible():
        # The program was told to end, and not the window to close.
        window.close()
    if not window.all_threads_gone:
        # A thread in the midst of importing a library can't be stopped, and tearing Python and Qt down around
        # it would crash. Everything worth keeping is on the disk by now.
        log.debug("leaving with a worker thread still at work")
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    return status
