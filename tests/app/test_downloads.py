"""Downloads: progress, cancel, failure with a second try, and what happens to the finished set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.app.conftest import PATIENCE
from tests.core.data.idx_writer import write_set
from vae_desktop.app.problems import Problem
from vae_desktop.app.session import Session
from vae_desktop.core.data import download
from vae_desktop.core.data.download import DownloadProgress
from vae_desktop.core.errors import DownloadError

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class Server:
    """Stands in for the network: what the core's download would yield."""

    def __init__(self) -> None:
        self.fails = False
        self.endless = False
        self.closed = False
        self.asked: list[tuple[str, Path | None]] = []

    def download(self, name: str, data_dir: Path | None = None) -> Iterator[DownloadProgress]:
        self.asked.append((name, data_dir))
        received = 0
        try:
            while received < 3 or self.endless:
                received += 1
                yield DownloadProgress("a file", 0, 4, received, 3, 1.0, 1.0)
                if self.fails:
                    raise DownloadError("No server answered.", "Check the network.")
            assert data_dir is not None
            write_set(data_dir / name)
        finally:
            self.closed = True


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    it = Server()
    monkeypatch.setattr(download, "download_dataset", it.download)
    return it


def test_a_finished_download_is_opened(
    qtbot: QtBot, session: Session, server: Server, tmp_path: Path
) -> None:
    session.preferences.data_dir = tmp_path
    with qtbot.waitSignal(session.downloads.finished, timeout=PATIENCE) as heard:
        session.downloads.start("mnist")
        assert session.downloads.state == "running"
        session.downloads.start("kmnist")
    assert heard.args == ["mnist"]
    assert server.asked == [("mnist", tmp_path)], "one at a time"
    assert session.downloads.state == "idle"
    assert session.downloads.progress is not None and session.downloads.progress.received == 3
    qtbot.waitUntil(lambda: session.dataset is not None, timeout=PATIENCE)
    assert session.dataset is not None and session.dataset.name == "mnist"


def test_cancel_ends_it_at_once_and_is_no_problem(
    qtbot: QtBot, session: Session, server: Server, problems: list[Problem]
) -> None:
    server.endless = True
    finished: list[str] = []
    session.downloads.finished.connect(finished.append)
    session.downloads.start("mnist")
    qtbot.waitUntil(lambda: session.downloads.progress is not None, timeout=PATIENCE)
    session.downloads.cancel()
    qtbot.waitUntil(lambda: session.downloads.state == "idle", timeout=PATIENCE)
    assert server.closed
    assert (problems, finished) == ([], [])


def test_a_failure_offers_another_try(
    qtbot: QtBot, session: Session, server: Server, problems: list[Problem], tmp_path: Path
) -> None:
    session.preferences.data_dir = tmp_path
    server.fails = True
    session.downloads.start("mnist")
    qtbot.waitUntil(lambda: bool(problems), timeout=PATIENCE)
    assert problems[0].message == "No server answered."
    server.fails = False
    label, again = problems[0].actions[0]
    assert label == "Try again"
    with qtbot.waitSignal(session.downloads.finished, timeout=PATIENCE):
        again()
    qtbot.waitUntil(lambda: session.dataset is not None, timeout=PATIENCE)
