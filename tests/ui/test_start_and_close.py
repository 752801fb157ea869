"""The program as a process: it can be closed at any moment, also while its libraries are still being loaded."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest


def launch() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "vae_desktop", "--data", "digits"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "VAE_DESKTOP_LOG": "debug"},
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to close a window with")
@pytest.mark.parametrize("delay", [0.0, 0.4, 0.9])
def test_closes_in_good_order_while_libraries_load(delay: float) -> None:
    with launch() as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "window painted" in line:
                break
        time.sleep(delay)  # no sync: different moments of loading are the point
        process.send_signal(signal.SIGTERM)
        _, words = process.communicate(timeout=30)
    assert process.returncode == 0, words
    assert "Destroyed while" not in words and "Traceback" not in words
