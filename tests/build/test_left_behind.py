"""The watch in tests/conftest.py: it catches what would act in the tests after it, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import ROOT

TESTS = """
import threading
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QWidget

kept = []
end = threading.Event()

class Worker(QThread):
    pass

def test_leaves_thread():
    threading.Thread(target=end.wait, name="endless", daemon=True).start()

def test_ends_thread():
    short = threading.Event()
    thread = threading.Thread(target=short.wait)
    thread.start()
    short.set()

def test_leaves_qthread(qtbot):
    kept.append(Worker())
    kept[-1].start()

def test_ends_qthread(qtbot):
    thread = Worker()
    thread.start()
    thread.quit()
    assert thread.wait(5000)

def test_leaves_timer(qtbot):
    kept.append(QTimer())
    kept[-1].start(60000)

def test_drops_timer(qtbot):
    QTimer().start(60000)

def test_leaves_window(qtbot):
    kept.append(QWidget())
    kept[-1].show()

def test_closes_window(qtbot):
    kept.append(QWidget())
    qtbot.addWidget(kept[-1])
    kept[-1].show()

def test_end(qtbot):
    end.set()
    kept[0].quit()
    assert kept[0].wait(5000)
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder: Path = tmp_path_factory.mktemp("suite")
    (folder / "test_suite.py").write_text(TESTS, encoding="utf-8")
    options = ["-p", "tests.conftest", "-p", "no:cacheprovider", "-rA", "--tb=short", f"--rootdir={folder}"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("thread", "left behind: thread 'endless'"),
        ("qthread", "left behind: QThread 'Worker'"),
        ("timer", "left behind: QTimer of nobody, every 60000 ms"),
        ("window", "left behind: window QWidget ''"),
    ],
)
def test_what_is_left_behind_fails_its_test(report: str, kind: str, text: str) -> None:
    _, _, after = report.partition(f"ERROR at teardown of test_leaves_{kind} ")
    assert after.splitlines()[1] == text


def test_what_ends_in_time_is_no_fault(report: str) -> None:
    assert "9 passed, 4 errors" in report.splitlines()[-1]
