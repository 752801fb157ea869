"""What the open window costs a training while nobody touches it, against the command line.

Both trainings are under way at once, but one stands still while the other runs for a few seconds: a machine whose speed
changes from minute to minute is as quick for the one as for the other.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np

from tests.benchmarks.rows import Row, Skipped
from tests.places import ROOT, find_mnist

TURN = 4.0
TURNS = 6
# Processes are born with luck or without: two by the command line can differ by a tenth for as long as they live.
PAIRS = 3
PATIENCE = 120.0
BATCH = 128
# The model of the other figures, and the one that the form opens on, whose canvas and samples follow the training.
MODELS = {"784-400-20": ("400", 20), "784-512-256-2": ("512,256", 2)}


class Stretch:
    """A training in a process of its own, held up but for its turns."""

    def __init__(self, process: subprocess.Popen[bytes], tally: Path) -> None:
        self._process = process
        self._tally = np.memmap(tally, np.float64, "r", shape=(2,))

    def rate(self, seconds: float) -> float:
        """Steps a second over so long a turn, from the first report in it to the last."""
        before = self._told()
        self._process.send_signal(signal.SIGCONT)
        end = time.monotonic() + PATIENCE
        while self._told() == before:
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the training ended or stands still")
            time.sleep(0.005)
        steps, moment = self._told()
        time.sleep(seconds)
        later_steps, later = self._told()
        self._process.send_signal(signal.SIGSTOP)
        return (later_steps - steps) / (later - moment)

    def _told(self) -> tuple[float, float]:
        """Steps done, and when; read until two looks agree, since it may be being written."""
        seen = None
        while seen is None or seen != tuple(self._tally):
            seen = tuple(self._tally)
        return float(seen[0]), float(seen[1])


@contextmanager
def stretch(way: str, data: Path, hidden: str, latent_dim: int) -> Iterator[Stretch]:
    """A training by the window or the command line, past its first steps; killed at the end."""
    with tempfile.TemporaryDirectory() as folder:
        tally = Path(folder) / "tally"
        np.zeros(2).tofile(tally)
        words = [way, str(data), hidden, str(latent_dim), str(tally), str(Path(folder) / "model.safetensors")]
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.training_stretch", *words],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "VAE_DESKTOP_HOME": str(Path(folder) / "home")},
        )
        try:
            training = Stretch(process, tally)
            training.rate(2 * TURN)
            yield training
        finally:
            process.kill()
            process.wait()


def run() -> list[Row]:
    """Medians over pairs of turns of several pairs of processes; which comes first changes."""
    mnist = find_mnist()
    if mnist is None:
        raise Skipped("no MNIST on this machine")
    if not hasattr(signal, "SIGSTOP"):
        raise Skipped("processes can't be held up on this system")
    rows = []
    for name, (hidden, latent_dim) in MODELS.items():
        ratios, rates = [], []
        for _ in range(PAIRS):
            with ExitStack() as stack:
                pair = [
                    stack.enter_context(stretch(way, mnist, hidden, latent_dim)) for way in ("cli", "window")
                ]
                for number in range(TURNS):
                    order = (0, 1) if number % 2 == 0 else (1, 0)
                    rate = {side: pair[side].rate(TURN) for side in order}
                    ratios.append(100 * rate[1] / rate[0])
                    rates.append(BATCH * rate[0])
        rows += [
            Row(f"training by the command line, {name}", statistics.median(rates), None, "images/s"),
            Row(
                f"training in the window, hands off, of that, {name}",
                statistics.median(ratios),
                95.0,
                "%",
                at_least=True,
            ),
        ]
    return rows
