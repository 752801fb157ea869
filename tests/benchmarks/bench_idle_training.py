"""What the open window costs a training while nobody touches it, against the command line."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.rows import Row, Skipped
from tests.places import ROOT, find_mnist

IMAGES = 60_000
EPOCHS = 5
PAIRS = 5
# The model of the other figures, and the one that the form opens on, whose canvas and samples follow the training.
MODELS = {"784-400-20": ("400", 20), "784-512-256-2": ("512,256", 2)}


def rate(way: str, data: Path, hidden: str, latent_dim: int) -> float:
    """Images per second of a training in a process of its own, the first epoch left out."""
    module = "tests.benchmarks.training_stretch"
    words = [way, str(data), hidden, str(latent_dim), str(EPOCHS)]
    done = subprocess.run(
        [sys.executable, "-m", module, *words], cwd=ROOT, check=True, capture_output=True, text=True
    )
    seconds: list[float] = json.loads(done.stdout.splitlines()[-1])
    return IMAGES / statistics.median(seconds)


def run() -> list[Row]:
    """Medians over pairs of runs, one after the other, in turns as to which comes first."""
    mnist = find_mnist()
    if mnist is None:
        raise Skipped("no MNIST on this machine")
    rows = []
    for name, (hidden, latent_dim) in MODELS.items():
        ratios, rates = [], []
        for number in range(PAIRS):
            ways = ("cli", "window") if number % 2 == 0 else ("window", "cli")
            pair = {way: rate(way, mnist, hidden, latent_dim) for way in ways}
            ratios.append(100 * pair["window"] / pair["cli"])
            rates.append(pair["cli"])
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
