"""The data chooser: what is on this machine, what can be fetched, and a folder of one's own."""

from __future__ import annotations

import gzip
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from vae_desktop.app.session import Session
from vae_desktop.app.settings import Preferences
from vae_desktop.core.data import download
from vae_desktop.core.data.download import DownloadProgress
from vae_desktop.core.errors import DownloadError
from vae_desktop.ui.data_chooser import DataChooser

LEFT = Qt.MouseButton.LeftButton
SIZE = 11_600_000


def write_idx(path: Path, values: np.ndarray) -> None:
    """An IDX file of bytes, as MNIST's are."""
    head = bytes([0, 0, 8, values.ndim]) + b"".join(n.to_bytes(4, "big") for n in values.shape)
    path.write_bytes(gzip.compress(head + values.astype(np.uint8).tobytes()))


def write_set(folder: Path, train: int = 40, test: int = 20, side: int = 10) -> None:
    """A small data set in the layout of MNIST."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    for split, count in (("train", train), ("t10k", test)):
        write_idx(folder / f"{split}-images-idx3-ubyte.gz", rng.integers(0, 256, (count, side, side)))
        write_idx(folder / f"{split}-labels-idx1-ubyte.gz", np.arange(count) % 10)


class Server:
    """Stands in for the network: a download that goes on when the test says so.

    Attributes:
        data_dir: where the finished set is put.
        received: bytes that have arrived, kept between tries as the real download keeps them.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.received = 0
        self.fails = False
        self._go = threading.Semaphore(0)
        self._ends = threading.Event()

    def send(self, megabytes: int) -> None:
        """Let some more arrive."""
        for _ in range(megabytes):
            self._go.release()

    def finish(self) -> None:
        """Let all the rest arrive."""
        self._ends.set()

    def download_dataset(self, name: str, data_dir: Path | None = None) -> Iterator[DownloadProgress]:
        """In place of the core's; yields as often."""
        assert data_dir == self.data_dir
        while True:
            if self.fails:
                raise DownloadError("The server sent nonsense.", "Try again later.")
            if self._ends.is_set():
                write_set(self.data_dir / name)
                return
            if self._go.acquire(timeout=0.02):
                self.received += 1_000_000
            left = (SIZE - self.received) / 500_000
            yield DownloadProgress("train", 0, 4, self.received, SIZE, 500_000.0, left)


@pytest.fixture
def session(qapp: QApplication, tmp_path: Path) -> Iterator[Session]:
    preferences = Preferences(tmp_path / "settings.ini")
    preferences.data_dir = tmp_path / "data"
    session = Session(preferences)
    yield session
    assert session.shutdown()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Server:
    server = Server(tmp_path / "data")
    monkeypatch.setattr(download, "download_dataset", server.download_dataset)
    return server


@pytest.fixture
def chooser(qtbot: QtBot, session: Session) -> DataChooser:
    chooser = DataChooser(session)
    chooser.resize(340, 160)
    qtbot.addWidget(chooser)
    chooser.show()
    qtbot.waitExposed(chooser)
    return chooser


def items(chooser: DataChooser) -> list[str]:
    return [chooser.combo.itemText(i) for i in range(chooser.combo.count())]


def choose(qtbot: QtBot, chooser: DataChooser, words: str) -> None:
    """Open the list, go to an entry by keys, and take it."""
    chooser.combo.setFocus()
    chooser.combo.showPopup()
    view = chooser.combo.view()
    row = next(i for i, text in enumerate(items(chooser)) if text.startswith(words))
    view.setCurrentIndex(chooser.combo.model().index(row, 0))
    qtbot.keyClick(view, Qt.Key.Key_Return)


def test_the_list_tells_what_is_on_this_machine(
    qtbot: QtBot, chooser: DataChooser, session: Session, tmp_path: Path
) -> None:
    missing = "(not on this machine)"
    assert items(chooser) == [
        "Digits (built in)",
        f"MNIST {missing}",
        f"Fashion-MNIST {missing}",
        f"KMNIST {missing}",
        "Open folder…",
    ]
    assert chooser.combo.currentIndex() == -1 and "No data set" in chooser.info.text()
    write_set(tmp_path / "data" / "kmnist")
    chooser.combo.showPopup()
    chooser.combo.hidePopup()
    assert "KMNIST" in items(chooser), "what arrived meanwhile is seen when the list opens"


def test_choosing_opens_and_tells_the_counts(qtbot: QtBot, chooser: DataChooser, session: Session) -> None:
    choose(qtbot, chooser, "Digits")
    qtbot.waitUntil(lambda: session.dataset is not None, timeout=20_000)
    dataset = session.dataset
    assert dataset is not None and chooser.combo.currentText() == "Digits (built in)"
    info = chooser.info.text()
    assert f"{len(dataset.train.images):,} training" in info and "28 × 28" in info
    assert not chooser.download.isVisible()


def test_a_real_mnist_is_opened_from_the_data_folder(
    qtbot: QtBot, chooser: DataChooser, session: Session, tmp_path: Path, mnist_folder: Path
) -> None:
    shutil.copytree(mnist_folder, tmp_path / "data" / "mnist")
    choose(qtbot, chooser, "MNIST")
    qtbot.waitUntil(lambda: session.dataset is not None, timeout=20_000)
    assert chooser.info.text() == "60,000 training and 10,000 test images, 28 × 28"
    assert chooser.combo.currentText() == "MNIST"


def test_download_cancel_resume_and_open(
    qtbot: QtBot, chooser: DataChooser, session: Session, server: Server
) -> None:
    choose(qtbot, chooser, "MNIST")
    assert chooser.download.isVisible() and "11.6 MB" in chooser.info.text()
    assert session.dataset is None and not chooser.download_row.isVisible()

    qtbot.mouseClick(chooser.download, LEFT)
    row = chooser.download_row
    assert row.isVisible() and not chooser.download.isVisible()
    server.send(3)
    qtbot.waitUntil(lambda: "3.0 MB of 11.6 MB" in row.label.text(), timeout=10_000)
    assert "500.0 kB/s" in row.label.text() and "17 s left" in row.label.text()
    assert row.bar.value() / row.bar.maximum() == pytest.approx(3.0 / 11.6, abs=0.002)

    qtbot.mouseClick(row.cancel, LEFT)
    qtbot.waitUntil(lambda: session.downloads.state == "idle", timeout=5_000)
    assert not row.isVisible() and chooser.download.isVisible() and chooser.download.text() == "Go on"

    qtbot.mouseClick(chooser.download, LEFT)
    server.send(1)
    qtbot.waitUntil(lambda: "4.0 MB of 11.6 MB" in row.label.text(), timeout=10_000)
    server.finish()
    qtbot.waitUntil(lambda: session.dataset is not None, timeout=10_000)
    assert chooser.combo.currentText() == "MNIST" and not row.isVisible()
    assert chooser.info.text() == "40 training and 20 test images, 10 × 10"


def test_a_failed_download_is_told_and_can_be_tried_again(
    qtbot: QtBot, chooser: DataChooser, session: Session, server: Server
) -> None:
    choose(qtbot, chooser, "Fashion-MNIST")
    server.fails = True
    with qtbot.waitSignal(session.problem_raised, timeout=10_000) as told:
        qtbot.mouseClick(chooser.download, LEFT)
    assert "nonsense" in told.args[0].message
    assert chooser.download.isVisible() and not chooser.download_row.isVisible()


def test_closing_in_the_middle_of_a_download(
    qtbot: QtBot, chooser: DataChooser, session: Session, server: Server
) -> None:
    choose(qtbot, chooser, "KMNIST")
    qtbot.mouseClick(chooser.download, LEFT)
    server.send(1)
    qtbot.waitUntil(lambda: "1.0 MB" in chooser.download_row.label.text(), timeout=10_000)
    chooser.close()
    assert session.shutdown()


def test_a_folder_of_ones_own(
    qtbot: QtBot,
    chooser: DataChooser,
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_set(tmp_path / "signs", train=30, test=10, side=12)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args, **_kw: str(tmp_path / "signs"))
    choose(qtbot, chooser, "Open folder")
    qtbot.waitUntil(lambda: session.dataset is not None, timeout=20_000)
    assert "signs" in chooser.combo.currentText()
    assert chooser.info.text() == "30 training and 10 test images, 12 × 12"


def test_a_folder_without_images_leaves_everything_as_it_was(
    qtbot: QtBot,
    chooser: DataChooser,
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    choose(qtbot, chooser, "Digits")
    qtbot.waitUntil(lambda: session.dataset is not None, timeout=20_000)
    before = session.dataset
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args, **_kw: str(tmp_path))
    with qtbot.waitSignal(session.problem_raised, timeout=10_000):
        choose(qtbot, chooser, "Open folder")
    assert session.dataset is before and chooser.combo.currentText() == "Digits (built in)"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args, **_kw: "")
    choose(qtbot, chooser, "Open folder")
    assert chooser.combo.currentText() == "Digits (built in)", "a dialog that is dismissed changes nothing"
