"""The program's own self-test, as anybody may run it."""

from __future__ import annotations

import os
import subprocess
import sys


def test_self_test_does_the_main_job() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "vae_desktop", "--self-test"],
        capture_output=True,
        text=True,
        timeout=110,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for word in ("opened", "dragged", "trained", "mapped", "exported", "saved", "everything works"):
        assert word in done.stdout
