"""`vae-desktop` without a command: what it hands to the window, and what it says without a screen."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from vae_desktop.cli.parser import COMMANDS
from vae_desktop.ui import application, self_test


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str | None, str | None]]:
    """What the window was asked to open; no window comes."""
    asked: list[tuple[str | None, str | None]] = []

    def run(model: str | None, data: str | None) -> int:
        asked.append((model, data))
        return 0

    monkeypatch.setattr(application, "run", run)
    return asked


def test_model_and_data_are_handed_on(run: Run, opened: list[object], model: Path, tmp_path: Path) -> None:
    for arguments, expected in (
        ([], (None, None)),
        ([model], (str(model), None)),
        (["--data", "digits"], (None, "digits")),
        ([model, "--data", tmp_path], (str(model), str(tmp_path))),
        (["--data", "mnist", model], (str(model), "mnist")),
    ):
        assert run(*arguments).status == 0
        assert opened.pop() == expected


def test_the_window_s_exit_status_is_the_program_s(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_test, "run", lambda: 3)
    assert run("--self-test").status == 3


def test_data_that_is_nowhere_needs_no_window(run: Run, opened: list[object]) -> None:
    assert "no data set, folder or file called 'nmist'" in run("--data", "nmist").complaint
    assert opened == []


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
@pytest.mark.parametrize("arguments", [[], ["--self-test"]])
def test_without_a_display(
    run: Run, opened: list[object], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    complaint = run(*arguments).complaint
    assert "no display" in complaint
    for command in COMMANDS:
        assert command in complaint
    assert opened == []


def test_a_missing_system_library_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def run_without(model: str | None, data: str | None) -> int:
        raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(application, "run", run_without)
    complaint = run().complaint
    assert "libEGL.so.1" in complaint
    assert "apt-get install" in complaint
