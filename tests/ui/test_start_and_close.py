"""The program as a process: it can be closed at any moment, also while its libraries are still being loaded."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

# Seconds after the window is painted: different moments of loading are the point.
MOMENTS = (0.0, 0.4, 0.9)


def close_after(seconds: float, home: Path) -> tuple[int, str]:
    """Start the program and close its window; its exit status, and what it said."""
    environment = {"QT_QPA_PLATFORM": "offscreen", "VAE_DESKTOP_LOG": "debug", "VAE_DESKTOP_HOME": str(home)}
    with subprocess.Popen(
        [sys.executable, "-m", "vae_desktop", "--data", "digits"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "window painted" in line:
                break
        time.sleep(seconds)
        process.send_signal(signal.SIGTERM)
        _, words = process.communicate(timeout=30)
    return process.returncode, words


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to close a window with")
def test_closes_in_good_order_while_libraries_load(home: Path) -> None:
    homes = [home / str(moment) for moment in MOMENTS]
    # At the same time: most of it is waiting.
    with ThreadPoolExecutor(len(MOMENTS)) as pool:
        for status, words in pool.map(close_after, MOMENTS, homes):
            assert status == 0, words
            assert "Destroyed while" not in words and "Traceback" not in words
