"""From the command to the window, and to the first picture under the cursor: the whole process, timed from outside."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

from tests.benchmarks.rows import Row

RUNS = 5
TIMEOUT = 60.0


def launch() -> tuple[float, float]:
    """Seconds from starting the process to the painted window and to the first decoded picture."""
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "vae_desktop"],
        stderr=subprocess.PIPE,
        text=True,
        env=_usual_environment(),
    ) as process:
        assert process.stderr is not None
        seen: dict[str, float] = {}
        for line in process.stderr:
            for mark in ("window painted", "first picture"):
                if mark in line:
                    seen.setdefault(mark, time.perf_counter() - began)
            if len(seen) == 2 or time.perf_counter() - began > TIMEOUT:
                break
        process.terminate()
        process.communicate(timeout=TIMEOUT)
    return seen["window painted"], seen["first picture"]


def _usual_environment() -> dict[str, str]:
    """As it is on a user's machine, where Python keeps what it compiled at the first start."""
    environment = {**os.environ, "VAE_DESKTOP_LOG": "debug"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def run() -> list[Row]:
    """Medians of warm starts."""
    launch()
    times = [launch() for _ in range(RUNS)]
    painted, picture = (statistics.median(column) for column in zip(*times, strict=True))
    return [
        Row("window on the screen, warm start", painted, 1.0, "s"),
        Row("first decoded picture, warm start", picture, 2.5, "s"),
    ]
