"""Without a display: one clear line instead of Qt's abort."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.places import ROOT


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
@pytest.mark.parametrize("display", [{}, {"DISPLAY": ":599"}], ids=["none", "one that does not answer"])
@pytest.mark.parametrize("arguments", [[], ["--data", "digits"]], ids=["bare", "with data"])
def test_the_window_says_that_there_is_no_display(arguments: list[str], display: dict[str, str]) -> None:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden} | display
    done = subprocess.run(
        [sys.executable, "-m", "vae_desktop", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "display" in done.stderr
    for command in ("train", "evaluate", "generate", "project"):
        assert command in done.stderr
