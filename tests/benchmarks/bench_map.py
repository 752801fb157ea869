"""The t-SNE map of MNIST's latent means, against scikit-learn's in the same run."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.manifold import TSNE

from tests.benchmarks.rows import Row, Skipped
from tests.places import ROOT, find_mnist
from vae_desktop.core.config import ModelConfig, TrainingConfig, TsneConfig
from vae_desktop.core.data.open import open_dataset
from vae_desktop.core.inference import Inference
from vae_desktop.core.map_quality import MapQuality, map_quality
from vae_desktop.core.placement import place
from vae_desktop.core.projection import tsne
from vae_desktop.core.records import EpochReport, FloatArray, MapFrame
from vae_desktop.core.training import Trainer

MODEL = ModelConfig(latent_dim=20, hidden=(400,))
EPOCHS = 5
ACCURACY = 0.94


def finish(work: Generator[None, None, MapQuality]) -> MapQuality:
    """The result of a generator that yields only to be stopped."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: MapQuality = end.value
            return result


def frames_of(codes: FloatArray, **given: Any) -> list[tuple[float, MapFrame]]:
    """All frames of a map, each with the seconds after the start."""
    began = time.perf_counter()
    seen: list[tuple[float, MapFrame]] = []
    for frame in tsne(codes, TsneConfig(), **given):
        # A frame comes again where the next one takes long.
        if not seen or frame is not seen[-1][1]:
            seen.append((time.perf_counter() - began, frame))
    return seen


def seconds_to_accuracy(frames: list[tuple[float, MapFrame]], codes: FloatArray, labels: Any) -> float:
    """When the nearest neighbours on the map first told the classes apart well enough."""
    for seconds, frame in frames:
        accuracy = finish(map_quality(frame.embedding, codes, labels)).map_accuracy if frame.iteration else 0
        if accuracy is not None and accuracy >= ACCURACY:
            return seconds
    return float("inf")


def large_map(codes: str) -> None:
    """In a process of its own: the map of the training digits; prints seconds, longest wait, megabytes, divergence."""
    points = np.load(codes)
    # Loads the libraries.
    frames_of(np.random.default_rng(0).normal(size=(500, 20)).astype(np.float32))
    began = last = time.perf_counter()
    longest = 0.0
    kl = None
    for frame in tsne(points, TsneConfig()):
        kl = frame.kl
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    print(last - began, longest, megabytes, kl)


def run() -> list[Row]:
    """One map of each kind; the first, of other codes, loads the libraries."""
    mnist = find_mnist()
    if mnist is None:
        raise Skipped("no MNIST on this machine")
    dataset = open_dataset(mnist)
    trainer = Trainer(dataset, MODEL, TrainingConfig(epochs=EPOCHS, device="cpu"))
    epochs = [report.means for report in trainer.run() if isinstance(report, EpochReport)]
    codes, labels = epochs[-2], dataset.test.labels.numpy()
    training_codes, _ = Inference(MODEL, trainer.checkpoint().weights).encode(dataset.train.images)

    frames_of(np.random.default_rng(0).normal(size=(2_000, 20)).astype(np.float32))
    frames = frames_of(codes)
    seconds, last = frames[-1]
    moving = [moment for moment, frame in frames if frame.iteration]
    quality = finish(map_quality(last.embedding, codes, labels))
    accurate = seconds_to_accuracy(frames, codes, labels)

    warm = frames_of(epochs[-1], start=last.embedding)
    began = time.perf_counter()
    place(last.embedding, codes, epochs[-1])
    placing = time.perf_counter() - began
    singles = []
    for code in epochs[-1][:50]:
        began = time.perf_counter()
        place(last.embedding, codes, code[None])
        singles.append(time.perf_counter() - began)

    began = time.perf_counter()
    theirs = TSNE(random_state=0).fit_transform(codes)
    their_seconds = time.perf_counter() - began
    their_quality = finish(map_quality(theirs, codes, labels))
    good = next((s for s, f in frames if f.kl is not None and f.kl <= 1.01 * their_quality.kl), float("inf"))

    large_seconds, longest, megabytes, _ = large(training_codes)
    return [
        Row("scikit-learn's t-SNE of 10,000 x 20 latent means", their_seconds, unit="s"),
        Row("its exact KL divergence", their_quality.kl, unit="nats"),
        Row("ours, whole", seconds, unit="s"),
        Row("ours, of scikit-learn's time", seconds / their_seconds, 1 / 6),
        Row("its exact KL divergence, of scikit-learn's", quality.kl / their_quality.kl, 1.01),
        Row("until within 1% of scikit-learn's divergence", good, unit="s"),
        Row("first frame", frames[0][0], 0.5, "s"),
        Row("first frame of the optimisation", moving[0], unit="s"),
        Row("frames while it moves", (len(moving) - 1) / (moving[-1] - moving[0]), 12, "/s", at_least=True),
        Row("10 nearest neighbours' classes right for 94%", accurate, 3.0, "s"),
        Row("the same at the end, on the map", 100 * (quality.map_accuracy or 0), unit="%"),
        Row("the same among the codes", 100 * (quality.code_accuracy or 0), unit="%"),
        Row("warm start after an epoch", warm[-1][0], 1.5, "s"),
        Row("placing 10,000 new points", placing, unit="s"),
        Row("placing one new point", 1e3 * float(np.median(singles)), unit="ms"),
        Row("60,000 training digits, whole", large_seconds, 60, "s"),
        Row("longest wait for a frame of theirs", 1e3 * longest, 100, "ms"),
        Row("memory of that process at its worst", megabytes, 1500, "MB"),
    ]


def large(codes: FloatArray) -> list[float]:
    """What `large_map` prints."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "codes.npy"
        np.save(path, codes)
        command = [sys.executable, "-m", "tests.benchmarks.bench_map", str(path)]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [float(word) for word in done.stdout.split()[-4:]]


if __name__ == "__main__":
    large_map(sys.argv[1])
