"""The program tries itself: opens its real window and does the main job on the built-in digits, click by click."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from vae_desktop import __version__
from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.app.settings import Preferences
from vae_desktop.core import paths
from vae_desktop.ui.application import make_application
from vae_desktop.ui.export_dialog import ExportDialog
from vae_desktop.ui.main_window import MainWindow
from vae_desktop.ui.theme import theme

LIMIT = 60.0
EPOCHS = 3


class SelfTestError(Exception):
    """A step did not do what it should."""


class SelfTest:
    """Drives one main window as a person would, and tells what it did.

    Attributes:
        window: the window under test.
    """

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self.window = window
        self._session = window.session
        self._folder = folder
        self._began = time.perf_counter()
        self._problems: list[Problem] = []
        self._session.problem_raised.connect(self._problems.append)

    def run(self) -> None:
        """All steps in turn.

        Raises:
            SelfTestError: a step failed or took too long.
        """
        self.open()
        self.drag()
        self.train()
        self.map()
        self.sample_and_export()
        self.save_and_open()

    # -- steps --------------------------------------------------------------------------------------

    def open(self) -> None:
        """The window on the bundled model, with the built-in digits."""
        session = self._session
        self.window.show()
        session.start(None, "digits")
        self._wait(lambda: session.picture is not None, "the bundled model decodes")
        self._wait(lambda: session.codes is not None, "the digits are encoded")
        assert session.model is not None and session.dataset is not None
        self._say(f"opened {session.model.title} with {len(session.dataset.test)} test digits")

    def drag(self) -> None:
        """The mouse across the canvas; the picture ends on the cursor's very place."""
        session, viewport = self._session, self.window.canvas.canvas.viewport()
        before = session.cursor
        middle = viewport.rect().center()
        shown: list[object] = []
        session.picture_changed.connect(lambda: shown.append(session.picture_z))
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=middle)
        for step in range(1, 41):
            QTest.mouseMove(viewport, middle + QPoint(2 * step, -step))
            QCoreApplication.processEvents()
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=middle + QPoint(80, -40))
        self._wait(
            lambda: session.picture_z is not None and np.array_equal(session.picture_z, session.cursor),
            "the picture follows the drag",
        )
        self._check(not np.array_equal(before, session.cursor), "the drag moves the cursor")
        self._say(f"dragged the cursor: {len(shown)} pictures on the way")

    def train(self) -> None:
        """A small model from the form, to the end."""
        session, panel = self._session, self.window.training
        self._type(panel.form.cells["hidden"].editor, "128, 64")
        self._type(panel.form.cells["epochs"].editor, str(EPOCHS))
        self._click(panel.controls.start)
        training = session.training
        self._wait(lambda: training.state != "idle", "training starts")
        self._wait(lambda: training.state == "idle", "training ends")
        history = training.history
        self._check(len(history) == EPOCHS, f"{EPOCHS} epochs are done")
        first, last = history[0].held_out.negative_elbo, history[-1].held_out.negative_elbo
        self._check(last < first, "the held-out negative ELBO falls")
        self._say(
            f"trained {EPOCHS} epochs: held-out negative ELBO from {first:.1f} to {last:.1f} nats per image"
        )

    def map(self) -> None:
        """The t-SNE map of all test digits, to the end."""
        session = self._session
        self._wait(lambda: session.codes is not None, "the trained model encodes the digits")
        self._click(self.window.map.start_button)
        self._wait(lambda: session.map.state != "idle", "the map starts")
        self._wait(lambda: session.map.state == "idle", "the map ends")
        frame = session.map.frame
        assert frame is not None and session.dataset is not None
        self._check(len(frame.embedding) == len(session.dataset.test), "every test digit is on the map")
        self._say(f"mapped {len(frame.embedding)} digits in {frame.iteration} iterations")

    def sample_and_export(self) -> None:
        """A grid of samples, saved as a picture."""
        session, panel = self._session, self.window.samples
        panel.presets[0].click()
        self._wait(
            lambda: session.samples.images is not None and len(session.samples.images) == 5,
            "five samples are drawn",
        )
        self._click(panel.export_button)
        dialog = self.window.findChild(ExportDialog)
        if dialog is None:
            raise SelfTestError("the export dialog did not open")
        target = self._folder / "samples.png"
        dialog.path.setText(str(target))
        self._click(dialog.save_button)
        self._wait(target.exists, "the grid is written")
        self._say(f"exported a grid of 5 samples: {target.stat().st_size} bytes")

    def save_and_open(self) -> None:
        """The model to a file and back."""
        session = self._session
        target = self._folder / "self-test.safetensors"
        session.save_model(target)
        self._wait(lambda: session.model is not None and session.model.saved, "the model is saved")
        assert session.model is not None
        model_id = session.model.model_id
        session.open_bundled("mnist-2d")
        self._wait(
            lambda: session.model is not None and session.model.model_id != model_id, "another model opens"
        )
        session.open_model(target)
        self._wait(
            lambda: session.model is not None and session.model.model_id == model_id, "the model opens again"
        )
        self._say(f"saved the model and opened it again: {model_id}")

    # -- hands --------------------------------------------------------------------------------------

    def _click(self, widget: QWidget) -> None:
        self._check(
            widget.isVisible() and widget.isEnabled(), f"{widget.accessibleName() or widget} can be clicked"
        )
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def _type(self, widget: QWidget, text: str) -> None:
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(widget, text)
        QTest.keyClick(widget, Qt.Key.Key_Tab)

    def _wait(self, done: Callable[[], bool], what: str) -> None:
        while not done():
            if self._problems:
                problem = self._problems[0]
                raise SelfTestError(f"{what}: {problem.message} {problem.remedy}\n{problem.details}".rstrip())
            if time.perf_counter() - self._began > LIMIT:
                raise SelfTestError(f"{what}: not within {LIMIT:.0f} s")
            QCoreApplication.processEvents()
            time.sleep(0.002)

    @staticmethod
    def _check(condition: bool, what: str) -> None:
        if not condition:
            raise SelfTestError(f"failed: {what}")

    def _say(self, text: str) -> None:
        sys.stdout.write(f"{time.perf_counter() - self._began:5.1f} s  {text}\n")
        sys.stdout.flush()


@contextmanager
def _own_home() -> Iterator[Path]:
    """A folder for this test's settings and files, so that the user's own stay as they are."""
    before = os.environ.get(paths.HOME_VARIABLE)
    with tempfile.TemporaryDirectory(prefix="vae_desktop-", ignore_cleanup_errors=True) as folder:
        os.environ[paths.HOME_VARIABLE] = folder
        try:
            yield Path(folder)
        finally:
            if before is None:
                del os.environ[paths.HOME_VARIABLE]
            else:
                os.environ[paths.HOME_VARIABLE] = before


def run() -> int:
    """Do the self-test; returns 0 if everything worked, else 1 with one line on stderr that says what did not."""
    with _own_home() as folder:
        make_application()
        theme().apply("light")
        sys.stdout.write(f"VAE Desktop {__version__}, self-test on {QApplication.platformName()}\n")
        window = MainWindow(Session(Preferences()))
        window.complete()
        test = SelfTest(window, folder)
        try:
            test.run()
        except SelfTestError as error:
            sys.stderr.write(f"self-test: {error}\n")
            return 1
        finally:
            window.close()
            window.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        sys.stdout.write("everything works\n")
    return 0
